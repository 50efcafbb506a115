"""Look-ups of many people at once, for the send gate.

Written by hand for each engine: SQLAlchemy's `IN` takes longer over each value than the engine does
to find it.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection

_VARIABLES: Final = 900  # below SQLite's oldest limit on bound variables, 999

_SUPPRESSED: Final = (
    "SELECT mac FROM suppression WHERE log_id = ? AND channel = ? AND mac_key_id = ? AND mac"
)
# CROSS JOIN keeps SQLite from taking the whole log first; to PostgreSQL it is an inner join.
_RECORDS: Final = (
    " FROM subject_key k CROSS JOIN record r{} WHERE r.log_id = k.log_id"
    " AND r.subject_key_id = k.key_id AND {} AND k.log_id = ? AND k.mac_key_id = ? AND k.mac"
)
_LINKED: Final = (
    "SELECT k.mac, r.idx, {}, k.wrapped, n.key_id, b.mac_key_id, b.mac"
    + _RECORDS.format(
        " LEFT JOIN link n ON n.log_id = r.log_id AND n.idx = r.idx"
        " LEFT JOIN subject_key b ON b.log_id = n.log_id AND b.key_id = n.key_id",
        "r.kind <> 'erasure'",
    )
)
_ERASURES: Final = (
    "SELECT subject_key_id, idx, entry FROM record"
    " WHERE kind = 'erasure' AND log_id = ? AND subject_key_id"
)

_TIES: Final = (
    "SELECT n.key_id, min(n.idx), max(n.idx), k.mac_key_id, k.mac"
    " FROM link n CROSS JOIN record r CROSS JOIN subject_key k WHERE r.log_id = n.log_id"
    " AND r.idx = n.idx AND k.log_id = r.log_id AND k.key_id = r.subject_key_id"
    " AND n.log_id = ? AND n.key_id {} GROUP BY n.key_id, k.mac_key_id, k.mac"
)
_SEALED: Final = (
    "SELECT r.idx, r.entry, k.wrapped FROM record r CROSS JOIN subject_key k"
    " WHERE k.log_id = r.log_id AND k.key_id = r.subject_key_id AND r.log_id = ? AND r.idx"
)
_KEYS_OF: Final = "SELECT mac, key_id FROM subject_key WHERE log_id = ? AND mac_key_id = ? AND mac"
_CONSENTING: Final = (
    "SELECT mac FROM consent"
    " WHERE log_id = ? AND policy = ? AND purpose = ? AND mac_key_id = ? AND mac"
)


class Source(Protocol):
    """Where one log is read: a Reader, or a transaction under way."""

    @property
    def log_id(self) -> str:
        """The log's origin."""

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection for reads."""


class Tie(NamedTuple):
    """The choices under one account, found by the browser that they were made in.

    Attributes:
        browser_key: Id of the browser's key for records of that time.
        first: Place in the log of the first of them.
        last: Place of the last.
        mac_id: Id of the HMAC key of `mac`.
        mac: The account's keyed hash.
    """

    browser_key: str
    first: int
    last: int
    mac_id: str
    mac: bytes


Linked = tuple[bytes, int, bytes | None, bytes, str | None, str | None, bytes | None]
"""A choice made under an account, and the browser that it was made in.

The account's keyed hash; the place in the log; the entry, or None for a kind not asked for;
the account's wrapped key, that opens it; the id of the browser's key for records of that time; the
id of the HMAC key and the browser's keyed hash, or twice None once that key is destroyed.
"""


def suppressed_among(
    source: Source, channel: str, mac_id: str, macs: Sequence[bytes]
) -> set[bytes]:
    """Which of these keyed hashes under one key are suppressed on the channel.

    Raises StoreUnavailable.
    """
    with source.connect() as connection:
        fixed = (source.log_id, channel, mac_id)
        return {mac for (mac,) in _among(connection, _SUPPRESSED, fixed, macs)}


def consenting(
    source: Source, policy: str, purpose: str, mac_id: str, macs: Sequence[bytes]
) -> set[bytes]:
    """Accounts of these keyed hashes under one key whose separate consent lives.

    Raises StoreUnavailable.
    """
    with source.connect() as connection:
        fixed = (source.log_id, policy, purpose, mac_id)
        return {mac for (mac,) in _among(connection, _CONSENTING, fixed, macs)}


def ties(source: Source, key_ids: Sequence[str]) -> Iterator[Tie]:
    """What was said under accounts in the browsers of these keys, there or destroyed.

    Raises StoreUnavailable.
    """
    with source.connect() as connection:
        yield from map(Tie._make, _among(connection, _TIES, (source.log_id,), key_ids))


def sealed(source: Source, places: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
    """The entries at these places, each with its person's wrapped key; raises StoreUnavailable."""
    with source.connect() as connection:
        found = _among(connection, _SEALED, (source.log_id,), places)
        return {place: (entry, wrapped) for place, entry, wrapped in found}


def keys_of(source: Source, mac_id: str, macs: Sequence[bytes]) -> Iterator[tuple[bytes, str]]:
    """The people of these keyed hashes under one key, each with the id of each of their keys.

    Raises StoreUnavailable.
    """
    with source.connect() as connection:
        yield from _among(connection, _KEYS_OF, (source.log_id, mac_id), macs)


def linked(
    source: Source, mac_id: str, macs: Sequence[bytes], kinds: Collection[str] = ()
) -> Iterator[Linked]:
    """All that was said under the accounts of these keyed hashes under one key.

    With the entries of these kinds, or of all. Raises StoreUnavailable.
    """
    entry = f"CASE WHEN r.kind IN ({_marks(kinds)}) THEN r.entry END" if kinds else "r.entry"
    with source.connect() as connection:
        fixed = (*kinds, source.log_id, mac_id)
        yield from _among(connection, _LINKED.format(entry), fixed, macs)


def said(
    source: Source, mac_id: str, macs: Sequence[bytes], kinds: Collection[str] = ()
) -> Iterator[tuple[bytes, int, bytes]]:
    """Records of these kinds, or of all, that are sealed under keys of these people.

    Each as its person's keyed hash, its place in the log and its entry. Raises StoreUnavailable.
    """
    some = f"r.kind IN ({_marks(kinds)})" if kinds else "r.kind <> ?"
    query = "SELECT k.mac, r.idx, r.entry" + _RECORDS.format("", some)
    with source.connect() as connection:
        fixed = (*(kinds or ["erasure"]), source.log_id, mac_id)
        yield from _among(connection, query, fixed, macs)


def erasures(source: Source, key_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Where in the log, and when, each of these keys was erased; raises StoreUnavailable."""
    with source.connect() as connection:
        rows = _among(connection, _ERASURES, (source.log_id,), key_ids)
        return {key_id: (place, msgspec.json.decode(entry)["at"]) for key_id, place, entry in rows}


def _among(
    connection: Connection, query: str, fixed: tuple[str, ...], values: Sequence[Any]
) -> Iterator[Any]:
    """The rows of a query whose last column, or that before a `{}`, is any of the values."""
    if "{}" not in query:
        query += " {}"
    if connection.dialect.name == "postgresql":
        query = query.replace("?", "%s").format("= ANY(%s)")
        yield from connection.exec_driver_sql(query, (*fixed, list(values))).all()
        return
    ordered = sorted(values)  # neighbours share pages of the index
    for start in range(0, len(ordered), _VARIABLES):
        part = ordered[start : start + _VARIABLES]
        found = connection.exec_driver_sql(query.format(f"IN ({_marks(part)})"), (*fixed, *part))
        yield from found.all()


def _marks(values: Collection[Any]) -> str:
    return ",".join("?" * len(values))
