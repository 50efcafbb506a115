"""Suppression lists as files: read from other systems, written for them.

One entry has `channel` (sms, email), `address` (E.164, mailbox) or `digest`, `scope` (marketing),
`reason`, `source`, `event_time` (RFC 3339) and `evidence_id`. A digest is
`hmac-sha256:<key id>:<hex>` with HMAC-SHA-256(key, channel + NUL + address), by a key of the key
file: two operators that hold such a key in common may share a list that names no one. An address
without a channel is told by its @, and may be called `number` or `email`.
"""

import csv
import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, NamedTuple

import msgspec

from clausepress.ledger import address
from clausepress.ledger.errors import AddressInvalid, SetupError
from clausepress.ledger.keys import Keys
from clausepress.ledger.reader import Reader, Stopped
from clausepress.ledger.records import Channel, Demand, timestamp
from clausepress.ledger.sealing import opened

FIELDS: Final = (
    "channel",
    "address",
    "digest",
    "scope",
    "reason",
    "source",
    "event_time",
    "evidence_id",
)

_CHANNELS: Final[Mapping[str, Channel]] = {"sms": "sms", "email": "email"}
_ALGORITHM: Final = "hmac-sha256"
_DIGEST: Final = re.compile(rf"{_ALGORITHM}:(.{{1,40}}):([0-9a-f]{{64}})")
_REASON: Final = re.compile(r"[a-z][a-z-]{0,39}")
_LONGEST: Final = 500  # characters of a source or of an evidence id


_Entry = Mapping[str, Any] | None
"""The fields of an entry by name; None for one that cannot be taken apart."""


class BadEntry(ValueError):  # noqa: N818 - named for what the list has
    """An entry that cannot be read; says the field and never its content."""


class Line(NamedTuple):
    """A line of a list: its number, from 1, and what it demands or what is wrong with it."""

    number: int
    demand: Demand | BadEntry


class Exported(NamedTuple):
    """A suppression for a list.

    Attributes:
        position: Place of its record in the log, from 0.
        fields: By the names of `FIELDS`; None for one that can be told neither by address nor by
            the digest asked for, its person being erased.
    """

    position: int
    fields: dict[str, str] | None


def read(lines: Iterable[str], keys: Keys) -> Iterator[Line]:
    """The entries of a list in CSV with a header, or in JSON Lines; blank lines are left out.

    Raises BadEntry for a header without `address`, `number`, `email` and `digest`.
    """
    rows = iter(lines)
    blank, first = 0, ""
    for blank, first in enumerate(rows):  # noqa: B007 - both are of use after the loop
        if first.strip():
            break
    told = _json_lines if first.lstrip("\ufeff ").startswith("{") else _csv
    for number, entry in told(chain([first], rows)):
        try:
            yield Line(blank + number, _demand(entry, keys))
        except BadEntry as bad:
            yield Line(blank + number, bad)


def _json_lines(rows: Iterator[str]) -> Iterator[tuple[int, _Entry]]:
    for number, line in enumerate(rows, 1):
        if line.strip():
            try:
                entry = json.loads(line.removeprefix("\ufeff"))
            except (ValueError, RecursionError):
                entry = None
            yield number, entry if isinstance(entry, dict) else None


def _csv(rows: Iterator[str]) -> Iterator[tuple[int, _Entry]]:
    reader, names = csv.reader(rows), [""]
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield reader.line_num, None
            continue
        if names == [""]:
            names = [name.strip("\ufeff ").lower() for name in row]
            if not {"address", "number", "email", "digest"} & set(names):
                raise BadEntry("the first line names no column address, number, email or digest")
        elif row:
            yield reader.line_num, dict(zip(names, row, strict=False))


def _demand(entry: _Entry, keys: Keys) -> Demand:
    if entry is None:
        raise BadEntry("neither CSV nor a JSON object")
    fields = {name: str(value).strip() for name, value in entry.items() if value is not None}
    name = fields.get("address") or fields.get("number") or fields.get("email", "")
    digest = "" if name else fields.get("digest", "")
    if not name and not digest:
        raise BadEntry("neither address nor digest")
    told = fields.get("channel") or ("email" if "@" in name else "sms" if name else "")
    channel = _CHANNELS.get(told)
    if channel is None:
        raise BadEntry("channel is neither sms nor email")
    if fields.get("scope", "") not in {"", "marketing"}:
        raise BadEntry("scope is not marketing, the only one there is")
    reason = fields.get("reason") or "opt-out"
    if not _REASON.fullmatch(reason):
        raise BadEntry("reason is not of small letters and -, at most 40")
    source, evidence = fields.get("source", ""), fields.get("evidence_id", "")
    if len(source) > _LONGEST or len(evidence) > _LONGEST:
        raise BadEntry(f"source or evidence_id is longer than {_LONGEST} characters")
    return Demand(
        surface="list",
        channel=channel,
        address=_address(channel, name) if name else "",
        digest=_digest(digest, keys) if digest else "",
        reason=reason,
        source=_sound(source),
        evidence=_sound(evidence),
        event_ms=_event_ms(fields.get("event_time", "")),
    )


def _address(channel: str, name: str) -> str:
    try:  # a number is in use, or was: newer ranges than we know are right
        return address.sender(name) if channel == "sms" else address.normalise(channel, name)
    except AddressInvalid:
        kind = "telephone number" if channel == "sms" else "e-mail address"
        raise BadEntry(f"address is not a possible {kind}") from None


def _digest(digest: str, keys: Keys) -> str:
    found = _DIGEST.fullmatch(digest)
    if not found:
        raise BadEntry(f"digest is not {_ALGORITHM}:<key id>:<64 small hex digits>")
    try:
        keys.mac("digest", b"", found[1])
    except SetupError:
        raise BadEntry("digest is by a key that the key file does not hold") from None
    return f"{found[1]}:{found[2]}"


def _event_ms(value: str) -> int | None:
    if not value:
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise BadEntry("event_time is not a time like 2026-03-04T10:30:00Z") from None


def _sound(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON escapes can make."""
    return text.encode("utf-8", "replace").decode()


def export(reader: Reader, keys: Keys, start: int, digest_key: str | None) -> Iterator[Exported]:
    """All suppressions whose first record is at place `start` of the log or later.

    With `digest_key`, the id of a key of the key file, no address, and digests by that key.
    Raises StoreUnavailable, or SetupError for keys of another log.
    """
    after = ("", "", b"")
    while page := reader.stopped(after, start):
        after = page[-1].channel, page[-1].mac_id, page[-1].mac
        for row in page:
            yield _exported(row, keys, digest_key)


def _exported(row: Stopped, keys: Keys, digest_key: str | None) -> Exported:
    fields = opened(keys, row.entry, row.wrapped) if row.wrapped else msgspec.json.decode(row.entry)
    name, mac_id, mac = fields.get("address", ""), row.mac_id, row.mac
    if digest_key:
        if name:
            mac_id, mac = digest_key, keys.mac(row.channel, name.encode(), digest_key)
        elif mac_id != digest_key:
            return Exported(row.position, None)
        name = ""
    told = (
        row.channel,
        name,
        f"{_ALGORITHM}:{mac_id}:{mac.hex()}",
        row.scope,
        row.reason,
        fields.get("source") or fields["surface"],
        timestamp(row.at_ms),
        fields["id"],
    )
    return Exported(row.position, dict(zip(FIELDS, told, strict=True)))
