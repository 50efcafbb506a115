"""The rights of one person: all that is recorded of them, and what is needed to erase it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

from clausepress.ledger import address
from clausepress.ledger.accounts import said_by
from clausepress.ledger.keys import Keys
from clausepress.ledger.reader import Reader, Said
from clausepress.ledger.records import Receipt
from clausepress.ledger.sealing import opened
from clausepress.ledger.standings import Event
from clausepress.ledger.store import SubjectKey

Means = Literal["subject", "account", "sms", "email"]
"""What a person is known by: the random id of a browser, the host's account, a number, a mailbox.
"""


class Person(NamedTuple):
    """What the store holds of a person.

    Attributes:
        means: What the person is known by.
        name: In its one spelling.
        keys: The keys of the sealed fields, one for each kind of record and month: none when
            nothing is on record, or all is erased.
        suppressions: Ids of the records that stopped promotion to this address.
    """

    means: Means
    name: str
    keys: list[SubjectKey]
    suppressions: list[str]


class Exported(Struct, frozen=True, kw_only=True):
    """A record with the fields that only the operator's keys open, and its receipt."""

    record: dict[str, Any]
    receipt: Receipt


class Export(Struct, frozen=True, kw_only=True):
    """All that is recorded of a person; `suppressed` outlives an erasure."""

    schema: Literal["clausepress.subject/1"] = "clausepress.subject/1"
    means: Means
    name: str
    suppressed: bool
    records: list[Exported]


class History(Struct, frozen=True, kw_only=True):
    """A person's records in the order of the log; `next` is where a further page begins."""

    schema: Literal["clausepress.history/1"] = "clausepress.history/1"
    records: list[Exported]
    next: int | UnsetType = UNSET


def find(reader: Reader, keys: Keys, means: Means, name: str) -> Person:
    """The person of that name; raises AddressInvalid or StoreUnavailable."""
    if means == "sms":
        name = address.sender(name)  # lenient: whoever replied is found as well
    elif means == "email":
        name = address.normalise(means, name)
    macs = keys.macs(means, name.encode())
    known_by = [macs]
    if means in ("sms", "email"):
        digests = (f"{mac_id}:{mac.hex()}" for mac_id, mac in macs)
        known_by += [keys.macs("digest", digest.encode()) for digest in digests]
    found = [key for pairs in known_by for key in reader.subject_keys(pairs)]
    return Person(means, name, found, reader.suppressions(means, macs))


def records(reader: Reader, person: Person, start: int = 0) -> Iterator[Said]:
    """The person's records from a place in the log on, oldest first; raises StoreUnavailable."""
    key_ids = [key.key_id for key in person.keys]
    while page := reader.of(key_ids, start):
        yield from page
        start = page[-1].position + 1


def events(reader: Reader, keys: Keys, person: Person) -> list[Event]:
    """What made the person's state; raises StoreUnavailable, or SetupError for other keys."""
    if person.means == "account":
        return said_by(reader, keys, [person.name]).get(person.name, [])
    said = records(reader, person)
    return [Event(each.position, msgspec.json.decode(each.entry)) for each in said]


def show(
    keys: Keys, said: Iterable[Said], receipt: Callable[[str], Receipt | None]
) -> Iterator[Exported]:
    """Records opened, each with its receipt, which `receipt` gives by the record's id.

    Those that nobody can open any more are left out. Raises StoreUnavailable, or SetupError for
    other keys.
    """
    for each in said:
        if each.wrapped is None:
            continue
        fields = opened(keys, each.entry, each.wrapped)
        del fields["sealed"]  # its plain text stands beside it
        if proof := receipt(fields["id"]):
            yield Exported(record=fields, receipt=proof)
