"""The consents that live by the log itself: what fills the table at first, and what audits it.

The same as `standings.last_of` makes of what `accounts.said_by` finds: a test holds both equal.
Here the public fields of the entries do, nothing is opened, and only what gives or ends separate
consents is read. People must be known under one HMAC key each: see `is_settled`.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, exists, func, or_, select, text

from clausepress.ledger import lookups, schema
from clausepress.ledger.consents import KINDS, word
from clausepress.ledger.store import NewConsent

_PAGE: Final = 500


class _Text(Struct):
    policy: str


class _Said(Struct):
    """What of an entry counts here."""

    key_id: str
    kind: str
    policy: str
    decision: str
    mode: str
    purpose: str = ""
    documents: list[_Text] = []


class _Event(NamedTuple):
    """Place in the log, whether it was said under the account, and what; None for an erasure."""

    place: int
    own: bool
    said: _Said | None


_read: Final = msgspec.json.Decoder(_Said).decode


class _Source(NamedTuple):
    """Reads of one log in a transaction under way."""

    connection: Connection
    log_id: str

    def connect(self) -> AbstractContextManager[Connection]:
        return nullcontext(self.connection)


def is_settled(connection: Connection, log_id: str) -> bool:
    """Whether nobody is stored under two names: no change of HMAC keys is half done.

    A browser's key that seals nothing stays under an older name once the accounts that chose in
    the browser are erased: nothing that opens says whose it is, and nothing needs it.
    """
    k, r, n = schema.subject_key.c, schema.record.c, schema.link.c
    of_account = schema.subject_key.alias().c
    seals = exists().where(r.log_id == k.log_id, r.subject_key_id == k.key_id)
    ties = exists().where(
        n.log_id == k.log_id,
        n.key_id == k.key_id,
        r.log_id == n.log_id,
        r.idx == n.idx,
        of_account.log_id == r.log_id,
        of_account.key_id == r.subject_key_id,
    )
    query = select(func.count(k.mac_key_id.distinct())).where(k.log_id == log_id, or_(seals, ties))
    return (connection.scalar(query) or 0) < 2


def consents_of_log(connection: Connection, log_id: str) -> Iterator[list[NewConsent]]:
    """The rows that the table has to hold, by pages of accounts that ever gave such a consent."""
    k, r, n = schema.subject_key.c, schema.record.c, schema.link.c
    under_account = exists().where(
        r.log_id == k.log_id, r.subject_key_id == k.key_id, n.log_id == r.log_id, n.idx == r.idx
    )
    of_consents = or_(k.kept_as == "", k.kept_as.startswith("consent/"))
    query = select(k.mac, k.mac_key_id).where(k.log_id == log_id, of_consents, under_account)
    query = query.distinct().order_by(k.mac).limit(_PAGE)
    after = b""
    while page := connection.execute(query.where(k.mac > after)).all():
        after = bytes(page[-1].mac)
        macs = [bytes(row.mac) for row in page]
        yield _living(_Source(connection, log_id), page[0].mac_key_id, macs)


def fill_consents(connection: Connection, log_id: str) -> None:
    """Put them into the table, which has none of that log."""
    put = text(
        "INSERT INTO consent SELECT log_id, key_id, :policy, :purpose, :idx, mac_key_id, mac"
        " FROM subject_key WHERE log_id = :log_id AND key_id = :key_id"
    )
    for rows in consents_of_log(connection, log_id):
        if rows:
            connection.execute(put, [{"log_id": log_id} | row._asdict() for row in rows])


def _living(source: _Source, mac_id: str, macs: Sequence[bytes]) -> list[NewConsent]:
    """The consents that live of the accounts of these keyed hashes under one key."""
    said: dict[bytes, list[_Event]] = {}
    since: dict[bytes, dict[bytes, int]] = {}
    lost: dict[str, dict[bytes, int]] = {}
    """By browser, or its destroyed key: the accounts that chose in it, with the place of the first
    choice, or the last."""
    for account, place, entry, _, key_id, _, browser in lookups.linked(source, mac_id, macs, KINDS):
        events = said.setdefault(account, [])
        if entry:
            events.append(_Event(place, True, _read(entry)))
        if browser:
            first = since.setdefault(browser, {})
            first[account] = min(place, first.get(account, place))
        else:
            last = lost.setdefault(key_id or "", {})
            last[account] = max(place, last.get(account, place))
    for browser, place, entry in lookups.said(source, mac_id, list(since), KINDS):
        for account, first_place in since[browser].items():
            if place > first_place:
                said[account].append(_Event(place, False, _read(entry)))
    erasures = lookups.erasures(source, list(lost))
    for key_id, chose in lost.items():
        for account, last_place in chose.items():
            # A key whose time was over went without an erasure.
            place, _ = erasures.get(key_id) or (last_place, "")
            said[account].append(_Event(place, False, None))
    return [row for events in said.values() for row in _last(events)]


def _last(events: list[_Event]) -> list[NewConsent]:
    """The consents of one account that no later event ended; of one key and matter the last."""
    rows: dict[tuple[str, str, str], NewConsent] = {}
    for place, own, said in sorted(events, key=lambda event: event.place):
        if said is None:
            rows.clear()
            continue
        purpose, gives = word(said.kind, said.decision, said.mode, said.purpose)
        for policy in (said.policy, *(each.policy for each in said.documents)):
            if not gives:
                ended = [key for key in rows if key[1] == policy and purpose in {"", key[2]}]
                for key in ended:
                    del rows[key]
            elif own:
                row = NewConsent(said.key_id, policy, purpose, place)
                rows[said.key_id, policy, purpose] = row
    return list(rows.values())
