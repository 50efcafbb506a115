"""Records of a store for an export: those asked for, one after another, opened or not."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, select

from clausepress.ledger import schema
from clausepress.ledger.errors import SetupError
from clausepress.ledger.keys import Keys
from clausepress.ledger.sealing import opened

_PAGE: Final = 1000


class Wanted(NamedTuple):
    """Which records: what is empty or None does not matter.

    Attributes:
        kinds: Kinds of records.
        policies: Ids of policies that a record is about.
        since: The first moment, by the server's clock.
        until: The moment after the last.
    """

    kinds: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class Selected(NamedTuple):
    """A record with its place in the log, from 0, and its fields.

    The ciphertext is not among the fields. Of one that was to be opened, and could be, the personal
    fields are.
    """

    position: int
    fields: dict[str, Any]


def select_records(
    connection: Connection, log_id: str, wanted: Wanted, keys: Keys | None = None
) -> Iterator[Selected]:
    """The records asked for, in the order of the log, as one moment has them.

    Never more than a page of them is in memory. With `keys` the personal fields too; those of
    erased people are not there. Raises SetupError when the keys are of another store.
    """
    r, k = schema.record.c, schema.subject_key.c
    query = (
        select(r.idx, r.entry, k.wrapped)
        .outerjoin_from(
            schema.record,
            schema.subject_key,
            (k.log_id == r.log_id) & (k.key_id == r.subject_key_id),
        )
        .where(r.log_id == log_id)
        .order_by(r.idx)
    )
    if wanted.kinds:
        query = query.where(r.kind.in_(wanted.kinds))
    if wanted.since:
        query = query.where(r.at_ms >= wanted.since.timestamp() * 1000)
    if wanted.until:
        query = query.where(r.at_ms < wanted.until.timestamp() * 1000)
    for idx, entry, wrapped in connection.execute(query, execution_options={"yield_per": _PAGE}):
        fields: dict[str, Any] = msgspec.json.decode(bytes(entry))
        if wanted.policies and not _policies(fields) & set(wanted.policies):
            continue
        if keys and wrapped is not None and "sealed" in fields:
            try:
                fields = opened(keys, bytes(entry), bytes(wrapped))
            except InvalidTag:
                raise SetupError(
                    f"record {idx} is not opened by its person's key; "
                    "run clausepress verify on the store"
                ) from None
        fields.pop("sealed", None)
        yield Selected(idx, fields)


def _policies(fields: dict[str, Any]) -> set[str]:
    """The policies that a record is about."""
    texts = [fields, *fields.get("documents", ())]
    return {text["policy"] for text in texts if "policy" in text}
