"""The append port on PostgreSQL, and what speaks its protocol: one transaction for each batch."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final, TypeVar

import psycopg
from psycopg import sql
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

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

_T = TypeVar("_T")

_SECONDS: Final = 5
_IDLE_SECONDS: Final = 3
STILL_SECONDS: Final = 15
_TICK_SECONDS: Final = 0.1
# The server lets go of the head when the process that holds it stands still, or its host is gone,
# before those who wait for it (a statement each) give up.
_SESSION: Final = (
    f"-c statement_timeout={_SECONDS}s -c synchronous_commit=on"
    f" -c idle_in_transaction_session_timeout={_IDLE_SECONDS}s"
    f" -c tcp_keepalives_idle={_SECONDS} -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3"
)

# What another writer committed while we waited for the head is to be seen, whatever the default.
# Both in one message, yet without the pipeline: after one the server counts no idle seconds (the
# driver ends it with a Flush, which stops its clock).
_TURN: Final = sql.SQL(
    "BEGIN ISOLATION LEVEL READ COMMITTED;"
    " SELECT size, root FROM tree_head WHERE log_id = {} FOR UPDATE"
)
_LOOK_UP: Final = (
    "(SELECT 0, idx, '', '', leaf_hash, NULL::bytea, '', '' FROM record"
    " WHERE log_id = %s AND idx >= %s ORDER BY idx LIMIT %s)"
    " UNION ALL SELECT 1, 0, idem_key, id, body_mac, NULL, mac_key_id, '' FROM record"
    " WHERE log_id = %s AND idem_key = ANY(%b)"
    " UNION ALL SELECT 2, 0, key_id, mac_key_id, mac, wrapped, wrap_key_id, kept_as"
    " FROM subject_key WHERE log_id = %s AND mac = ANY(%b)"
)
# No size when the head was not moved by us, which is refused: all of the transaction is, with it.
_CHECKPOINT: Final = (
    "INSERT INTO checkpoint (log_id, size, note) VALUES (%s,"
    " (SELECT size FROM tree_head WHERE log_id = %s AND size = %s AND root = %s), %s)"
)

# %b: arrays in PostgreSQL's binary form, for a quarter of the time.
_RECORD: Final = (
    "INSERT INTO record (log_id, idx, id, idem_key, body_mac, mac_key_id, entry, leaf_hash, at_ms,"
    " kind, subject_key_id, checkpoint_size) SELECT %s, r.*, %s FROM unnest(%b::bigint[],"
    " %b::text[], %b::text[], %b::bytea[], %b::text[], %b::bytea[], %b::bytea[], %b::bigint[],"
    " %b::text[], %b::text[]) AS r"
)
_ERASED: Final = "DELETE FROM subject_key WHERE log_id = %s AND key_id = ANY(%s)"
_ERASED_CONSENTS: Final = "DELETE FROM consent WHERE log_id = %s AND key_id = ANY(%s)"
_SUBJECT_KEY: Final = (
    "INSERT INTO subject_key (log_id, key_id, mac_key_id, mac, wrapped, wrap_key_id, kept_as)"
    " SELECT %s, r.* FROM unnest(%b::text[], %b::text[], %b::bytea[], %b::bytea[], %b::text[],"
    " %b::text[]) AS r"
)
_SUPPRESSION: Final = (
    "INSERT INTO suppression (log_id, channel, mac_key_id, mac, scope, reason, at_ms, record_id)"
    " SELECT %s, r.* FROM unnest(%b::text[], %b::text[], %b::bytea[], %b::text[], %b::text[],"
    " %b::bigint[], %b::text[]) AS r ON CONFLICT (log_id, channel, mac_key_id, mac, scope)"
    " DO UPDATE SET at_ms = greatest(suppression.at_ms, excluded.at_ms)"
)
_LINK: Final = (
    "INSERT INTO link (log_id, idx, key_id) SELECT %s, r.* FROM unnest(%b::bigint[], %b::text[])"
    " AS r"
)
_CONSENT: Final = (
    "INSERT INTO consent (log_id, key_id, policy, purpose, idx, mac_key_id, mac)"
    " SELECT k.log_id, r.*, k.mac_key_id, k.mac FROM subject_key k"
    " JOIN unnest(%b::text[], %b::text[], %b::text[], %b::bigint[])"
    " AS r(key_id, policy, purpose, idx) ON k.key_id = r.key_id WHERE k.log_id = %s"
    " ON CONFLICT (log_id, key_id, policy, purpose) DO UPDATE SET idx = excluded.idx"
)
_ENDED: Final = (
    "DELETE FROM consent c"
    " USING unnest(%b::text[], %b::text[], %b::text[], %b::bigint[])"
    " AS e(key_id, policy, purpose, before) WHERE c.log_id = %s AND c.key_id = e.key_id"
    " AND e.policy IN (c.policy, '') AND e.purpose IN (c.purpose, '') AND c.idx < e.before"
)
_TILE: Final = (
    "INSERT INTO tile (log_id, level, idx, root, hashes) SELECT %s, r.* FROM"
    " unnest(%b::bigint[], %b::bigint[], %b::bytea[], %b::bytea[]) AS r"
)

_RACES: Final = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.UniqueViolation,
    psycopg.errors.NotNullViolation,  # see _CHECKPOINT
)


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


@contextmanager
def _faults() -> Iterator[None]:
    """Tell the store's faults from those of one row, which pass as they are."""
    try:
        yield
    except _RACES as error:
        raise Raced(f"PostgreSQL asks to try again: {error.sqlstate}") from error
    except StandsStill as error:
        raise StoreUnavailable(str(error)) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise StoreUnavailable(f"PostgreSQL: {type(error).__name__}") from error
    except psycopg.DatabaseError as error:
        if error.sqlstate is None or error.sqlstate[:2] in {"22", "23"}:  # data, constraint
            raise
        raise StoreUnavailable(f"PostgreSQL: {type(error).__name__}") from error


class Bounded(psycopg.Connection):
    """Gives up a server that stands still itself, so that no time limit of its own ends a wait.

    Attributes:
        still_seconds: How long a statement may give nothing; None for STILL_SECONDS.
    """

    still_seconds: float | None = None

    def wait(
        self, gen: PQGen[_T], interval: float = _TICK_SECONDS, timeout: float | None = None
    ) -> _T:
        """See psycopg.Connection; raises StandsStill too, and is closed then."""
        still = self.still_seconds or STILL_SECONDS
        end = time.monotonic() + still
        try:
            return super().wait(gen, interval, still if timeout is None else timeout)
        except psycopg.OperationalError:
            if time.monotonic() < end:
                raise
            self.close()  # else the rollback would wait as long
            raise StandsStill(f"PostgreSQL did not answer within {still:g} seconds.") from None


class StandsStill(psycopg.OperationalError):
    """The server takes connections, or holds one, and does not answer."""


class PostgresDriver:
    """An AppendPort on one PostgreSQL connection."""

    def __init__(self, conninfo: str, log_id: str) -> None:
        self._conninfo = conninfo
        self._log = log_id
        self._turn = _TURN.format(log_id).as_string()
        self._connection: psycopg.Connection | None = None
        self._planned_for = 0

    def _open(self) -> psycopg.Connection:
        if self._connection is None:
            raise StoreUnavailable("The connection to PostgreSQL is closed.")
        return self._connection

    def reopen(self) -> None:
        """See AppendPort."""
        try:
            made = Bounded.connect(
                self._conninfo,
                autocommit=True,  # BEGIN and COMMIT are left to us
                connect_timeout=_SECONDS,
                options=_SESSION,
                keepalives_idle=_SECONDS,
                tcp_user_timeout=_SECONDS * 1000,
            )
        except psycopg.Error as error:
            raise StoreUnavailable(f"PostgreSQL does not answer: {type(error).__name__}") from error
        self.close()
        self._connection, self._planned_for = made, 0

    def head(self) -> Head | None:
        """See AppendPort."""
        with _faults():
            query = "SELECT size, root FROM tree_head WHERE log_id = %s"
            found = self._open().execute(query, (self._log,)).fetchone()
        return Head(*found) if found else None

    def start(self, root: bytes, note: str, agree: Agree) -> None:
        """See AppendPort."""
        connection = self._open()
        with _faults(), connection.transaction():
            made = connection.execute(
                "INSERT INTO tree_head (log_id, size, root) VALUES (%s, 0, %s)"
                " ON CONFLICT DO NOTHING",
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

    def look_up(self, first: int, asked: Asked) -> tuple[list[bytes], Known]:
        """See AppendPort."""
        log = self._log
        asks = (log, first, MOST_LEAVES, log, asked.idem_keys, log, asked.macs)
        held = self._open().info.transaction_status is not TransactionStatus.IDLE
        if first > 2 * self._planned_for and not held:
            # A connection keeps its plans, and one that suits an empty table reads all of it.
            with suppress(StoreUnavailable):  # the old one will do
                self.reopen()
            self._planned_for = first
        with _faults():
            rows = self._open().execute(_LOOK_UP, asks).fetchall()
        leaves = sorted((row[1], row[4]) for row in rows if row[0] == 0)
        stored = (
            Stored(key, record_id, mac, mac_id)
            for kind, _, key, record_id, mac, _, mac_id, _ in rows
            if kind == 1
        )
        keys = frozenset(SubjectKey(*row[2:]) for row in rows if row[0] == 2)
        return [leaf for _, leaf in leaves], Known({each.idem_key: each for each in stored}, keys)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """See AppendPort."""
        connection = self._open()
        try:
            with _faults():
                head = connection.execute(self._turn.encode(), prepare=False)
                head.nextset()  # what BEGIN gives is none
                found = head.fetchone()
            if found is None:
                raise StoreUnavailable("The log has no head; restore a backup.")
            yield Turn(Head(*found), partial(self._append, connection))
        finally:
            with suppress(psycopg.Error):  # the first error is the one to tell
                connection.rollback()  # nothing, once it is committed

    def _append(self, connection: psycopg.Connection, batch: Batch) -> None:
        """Write and commit, without waiting for the answer to each statement."""
        log, before, after = self._log, batch.before, batch.after
        with _faults(), connection.pipeline():
            connection.execute(
                "UPDATE tree_head SET size = %s, root = %s"
                " WHERE log_id = %s AND size = %s AND root = %s",
                (after.size, after.root, log, before.size, before.root),
            )
            connection.execute(_CHECKPOINT, (log, log, after.size, after.root, batch.note))
            connection.execute(_RECORD, (log, after.size, *_columns(batch.records)))
            if batch.erased:
                connection.execute(_ERASED, (log, batch.erased))
                connection.execute(_ERASED_CONSENTS, (log, batch.erased))
            if batch.subject_keys:
                connection.execute(_SUBJECT_KEY, (log, *_columns(batch.subject_keys)))
            if batch.suppressions:
                connection.execute(_SUPPRESSION, (log, *_columns(batch.suppressions)))
            if batch.links:
                connection.execute(_LINK, (log, *_columns(batch.links)))
            if batch.tiles:
                connection.execute(_TILE, (log, *_columns(batch.tiles)))
            if batch.consents:
                connection.execute(_CONSENT, (*_columns(batch.consents), log))
            if batch.ended:
                connection.execute(_ENDED, (*_columns(batch.ended), log))
            connection.execute("COMMIT")

    def close(self) -> None:
        """See AppendPort."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None
