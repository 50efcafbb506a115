"""The append port: the one hot path that each engine writes by hand.

A driver belongs to the writer thread and keeps one connection. It knows rows and transactions,
and neither keys nor the meaning of a record. Both drivers pass the same conformance tests.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final, NamedTuple, Protocol

from clausepress.ledger.merkle import Tile

MOST_LEAVES: Final = 1024
"""Leaf hashes that one look-up gives at most."""


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
    """A row of `subject_key`: one person's key for records of one kind and month."""

    key_id: str
    mac_key_id: str
    mac: bytes
    wrapped: bytes
    wrap_key_id: str
    kept_as: str


class KeyCheck(NamedTuple):
    """A row of `key_check`: `kind` is "mac" or "wrap"."""

    kind: str
    key_id: str
    value: bytes


Agree = Callable[[Sequence[KeyCheck]], Sequence[KeyCheck]]
"""Given the stored checks, gives those to add; raises KeysMismatch when they are of other keys."""


class NewLink(NamedTuple):
    """A row of `link`: a record made under an account, and the key of the browser's subject."""

    idx: int
    key_id: str


class NewConsent(NamedTuple):
    """A row of `consent`; it takes the place of an earlier one of that key, policy and purpose.

    The keyed hash is that which the key is stored with.
    """

    key_id: str
    policy: str
    purpose: str
    idx: int


class EndedConsent(NamedTuple):
    """Rows of `consent` to take away: of that key and matter, by records before that place.

    An empty policy or purpose stands for each.
    """

    key_id: str
    policy: str
    purpose: str
    before: int


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


class Asked(NamedTuple):
    """What a batch has to know of the store: its idempotency keys, and keyed hashes of people."""

    idem_keys: list[str]
    macs: list[bytes]


class Known(NamedTuple):
    """What the store knew of that.

    Attributes:
        stored: The records made under any of the idempotency keys, by that key.
        subject_keys: The subject keys found by any of the keyed hashes.
    """

    stored: dict[str, Stored]
    subject_keys: frozenset[SubjectKey]


class Batch(NamedTuple):
    """Everything that one transaction writes."""

    before: Head
    after: Head
    note: str
    records: list[NewRecord]
    erased: list[str]
    """Ids of the subject keys to destroy with their consents, before any new one is stored."""
    subject_keys: list[SubjectKey]
    suppressions: list[NewSuppression]
    links: list[NewLink]
    tiles: list[Tile]
    consents: list[NewConsent]
    ended: list[EndedConsent]
    """Taken away after `consents` are stored."""


class Turn(NamedTuple):
    """A transaction that no other writer of the log shares.

    Attributes:
        head: The head as it is stored until the turn ends.
        append: Writes a batch, once. Raises Raced when the head is not `batch.before`.
    """

    head: Head
    append: Callable[[Batch], None]


class AppendPort(Protocol):
    """What the writer thread needs of an engine.

    Every method raises StoreUnavailable when the engine does not answer or refuses; the driver's
    state is then undefined until `reopen`. Where a lost COMMIT leaves the outcome unknown, that is
    StoreUnavailable too: `look_up` tells after `reopen`.
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

    def look_up(self, first: int, asked: Asked) -> tuple[list[bytes], Known]:
        """Leaf hashes from place `first` on, at most MOST_LEAVES, and what is known of `asked`.

        The leaves are read before the rest: while the log is no longer than they say, the rest
        holds.
        """

    def turn(self) -> AbstractContextManager[Turn]:
        """Wait for the head, some seconds at most, and hold it while the block runs.

        What was appended is durable once the block has ended; when it raises, nothing is written.
        Raises Raced when another writer came first after all and all may be tried again. Any other
        error of one row's making comes as the engine's own exception.
        """

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
