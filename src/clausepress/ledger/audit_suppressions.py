"""Suppressions against the records that made them, in both directions."""

import hmac
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Row, func, select

from clausepress.ledger import schema
from clausepress.ledger.audit_later import Later
from clausepress.ledger.errors import SetupError
from clausepress.ledger.keys import Keys
from clausepress.ledger.merkle import HASH_SIZE
from clausepress.ledger.records import split_digest, timestamp
from clausepress.ledger.sealing import opened

_PAGE: Final = 1000
_BATCH: Final = 200
_MOST: Final = 50
_CHANNELS: Final = ("email", "sms")
_SCOPE: Final = "marketing"
_REASON: Final = "opt-out"  # of a record that gives none

NO_ENTRY: Final = (msgspec.MsgspecError, ValueError, LookupError, TypeError, AttributeError)
"""What comes of reading something that is no entry of a log as one."""

_Name = tuple[str, str, bytes]
"""Channel, HMAC key id and keyed hash of an address."""


class _OptOut(NamedTuple):
    """A record that stops promotion: its place, its time, and what its address may be known by."""

    place: int
    event_at: str
    names: list[_Name]


def suppresses(fields: dict[str, Any]) -> bool:
    """Whether an entry is of a kind that stops promotion to its sender's address."""
    return fields.get("channel") in _CHANNELS and fields.get("decision") == "withdrawn"


def event_at(fields: dict[str, Any]) -> str:
    """When an entry's event took place, RFC 3339 in UTC: such texts sort as their times do."""
    return str(fields.get("event_at") or fields["at"])


class SuppressionAudit:
    """Takes each record that suppresses, then reads the suppressions."""

    def __init__(
        self,
        connection: Connection,
        log_id: str,
        keys: Keys,
        later: Later,
        tell: Callable[[str], None],
    ) -> None:
        self._connection = connection
        self._log = log_id
        self._keys = keys
        self._later = later
        self._tell = tell
        self._batch: list[_OptOut] = []

    def made(self, place: int, fields: dict[str, Any]) -> None:
        """Take an opened record that suppresses its address."""
        channel = fields["channel"]
        if digest := fields.get("digest"):  # from a list that did not name the address
            macs = [split_digest(digest)]
        else:
            macs = self._keys.macs(channel, fields["address"].encode())
        names = [(channel, *mac) for mac in macs]
        self._batch.append(_OptOut(place, event_at(fields), names))
        if len(self._batch) == _BATCH:
            self._compare()

    def _compare(self) -> None:
        """Every address of the batch is suppressed, since its first record, up to its latest."""
        s, r = schema.suppression, schema.record.c
        query = (
            select(s.c.channel, s.c.mac_key_id, s.c.mac, s.c.at_ms, r.idx)
            .outerjoin_from(s, schema.record, (r.log_id == s.c.log_id) & (r.id == s.c.record_id))
            .where(s.c.log_id == self._log, s.c.channel.in_(_CHANNELS))
            .where(s.c.mac_key_id.in_({name[1] for each in self._batch for name in each.names}))
            .where(s.c.mac.in_({name[2] for each in self._batch for name in each.names}))
        )
        found: dict[_Name, list[tuple[int, int | None]]] = {}
        for channel, mac_id, mac, at_ms, first in self._connection.execute(query):
            found.setdefault((channel, mac_id, bytes(mac)), []).append((at_ms, first))
        for place, at, names in self._batch:
            rows = [row for name in names for row in found.get(name, [])]
            for name in names:
                if any(
                    first != place and _told(at_ms) == at for at_ms, first in found.get(name, [])
                ):
                    self._later.add("event", _event(name, at), place)
            if not rows:
                self._tell(f"record {place} is an opt-out, and the address is not suppressed")
            elif max(_told(at_ms) for at_ms, _ in rows) < at:
                self._tell(f"record {place} is an opt-out, and the suppression is of before it")
            elif min(place if first is None else first for _, first in rows) > place:
                self._tell(f"record {place} was first to suppress, and a later one is named for it")
        self._batch = []

    def run(self) -> int:
        """Read the suppressions, once all records were taken; gives their number."""
        self._compare()
        s, r, k = schema.suppression, schema.record, schema.subject_key
        query = (
            select(s, r.c.idx, r.c.entry, r.c.subject_key_id, k.c.wrapped)
            .outerjoin_from(s, r, (r.c.log_id == s.c.log_id) & (r.c.id == s.c.record_id))
            .outerjoin(k, (k.c.log_id == r.c.log_id) & (k.c.key_id == r.c.subject_key_id))
            .where(s.c.log_id == self._log)
        )
        count = 0
        for row in self._connection.execute(query, execution_options={"yield_per": _PAGE}):
            count += 1
            self._later.drop("kept", row.record_id)
            if row.entry is None:
                self._tell(f"a suppression names the record {row.record_id}, which is not there")
                continue
            if row.wrapped is None:
                self._later.drop("opt-out", row.subject_key_id)
            try:
                self._check(row)
            except (SetupError, InvalidTag, *NO_ENTRY):
                self._tell(f"the suppression by record {row.idx} is of another record or key")
        self._count_twice()
        return count

    def _check(self, row: Row[tuple[Any, ...]]) -> None:
        """A row says what its record says, of its address, and of a time that a record has."""
        fields = msgspec.json.decode(bytes(row.entry), type=dict[str, Any])
        said = (fields.get("channel"), _SCOPE, fields.get("reason", _REASON))
        if not suppresses(fields) or said != (row.channel, row.scope, row.reason):
            self._tell(f"the suppression by record {row.idx} does not say what that record says")
            return
        mac = row.mac_key_id, bytes(row.mac)
        if len(mac[1]) != HASH_SIZE or not self._keys.holds_mac(mac[0]):
            self._tell(f"the suppression by record {row.idx} is by no key that there is")
            return
        if row.wrapped is not None:
            fields = opened(self._keys, bytes(row.entry), bytes(row.wrapped))
            if digest := fields.get("digest"):
                own = split_digest(digest)
            else:
                address = fields["address"].encode()
                own = row.mac_key_id, self._keys.mac(row.channel, address, row.mac_key_id)
            if own[0] != mac[0] or not hmac.compare_digest(own[1], mac[1]):
                self._tell(f"the suppression by record {row.idx} is of another address")
                return
        at = _told(row.at_ms)
        events = (_event((row.channel, *mac), at), f"{row.channel} {at}")
        if at != event_at(fields) and not any(self._later.holds("event", each) for each in events):
            self._tell(f"the suppression by record {row.idx} is of a time that no record has")

    def _count_twice(self) -> None:
        s = schema.suppression.c
        query = select(s.record_id).where(s.log_id == self._log).group_by(s.record_id)
        for record_id in self._connection.scalars(query.having(func.count() > 1).limit(_MOST)):
            self._tell(f"several suppressions name the record {record_id}, which made one")


def _event(name: _Name, at: str) -> str:
    """A demand at an address and a time, of a record that is not the first one there."""
    channel, mac_id, mac = name
    return f"{channel} {mac_id}:{mac.hex()} {at}"


def _told(at_ms: int) -> str:
    """A time as entries have it; "" for one that none can have."""
    try:
        return timestamp(at_ms)
    except (ValueError, OverflowError, OSError):
        return ""
