"""The append port: the one hot path that each engine writes by hand.

A driver belongs to the writer thread and keeps one connection. It knows rows and transactions,
and neither keys nor the meaning of a record. Both drivers pass the same conformance tests.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from clausepress.ledger.merkle import Tile


class Head(NamedTuple):
    """The stored tree head."""

    size: int
    root: bytes


class NewRecord(NamedTuple):
    """A row of `record`, without the log's id and the checkpoint's size."""

    idx: int
    id: str
    idem_key: str
    body_mac: bytes
    mac_key_id: str
    entry: bytes
    leaf_hash: bytes
    at_ms: int
    kind: str
    subject_key_id: str


class SubjectKey(NamedTuple):
    """A row of `subject_key`."""

    key_id: str
    mac_key_id: str
    mac: bytes
    wrapped: bytes


class KeyCheck(NamedTuple):
    """A row of `key_check`: `kind` is "mac" or "wrap"."""

    kind: str
    key_id: str
    value: bytes


Agree = Callable[[Sequence[KeyCheck]], Sequence[KeyCheck]]
"""Given the stored checks, gives those to add; raises KeysMismatch when they are of other keys."""


class NewSuppression(NamedTuple):
    """A row of `suppression`.

    Of two for one address the first stays, with the later `at_ms`, the time of the event.
    """

    channel: str
    mac_key_id: str
    mac: bytes
    scope: str
    reason: str
    at_ms: int
    record_id: str


class Stored(NamedTuple):
    """What is known of an idempotency key that was used before."""

    idem_key: str
    id: str
    body_mac: bytes
    mac_key_id: str


class Batch(NamedTuple):
    """Everything that one transaction writes."""

    before: Head
    after: Head
    note: str
    records: list[NewRecord]
    erased: list[str]
    """Ids of the subject keys to destroy, before any new one is stored."""
    subject_keys: list[SubjectKey]
    suppressions: list[NewSuppression]
    tiles: list[Tile]


class AppendPort(Protocol):
    """What the writer thread needs of an engine.

    Every method raises StoreUnavailable when the engine does not answer or refuses; the driver's
    state is then undefined until `reopen`. Where a lost COMMIT leaves the outcome unknown, that is
    StoreUnavailable too: `stored` tells after `reopen`.
    """

    def reopen(self) -> None:
        """Drop the connection, if any, and make a new one."""

    def head(self) -> Head | None:
        """The stored head; None for a log that was never started."""

    def start(self, root: bytes, note: str, agree: Agree) -> None:
        """Store the head of an empty log and its checkpoint, unless there is one already.

        In the same transaction, `agree` sees the key checks and says which to add; what it raises
        leaves nothing stored.
        """

    def stored(self, idem_keys: Sequence[str]) -> list[Stored]:
        """The records made under any of these idempotency keys."""

    def subject_keys(self, macs: Sequence[bytes]) -> list[SubjectKey]:
        """The subject keys found by any of these keyed hashes."""

    def append(self, batch: Batch) -> None:
        """Write the batch in one transaction and return once it is durable.

        Raises Raced, with nothing written, when the head is not `batch.before` or the engine asks
        to try again; any other error of one row's making comes as the engine's own exception,
        with nothing written.
        """

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
