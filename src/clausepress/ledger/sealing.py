"""Turns a checked record into a log entry: ids, times, personal fields sealed under their own key.

The entry holds public fields only. What names the person is encrypted under a key of that person,
kept in a table of its own; deleting the key erases the person and leaves every proof valid.
"""

import os
import time
from base64 import b64decode, b64encode
from functools import lru_cache
from threading import Lock
from typing import Any, Final, NamedTuple

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clausepress.ledger.keys import Keys, Random, decrypt, encrypt
from clausepress.ledger.records import (
    AccountChoice,
    Choice,
    Demand,
    Disposal,
    Erasure,
    Reply,
    Statement,
    canonical,
    event_ms,
    public_fields,
    timestamp,
)
from clausepress.ledger.store import SubjectKey

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ANY_BYTE: Final = (_CROCKFORD * 8).encode()
_BLOCK: Final = 1024  # bytes


class Drawn:
    """Random bytes drawn from the system in blocks; safe to use from several threads.

    Each call of `os.urandom` lets another thread run.
    """

    def __init__(self) -> None:
        self._block = b""
        self._lock = Lock()

    def take(self, size: int) -> bytes:
        """So many bytes (at most a block) that were not taken before."""
        with self._lock:
            if len(self._block) < size:
                self._block = os.urandom(_BLOCK)
            taken, self._block = self._block[:size], self._block[size:]
        return taken


def new_id(random: Random = os.urandom) -> str:
    """A ULID: 48 bits of this machine's time and 80 random bits in Crockford's base32.

    Ids that grow with time keep the newest rows of an index together, so that writing them costs
    the same however many there are; nothing reads the time in them.
    """
    return _made_at(time.time_ns() // 1_000_000) + random(16).translate(_ANY_BYTE).decode()


@lru_cache(maxsize=8)  # those of a batch share it
def _made_at(now_ms: int) -> str:
    return "".join([_CROCKFORD[now_ms >> shift & 31] for shift in range(45, -1, -5)])


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
        return _chooser(record)
    return Person(record.channel, record.address.encode(), {"address": record.address})


def _chooser(choice: Choice) -> Person:
    """Someone known by their account if the host vouched for it, else by their browser."""
    personal: dict[str, Any] = {"subject": choice.subject}
    if choice.guardian:
        personal["guardian"] = choice.guardian
    if isinstance(choice, AccountChoice):
        return Person("account", choice.account.encode(), personal | {"account": choice.account})
    return Person("subject", choice.subject.encode(), personal)


def browser(choice: AccountChoice) -> Person:
    """The browser that a choice under an account was made in: its records are found by it, too."""
    return Person("subject", choice.subject.encode(), {})


def who(fields: dict[str, Any]) -> tuple[str, bytes]:
    """Purpose and value of the keyed hash of an opened entry's person, as in `person`."""
    if "account" in fields:
        return "account", fields["account"].encode()
    if "subject" in fields:
        return "subject", fields["subject"].encode()
    if "digest" in fields:
        return "digest", fields["digest"].encode()
    if fields["address"]:
        return fields["channel"], fields["address"].encode()
    return "gateway", fields["gateway"].encode()


def kept_as(kind: str, at_ms: int) -> str:
    """What records of one kind, made in one month (UTC), share: a key for each person."""
    return f"{kind}/{timestamp(at_ms)[:7]}"


def new_subject_key(
    keys: Keys, mac: bytes, kept_as: str, random: Random
) -> tuple[SubjectKey, AESGCM]:
    """A fresh random key for a person first seen with such records, ready to store and to use."""
    key_id, key = new_id(random), random(32)
    wrapped = keys.wrap(key_id, key, random)
    return SubjectKey(key_id, keys.mac_id, mac, wrapped, keys.wrap_id, kept_as), AESGCM(key)


def entry(
    record: Statement,
    said_by: Person,
    record_id: str,
    at_ms: int,
    key_id: str,
    cipher: AESGCM,
    random: Random,
) -> bytes:
    """The canonical JSON of the log entry; `at_ms` is the server's clock in Unix milliseconds."""
    sealed = encrypt(cipher, canonical(said_by.personal), record_id, random)
    fields = public_fields(record)
    if isinstance(record, Reply | Demand):
        fields["event_at"] = timestamp(event_ms(record, at_ms))
    fields["id"] = record_id
    fields["at"] = timestamp(at_ms)
    fields["key_id"] = key_id
    fields["sealed"] = b64encode(sealed).decode()
    return canonical(fields)


def closing_entry(record: Erasure | Disposal, record_id: str, at_ms: int, key_id: str) -> bytes:
    """The canonical JSON of the entry of a record that seals nothing and destroys keys."""
    made = {"id": record_id, "at": timestamp(at_ms), "key_id": key_id}
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
