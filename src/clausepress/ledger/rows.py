"""From the records of a batch to the rows of its transaction: entries, keys, suppressions."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clausepress.ledger import sealing
from clausepress.ledger.keys import Keys, Random
from clausepress.ledger.merkle import leaf_hash
from clausepress.ledger.pending import Pending
from clausepress.ledger.records import (
    AccountChoice,
    Choice,
    Demand,
    Disposal,
    Erasure,
    Reply,
    Statement,
    event_ms,
    kind_of,
    split_digest,
)
from clausepress.ledger.store import NewLink, NewRecord, NewSuppression, SubjectKey

_SCOPE: Final = "marketing"
_REASON: Final = "opt-out"


class Named(NamedTuple):
    """Whom a record is of.

    Attributes:
        person: What the record says of them.
        kind: The kind of the record.
        macs: Their keyed hash by each HMAC key, with that key's id; the one that writes last.
    """

    person: sealing.Person
    kind: str
    macs: list[tuple[str, bytes]]


Cast = Mapping[str, Named]
"""Everyone whom the records of a batch are of, by the record's id."""


class Rows(NamedTuple):
    """What a batch adds to the tables, and the ids of the subject keys it takes away."""

    records: list[NewRecord]
    erased: list[str]
    subject_keys: list[SubjectKey]
    suppressions: list[NewSuppression]
    links: list[NewLink]

    def placed(self, first: int) -> "Rows":
        """The same rows from place `first` of the log on."""
        if not self.records or self.records[0].idx == first:
            return self
        moved = first - self.records[0].idx
        records = [record._replace(idx=record.idx + moved) for record in self.records]
        links = [link._replace(idx=link.idx + moved) for link in self.links]
        return self._replace(records=records, links=links)


class _Person(NamedTuple):
    """Current keyed hash, key id, and the cipher under that key."""

    mac: bytes
    key_id: str
    cipher: AESGCM


def name_people(batch: Sequence[Pending], keys: Keys) -> Cast:
    """Whom the records of a batch are of."""

    def named(person: sealing.Person, record: Statement) -> Named:
        return Named(person, kind_of(record), keys.macs(person.purpose, person.value))

    cast: dict[str, Named] = {}
    for pending in batch:
        record = pending.record
        if not isinstance(record, Erasure | Disposal):
            cast[pending.id] = named(sealing.person(record), record)
            if isinstance(record, AccountChoice):
                cast[_browser(pending.id)] = named(sealing.browser(record), record)
    return cast


def make_rows(
    batch: Sequence[Pending],
    first: int,
    at_ms: int,
    keys: Keys,
    cast: Cast,
    known: Collection[SubjectKey],
) -> Rows:
    """The rows of new records from place `first` on, at the server's clock in Unix milliseconds.

    Sealed under the keys known of the people, or under new ones. Nothing is sealed any more under a
    key that this very batch erases.
    """
    erased: list[str] = []
    names: list[str] = []
    for pending in batch:
        if isinstance(pending.record, Erasure):
            erased.append(pending.record.key_id)
        elif isinstance(pending.record, Disposal):
            erased += pending.record.keys
        else:
            names.append(pending.id)
            if isinstance(pending.record, AccountChoice):
                names.append(_browser(pending.id))
    random = sealing.Drawn().take
    usable = [key for key in known if key.key_id not in erased]
    people, made = _people({name: cast[name] for name in names}, at_ms, keys, usable, random)
    records: list[NewRecord] = []
    suppressions: dict[bytes, NewSuppression] = {}
    links: list[NewLink] = []
    for index, pending in enumerate(batch, first):
        record = pending.record
        if isinstance(record, Erasure | Disposal):
            key_id = record.key_id if isinstance(record, Erasure) else ""
            entry = sealing.closing_entry(record, pending.id, at_ms, key_id)
        else:
            mac, key_id, cipher = people[pending.id]
            entry = sealing.entry(
                record, cast[pending.id].person, pending.id, at_ms, key_id, cipher, random
            )
            if isinstance(record, AccountChoice):
                links.append(NewLink(index, people[_browser(pending.id)].key_id))
            if row := _suppression(record, (keys.mac_id, mac), pending.id, at_ms):
                # One row for each address: the first record is its evidence, the latest event its
                # time. The store does the same with the rows of earlier batches.
                first_row = suppressions.setdefault(row.mac, row)
                latest = max(first_row.at_ms, row.at_ms)
                suppressions[row.mac] = first_row._replace(at_ms=latest)
        body_mac = keys.mac("body", pending.body)
        # fmt: off
        records.append(NewRecord(
            index, pending.id, pending.idem_key, body_mac, keys.mac_id, entry, leaf_hash(entry),
            at_ms, kind_of(record), key_id,
        ))
        # fmt: on
    return Rows(records, erased, made, list(suppressions.values()), links)


def _browser(record_id: str) -> str:
    """Stands for the browser of a choice that is sealed under its account."""
    return f"{record_id} browser"


def _suppression(
    record: Statement, digest: tuple[str, bytes], record_id: str, at_ms: int
) -> NewSuppression | None:
    """What a record stops, if anything; `digest` is the keyed hash of its person."""
    reason = _REASON
    if isinstance(record, Demand):
        reason = record.reason
        digest = split_digest(record.digest) if record.digest else digest
    elif isinstance(record, Choice) or (isinstance(record, Reply) and not record.suppresses):
        return None
    channel = "sms" if isinstance(record, Reply) else record.channel
    return NewSuppression(channel, *digest, _SCOPE, reason, event_ms(record, at_ms), record_id)


def _people(
    cast: Cast, at_ms: int, keys: Keys, known: Collection[SubjectKey], random: Random
) -> tuple[dict[str, _Person], list[SubjectKey]]:
    """Each person by the id of their record, and the keys made anew."""
    found = {(key.mac_key_id, key.mac, key.kept_as): key for key in known}
    people: dict[str, _Person] = {}
    fresh: dict[tuple[bytes, str], _Person] = {}
    made: list[SubjectKey] = []
    for name, (_, kind, macs) in cast.items():
        kept_as = sealing.kept_as(kind, at_ms)
        current = macs[-1][1]
        places = [(*mac, kept_as) for mac in macs]
        stored = next((found[place] for place in places if place in found), None)
        if stored:
            cipher = AESGCM(keys.unwrap(stored.key_id, stored.wrapped))
            people[name] = _Person(current, stored.key_id, cipher)
            continue
        if (current, kept_as) not in fresh:
            key, cipher = sealing.new_subject_key(keys, current, kept_as, random)
            made.append(key)
            fresh[current, kept_as] = _Person(current, key.key_id, cipher)
        people[name] = fresh[current, kept_as]
    return people, made
