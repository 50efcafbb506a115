"""The append port on PostgreSQL, and what speaks its protocol: one transaction for each batch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg

from clausepress.ledger.errors import Raced, StoreUnavailable
from clausepress.ledger.store import Agree, Batch, Head, KeyCheck, Stored, SubjectKey

_SECONDS: Final = 5

_RECORD: Final = (
    "INSERT INTO record (log_id, idx, id, idem_key, body_mac, mac_key_id, entry, leaf_hash, at_ms,"
    " kind, subject_key_id, checkpoint_size) SELECT %s, r.*, %s FROM unnest(%s::bigint[],"
    " %s::text[], %s::text[], %s::bytea[], %s::text[], %s::bytea[], %s::bytea[], %s::bigint[],"
    " %s::text[], %s::text[]) AS r"
)
_SUBJECT_KEY: Final = (
    "INSERT INTO subject_key (log_id, key_id, mac_key_id, mac, wrapped) SELECT %s, r.* FROM"
    " unnest(%s::text[], %s::text[], %s::bytea[], %s::bytea[]) AS r"
)
_SUPPRESSION: Final = (
    "INSERT INTO suppression (log_id, channel, mac_key_id, mac, scope, reason, at_ms, record_id)"
    " SELECT %s, r.* FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::text[], %s::text[],"
    " %s::bigint[], %s::text[]) AS r ON CONFLICT (log_id, channel, mac_key_id, mac, scope)"
    " DO UPDATE SET at_ms = greatest(suppression.at_ms, excluded.at_ms)"
)
_TILE: Final = (
    "INSERT INTO tile (log_id, level, idx, root, hashes) SELECT %s, r.* FROM"
    " unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[]) AS r"
)


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


class PostgresDriver:
    """An AppendPort on one PostgreSQL connection."""

    def __init__(self, conninfo: str, log_id: str) -> None:
        self._conninfo = conninfo
        self._log = log_id
        self._connection: psycopg.Connection | None = None

    def _open(self) -> psycopg.Connection:
        if self._connection is None:
            raise StoreUnavailable("The connection to PostgreSQL is closed.")
        return self._connection

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection]:
        """One transaction; a lost COMMIT comes as StoreUnavailable, its outcome unknown."""
        connection = self._open()
        try:
            try:
                yield connection
                connection.commit()
            except BaseException:
                with suppress(psycopg.Error):  # the first error is the one to tell
                    connection.rollback()
                raise
        except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected) as error:
            raise Raced(f"PostgreSQL asks to try again: {error.sqlstate}") from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise StoreUnavailable(f"PostgreSQL: {type(error).__name__}") from error
        except psycopg.DatabaseError as error:
            if error.sqlstate is None or error.sqlstate[:2] in {"22", "23"}:  # data, constraint
                raise
            raise StoreUnavailable(f"PostgreSQL: {type(error).__name__}") from error

    def reopen(self) -> None:
        """See AppendPort."""
        self.close()
        try:
            self._connection = psycopg.connect(
                self._conninfo,
                connect_timeout=_SECONDS,
                options=f"-c statement_timeout={_SECONDS}s -c synchronous_commit=on",
                keepalives_idle=_SECONDS,
                tcp_user_timeout=_SECONDS * 1000,
            )
        except psycopg.Error as error:
            raise StoreUnavailable(f"PostgreSQL does not answer: {type(error).__name__}") from error

    def head(self) -> Head | None:
        """See AppendPort."""
        with self._transaction() as connection:
            found = connection.execute(
                "SELECT size, root FROM head WHERE log_id = %s", (self._log,)
            ).fetchone()
        return Head(found[0], bytes(found[1])) if found else None

    def start(self, root: bytes, note: str, agree: Agree) -> None:
        """See AppendPort."""
        with self._transaction() as connection:
            made = connection.execute(
                "INSERT INTO head (log_id, size, root) VALUES (%s, 0, %s) ON CONFLICT DO NOTHING",
                (self._log, root),
            )
            if made.rowcount == 1:
                connection.execute(
                    "INSERT INTO checkpoint (log_id, size, note) VALUES (%s, 0, %s)",
                    (self._log, note),
                )
            rows = connection.execute(
                "SELECT kind, key_id, value FROM key_check WHERE log_id = %s", (self._log,)
            ).fetchall()
            for check in agree([KeyCheck(*row) for row in rows]):
                connection.execute(
                    "INSERT INTO key_check (log_id, kind, key_id, value) VALUES (%s, %s, %s, %s)"
                    " ON CONFLICT DO NOTHING",
                    (self._log, *check),
                )

    def stored(self, idem_keys: Sequence[str]) -> list[Stored]:
        """See AppendPort."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT idem_key, id, body_mac, mac_key_id FROM record "
                "WHERE log_id = %s AND idem_key = ANY(%s)",
                (self._log, list(idem_keys)),
            ).fetchall()
        return [Stored(*row) for row in rows]

    def subject_keys(self, macs: Sequence[bytes]) -> list[SubjectKey]:
        """See AppendPort."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT key_id, mac_key_id, mac, wrapped FROM subject_key "
                "WHERE log_id = %s AND mac = ANY(%s)",
                (self._log, list(macs)),
            ).fetchall()
        return [SubjectKey(*row) for row in rows]

    def append(self, batch: Batch) -> None:
        """See AppendPort."""
        log, before, after = self._log, batch.before, batch.after
        with self._transaction() as connection:
            swapped = connection.execute(
                "UPDATE head SET size = %s, root = %s"
                " WHERE log_id = %s AND size = %s AND root = %s",
                (after.size, after.root, log, before.size, before.root),
            )
            if swapped.rowcount != 1:
                raise Raced("another writer moved the head")
            # The head's row is locked now, so nothing below can meet another writer.
            with connection.pipeline():
                connection.execute(_RECORD, (log, after.size, *_columns(batch.records)))
                if batch.erased:
                    connection.execute(
                        "DELETE FROM subject_key WHERE log_id = %s AND key_id = ANY(%s)",
                        (log, batch.erased),
                    )
                if batch.subject_keys:
                    connection.execute(_SUBJECT_KEY, (log, *_columns(batch.subject_keys)))
                if batch.suppressions:
                    connection.execute(_SUPPRESSION, (log, *_columns(batch.suppressions)))
                if batch.tiles:
                    connection.execute(_TILE, (log, *_columns(batch.tiles)))
                connection.execute(
                    "INSERT INTO checkpoint (log_id, size, note) VALUES (%s, %s, %s)",
                    (log, after.size, batch.note),
                )

    def close(self) -> None:
        """See AppendPort."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None
