"""Each record of a store against its entry, the key that seals it and the browser it names."""

import hmac
import re
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, get_args

import msgspec
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Row, Select, exists, func, select

from clausepress.ledger import schema
from clausepress.ledger.audit_later import Later
from clausepress.ledger.audit_suppressions import (
    NO_ENTRY,
    SuppressionAudit,
    event_at,
    suppresses,
)
from clausepress.ledger.errors import SetupError
from clausepress.ledger.keys import Keys
from clausepress.ledger.merkle import HASH_SIZE
from clausepress.ledger.records import KEY_PATTERN, Kind, canonical, timestamp
from clausepress.ledger.retirement import REPEATED_DAYS
from clausepress.ledger.sealing import kept_as, opened, who

_MOST: Final = 50
_KEY: Final = re.compile(KEY_PATTERN)
_CHOICES: Final = frozenset(get_args(Kind))
_MADE: Final = ("id", "at", "key_id", "sealed")
"""Fields of an opened choice that the log added; the others are the request."""

_Row = Row[tuple[Any, ...]]


def records(log_id: str) -> Select[Any]:
    """All records in order, with the keys that seal them and those of their browsers."""
    r, k, n = schema.record, schema.subject_key, schema.link
    c, b = r.c, k.alias()  # of the browser, where an account's key seals the record
    return (
        select(c.idx, c.id, c.entry, c.leaf_hash, c.at_ms, c.kind, c.subject_key_id)
        .add_columns(c.idem_key, c.body_mac, c.mac_key_id.label("body_mac_key_id"))
        .add_columns(c.checkpoint_size, k.c.wrapped, k.c.wrap_key_id, k.c.mac_key_id, k.c.mac)
        .add_columns(k.c.kept_as, n.c.key_id.label("browser"), b.c.kept_as.label("browser_as"))
        .add_columns(b.c.mac_key_id.label("browser_mac_key_id"), b.c.mac.label("browser_mac"))
        .add_columns(b.c.wrapped.label("browser_wrapped"), b.c.wrap_key_id.label("browser_wrap"))
        .outerjoin_from(r, k, (k.c.log_id == c.log_id) & (k.c.key_id == c.subject_key_id))
        .outerjoin(n, (n.c.log_id == c.log_id) & (n.c.idx == c.idx))
        .outerjoin(b, (b.c.log_id == n.c.log_id) & (b.c.key_id == n.c.key_id))
        .where(c.log_id == log_id)
        .order_by(c.idx)
    )


class RecordAudit:
    """Takes the records in their order; `run` then compares what only all of them tell."""

    def __init__(
        self, connection: Connection, log_id: str, keys: Keys, tell: Callable[[str], None]
    ) -> None:
        self._connection = connection
        self._log = log_id
        self._keys = keys
        self._tell = tell
        self._later = Later()
        self._suppressions = SuppressionAudit(connection, log_id, keys, self._later, tell)
        self._repeated_ms = time.time_ns() // 1_000_000 - REPEATED_DAYS * 86_400_000
        self.destroyed = 0
        """Number of keys of people that records say are destroyed."""

    def check(self, row: _Row) -> None:
        """Compare a record whose entry is the one that was hashed."""
        try:
            self._check(row)
        except NO_ENTRY:
            self._tell(f"record {row.idx} is no entry of a log")

    def _check(self, row: _Row) -> None:
        fields = msgspec.json.decode(bytes(row.entry), type=dict[str, Any])
        said = tuple(fields.get(name) for name in ("id", "at", "kind", "key_id"))
        if said != (row.id, timestamp(row.at_ms), row.kind, row.subject_key_id):
            self._tell(f"the columns of record {row.idx} do not say what its entry says")
            return
        if row.browser is not None:
            self._check_browser(row)
        for other in {row.kept_as, row.browser_as} - {None, "", kept_as(row.kind, row.at_ms)}:
            self._tell(f"the key of record {row.idx} is kept as {other!r}, which it is not")
        if row.kind == "erasure":
            key_id = row.subject_key_id
            self._check_request(row, key_id.encode(), f"erasure:{key_id}")
            self._destroy(row.idx, {key_id: msgspec.convert(fields["suppressions"], list[str])})
        elif row.kind == "disposal":
            body = canonical({name: fields[name] for name in ("keys", "periods")})
            self._check_request(row, body, f"disposal:{sha256(body).hexdigest()}")
            self._destroy(row.idx, msgspec.convert(fields["keys"], dict[str, list[str]]))
        elif row.wrapped is not None:
            self._open(row)
        else:
            self._check_request(row)
            self._later.add("key", row.subject_key_id, row.idx)
            if suppresses(fields):
                self._later.add("opt-out", row.subject_key_id, row.idx)
                self._later.add("event", f"{fields['channel']} {event_at(fields)}", row.idx)

    def _check_browser(self, row: _Row) -> None:
        if row.kind not in _CHOICES:
            self._tell(f"record {row.idx} is linked to a browser, and is no choice")
        if row.browser_mac is None:
            self._later.add("key", row.browser, row.idx)
        elif not self._keys.wrapped(row.browser_wrap, row.browser, bytes(row.browser_wrapped)):
            self._tell(f"the browser's key of record {row.idx} is not the one that was made")

    def _check_request(self, row: _Row, body: bytes | None = None, key: str | None = None) -> None:
        """What tells a repeated request: by its content where that is known, else by its form.

        A key that made a hash may be retired once no such request can come any more.
        """
        sound = len(row.body_mac) == HASH_SIZE
        sound &= row.idem_key == key if key else bool(_KEY.match(row.idem_key))
        if not self._keys.holds_mac(row.body_mac_key_id):
            sound &= row.at_ms <= self._repeated_ms
        elif body is not None:
            mac = self._keys.mac("body", body, row.body_mac_key_id)
            sound &= hmac.compare_digest(mac, bytes(row.body_mac))
        if not sound:
            self._tell(
                f"record {row.idx} does not tell its request again:"
                " its idem_key, body_mac or mac_key_id is another"
            )

    def _destroy(self, place: int, keys: dict[str, list[str]]) -> None:
        """The keys that a record says are destroyed are, and what it kept is to be found."""
        k = schema.subject_key.c
        there = select(k.key_id).where(k.log_id == self._log, k.key_id.in_(keys))
        for key_id in self._connection.scalars(there):
            self._tell(f"record {place} erased the key {key_id}, which is there")
        for key_id, suppressions in keys.items():
            self.destroyed += 1
            for record_id in suppressions:
                self._later.add("kept", record_id, place)
            self._later.drop("key", key_id)
            if suppressions:
                self._later.drop("opt-out", key_id)

    def _open(self, row: _Row) -> None:
        """The key opens the record, the person is found by its hash, an opt-out is in force."""
        try:
            fields = opened(self._keys, bytes(row.entry), bytes(row.wrapped))
        except (SetupError, InvalidTag, ValueError):
            self._tell(f"record {row.idx} is not opened by its person's key")
            return
        if not self._keys.wrapped(row.wrap_key_id, row.subject_key_id, bytes(row.wrapped)):
            self._tell(f"the key of record {row.idx} is not wrapped by the one that it names")
        if not self._is_found(who(fields), row.mac_key_id, row.mac):
            self._tell(f"the person of record {row.idx} is not found by the hash of their key")
        if not self._is_linked(row, fields):
            self._tell(f"record {row.idx} is linked to another browser than it was made in")
        if suppresses(fields):
            self._suppressions.made(row.idx, fields)
        request = {name: value for name, value in fields.items() if name not in _MADE}
        self._check_request(row, canonical(request) if row.kind in _CHOICES else None)

    def _is_found(self, name: tuple[str, bytes], mac_id: str, mac: bytes) -> bool:
        if not self._keys.holds_mac(mac_id):
            return False
        return hmac.compare_digest(self._keys.mac(*name, mac_id), bytes(mac))

    def _is_linked(self, row: _Row, fields: dict[str, Any]) -> bool:
        """What was made under an account is found by its browser, and nothing else is."""
        if "account" not in fields or row.browser is None:
            return ("account" in fields) == (row.browser is not None)
        if row.browser_mac is None:  # the browser is erased
            return True
        name = "subject", fields["subject"].encode()
        return self._is_found(name, row.browser_mac_key_id, row.browser_mac)

    def run(self) -> int:
        """Compare the tables with each other, after all records; the number of suppressions."""
        suppressions = self._suppressions.run()
        for _, place in self._later.left("key"):
            self._tell(f"the key of record {place} is gone, and no erasure took it")
        for record_id, _ in self._later.left("kept"):
            self._tell(f"an erasure kept the suppression by record {record_id}, now gone")
        for _, place in self._later.left("opt-out"):
            self._tell(f"record {place} is an opt-out, and the address is not suppressed")
        self._later.close()
        r, k, n = schema.record.c, schema.subject_key.c, schema.link.c
        twice = select(r.idem_key).where(r.log_id == self._log).group_by(r.idem_key)
        for key in self._connection.scalars(twice.having(func.count() > 1).limit(_MOST)):
            self._tell(f"several records have the idem_key {key!r}")
        recorded = exists().where(r.log_id == n.log_id, r.idx == n.idx)
        strays = select(n.idx).where(n.log_id == self._log, ~recorded).limit(_MOST)
        for place in self._connection.scalars(strays):
            self._tell(f"a link names the record {place}, which is not there")
        seals = exists().where(r.log_id == k.log_id, r.subject_key_id == k.key_id)
        names = exists().where(n.log_id == k.log_id, n.key_id == k.key_id)
        unused = select(k.key_id).where(k.log_id == self._log, ~seals, ~names).limit(_MOST)
        for key_id in self._connection.scalars(unused):
            self._tell(f"nothing is sealed under the key {key_id}")
        return suppressions
