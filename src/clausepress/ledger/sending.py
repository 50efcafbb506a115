"""The send gate: may this message go to these numbers or mailboxes now?

A one-time password and a service notice always may: an opt-out is from promotion. Promotion may
not go to whoever opted out, on a subject that is never promoted, or by text message at night (hours
as Huawei Cloud's rules for promotion have them). Where the sender names a consent that it needs,
promotion goes to accounts only that gave it and did not take it back; agreeing to a text, or going
on to use a service, is no such consent. How often it goes is for the sender to count.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import UNSET, Meta, Struct, UnsetType

from clausepress.ledger import address
from clausepress.ledger.consents import Needed, willing
from clausepress.ledger.errors import AddressInvalid
from clausepress.ledger.keys import Keys
from clausepress.ledger.lookups import suppressed_among
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import Channel, Slug
from clausepress.ledger.tokens import Account

MOST: Final = 10_000
"""Addresses in one question."""

NEVER_PROMOTED: Final = frozenset({"religion", "sex", "disease"})
"""Subjects that promotion must not touch, by the privacy policy."""

_CHINA: Final = dt.timezone(dt.timedelta(hours=8))
_DAY: Final = range(8, 21)  # hours in which promotion by text message may go out

Barrier = Literal[
    "forbidden-subject", "address-not-valid", "suppressed", "no-consent", "quiet-hours"
]


class Recipient(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom the address belongs to, by the host's own id of the account."""

    address: str
    account: Account


class Sending(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A message to be sent, and to whom."""

    message: Literal["marketing", "service", "one-time-password"]
    channel: Channel
    to: Annotated[
        list[str | Recipient],
        Meta(
            min_length=1,
            max_length=MOST,
            description="Numbers or mailboxes; with their accounts where a consent is needed",
        ),
    ]
    consent: Needed | UnsetType = UNSET
    subjects: Annotated[
        list[Slug],
        Meta(max_length=50, description="What it is about; religion, sex, disease are refused"),
    ] = []


class Ruling(NamedTuple):
    """Whether the message may go to one address.

    Attributes:
        barrier: Why not; None when it may.
        address: In its one spelling; empty when it was not read.
    """

    barrier: Barrier | None
    address: str = ""


def rule(reader: Reader, keys: Keys, sending: Sending, now_ms: int) -> list[Ruling]:
    """One ruling for each address, in order, at the clock's Unix milliseconds.

    Raises StoreUnavailable.
    """
    if sending.message != "marketing":
        return [Ruling(None)] * len(sending.to)
    if not NEVER_PROMOTED.isdisjoint(subject.lower() for subject in sending.subjects):
        return [Ruling("forbidden-subject")] * len(sending.to)
    channel, to = sending.channel, sending.to
    names = [_name(channel, each if isinstance(each, str) else each.address) for each in to]
    stopped = _stopped(reader, keys, channel, [name for name in names if name])
    hour = dt.datetime.fromtimestamp(now_ms / 1000, _CHINA).hour
    night = channel == "sms" and hour not in _DAY
    if not sending.consent:
        return [_ruling(name, name in stopped, True, night) for name in names]
    accounts = ["" if isinstance(each, str) else each.account for each in to]
    agreed = willing(reader, keys, {each for each in accounts if each}, sending.consent)
    return [
        _ruling(name, name in stopped, account in agreed, night)
        for name, account in zip(names, accounts, strict=True)
    ]


def _ruling(name: str, stopped: bool, willing: bool, night: bool) -> Ruling:
    if not name:
        return Ruling("address-not-valid")
    if stopped:
        return Ruling("suppressed", name)
    if not willing:
        return Ruling("no-consent", name)
    # Night elsewhere is another time, under other law: that is for the sender to know.
    return Ruling("quiet-hours" if night and name.startswith("+86") else None, name)


def _name(channel: Channel, text: str) -> str:
    try:
        return address.sender(text) if channel == "sms" else address.normalise(channel, text)
    except AddressInvalid:
        return ""


def _stopped(reader: Reader, keys: Keys, channel: Channel, names: Sequence[str]) -> set[str]:
    stopped: set[str] = set()
    for mac_id, macs in keys.each(channel, [name.encode() for name in names]).items():
        found = suppressed_among(reader, channel, mac_id, macs)
        if found:
            stopped.update(name for name, mac in zip(names, macs, strict=True) if mac in found)
    return stopped
