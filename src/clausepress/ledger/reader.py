"""Reads of the store through SQLAlchemy Core: receipts, proofs, suppressions, health.

Rows of the log never change, so a read needs no transaction: whatever belongs to a tree of a
given size is there for good once a checkpoint of that size is.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, func, insert, literal, select, tuple_, union, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from clausepress.ledger import schema
from clausepress.ledger.errors import StoreUnavailable
from clausepress.ledger.merkle import (
    HASH_SIZE,
    TILE_HEIGHT,
    TILE_WIDTH,
    inclusion_proof,
    leaf_hash,
    nodes_from_tiles,
)
from clausepress.ledger.store import Head, KeyCheck, SubjectKey
from clausepress.ledger.tiles import TileName

_PAGE: Final = 500
_STRETCH: Final = 20_000
"""Places of the log that one statement looks at when no index serves: well below its deadline."""


class Proven(NamedTuple):
    """A stored entry with the audit path to its batch's checkpoint."""

    position: int
    entry: bytes
    proof: list[bytes]
    note: str


class Sealed(NamedTuple):
    """A record with its person's wrapped key, for reading what it seals."""

    position: int
    entry: bytes
    wrapped: bytes


class Said(NamedTuple):
    """A record of a person; `wrapped` is None when what it is sealed under is erased."""

    position: int
    entry: bytes
    wrapped: bytes | None


class Stopped(NamedTuple):
    """A suppression with its first record; `wrapped` is None when the person is erased."""

    position: int
    channel: str
    mac_id: str
    mac: bytes
    scope: str
    reason: str
    at_ms: int
    entry: bytes
    wrapped: bytes | None


class State(NamedTuple):
    """What the store says of a log, seen at one moment.

    Attributes:
        head: The stored head, if any.
        checkpoint: Size of the largest checkpoint, if any.
        records: Number after that of the last record.
    """

    head: Head | None
    checkpoint: int | None
    records: int


class Reader:
    """Reads one log; safe to use from several threads."""

    def __init__(self, engine: Engine, log_id: str) -> None:
        self._engine = engine
        self.log_id = log_id

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection for reads; what the engine raises in the block comes as StoreUnavailable."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise StoreUnavailable(f"The store does not answer: {type(error).__name__}") from error

    def proven(self, record_id: str) -> Proven | None:
        """The entry of that receipt id and its proof; None when there is none."""
        r, c = schema.record.c, schema.checkpoint.c
        with self.connect() as connection:
            row = connection.execute(
                select(r.idx, r.entry, r.leaf_hash, r.checkpoint_size, c.note)
                .join_from(
                    schema.record,
                    schema.checkpoint,
                    (c.log_id == r.log_id) & (c.size == r.checkpoint_size),
                )
                .where(r.log_id == self.log_id, r.id == record_id)
            ).first()
            if row is None:
                return None
            index, entry, leaf, size, note = row
            if leaf_hash(bytes(entry)) != bytes(leaf):
                raise StoreUnavailable(f"Record {index} was altered; restore a backup.")
            node = nodes_from_tiles(lambda *tile: self._tile(connection, *tile), size)
            return Proven(index, bytes(entry), inclusion_proof(index, size, node), note)

    def said(self, record_id: str) -> Said | None:
        """The record of that id with the key of its person; None when there is none."""
        r, k = schema.record.c, schema.subject_key.c
        query = (
            select(r.idx, r.entry, k.wrapped)
            .outerjoin_from(
                schema.record,
                schema.subject_key,
                (k.log_id == r.log_id) & (k.key_id == r.subject_key_id),
            )
            .where(r.log_id == self.log_id, r.id == record_id)
        )
        with self.connect() as connection:
            row = connection.execute(query).first()
        return row and Said(row[0], bytes(row[1]), row[2] and bytes(row[2]))

    def probe(self) -> None:
        """Write the head as it is; raises StoreUnavailable unless the store takes it."""
        h = schema.tree_head
        same = update(h).where(h.c.log_id == self.log_id).values(size=h.c.size)
        with self.connect() as connection:
            if connection.execute(same).rowcount != 1:
                raise StoreUnavailable("The log has no head; restore a backup.")

    def key_checks(self) -> list[KeyCheck]:
        """What tells the keys in use."""
        k = schema.key_check.c
        query = select(k.kind, k.key_id, k.value).where(k.log_id == self.log_id)
        with self.connect() as connection:
            rows = connection.execute(query)
            return [KeyCheck(kind, key_id, bytes(value)) for kind, key_id, value in rows]

    def add_key_checks(self, checks: Sequence[KeyCheck]) -> None:
        """Store that these keys are in use from now on."""
        with self.connect() as connection:
            for check in checks:
                row = {"log_id": self.log_id} | check._asdict()
                with suppress(IntegrityError):  # another process takes the same keys
                    connection.execute(insert(schema.key_check).values(row))

    def tile(self, level: int, index: int, width: int) -> Sequence[bytes]:
        """The first `width` hashes of a tile, full or filling."""
        with self.connect() as connection:
            return self._tile(connection, level, index, width)

    def published_tile(self, name: TileName) -> bytes | None:
        """The hashes of a tile; None when the tree of the head does not fill it so far."""
        h = schema.tree_head.c
        with self.connect() as connection:
            size = connection.scalar(select(h.size).where(h.log_id == self.log_id)) or 0
            filled = (size >> (TILE_HEIGHT * name.level)) - name.number * TILE_WIDTH
            if filled < name.width:
                return None
            return b"".join(self._tile(connection, *name))

    def _tile(self, connection: Connection, level: int, index: int, width: int) -> Sequence[bytes]:
        t, r = schema.tile.c, schema.record.c
        hashes = connection.scalar(
            select(t.hashes).where(t.log_id == self.log_id, t.level == level, t.idx == index)
        )
        if hashes is not None:
            whole = bytes(hashes)
            row = [whole[i : i + HASH_SIZE] for i in range(0, width * HASH_SIZE, HASH_SIZE)]
            return _whole(row, level, index, width)
        first = index * TILE_WIDTH
        if level:  # the hashes of a filling tile are the roots of the full tiles below it
            query = (
                select(t.root)
                .where(t.log_id == self.log_id, t.level == level - 1)
                .where(t.idx >= first, t.idx < first + width)
                .order_by(t.idx)
            )
        else:
            query = (
                select(r.leaf_hash)
                .where(r.log_id == self.log_id, r.idx >= first, r.idx < first + width)
                .order_by(r.idx)
            )
        return _whole([bytes(row) for row in connection.scalars(query)], level, index, width)

    def state(self) -> State:
        """Head, checkpoint and records of the log, in one statement: other writers may be busy."""
        c, h, r = schema.checkpoint.c, schema.tree_head.c, schema.record.c
        query = select(
            select(h.size).where(h.log_id == self.log_id).scalar_subquery(),
            select(h.root).where(h.log_id == self.log_id).scalar_subquery(),
            select(func.max(c.size)).where(c.log_id == self.log_id).scalar_subquery(),
            select(func.max(r.idx)).where(r.log_id == self.log_id).scalar_subquery(),
        )
        with self.connect() as connection:
            size, root, checkpoint, last = connection.execute(query).one()
        head = None if size is None else Head(size, bytes(root))
        return State(head, checkpoint, 0 if last is None else last + 1)

    def checkpoints(self, size: int) -> Sequence[str]:
        """The notes of the last two checkpoints up to that size, the newer first."""
        c = schema.checkpoint.c
        query = select(c.note).where(c.log_id == self.log_id, c.size <= size)
        with self.connect() as connection:
            return connection.scalars(query.order_by(c.size.desc()).limit(2)).all()

    def latest_checkpoint(self) -> str:
        """The checkpoint note of the stored head."""
        c, h = schema.checkpoint.c, schema.tree_head.c
        with self.connect() as connection:
            note: str | None = connection.scalar(
                select(c.note)
                .join_from(
                    schema.tree_head, schema.checkpoint, (c.log_id == h.log_id) & (c.size == h.size)
                )
                .where(h.log_id == self.log_id)
            )
        if note is None:
            raise StoreUnavailable("The store holds no checkpoint for its head; restore a backup.")
        return note

    def sealed(self, kinds: Sequence[str], start: int) -> list[Sealed]:
        """Records of these kinds from a place in the log on, oldest first, at most a page.

        Those of erased people are left out.
        """
        r, k = schema.record.c, schema.subject_key.c
        query = (
            select(r.idx, r.entry, k.wrapped)
            .join_from(
                schema.record,
                schema.subject_key,
                (k.log_id == r.log_id) & (k.key_id == r.subject_key_id),
            )
            .where(r.log_id == self.log_id, r.idx >= start, r.kind.in_(kinds))
            .order_by(r.idx)
            .limit(_PAGE)
        )
        with self.connect() as connection:
            rows = connection.execute(query)
            return [Sealed(idx, bytes(entry), bytes(wrapped)) for idx, entry, wrapped in rows]

    def subject_keys(self, macs: Sequence[tuple[str, bytes]]) -> list[SubjectKey]:
        """The keys of the person with these (key id, keyed hash) pairs."""
        k, found = schema.subject_key.c, []
        with self.connect() as connection:
            for mac_id, mac in macs:
                query = select(k.key_id, k.wrapped, k.wrap_key_id, k.kept_as)
                query = query.where(k.log_id == self.log_id, k.mac == mac, k.mac_key_id == mac_id)
                found += [
                    SubjectKey(key_id, mac_id, mac, bytes(wrapped), wrap_id, kept_as)
                    for key_id, wrapped, wrap_id, kept_as in connection.execute(query)
                ]
        return found

    def of(self, key_ids: Sequence[str], start: int = 0, most: int = _PAGE) -> list[Said]:
        """Records of a person from a place in the log on, oldest first, at most so many.

        Those sealed under these keys, and those made in the browser of these keys under an account.
        """
        r, k, n = schema.record.c, schema.subject_key.c, schema.link.c
        own = select(r.idx).where(
            r.log_id == self.log_id, r.subject_key_id.in_(key_ids), r.kind != "erasure"
        )
        linked = select(n.idx).where(n.log_id == self.log_id, n.key_id.in_(key_ids))
        places = union(own.where(r.idx >= start), linked.where(n.idx >= start)).subquery()
        query = (
            select(r.idx, r.entry, k.wrapped)
            .join_from(places, schema.record, (r.log_id == self.log_id) & (r.idx == places.c.idx))
            .outerjoin(schema.subject_key, (k.log_id == r.log_id) & (k.key_id == r.subject_key_id))
            .order_by(r.idx)
            .limit(most)
        )
        with self.connect() as connection:
            rows = connection.execute(query)
            return [Said(idx, bytes(entry), key and bytes(key)) for idx, entry, key in rows]

    def suppressions(self, channel: str, macs: Sequence[tuple[str, bytes]]) -> list[str]:
        """Ids of the records that suppressed the address of these (key id, keyed hash) pairs."""
        s = schema.suppression.c
        query = select(s.record_id).where(s.log_id == self.log_id, s.channel == channel)
        with self.connect() as connection:
            return [
                record_id
                for mac_id, mac in macs
                for record_id in connection.scalars(
                    query.where(s.mac_key_id == mac_id, s.mac == mac).order_by(s.scope)
                )
            ]

    def stopped(self, after: tuple[str, str, bytes], start: int) -> list[Stopped]:
        """Suppressions in the order of channel, key id and keyed hash, at most a page.

        Only those whose first record is at place `start` of the log or later.
        """
        r, k, s = schema.record.c, schema.subject_key.c, schema.suppression.c
        query = (
            select(r.idx, s.channel, s.mac_key_id, s.mac)
            .add_columns(s.scope, s.reason, s.at_ms, r.entry, k.wrapped)
            .join_from(
                schema.suppression, schema.record, (r.log_id == s.log_id) & (r.id == s.record_id)
            )
            .outerjoin(schema.subject_key, (k.log_id == r.log_id) & (k.key_id == r.subject_key_id))
            .where(s.log_id == self.log_id, tuple_(s.channel, s.mac_key_id, s.mac) > tuple_(*after))
            .where(r.idx >= start)
            .order_by(s.channel, s.mac_key_id, s.mac)
            .limit(_PAGE)
        )
        with self.connect() as connection:
            return [
                Stopped(
                    idx, on, mac_id, bytes(mac), scope, why, at, bytes(entry), key and bytes(key)
                )
                for idx, on, mac_id, mac, scope, why, at, entry, key in connection.execute(query)
            ]

    def suppressed(self, channel: str, macs: Sequence[tuple[str, bytes]]) -> bool:
        """Whether any of these (key id, keyed hash) pairs is suppressed on the channel."""
        s = schema.suppression.c
        with self.connect() as connection:
            return any(
                connection.scalar(
                    select(literal(1)).where(
                        s.log_id == self.log_id,
                        s.channel == channel,
                        s.mac_key_id == mac_id,
                        s.mac == mac,
                    )
                )
                for mac_id, mac in macs
            )


def _whole(row: Sequence[bytes], level: int, index: int, width: int) -> Sequence[bytes]:
    if len(row) != width or any(len(value) != HASH_SIZE for value in row):
        raise StoreUnavailable(f"Hashes of tile {level}/{index} are missing; restore a backup.")
    return row
