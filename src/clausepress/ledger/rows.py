"""From the records of a batch to the rows of its transaction: entries, keys, suppressions."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clausepress.ledger import sealing
from clausepress.ledger.keys import Keys
from clausepress.ledger.merkle import leaf_hash
from clausepress.ledger.pending import Pending
from clausepress.ledger.records import (
    Choice,
    Demand,
    Erasure,
    Reply,
    Statement,
    event_ms,
    kind_of,
    split_digest,
)
from clausepress.ledger.store import NewRecord, NewSuppression, SubjectKey

_SCOPE: Final = "marketing"
_REASON: Final = "opt-out"

FindKeys = Callable[[Sequence[bytes]], list[SubjectKey]]
"""Gives the stored subject keys found by any of these keyed hashes."""


class Rows(NamedTuple):
    """What a batch adds to the tables, and the ids of the subject keys it takes away."""

    records: list[NewRecord]
    erased: list[str]
    subject_keys: list[SubjectKey]
    suppressions: list[NewSuppression]


class _Person(NamedTuple):
    """Current keyed hash, key id, and the cipher under that key."""

    mac: bytes
    key_id: str
    cipher: AESGCM


def make_rows(batch: Sequence[Pending], first: int, at_ms: int, keys: Keys, find: FindKeys) -> Rows:
    """The rows of new records from place `first` on, at the server's clock in Unix milliseconds.

    Nothing is sealed any more under a key that this very batch erases.
    """
    erased = [p.record.key_id for p in batch if isinstance(p.record, Erasure)]
    said = {p.id: p.record for p in batch if not isinstance(p.record, Erasure)}
    people, made = _people(said, keys, find, erased)
    records: list[NewRecord] = []
    suppressions: dict[bytes, NewSuppression] = {}
    for index, pending in enumerate(batch, first):
        record = pending.record
        if isinstance(record, Erasure):
            key_id, entry = record.key_id, sealing.erasure_entry(record, pending.id, at_ms)
        else:
            mac, key_id, cipher = people[pending.id]
            entry = sealing.entry(record, pending.id, at_ms, key_id, cipher)
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
    return Rows(records, erased, made, list(suppressions.values()))


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
    said: dict[str, Statement], keys: Keys, find: FindKeys, erased: Sequence[str]
) -> tuple[dict[str, _Person], list[SubjectKey]]:
    """The person of each record by record id, and the keys made for those seen first."""
    macs = {}
    for record_id, record in said.items():
        person = sealing.person(record)
        macs[record_id] = keys.macs(person.purpose, person.value)
    wanted = [mac for pairs in macs.values() for _, mac in pairs]
    found = {(key.mac_key_id, key.mac): key for key in find(wanted) if key.key_id not in erased}
    people: dict[str, _Person] = {}
    fresh: dict[bytes, _Person] = {}
    made: list[SubjectKey] = []
    for record_id, pairs in macs.items():
        current = pairs[-1][1]
        known = next((found[pair] for pair in pairs if pair in found), None)
        if known:
            cipher = AESGCM(keys.unwrap(known.key_id, known.wrapped))
            people[record_id] = _Person(current, known.key_id, cipher)
            continue
        if current not in fresh:
            key, cipher = sealing.new_subject_key(keys, current)
            made.append(key)
            fresh[current] = _Person(current, key.key_id, cipher)
        people[record_id] = fresh[current]
    return people, made
