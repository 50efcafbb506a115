"""What a batch does to the consents that live: rows that it adds, and rows that it ends.

Made while the head is held, for a no in a browser ends what accounts gave that other writers may
have tied to it just before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag

from clausepress.ledger import lookups
from clausepress.ledger.consents import KINDS, word
from clausepress.ledger.errors import SetupError
from clausepress.ledger.keys import Keys
from clausepress.ledger.pending import Pending
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import AccountChoice, Choice, Disposal, Erasure, Record
from clausepress.ledger.rows import Cast, Rows
from clausepress.ledger.sealing import opened
from clausepress.ledger.store import EndedConsent, NewConsent, NewRecord, SubjectKey

_CLOSING: Final = (Erasure, Disposal)

_Name = tuple[str, bytes]
"""Whom the store knows by a keyed hash: the id of the HMAC key, and the hash."""

_KeyIds = dict[_Name, set[str]]
"""The ids of people's keys."""


class ConsentRows(NamedTuple):
    """What a batch adds to the table, and after that takes away."""

    given: list[NewConsent]
    ended: list[EndedConsent]


class _End(NamedTuple):
    """What ends: consents to a purpose of a policy, "" for each, given before a place in the log.

    Without a place, up to the last choice in the browser that it ends in.
    """

    policy: str
    purpose: str
    before: int | None


_Ended = list[tuple[Sequence[_Name], _End]]
"""What ends of which account, by all its names."""


def consent_rows(
    reader: Reader,
    keys: Keys,
    cast: Cast,
    batch: Sequence[Pending],
    rows: Rows,
    known: Iterable[SubjectKey],
) -> ConsentRows:
    """The changes by a batch whose rows have their places.

    Args:
        reader: What other writers committed is in it.
        keys: Those that the rows were made with.
        cast: Whom the records are of.
        batch: The records of `rows`, in the same order.
        rows: What was made of them.
        known: The keys that the store has of the same people.

    Raises StoreUnavailable, or SetupError for other keys.
    """
    pairs = list(zip(batch, rows.records, strict=True))
    if not any(_counts(pending.record) for pending, _ in pairs):
        return ConsentRows([], [])
    people: _KeyIds = {name: set() for each in cast.values() for name in each.macs}
    for key in (*known, *rows.subject_keys):
        people.setdefault((key.mac_key_id, key.mac), set()).add(key.key_id)
    given: dict[tuple[str, str, str], NewConsent] = {}
    ended: _Ended = []
    in_browsers: dict[str, list[_End]] = {}
    """By id of a browser's key."""
    for pending, row in pairs:
        record, names = pending.record, cast[pending.id].macs if pending.id in cast else []
        if isinstance(record, Erasure):
            # Nobody can tell any more what was taken back in a browser that is erased.
            in_browsers.setdefault(record.key_id, []).append(_End("", "", row.idx))
        elif isinstance(record, Disposal):
            for key_id in record.keys:
                in_browsers.setdefault(key_id, []).append(_End("", "", None))
        elif isinstance(record, Choice) and _counts(record):
            purpose, gives = word(record.kind, record.decision, record.mode, record.purpose)
            for policy in [text.policy for text in record.texts()]:
                end = _End(policy, purpose, row.idx)
                if isinstance(record, AccountChoice) and gives:
                    key_id = row.subject_key_id
                    consent = NewConsent(key_id, policy, purpose, row.idx)
                    given[key_id, policy, purpose] = consent
                elif isinstance(record, AccountChoice):
                    ended.append((names, end))
                elif not gives:
                    for key_id in {key_id for name in names for key_id in people[name]}:
                        in_browsers.setdefault(key_id, []).append(end)
    if in_browsers:
        ended += _of_accounts(in_browsers, _ties(reader, keys, cast, pairs, rows, in_browsers))
    return ConsentRows(list(given.values()), _by_key(reader, ended, people))


def _counts(record: Record) -> bool:
    return record.kind in KINDS if isinstance(record, Choice) else isinstance(record, _CLOSING)


_Tie = tuple[str, int, int, Sequence[_Name]]
"""The id of a browser's key, the places of the first and the last choice in it under an account,
and the names of that account."""


def _ties(
    reader: Reader,
    keys: Keys,
    cast: Cast,
    pairs: Iterable[tuple[Pending, NewRecord]],
    rows: Rows,
    browser_keys: Iterable[str],
) -> Iterator[_Tie]:
    """The accounts that chose in the browsers of these keys, before the batch and in it."""
    found = list(lookups.ties(reader, list(browser_keys)))
    # An account may be stored under several names.
    sealed = {} if keys.one_mac else lookups.sealed(reader, [tie.first for tie in found])
    for tie in found:
        names = [(tie.mac_id, tie.mac)]
        if tie.first in sealed:
            # A damaged key of an account must not keep anybody from saying no: the name it is
            # stored under does then.
            with suppress(SetupError, InvalidTag, ValueError):
                account: str = opened(keys, *sealed[tie.first])["account"]
                names = keys.macs("account", account.encode())
        yield tie.browser_key, tie.first, tie.last, names
    ids = {row.idx: pending.id for pending, row in pairs}
    for idx, key_id in rows.links:
        yield key_id, idx, idx, cast[ids[idx]].macs


def _of_accounts(in_browsers: Mapping[str, list[_End]], ties: Iterable[_Tie]) -> _Ended:
    return [
        (names, end._replace(before=last + 1 if end.before is None else end.before))
        for key_id, first, last, names in ties
        for end in in_browsers.get(key_id, ())
        if end.before is None or first < end.before
    ]


def _by_key(reader: Reader, ended: _Ended, people: _KeyIds) -> list[EndedConsent]:
    """What ends, by the ids of all keys of the accounts; `people` has those of the batch."""
    found = dict(people)
    names = {name for names, _ in ended for name in names} - people.keys()
    for mac_id in {mac_id for mac_id, _ in names}:
        macs = [mac for named_by, mac in names if named_by == mac_id]
        for mac, key_id in lookups.keys_of(reader, mac_id, macs):
            found.setdefault((mac_id, mac), set()).add(key_id)
    rows = (
        EndedConsent(key_id, end.policy, end.purpose, end.before or 0)
        for names, end in ended
        for name in names
        for key_id in found.get(name, ())
    )
    return list(dict.fromkeys(rows))
