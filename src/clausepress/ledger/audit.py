"""Checks a whole store: every row against what the log signed.

The tree is built anew from the entries and compared with every checkpoint (RFC 6962 section 2.1);
what a Merkle tree does not cover, the other columns, keys, links, suppressions and consents, is
compared with the entries.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    LargeBinary,
    Select,
    Table,
    Text,
    func,
    literal_column,
    or_,
    select,
)

from clausepress.ledger import schema
from clausepress.ledger.audit_consents import audit_consents
from clausepress.ledger.audit_records import RecordAudit, records
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.errors import SetupError
from clausepress.ledger.keys import Keys
from clausepress.ledger.merkle import TILE_WIDTH, Tile, Tree, leaf_hash
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
        left_out: What could not be compared, and what to do about it.
    """

    records: int
    checkpoints: int
    suppressions: int
    erasures: int
    findings: list[str]
    left_out: list[str]


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
        self._records = RecordAudit(connection, log_id, keys, self._tell)

    def run(self) -> Audit:
        h = schema.tree_head.c
        if self._connection.dialect.name == "sqlite" and not self._readable():
            return Audit(0, 0, 0, 0, self._found, [])
        head = self._connection.execute(self._of(schema.tree_head, h.size, h.root)).first()
        if head is None:
            raise SetupError(f"the database holds no log of the name {self._log}")
        self._check_keys()
        size, checkpoints = self._tree(Head(head.size, bytes(head.root)))
        suppressions = self._records.run()
        left_out = []
        if not audit_consents(self._connection, self._log, self._tell):
            left_out.append(
                "the consents that the send gate goes by, for people are under two HMAC keys"
                " (fix: clausepress keys renew)"
            )
        destroyed = self._records.destroyed
        return Audit(size, checkpoints, suppressions, destroyed, self._found, left_out)

    def _check_keys(self) -> None:
        """The keys are those of the log, and each in use has its check."""
        c, k = schema.key_check.c, schema.subject_key
        rows = self._rows(self._of(schema.key_check, c.kind, c.key_id, c.value))
        checks = [KeyCheck(kind, key_id, bytes(value)) for kind, key_id, value in rows]
        self._keys.agree(checks)
        checked = {(kind, key_id) for kind, key_id, _ in checks}
        for kind, column in (("mac", k.c.mac_key_id), ("wrap", k.c.wrap_key_id)):
            for key_id in self._connection.scalars(self._of(k, column).distinct()):
                if (kind, key_id) not in checked:
                    self._tell(f"of the {kind} key {key_id!r}, which is in use, the check is gone")

    def _readable(self) -> bool:
        """Whether an SQLite file is sound: its pages, its indexes, and the types of its values.

        SQLite takes a column's type as a hint only.
        """
        for fault in self._connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST})").scalars():
            if fault != "ok":
                self._tell(f"the database file is damaged: {fault}")
        names = {Text: "text", BigInteger: "integer", LargeBinary: "blob"}
        for table in schema.metadata.sorted_tables:
            other = [
                func.typeof(literal_column(column.name)) != names[type(column.type)]
                for column in table.columns
            ]
            query = self._of(table, func.count()).where(or_(*other))
            if count := self._connection.scalar(query):
                self._tell(f"{count} rows of {table.name} hold values that are not of its types")
        return not self._found

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
            if not count and size:
                self._tell("the checkpoint of size 0, with which the log began, is not there")
            count, before, last = count + 1, tree.size, size
            while tree.size < size and (rows := list(islice(leaves, min(size - tree.size, _PAGE)))):
                self._grow(tree, rows, size)
            root = self._signed(size, note)
            if sound and tree.size != size:
                sound = False  # every later checkpoint differs as well
                self._tell(f"the checkpoint of size {size} covers records that are not there")
            elif sound and root is not None and root != tree.root():
                sound = False
                self._tell(f"the records {before} to {size - 1} are not those that were signed")
            if self._kept and size == self._kept.size and tree.root() != self._kept.root:
                self._tell(f"the first {size} records are not those of the checkpoint kept")
        if self._kept and tree.size < self._kept.size:
            self._tell(f"the checkpoint kept is of {self._kept.size} records: the tail is cut off")
        if extra := sum(1 for _ in leaves):
            self._tell(f"{extra} records from {tree.size} on are under no checkpoint")
        if head != Head(last, tree.root()):
            self._tell(f"the head ({head.size} records) is not that of the records")
        self._count_tiles(tree.size)
        return tree.size + extra, count

    def _grow(self, tree: Tree, rows: list[tuple[bytes, int]], size: int) -> None:
        """Hash in some records of the checkpoint of that size."""
        for place, (_, named) in enumerate(rows, tree.size):
            if named != size:
                self._tell(f"record {place} names the checkpoint {named}, the next is {size}")
        growth = tree.extend([leaf for leaf, _ in rows])
        for tile in growth.tiles:
            self._check_tile(tile)
        tree.accept(growth)

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
        for place, row in enumerate(self._rows(records(self._log))):
            if row.idx != place:
                self._tell(f"record {place} is not there")
                return
            leaf = bytes(row.leaf_hash)
            if leaf_hash(bytes(row.entry)) == leaf:
                self._records.check(row)
            else:
                self._tell(f"record {place} was altered: its entry is not the one that was hashed")
            yield leaf, row.checkpoint_size
