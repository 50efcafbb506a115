"""Turns a checked record into a log entry: ids, times, personal fields sealed under their own key.

The entry holds public fields only. What names the person is encrypted under a key of that person,
kept in a table of its own; deleting the key erases the person and leaves every proof valid.
"""

import secrets
from base64 import b32hexencode, b64decode, b64encode
from typing import Any, Final, NamedTuple

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clausepress.ledger.keys import Keys, decrypt, encrypt
from clausepress.ledger.records import (
    Choice,
    Demand,
    Erasure,
    Reply,
    Statement,
    canonical,
    event_ms,
    public_fields,
    timestamp,
)
from clausepress.ledger.store import SubjectKey

_CROCKFORD: Final = bytes.maketrans(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUV", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)


def new_id() -> str:
    """128 random bits in 26 characters of Crockford's base32."""
    return b32hexencode(secrets.token_bytes(16)).rstrip(b"=").translate(_CROCKFORD).decode()


class Person(NamedTuple):
    """What a record says of the person, and under which purpose it is hashed."""

    purpose: str
    value: bytes
    personal: dict[str, Any]


def person(record: Statement) -> Person:
    """The personal fields of a record; an opt-out's address is already in its one spelling.

    A reply without a usable number is kept under its gateway's name.
    """
    if isinstance(record, Reply):
        personal = {
            "address": record.address,
            "text": record.text,
            "raw": record.raw,
            "confirmed": record.confirmed,
        }
        if record.address:
            return Person("sms", record.address.encode(), personal)
        return Person("gateway", record.gateway.encode(), personal)
    if isinstance(record, Demand):
        names = ("digest", "source", "evidence")
        listed = {name: value for name in names if (value := getattr(record, name))}
        listed["address"] = record.address
        if record.digest:  # the same person known by address is another one here
            return Person("digest", record.digest.encode(), listed)
        return Person(record.channel, record.address.encode(), listed)
    if isinstance(record, Choice):
        return Person("subject", record.subject.encode(), {"subject": record.subject})
    return Person(record.channel, record.address.encode(), {"address": record.address})


def who(fields: dict[str, Any]) -> tuple[str, bytes]:
    """Purpose and value of the keyed hash of an opened entry's person, as in `person`."""
    if "subject" in fields:
        return "subject", fields["subject"].encode()
    if "digest" in fields:
        return "digest", fields["digest"].encode()
    if fields["address"]:
        return fields["channel"], fields["address"].encode()
    return "gateway", fields["gateway"].encode()


def new_subject_key(keys: Keys, mac: bytes) -> tuple[SubjectKey, AESGCM]:
    """A fresh random key for a person first seen, ready to store and to use."""
    key_id, key = secrets.token_hex(8), AESGCM.generate_key(256)
    return SubjectKey(key_id, keys.mac_id, mac, keys.wrap(key_id, key)), AESGCM(key)


def entry(record: Statement, record_id: str, at_ms: int, key_id: str, cipher: AESGCM) -> bytes:
    """The canonical JSON of the log entry; `at_ms` is the server's clock in Unix milliseconds."""
    sealed = encrypt(cipher, canonical(person(record).personal), record_id)
    dated = isinstance(record, Reply | Demand)
    event = {"event_at": timestamp(event_ms(record, at_ms))} if dated else {}
    return canonical(
        public_fields(record)
        | event
        | {
            "id": record_id,
            "at": timestamp(at_ms),
            "key_id": key_id,
            "sealed": b64encode(sealed).decode(),
        }
    )


def erasure_entry(record: Erasure, record_id: str, at_ms: int) -> bytes:
    """The canonical JSON of an erasure's entry, which seals nothing."""
    made = {"id": record_id, "at": timestamp(at_ms), "key_id": record.key_id}
    return canonical(public_fields(record) | made)


def opened(keys: Keys, entry: bytes, wrapped: bytes) -> dict[str, Any]:
    """All fields of an entry, the personal ones as well; `wrapped` is its person's stored key.

    Raises SetupError when the key file is another than the one that sealed it.
    """
    fields: dict[str, Any] = msgspec.json.decode(entry)
    cipher = AESGCM(keys.unwrap(fields["key_id"], wrapped))
    personal: dict[str, Any] = msgspec.json.decode(
        decrypt(cipher, b64decode(fields["sealed"]), fields["id"])
    )
    return fields | personal
