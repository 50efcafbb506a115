"""The table of consents that live against the log, in both directions."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, exists, func, select

from clausepress.ledger import schema
from clausepress.ledger.consent_log import consents_of_log, is_settled
from clausepress.ledger.store import NewConsent

_PART: Final = 500


def audit_consents(connection: Connection, log_id: str, tell: Callable[[str], None]) -> bool:
    """Tell of each row that the log does not give, and of each that is missing.

    Whether they were compared: not while a change of HMAC keys is under way, which `renew` ends.
    """
    if not is_settled(connection, log_id):
        return False
    untied = has_lost_ties(connection, log_id)
    stands = 0
    for rows in consents_of_log(connection, log_id):
        for start in range(0, len(rows), _PART):
            part = rows[start : start + _PART]
            stored = _stored(connection, log_id, part)
            stands += len(stored & set(part))
            for row in part:
                # A no may have ended it through a tie that `retain` destroyed since.
                if row not in stored and not untied:
                    tell(
                        f"record {row.idx} gave a consent that lives, and the gate does not know it"
                    )
    c = schema.consent.c
    count = connection.scalar(select(func.count()).where(c.log_id == log_id)) or 0
    if count != stands:
        tell(f"{count - stands} consents stand for the gate, and by the log they do not live")
    return True


def _stored(connection: Connection, log_id: str, rows: Sequence[NewConsent]) -> set[NewConsent]:
    c = schema.consent.c
    k = schema.subject_key.c
    of_key = (k.log_id == c.log_id) & (k.key_id == c.key_id)
    same = (k.mac_key_id == c.mac_key_id) & (k.mac == c.mac)
    query = (
        select(c.key_id, c.policy, c.purpose, c.idx)
        .join_from(schema.consent, schema.subject_key, of_key & same)
        .where(c.log_id == log_id, c.key_id.in_({row.key_id for row in rows}))
    )
    return {NewConsent(*row) for row in connection.execute(query)}


def has_lost_ties(connection: Connection, log_id: str) -> bool:
    """Whether a choice under an account is under a key that ended otherwise than by erasure."""
    n, r, k = schema.link.c, schema.record.c, schema.subject_key.c
    e = schema.record.alias().c
    query = (
        select(n.idx)
        .join_from(schema.link, schema.record, (r.log_id == n.log_id) & (r.idx == n.idx))
        .where(n.log_id == log_id)
        .where(~exists().where(k.log_id == log_id, k.key_id == r.subject_key_id))
        .where(
            ~exists().where(
                e.log_id == log_id, e.subject_key_id == r.subject_key_id, e.kind == "erasure"
            )
        )
    )
    return connection.scalar(query.limit(1)) is not None
