"""The rights of one person: all that is recorded of them, and what is needed to erase it."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from clausepress.ledger import address
from clausepress.ledger.keys import Keys
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import Receipt
from clausepress.ledger.sealing import opened
from clausepress.ledger.store import SubjectKey

Means = Literal["subject", "sms", "email"]
"""What a person is known by: the random id of a browser or account, a number, a mailbox."""


class Person(NamedTuple):
    """What the store holds of a person.

    Attributes:
        means: What the person is known by.
        name: In its one spelling.
        keys: The keys of the sealed fields: none when nothing is on record, or all is erased;
            several when a suppression list had the address as a digest.
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


def find(reader: Reader, keys: Keys, means: Means, name: str) -> Person:
    """The person of that name; raises AddressInvalid or StoreUnavailable."""
    if means == "sms":
        name = address.sender(name)  # lenient: whoever replied is found as well
    elif means == "email":
        name = address.normalise(means, name)
    macs = keys.macs(means, name.encode())
    known_by = [macs]
    if means != "subject":
        digests = (f"{mac_id}:{mac.hex()}" for mac_id, mac in macs)
        known_by += [keys.macs("digest", digest.encode()) for digest in digests]
    found = [key for pairs in known_by if (key := reader.subject_key(pairs))]
    return Person(means, name, found, reader.suppressions(means, macs))


def export(
    reader: Reader, keys: Keys, person: Person, receipt: Callable[[str], Receipt | None]
) -> Export:
    """Open all records of a person; `receipt` gives that of a record id.

    Reads the whole log for each key. Raises StoreUnavailable, or SetupError for other keys.
    """
    records = []
    for key in person.keys:
        for record_id in reader.sealed_under(key.key_id):
            if proof := receipt(record_id):
                fields = opened(keys, proof.entry.encode(), key.wrapped)
                del fields["sealed"]  # its plain text stands beside it
                records.append(Exported(record=fields, receipt=proof))
    return Export(
        means=person.means,
        name=person.name,
        suppressed=bool(person.suppressions),
        records=records,
    )
