"""Copies a whole log from one store to another: to move it, or as a backup."""

from typing import Final, NamedTuple

from sqlalchemy import Engine, insert, select

from clausepress.ledger import schema
from clausepress.ledger.audit import Audit, audit
from clausepress.ledger.engines import transaction
from clausepress.ledger.errors import SetupError, StoreDamaged
from clausepress.ledger.keys import Keys

_PAGE: Final = 1000


class Copied(NamedTuple):
    """What the copy holds, and how many records the source got while it was made."""

    audit: Audit
    since: int


def copy_log(source: Engine, target: Engine, log_id: str, keys: Keys) -> Copied:
    """Copy every row of a log as the source has it at one moment, and audit the copy.

    All of it is one transaction of the target: a copy that is not whole is not there. The source
    may be in use; who goes on from the copy must have stopped it before, or the log has two ends.

    Raises:
        SetupError: The source has no such log, or the target has one of that name.
        KeysMismatch: The log was made with other keys.
        StoreDamaged: The source is not as its log signed it.
    """
    with transaction(source) as reads, transaction(target, write=True) as writes:
        head = schema.tree_head.c
        size = select(head.size).where(head.log_id == log_id)
        if writes.scalar(size) is not None:
            raise SetupError(f"the target holds a log of the name {log_id} already")
        for table in schema.metadata.sorted_tables:
            query = select(table).where(table.c.log_id == log_id)
            rows = reads.execute(query, execution_options={"yield_per": _PAGE})
            for part in rows.mappings().partitions():
                writes.execute(insert(table), [dict(row) for row in part])
        report = audit(writes, log_id, keys)
        if report.findings:
            raise StoreDamaged("the source is damaged, and nothing was copied", report.findings)
    with source.connect() as later:
        return Copied(report, (later.scalar(size) or 0) - report.records)
