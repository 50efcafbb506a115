"""The ledger: records choices and opt-outs, gives receipts, tells who must not be written to."""

import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Final

import msgspec
from sqlalchemy import Engine

from clausepress.ledger import address, replies
from clausepress.ledger.catalog import Catalog
from clausepress.ledger.engines import connect
from clausepress.ledger.errors import SetupError, StoreUnavailable
from clausepress.ledger.keys import Keys
from clausepress.ledger.opening import begun, check_whole
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import (
    KEY_PATTERN,
    Choice,
    OptOut,
    Receipt,
    Record,
    canonical,
    check_consistent,
)
from clausepress.ledger.sealing import new_id
from clausepress.ledger.tiles import TileName
from clausepress.ledger.writer import Answer, Pending, Writer, read_receipt
from clausepress.note import Malformed, check_name

DEFAULT_ORIGIN: Final = "clausepress/log"

_KEY: Final = re.compile(KEY_PATTERN)


def system_clock() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


class Ledger:
    """One log in one database. Made by `open`; safe to use from several threads."""

    def __init__(
        self, writer: Writer, reader: Reader, engine: Engine, keys: Keys, catalog: Catalog, key: str
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._engine = engine
        self._keys = keys
        self._catalog = catalog
        self.verifier_key = key

    @classmethod
    def open(
        cls,
        url: str,
        keys: Keys,
        catalog: Catalog,
        origin: str = DEFAULT_ORIGIN,
        clock: Callable[[], int] = system_clock,
    ) -> "Ledger":
        """Open the ledger, making or migrating the database.

        Args:
            url: `sqlite:////path/to.db` or `postgresql://…`.
            keys: The operator's secrets; new ones are written to their file here, and only for
                a log that does not exist yet.
            catalog: The published texts.
            origin: The log's name, which its checkpoints carry (c2sp.org/tlog-checkpoint).
            clock: Gives Unix time in milliseconds.

        Raises:
            SetupError: URL, database and origin do not fit together, or the log is damaged.
            KeysMismatch: The keys are not those the log was made with.
        """
        try:
            check_name(origin)
        except Malformed as error:
            raise SetupError(f"the log's origin is not usable: {error}") from None
        driver, engine = connect(url, origin)
        reader = Reader(engine, origin)
        try:
            head = begun(reader)
            keys = keys.kept(begun=head is not None)
            signer = keys.signer(origin)
            if head is not None:
                check_whole(reader, head, signer.verifier)
            writer = Writer(driver, reader, keys, signer, clock)
            writer.start()
        except BaseException as error:
            driver.close()
            engine.dispose()
            if isinstance(error, StoreUnavailable):
                raise SetupError(f"cannot open the log {origin}: {error}") from error
            raise
        return cls(writer, reader, engine, keys, catalog, str(signer.verifier))

    def choose(self, choice: Choice, idem_key: str) -> Future[Answer]:
        """Record a decision; the future is done once the record is durable.

        The same key and content give the same receipt again, even when the text has changed since.
        Raises InconsistentDecision at once; the future raises the other kinds of Refused,
        IdempotencyMismatch or StoreUnavailable.
        """
        check_consistent(choice)
        return self._submit(choice, idem_key)

    def opt_out(self, opt_out: OptOut, idem_key: str) -> Future[Answer]:
        """Record an opt-out and suppress the address in one transaction; otherwise as `choose`."""
        one_spelling = address.normalise(opt_out.channel, opt_out.address, opt_out.region)
        return self._submit(msgspec.structs.replace(opt_out, address=one_spelling), idem_key)

    def receive(self, inbound: replies.Inbound) -> Future[Answer]:
        """Record a text message that came back, and suppress its sender if it says so.

        Another delivery of the same message gives the same receipt. The future raises
        StoreUnavailable; nothing about a message itself is refused.
        """
        reply = replies.read(inbound, self._catalog.keywords)
        identity = replies.identity(inbound, reply)
        # Keyed, for an id and a number are guessed soon; by the oldest key, so that a message
        # delivered again after a change of keys is still the same.
        mac = self._keys.macs("inbound", identity)[0][1]
        return self._put(reply, urlsafe_b64encode(mac).decode().rstrip("="), identity)

    def reviews(self, start: int = 0) -> Iterator[replies.Received]:
        """Replies that a person has to read, from a place in the log on, oldest first.

        Raises StoreUnavailable.
        """
        return replies.received(self._reader, self._keys, start, confirm=False)

    def confirmations(self, start: int = 0) -> Iterator[replies.Received]:
        """Replies whose sender is to be told that the opt-out worked: the first of each number.

        A pure reading of the log, so it gives the same each time: whoever sends goes on after the
        last position. Raises StoreUnavailable.
        """
        return replies.received(self._reader, self._keys, start, confirm=True)

    def _submit(self, record: Choice | OptOut, idem_key: str) -> Future[Answer]:
        if not _KEY.match(idem_key):
            raise ValueError("an idempotency key is 16 to 64 characters of A-Z a-z 0-9 _ -")
        return self._put(record, idem_key, canonical(record))

    def _put(self, record: Record, idem_key: str, body: bytes) -> Future[Answer]:
        future: Future[Answer] = Future()
        refused = self._catalog.refusal(record)
        self._writer.submit(Pending(record, idem_key, new_id(), body, future, refused))
        return future

    def receipt(self, record_id: str) -> Receipt | None:
        """The receipt of that id, or None; raises StoreUnavailable."""
        return read_receipt(self._reader, record_id, self.verifier_key)

    def is_suppressed(self, channel: str, destination: str) -> bool:
        """Whether promotion to this number (E.164) or mailbox must not be sent.

        Raises AddressInvalid or StoreUnavailable.
        """
        value = address.normalise(channel, destination).encode()
        return self._reader.suppressed(channel, self._keys.macs(channel, value))

    def checkpoint(self) -> str:
        """The newest signed checkpoint (c2sp.org/tlog-checkpoint); raises StoreUnavailable."""
        return self._reader.latest_checkpoint()

    def tile(self, name: TileName) -> bytes | None:
        """The hashes of a tile, 32 bytes each, or None if the newest checkpoint has no such tile.

        Raises StoreUnavailable.
        """
        return self._reader.published_tile(name)

    def close(self) -> None:
        """Store what is queued, then let go of the database."""
        self._writer.close()
        self._engine.dispose()
