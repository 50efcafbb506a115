"""Turns a checked record into a log entry: ids, times, personal fields sealed under their own key.

The entry holds public fields only. What names the person is encrypted under a key of that person,
kept in a table of its own; deleting the key erases the person and leaves every proof valid.
"""

import secrets
from base64 import b32hexencode, b64encode
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clausepress.ledger.keys import Keys, encrypt
from clausepress.ledger.records import Choice, OptOut, canonical, public_fields, timestamp
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
    personal: dict[str, str]


def person(record: Choice | OptOut) -> Person:
    """The personal fields of a record; an opt-out's address is already in its one spelling."""
    if isinstance(record, Choice):
        return Person("subject", record.subject.encode(), {"subject": record.subject})
    return Person(record.channel, record.address.encode(), {"address": record.address})


def new_subject_key(keys: Keys, mac: bytes) -> tuple[SubjectKey, AESGCM]:
    """A fresh random key for a person first seen, ready to store and to use."""
    key_id, key = secrets.token_hex(8), AESGCM.generate_key(256)
    return SubjectKey(key_id, keys.mac_id, mac, keys.wrap(key_id, key)), AESGCM(key)


def entry(
    record: Choice | OptOut, record_id: str, at_ms: int, key_id: str, cipher: AESGCM
) -> bytes:
    """The canonical JSON of the log entry; `at_ms` is the server's clock in Unix milliseconds."""
    sealed = encrypt(cipher, canonical(person(record).personal), record_id)
    return canonical(
        public_fields(record)
        | {
            "id": record_id,
            "at": timestamp(at_ms),
            "key_id": key_id,
            "sealed": b64encode(sealed).decode(),
        }
    )
