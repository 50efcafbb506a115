"""Checks a whole store: every row against what the log signed.

The tree is built anew from the entries and compared with every checkpoint (RFC 6962 section 2.1);
what a Merkle tree does not cover, keys and suppressions, is compared with the entries.
"""

import hmac
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Row, Select, Table, func, select

from clausepress.ledger import schema
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.errors import SetupError
from clausepress.ledger.keys import Keys
from clausepress.ledger.merkle import TILE_WIDTH, Tile, Tree, leaf_hash
from clausepress.ledger.records import timestamp
from clausepress.ledger.sealing import kept_as, opened, who
from clausepress.ledger.store import Head, KeyCheck
from clausepress.note import Malformed, Unsigned, first_signer, open_note

_MOST: Final = 50
_PAGE: Final = 1000


class Audit(NamedTuple):
    """What was looked at, and what is wrong with it.

    Attributes:
        records: Number of records.
        checkpoints: Number of signed tree heads.
        suppressions: Number of suppressed addresses.
        erasures: Number of keys of people that were destroyed.
        findings: One sentence for each fault; no more than 50 are told.
    """

    records: int
    checkpoints: int
    suppressions: int
    erasures: int
    findings: list[str]


def audit(connection: Connection, log_id: str, keys: Keys, kept: Checkpoint | None = None) -> Audit:
    """Check the log of that name in one transaction; reads every row once.

    A store put back as a whole to what it was is sound in itself: only `kept`, a checkpoint kept
    elsewhere, tells.

    Raises SetupError when there is no such log, KeysMismatch when it was made with other keys.
    """
    return _Auditor(connection, log_id, keys, kept).run()


class _Auditor:
    def __init__(
        self, connection: Connection, log_id: str, keys: Keys, kept: Checkpoint | None
    ) -> None:
        self._connection = connection
        self._log = log_id
        self._keys = keys
        self._kept = kept
        self._verifiers = keys.verifiers(log_id)
        self._newest = 0
        """Place among the verifiers of the newest key that has signed first."""
        self._found: list[str] = []
        self._destroyed = 0
        self._kept_suppressions: set[str] = set()
        """Records whose suppression stayed when the key that seals them was destroyed."""
        self._keyless: dict[str, int] = {}
        """Place of the first record of each key that is not there, until its end is on record."""
        self._silenced: dict[str, int] = {}
        """The same of the first record that made a suppression."""

    def run(self) -> Audit:
        h, c = schema.head.c, schema.key_check.c
        head = self._connection.execute(self._of(schema.head, h.size, h.root)).first()
        if head is None:
            raise SetupError(f"the database holds no log of the name {self._log}")
        checks = self._rows(self._of(schema.key_check, c.kind, c.key_id, c.value))
        self._keys.agree([KeyCheck(kind, key_id, bytes(value)) for kind, key_id, value in checks])
        size, checkpoints = self._tree(Head(head.size, bytes(head.root)))
        suppressions = self._people()
        return Audit(size, checkpoints, suppressions, self._destroyed, self._found)

    def _of(self, table: Table, *columns: Any) -> Select[Any]:
        return select(*columns).where(table.c.log_id == self._log)

    def _rows(self, query: Select[Any]) -> Iterator[Any]:
        yield from self._connection.execute(query, execution_options={"yield_per": _PAGE})

    def _tell(self, finding: str) -> None:
        if len(self._found) < _MOST:
            self._found.append(finding)

    def _tree(self, head: Head) -> tuple[int, int]:
        """Records, tiles and head are those signed; the number of records and of checkpoints."""
        c, tree, leaves = schema.checkpoint.c, Tree(), self._leaves()
        sound, count, last = True, 0, 0
        notes = self._of(schema.checkpoint, c.size, c.note).order_by(c.size)
        for size, note in self._rows(notes):
            count, before, last = count + 1, tree.size, size
            rows = list(islice(leaves, size - before))
            for place, (_, named) in enumerate(rows, before):
                if named != size:
                    self._tell(f"record {place} names the checkpoint {named}, the next is {size}")
            growth = tree.extend([leaf for leaf, _ in rows])
            root = self._signed(size, note)
            if sound and growth.size != size:
                sound = False  # every later checkpoint differs as well
                self._tell(f"the checkpoint of size {size} covers records that are not there")
            elif sound and root is not None and root != growth.root:
                sound = False
                self._tell(f"the records {before} to {size - 1} are not those that were signed")
            for tile in growth.tiles:
                self._check_tile(tile)
            tree.accept(growth)
            if self._kept and size == self._kept.size and growth.root != self._kept.root:
                self._tell(f"the first {size} records are not those of the checkpoint kept")
        if self._kept and tree.size < self._kept.size:
            self._tell(f"the checkpoint kept is of {self._kept.size} records: the tail is cut off")
        if extra := sum(1 for _ in leaves):
            self._tell(f"{extra} records from {tree.size} on are under no checkpoint")
        if head != Head(last, tree.root()):
            self._tell(f"the head ({head.size} records) is not that of the records")
        self._count_tiles(tree.size)
        return tree.size + extra, count

    def _signed(self, size: int, note: str) -> bytes | None:
        """The root that the log signed; None, after telling so, when it signed none.

        Once a new key signs first, an older one alone, which may be known to others, does no more.
        """
        try:
            first = first_signer(note, self._verifiers[self._newest :])
            signer = first or first_signer(note, self._verifiers) or self._verifiers[-1]
            checkpoint = Checkpoint.parse(open_note(note, signer))
            if first is None:
                self._tell(f"the checkpoint of size {size} is signed by an older log key only")
            elif first == first_signer(note, self._verifiers):
                self._newest = self._verifiers.index(first)
        except (Malformed, Unsigned) as error:
            self._tell(f"the checkpoint of size {size} is not the log's: {error}")
            return None
        if (checkpoint.origin, checkpoint.size) != (self._log, size):
            self._tell(f"the checkpoint of size {size} is another one")
            return None
        return checkpoint.root

    def _check_tile(self, tile: Tile) -> None:
        t = schema.tile.c
        query = self._of(schema.tile, t.root, t.hashes)
        row = self._connection.execute(
            query.where(t.level == tile.level, t.idx == tile.idx)
        ).first()
        if row is None or (bytes(row.root), bytes(row.hashes)) != (tile.root, tile.hashes):
            self._tell(f"the tile {tile.level}/{tile.idx} is not that of the records")

    def _count_tiles(self, size: int) -> None:
        full = 0
        while size := size // TILE_WIDTH:
            full += size
        stored = self._connection.scalar(self._of(schema.tile, func.count()))
        if stored != full:
            self._tell(f"there are {stored} full tiles, and the records fill {full}")

    def _leaves(self) -> Iterator[tuple[bytes, int]]:
        """Leaf hash and checkpoint size of each record in order, checking it by the way."""
        r, k, n = schema.record, schema.subject_key, schema.link
        c, b = r.c, k.alias()  # of the browser, where an account's key seals the record
        query = (
            self._of(r, c.idx, c.id, c.entry, c.leaf_hash, c.at_ms, c.kind, c.subject_key_id)
            .add_columns(c.checkpoint_size, k.c.wrapped, k.c.wrap_key_id, k.c.mac_key_id, k.c.mac)
            .add_columns(k.c.kept_as, n.c.key_id.label("browser"), b.c.kept_as.label("browser_as"))
            .add_columns(b.c.mac_key_id.label("browser_mac_key_id"), b.c.mac.label("browser_mac"))
            .outerjoin_from(r, k, (k.c.log_id == c.log_id) & (k.c.key_id == c.subject_key_id))
            .outerjoin(n, (n.c.log_id == c.log_id) & (n.c.idx == c.idx))
            .outerjoin(b, (b.c.log_id == n.c.log_id) & (b.c.key_id == n.c.key_id))
            .order_by(c.idx)
        )
        for place, row in enumerate(self._rows(query)):
            if row.idx != place:
                self._tell(f"record {place} is not there")
                return
            leaf = bytes(row.leaf_hash)
            if leaf_hash(bytes(row.entry)) != leaf:
                self._tell(f"record {place} was altered: its entry is not the one that was hashed")
            else:
                try:
                    self._check_record(row)
                except (msgspec.MsgspecError, ValueError, LookupError, TypeError, AttributeError):
                    self._tell(f"record {place} is no entry of a log")
            yield leaf, row.checkpoint_size

    def _check_record(self, row: Row[tuple[Any, ...]]) -> None:
        fields = msgspec.json.decode(bytes(row.entry), type=dict[str, Any])
        said = tuple(fields.get(name) for name in ("id", "at", "kind", "key_id"))
        if said != (row.id, timestamp(row.at_ms), row.kind, row.subject_key_id):
            self._tell(f"the columns of record {row.idx} do not say what its entry says")
            return
        if row.browser is not None and row.browser_mac is None:
            self._keyless.setdefault(row.browser, row.idx)
        for other in {row.kept_as, row.browser_as} - {None, "", kept_as(row.kind, row.at_ms)}:
            self._tell(f"the key of record {row.idx} is kept as {other!r}, which it is not")
        if row.kind == "erasure":
            self._destroy(row.idx, {row.subject_key_id: fields["suppressions"]})
        elif row.kind == "disposal":
            self._destroy(row.idx, fields["keys"])
        elif row.wrapped is not None:
            self._open(row)
        else:
            self._keyless.setdefault(row.subject_key_id, row.idx)
            if _suppresses(fields):
                self._silenced.setdefault(row.subject_key_id, row.idx)

    def _destroy(self, place: int, keys: dict[str, list[str]]) -> None:
        """The keys that a record says are destroyed are, and what it kept is to be found."""
        k = schema.subject_key.c
        there = self._connection.scalars(
            self._of(schema.subject_key, k.key_id).where(k.key_id.in_(keys))
        )
        for key_id in there:
            self._tell(f"record {place} erased the key {key_id}, which is there")
        for key_id, suppressions in keys.items():
            self._destroyed += 1
            self._kept_suppressions.update(suppressions)
            self._keyless.pop(key_id, None)
            if suppressions:
                self._silenced.pop(key_id, None)

    def _open(self, row: Row[tuple[Any, ...]]) -> None:
        """The key opens the record, the person is found by its hash, an opt-out is in force."""
        try:
            fields = opened(self._keys, bytes(row.entry), bytes(row.wrapped))
        except (SetupError, InvalidTag):
            self._tell(f"record {row.idx} is not opened by its person's key")
            return
        if not self._keys.wrapped(row.wrap_key_id, row.subject_key_id, bytes(row.wrapped)):
            self._tell(f"the key of record {row.idx} is not wrapped by the one that it names")
        purpose, name = who(fields)
        mac = self._keys.mac(purpose, name, row.mac_key_id)
        if not hmac.compare_digest(mac, bytes(row.mac)):
            self._tell(f"the person of record {row.idx} is not found by the hash of their key")
        if not self._is_linked(row, fields):
            self._tell(f"record {row.idx} is linked to another browser than it was made in")
        if _suppresses(fields) and not self._is_suppressed(fields):
            self._tell(f"record {row.idx} is an opt-out, and the address is not suppressed")

    def _is_linked(self, row: Row[tuple[Any, ...]], fields: dict[str, Any]) -> bool:
        """What was made under an account is found by its browser, and nothing else is."""
        if "account" not in fields or row.browser is None:
            return ("account" in fields) == (row.browser is not None)
        if row.browser_mac is None:  # the browser is erased
            return True
        mac = self._keys.mac("subject", fields["subject"].encode(), row.browser_mac_key_id)
        return hmac.compare_digest(mac, bytes(row.browser_mac))

    def _is_suppressed(self, fields: dict[str, Any]) -> bool:
        s, channel = schema.suppression.c, fields["channel"]
        if digest := fields.get("digest"):  # from a list that did not name the address
            mac_id, _, mac = digest.rpartition(":")
            pairs = [(mac_id, bytes.fromhex(mac))]
        else:
            pairs = self._keys.macs(channel, fields["address"].encode())
        return any(
            self._connection.scalar(
                self._of(schema.suppression, s.record_id)
                .where(s.channel == channel, s.mac_key_id == mac_id, s.mac == mac)
                .limit(1)
            )
            for mac_id, mac in pairs
        )

    def _people(self) -> int:
        """Keys are gone by erasure only; suppressions have their records, and none is missing."""
        s, r, k = schema.suppression, schema.record, schema.subject_key
        query = (
            self._of(s, s.c.record_id, r.c.subject_key_id, k.c.key_id)
            .outerjoin_from(s, r, (r.c.log_id == s.c.log_id) & (r.c.id == s.c.record_id))
            .outerjoin(k, (k.c.log_id == r.c.log_id) & (k.c.key_id == r.c.subject_key_id))
        )
        count, silenced = 0, self._silenced
        missing = self._kept_suppressions
        for record_id, sealed_under, key_id in self._rows(query):
            count += 1
            missing.discard(record_id)
            if sealed_under is None:
                self._tell(f"a suppression names the record {record_id}, which is not there")
            elif key_id is None:
                silenced.pop(sealed_under, None)
        for place in self._keyless.values():
            self._tell(f"the key of record {place} is gone, and no erasure took it")
        for record_id in sorted(missing):
            self._tell(f"an erasure kept the suppression by record {record_id}, now gone")
        for place in silenced.values():
            self._tell(f"record {place} is an opt-out, and the address is not suppressed")
        return count


def _suppresses(fields: dict[str, Any]) -> bool:
    """Whether an entry is of a kind that stops promotion to its sender's address."""
    return "channel" in fields and fields.get("decision") == "withdrawn"
