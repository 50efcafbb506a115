"""The append port on SQLite: WAL, synchronous=FULL, one transaction for each batch."""

import os
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from clausepress.ledger.errors import Raced, StoreUnavailable
from clausepress.ledger.store import (
    MOST_LEAVES,
    Agree,
    Asked,
    Batch,
    Head,
    KeyCheck,
    Known,
    Stored,
    SubjectKey,
    Turn,
)

_BUSY_SECONDS: Final = 5.0
_ASK_SECONDS: Final = (0.0002, 0.001)
_MAX_VARIABLES: Final = 900  # below SQLite's oldest limit on bound variables, 999
_MAX_ASKED: Final = 512  # and the log's id
_UNIQUE: Final = {sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE}

_HEAD: Final = "SELECT size, root FROM tree_head WHERE log_id = ?"
_LEAVES: Final = "SELECT leaf_hash FROM record WHERE log_id = ? AND idx >= ? ORDER BY idx LIMIT ?"
_STORED: Final = (
    "SELECT idem_key, id, body_mac, mac_key_id FROM record WHERE log_id = ? AND idem_key IN"
)
_SUBJECT_KEYS: Final = (
    "SELECT key_id, mac_key_id, mac, wrapped, wrap_key_id, kept_as FROM subject_key"
    " WHERE log_id = ? AND mac IN"
)


@contextmanager
def _faults() -> Iterator[None]:
    """Tell the store's faults from those of one row, which pass as they are."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode in _UNIQUE:
            raise Raced("a row is there already") from error
        raise
    except sqlite3.DataError:
        raise
    except sqlite3.Error as error:
        raise StoreUnavailable(f"SQLite: {error}") from error


def _insert(
    connection: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]], more: str = ""
) -> None:
    """Insert rows of one table, many in a statement, for another thread may run at each one's end.

    Their numbers are powers of two, so that few statements are compiled, once.
    """
    start = 0
    while start < len(rows):
        width = len(rows[start])
        fitting = min(len(rows) - start, _MAX_VARIABLES // width)
        count = 1 << (fitting.bit_length() - 1)
        row = f"({','.join('?' * width)})"
        # OR ROLLBACK: of a transaction that is given up as a whole, SQLite need not write down at
        # each statement how to undo just that.
        connection.execute(
            f"INSERT OR ROLLBACK INTO {table} VALUES {','.join([row] * count)}{more}",  # noqa: S608 - no input
            list(chain.from_iterable(rows[start : start + count])),
        )
        start += count


def _ask(connection: sqlite3.Connection, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
    """Run a statement that begins a transaction, as soon as the lock that it needs is free.

    SQLite keeps no queue and soon lets those who wait sleep for a tenth of a second, while others
    come and go. Who asks every millisecond gets a turn as often as anybody.
    """
    end = 0.0
    while True:
        try:
            return connection.execute(query, values)
        except sqlite3.OperationalError as error:
            now = time.monotonic()
            end = end or now + _BUSY_SECONDS
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or now > end:
                raise
        time.sleep(random.uniform(*_ASK_SECONDS))  # noqa: S311 - no secret


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
            # A large index is written all over: keep its pages at hand, and let more batches
            # gather in the WAL before they are put in their places (4,000 pages are 16 MB).
            self._connection.execute("PRAGMA cache_size=-16384")
            self._connection.execute("PRAGMA wal_autocheckpoint=4000")
            self._connection.execute("PRAGMA busy_timeout=0")  # see _ask

    def head(self) -> Head | None:
        """See AppendPort."""
        with _faults():
            found = _ask(self._open(), _HEAD, (self._log,)).fetchone()
        return Head(*found) if found else None

    def start(self, root: bytes, note: str, agree: Agree) -> None:
        """See AppendPort."""
        with self._transaction() as connection:
            made = connection.execute(
                "INSERT INTO tree_head VALUES (?, 0, ?) ON CONFLICT DO NOTHING", (self._log, root)
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

    def look_up(self, first: int, asked: Asked) -> tuple[list[bytes], Known]:
        """See AppendPort."""
        with _faults():
            leaves = _ask(self._open(), _LEAVES, (self._log, first, MOST_LEAVES))
            found = [leaf for (leaf,) in leaves]
            stored = {row[0]: Stored(*row) for row in self._select(_STORED, asked.idem_keys)}
            keys = frozenset(SubjectKey(*row) for row in self._select(_SUBJECT_KEYS, asked.macs))
        return found, Known(stored, keys)

    def _select(self, query: str, values: Sequence[str | bytes]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(values), _MAX_ASKED):
            part = values[start : start + _MAX_ASKED]
            # As many marks as a power of two, so that few statements are compiled, once.
            more = [part[-1]] * ((1 << (len(part) - 1).bit_length()) - len(part))
            marks = ",".join("?" * (len(part) + len(more)))
            yield from _ask(self._open(), f"{query} ({marks})", (self._log, *part, *more))

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """See AppendPort."""
        erased: list[str] = []
        with self._transaction() as connection:
            head = self.head()
            if head is None:
                raise StoreUnavailable("The log has no head; restore a backup.")
            yield Turn(head, partial(self._append, connection, erased))
        if erased:
            self._empty_wal()

    def _append(self, connection: sqlite3.Connection, erased: list[str], batch: Batch) -> None:
        log, before, after = self._log, batch.before, batch.after
        swapped = connection.execute(
            "UPDATE tree_head SET size = ?, root = ? WHERE log_id = ? AND size = ? AND root = ?",
            (after.size, after.root, log, before.size, before.root),
        )
        if swapped.rowcount != 1:
            raise Raced("another writer moved the head")
        _insert(connection, "record", [(log, *record, after.size) for record in batch.records])
        if batch.erased:
            connection.executemany(
                "DELETE FROM subject_key WHERE log_id = ? AND key_id = ?",
                [(log, key_id) for key_id in batch.erased],
            )
            connection.executemany(
                "DELETE FROM consent WHERE log_id = ? AND key_id = ?",
                [(log, key_id) for key_id in batch.erased],
            )
            erased += batch.erased
        _insert(connection, "subject_key", [(log, *key) for key in batch.subject_keys])
        _insert(
            connection,
            "suppression",
            [(log, *suppression) for suppression in batch.suppressions],
            " ON CONFLICT (log_id, channel, mac_key_id, mac, scope)"
            " DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)",
        )
        _insert(connection, "link", [(log, *link) for link in batch.links])
        connection.executemany(
            "INSERT INTO consent SELECT log_id, key_id, ?, ?, ?, mac_key_id, mac FROM subject_key"
            " WHERE log_id = ? AND key_id = ?"
            " ON CONFLICT (log_id, key_id, policy, purpose) DO UPDATE SET idx = excluded.idx",
            [(policy, about, idx, log, key_id) for key_id, policy, about, idx in batch.consents],
        )
        connection.executemany(
            "DELETE FROM consent WHERE log_id = ? AND key_id = ? AND ? IN (policy, '')"
            " AND ? IN (purpose, '') AND idx < ?",
            [(log, *ended) for ended in batch.ended],
        )
        _insert(connection, "tile", [(log, *tile) for tile in batch.tiles])
        connection.execute("INSERT INTO checkpoint VALUES (?,?,?)", (log, after.size, batch.note))

    def _empty_wal(self) -> None:
        """Leave no older state of a page in the WAL; a reader at work puts that off."""
        connection = self._open()
        with suppress(sqlite3.Error):  # what was asked for is committed already
            connection.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 100:.0f}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("PRAGMA busy_timeout=0")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._open()
        self._file.check()
        with _faults():
            _ask(connection, "BEGIN IMMEDIATE")
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
