"""The ledger: records choices and opt-outs, gives receipts, tells who must not be written to."""

import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Final

import msgspec
from sqlalchemy import Engine

from clausepress.ledger import address, oneclick, replies, subjects, suppressions
from clausepress.ledger.catalog import Catalog
from clausepress.ledger.engines import connect
from clausepress.ledger.errors import SetupError, StoreUnavailable
from clausepress.ledger.keys import Keys
from clausepress.ledger.opening import begun, check_whole
from clausepress.ledger.pending import Answer, Pending
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import (
    KEY_PATTERN,
    Choice,
    Demand,
    Erasure,
    OptOut,
    Receipt,
    Record,
    canonical,
    check_consistent,
    timestamp,
)
from clausepress.ledger.sealing import new_id
from clausepress.ledger.sending import Ruling, Sending, rule
from clausepress.ledger.tiles import TileName
from clausepress.ledger.writer import Writer, read_receipt
from clausepress.note import Malformed, check_name

DEFAULT_ORIGIN: Final = "clausepress/log"

_KEY: Final = re.compile(KEY_PATTERN)


def system_clock() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


class Ledger:
    """One log in one database. Made by `open`; safe to use from several threads."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        engine: Engine,
        keys: Keys,
        catalog: Catalog,
        key: str,
        clock: Callable[[], int],
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._engine = engine
        self._keys = keys
        self._catalog = catalog
        self._clock = clock
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
        return cls(writer, reader, engine, keys, catalog, str(signer.verifier), clock)

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
        return self._once(reply, "inbound", replies.identity(inbound, reply))

    def stop(self, demand: Demand) -> Future[Answer]:
        """Record a demand that names no text, and suppress its address in the same transaction.

        The same line of a list, or click on one day, gives the same receipt. The future raises
        StoreUnavailable.
        """
        day = [timestamp(self._clock())[:10]] if demand.surface == "one-click" else []
        return self._once(demand, "demand", canonical([msgspec.to_builtins(demand), *day]))

    def read_list(self, lines: Iterable[str]) -> Iterator[suppressions.Line]:
        """The demands of a suppression list, to be given to `stop`; raises BadEntry."""
        return suppressions.read(lines, self._keys)

    def suppression_list(
        self, start: int = 0, digest_key: str | None = None
    ) -> Iterator[suppressions.Exported]:
        """All suppressions for a list, those first made at place `start` of the log or later.

        With `digest_key`, the id of an HMAC key, digests by that key and no address. Raises
        StoreUnavailable, or SetupError for a key that there is not.
        """
        if digest_key:
            self._keys.mac("digest", b"", digest_key)
        return suppressions.export(self._reader, self._keys, start, digest_key)

    def one_click(self, token: str) -> Future[Answer] | None:
        """Stop promotion to the mailbox of a one-click link; None when it is none of ours."""
        mailbox = oneclick.mailbox(self._keys, token)
        if mailbox is None:
            return None
        return self.stop(Demand(surface="one-click", channel="email", address=mailbox))

    def one_click_token(self, mailbox: str) -> str:
        """What makes a one-click link for a mailbox; raises AddressInvalid."""
        return oneclick.token(self._keys, address.normalise("email", mailbox))

    def _once(self, record: Record, purpose: str, identity: bytes) -> Future[Answer]:
        # Keyed, for an id and a number are guessed soon; by the oldest key, so that what comes
        # again after a change of keys is still the same.
        mac = self._keys.macs(purpose, identity)[0][1]
        return self._put(record, urlsafe_b64encode(mac).decode().rstrip("="), identity)

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

    def erase(self, means: subjects.Means, name: str) -> list[Future[Answer]]:
        """Destroy the keys of a person, so that what is sealed under them can be read by no one.

        The log records that it was done, and every proof stays valid; a suppression of the
        person's address stays. What the person says from now on is sealed under a new key.

        Args:
            means: What the person is known by; known by several, it is several people here.
            name: The subject id, number or mailbox.

        Returns:
            One for each key, mostly a single one; none when nothing is sealed (any more). The
            futures raise StoreUnavailable.

        Raises:
            AddressInvalid: The number or mailbox is none.
            StoreUnavailable: The store does not answer.
        """
        person = subjects.find(self._reader, self._keys, means, name)
        # A colon, so that no key a client may send can stand in the way.
        return [
            self._put(
                Erasure(key_id=key.key_id, suppressions=person.suppressions),
                f"erasure:{key.key_id}",
                key.key_id.encode(),
            )
            for key in person.keys
        ]

    def export(self, means: subjects.Means, name: str) -> subjects.Export:
        """All that is recorded of a person, opened, each record with its receipt.

        Arguments as for `erase`. Raises AddressInvalid, StoreUnavailable or SetupError.
        """
        person = subjects.find(self._reader, self._keys, means, name)
        return subjects.export(self._reader, self._keys, person, self.receipt)

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

    def may_send(self, sending: Sending) -> list[Ruling]:
        """Whether the message may go now, for each address in order; raises StoreUnavailable."""
        return rule(self._reader, self._keys, sending, self._clock())

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
