"""When an older key may go: only once nothing that is stored needs it any more."""

from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from clausepress.ledger import schema
from clausepress.ledger.keyfile import KeyKind

REPEATED_DAYS: Final = 31
"""How long a request may still come again: the longest that a gateway keeps a reply."""


def needs(
    connection: Connection, log_id: str, kind: KeyKind, key_id: str, now_ms: int
) -> list[str]:
    """What still needs a key, each with its count; a log key's checkpoints need its public half
    only, which stays."""
    r, k, s = schema.record.c, schema.subject_key.c, schema.suppression.c

    def count(of: Table, *conditions: ColumnElement[bool]) -> int:
        return connection.scalar(select(func.count()).select_from(of).where(*conditions)) or 0

    found: dict[str, int] = {}
    if kind == "wrap":
        wrapped = (k.log_id == log_id, k.wrap_key_id == key_id)
        found["wrapped subject keys"] = count(schema.subject_key, *wrapped)
    elif kind == "mac":
        people = (k.log_id == log_id, k.mac_key_id == key_id)
        stopped = (s.log_id == log_id, s.mac_key_id == key_id)
        since = now_ms - REPEATED_DAYS * 86_400_000
        repeated = (r.log_id == log_id, r.mac_key_id == key_id, r.at_ms > since)
        found["hashed subject keys"] = count(schema.subject_key, *people)
        found["suppressed addresses"] = count(schema.suppression, *stopped)
        found[f"records of the last {REPEATED_DAYS} days"] = count(schema.record, *repeated)
    return [f"{what}: {number}" for what, number in found.items() if number]


def forget(connection: Connection, log_id: str, kind: KeyKind, key_id: str) -> None:
    """Note that a key is not in use any more."""
    c = schema.key_check.c
    named = (c.log_id == log_id, c.kind == kind, c.key_id == key_id)
    connection.execute(delete(schema.key_check).where(*named))
