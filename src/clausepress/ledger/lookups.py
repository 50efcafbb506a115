"""Look-ups of many people at once, for the send gate.

Written by hand for each engine: SQLAlchemy's `IN` takes longer over each value than the engine does
to find it.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from clausepress.ledger.reader import Reader

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

Linked = tuple[bytes, int, bytes | None, bytes, str | None, str | None, bytes | None]
"""A choice made under an account, and the browser that it was made in.

The account's keyed hash; the place in the log; the entry, or None for a kind not asked for;
the account's wrapped key, that opens it; the id of the browser's key for records of that time; the
id of the HMAC key and the browser's keyed hash, or twice None once that key is destroyed.
"""


def suppressed_among(
    reader: Reader, channel: str, mac_id: str, macs: Sequence[bytes]
) -> set[bytes]:
    """Which of these keyed hashes under one key are suppressed on the channel.

    Raises StoreUnavailable.
    """
    with reader.connect() as connection:
        fixed = (reader.log_id, channel, mac_id)
        return {mac for (mac,) in _among(connection, _SUPPRESSED, fixed, macs)}


def linked(
    reader: Reader, mac_id: str, macs: Sequence[bytes], kinds: Collection[str] = ()
) -> Iterator[Linked]:
    """All that was said under the accounts of these keyed hashes under one key.

    With the entries of these kinds, or of all. Raises StoreUnavailable.
    """
    entry = f"CASE WHEN r.kind IN ({_marks(kinds)}) THEN r.entry END" if kinds else "r.entry"
    with reader.connect() as connection:
        fixed = (*kinds, reader.log_id, mac_id)
        yield from _among(connection, _LINKED.format(entry), fixed, macs)


def said(
    reader: Reader, mac_id: str, macs: Sequence[bytes], kinds: Collection[str] = ()
) -> Iterator[tuple[bytes, int, bytes]]:
    """Records of these kinds, or of all, that are sealed under keys of these people.

    Each as its person's keyed hash, its place in the log and its entry. Raises StoreUnavailable.
    """
    some = f"r.kind IN ({_marks(kinds)})" if kinds else "r.kind <> ?"
    query = "SELECT k.mac, r.idx, r.entry" + _RECORDS.format("", some)
    with reader.connect() as connection:
        fixed = (*(kinds or ["erasure"]), reader.log_id, mac_id)
        yield from _among(connection, query, fixed, macs)


def erasures(reader: Reader, key_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Where in the log, and when, each of these keys was erased; raises StoreUnavailable."""
    with reader.connect() as connection:
        rows = _among(connection, _ERASURES, (reader.log_id,), key_ids)
        return {key_id: (place, msgspec.json.decode(entry)["at"]) for key_id, place, entry in rows}


def _among(
    connection: Connection, query: str, fixed: tuple[str, ...], values: Sequence[Any]
) -> Iterator[Any]:
    """The rows of a query whose last column is any of the values."""
    if connection.dialect.name == "postgresql":
        query = f"{query.replace('?', '%s')} = ANY(%s)"
        yield from connection.exec_driver_sql(query, (*fixed, list(values))).all()
        return
    for start in range(0, len(values), _VARIABLES):
        part = values[start : start + _VARIABLES]
        found = connection.exec_driver_sql(f"{query} IN ({_marks(part)})", (*fixed, *part))
        yield from found.all()


def _marks(values: Collection[Any]) -> str:
    return ",".join("?" * len(values))
