"""A record on its way to the store, and what its sender gets for it."""

from concurrent.futures import Future
from typing import NamedTuple

from clausepress.ledger.errors import Refused
from clausepress.ledger.records import Receipt, Record


class Answer(NamedTuple):
    """A receipt, and whether this very request made the record (False on a retry)."""

    receipt: Receipt
    created: bool


class Pending(NamedTuple):
    """A checked record on its way to the store; `body` is the canonical request."""

    record: Record
    idem_key: str
    id: str
    body: bytes
    future: Future[Answer]
    refused: Refused | None
    """Why it may not be recorded now; a retry of what is recorded is answered all the same."""
