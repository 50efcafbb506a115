"""The append port on SQLite: WAL, synchronous=FULL, one transaction for each batch."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from clausepress.ledger.errors import Raced, StoreUnavailable
from clausepress.ledger.store import Agree, Batch, Head, KeyCheck, Stored, SubjectKey

_BUSY_SECONDS: Final = 5.0
_MAX_VARIABLES: Final = 900  # below SQLite's oldest limit on bound variables, 999


@contextmanager
def _faults() -> Iterator[None]:
    """Tell the store's faults from those of one row, which pass as they are."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.DataError):
        raise
    except sqlite3.Error as error:
        raise StoreUnavailable(f"SQLite: {error}") from error


class StoreFile:
    """The database file that was there at first; another one in its place is not the store.

    An open connection goes on writing to a deleted file, and what it writes is lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first = self._identity()

    def _identity(self) -> tuple[int, int] | None:
        try:
            stat = os.stat(self._path)  # noqa: PTH116 - runs for each batch and each read
        except OSError:
            return None
        return stat.st_dev, stat.st_ino

    def check(self) -> None:
        """Raise StoreUnavailable unless the file is still the one that was opened."""
        found = self._identity()
        if found is None or found != self._first:
            raise StoreUnavailable(
                "The database file was deleted or replaced while in use. "
                "Put it back, or restart with the file that is to be used."
            )

    def connect(self) -> sqlite3.Connection:
        """A connection to the file, which is never made anew."""
        self.check()
        # Without isolation_level sqlite3 leaves BEGIN and COMMIT to us.
        return sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )


class SqliteDriver:
    """An AppendPort on one SQLite file."""

    def __init__(self, file: StoreFile, log_id: str) -> None:
        self._file = file
        self._log = log_id
        self._connection: sqlite3.Connection | None = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreUnavailable("The connection to SQLite is closed.")
        return self._connection

    def reopen(self) -> None:
        """See AppendPort."""
        self.close()
        with _faults():
            self._connection = self._file.connect()
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute("PRAGMA secure_delete=ON")  # a key erased leaves no bytes

    def head(self) -> Head | None:
        """See AppendPort."""
        with _faults():
            row = self._open().execute("SELECT size, root FROM head WHERE log_id = ?", (self._log,))
            found = row.fetchone()
        return Head(*found) if found else None

    def start(self, root: bytes, note: str, agree: Agree) -> None:
        """See AppendPort."""
        with self._transaction() as connection:
            made = connection.execute(
                "INSERT INTO head VALUES (?, 0, ?) ON CONFLICT DO NOTHING", (self._log, root)
            )
            if made.rowcount == 1:
                connection.execute("INSERT INTO checkpoint VALUES (?, 0, ?)", (self._log, note))
            rows = connection.execute(
                "SELECT kind, key_id, value FROM key_check WHERE log_id = ?", (self._log,)
            ).fetchall()
            connection.executemany(
                "INSERT INTO key_check VALUES (?,?,?,?)",
                [(self._log, *check) for check in agree([KeyCheck(*row) for row in rows])],
            )

    def stored(self, idem_keys: Sequence[str]) -> list[Stored]:
        """See AppendPort."""
        return [
            Stored(*row)
            for row in self._select(
                "SELECT idem_key, id, body_mac, mac_key_id FROM record "
                "WHERE log_id = ? AND idem_key IN",
                idem_keys,
            )
        ]

    def subject_keys(self, macs: Sequence[bytes]) -> list[SubjectKey]:
        """See AppendPort."""
        return [
            SubjectKey(*row)
            for row in self._select(
                "SELECT key_id, mac_key_id, mac, wrapped FROM subject_key "
                "WHERE log_id = ? AND mac IN",
                macs,
            )
        ]

    def _select(self, query: str, values: Sequence[str | bytes]) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        with _faults():
            for start in range(0, len(values), _MAX_VARIABLES):
                part = values[start : start + _MAX_VARIABLES]
                marks = ",".join("?" * len(part))
                rows += self._open().execute(f"{query} ({marks})", (self._log, *part)).fetchall()
        return rows

    def append(self, batch: Batch) -> None:
        """See AppendPort."""
        log, before, after = self._log, batch.before, batch.after
        with self._transaction() as connection:
            swapped = connection.execute(
                "UPDATE head SET size = ?, root = ? WHERE log_id = ? AND size = ? AND root = ?",
                (after.size, after.root, log, before.size, before.root),
            )
            if swapped.rowcount != 1:
                raise Raced("another writer moved the head")
            connection.executemany(
                "INSERT INTO record VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                [(log, *record, after.size) for record in batch.records],
            )
            connection.executemany(
                "DELETE FROM subject_key WHERE log_id = ? AND key_id = ?",
                [(log, key_id) for key_id in batch.erased],
            )
            if batch.subject_keys:
                connection.executemany(
                    "INSERT INTO subject_key VALUES (?,?,?,?,?)",
                    [(log, *key) for key in batch.subject_keys],
                )
            if batch.suppressions:
                connection.executemany(
                    "INSERT INTO suppression VALUES (?,?,?,?,?,?,?,?)"
                    " ON CONFLICT (log_id, channel, mac_key_id, mac, scope)"
                    " DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)",
                    [(log, *suppression) for suppression in batch.suppressions],
                )
            if batch.tiles:
                connection.executemany(
                    "INSERT INTO tile VALUES (?,?,?,?,?)", [(log, *tile) for tile in batch.tiles]
                )
            connection.execute(
                "INSERT INTO checkpoint VALUES (?,?,?)", (log, after.size, batch.note)
            )
        if batch.erased:
            self._empty_wal()

    def _empty_wal(self) -> None:
        """Leave no older state of a page in the WAL; a reader at work puts that off."""
        connection = self._open()
        with suppress(sqlite3.Error):  # what was asked for is committed already
            connection.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 100:.0f}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000:.0f}")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._open()
        self._file.check()
        with _faults():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    with suppress(sqlite3.Error):  # the first error is the one to tell
                        connection.execute("ROLLBACK")
                raise
        self._file.check()  # nothing is acknowledged that went into a file already deleted

    def close(self) -> None:
        """See AppendPort."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
