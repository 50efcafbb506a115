"""What an audit read and has yet to compare: on disk where it is much, never all in memory."""

import sqlite3
from typing import Final, Literal

_MOST: Final = 50

Matter = Literal["key", "opt-out", "kept", "event"]
"""What is awaited: the end of a key that is gone; the suppression that a record under such a key
made, or that an erasure named; the times of records that may be a suppression's.
"""


class Later:
    """Names by matter, each with the place in the log where it was first read."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # a temporary file of SQLite's own
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute(
            "CREATE TABLE later (matter TEXT, name TEXT, place INTEGER,"
            " PRIMARY KEY (matter, name)) WITHOUT ROWID"
        )

    def add(self, matter: Matter, name: str, place: int) -> None:
        """Note a name, unless it is there already."""
        row = (matter, name, place)
        self._db.execute("INSERT INTO later VALUES (?,?,?) ON CONFLICT DO NOTHING", row)

    def drop(self, matter: Matter, name: str) -> None:
        """What was awaited is found."""
        self._db.execute("DELETE FROM later WHERE matter = ? AND name = ?", (matter, name))

    def holds(self, matter: Matter, name: str) -> bool:
        """Whether the name is noted."""
        query = "SELECT 1 FROM later WHERE matter = ? AND name = ?"
        return self._db.execute(query, (matter, name)).fetchone() is not None

    def left(self, matter: Matter) -> list[tuple[str, int]]:
        """What was never found, at most 50 in the order of their places."""
        query = "SELECT name, place FROM later WHERE matter = ? ORDER BY place, name LIMIT ?"
        return self._db.execute(query, (matter, _MOST)).fetchall()

    def close(self) -> None:
        """Delete it."""
        self._db.close()
