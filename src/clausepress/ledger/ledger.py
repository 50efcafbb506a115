"""The ledger: records choices and opt-outs, gives receipts, tells who must not be written to."""

import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import UNSET
from sqlalchemy import Engine

from clausepress.ledger import (
    address,
    noticing,
    oneclick,
    replies,
    retention,
    standings,
    subjects,
    suppressions,
)
from clausepress.ledger.catalog import Catalog
from clausepress.ledger.engines import connect
from clausepress.ledger.errors import (
    AccountTokenInvalid,
    Refused,
    SetupError,
    StoreUnavailable,
    UnknownPolicy,
)
from clausepress.ledger.keys import Keys
from clausepress.ledger.kinds import check_consistent
from clausepress.ledger.observing import Observer
from clausepress.ledger.opening import begun, check_whole
from clausepress.ledger.pending import Answer, Pending
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import (
    KEY_PATTERN,
    AccountChoice,
    Choice,
    Demand,
    Erasure,
    OptOut,
    Receipt,
    Record,
    canonical,
    timestamp,
)
from clausepress.ledger.sealing import Drawn, new_id
from clausepress.ledger.sending import Ruling, Sending, rule
from clausepress.ledger.tiles import TileName
from clausepress.ledger.tokens import NO_ACCOUNTS, AccountKeys
from clausepress.ledger.writer import Gather, Writer, read_receipt
from clausepress.note import Malformed, check_name

DEFAULT_ORIGIN: Final = "clausepress/log"

_HISTORY: Final = 100
"""Records on a page of a history."""

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
        origin: str,
        clock: Callable[[], int],
        accounts: AccountKeys,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._engine = engine
        self._keys = keys
        self._catalog = catalog
        self._origin = origin
        self._clock = clock
        self._accounts = accounts
        self._random = Drawn().take
        # Asks the store for what some records refer to, so that who submits does not wait for it.
        self._asking = ThreadPoolExecutor(1, "clausepress-asking")

    @classmethod
    def open(
        cls,
        url: str,
        keys: Keys,
        catalog: Catalog,
        origin: str = DEFAULT_ORIGIN,
        clock: Callable[[], int] = system_clock,
        accounts: AccountKeys = NO_ACCOUNTS,
    ) -> "Ledger":
        """Open the ledger, making or migrating the database.

        Args:
            url: `sqlite:////path/to.db` or `postgresql://…`.
            keys: The operator's secrets; new ones are written to their file here, and only for
                a log that does not exist yet.
            catalog: The published texts.
            origin: The log's name, which its checkpoints carry (c2sp.org/tlog-checkpoint).
            clock: Gives Unix time in milliseconds.
            accounts: The keys that the host signs account tokens with.

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
            if head is not None:
                check_whole(reader, head, keys.verifiers(origin))
            writer = Writer(driver, reader, keys, origin, clock)
            writer.start()
        except BaseException as error:
            driver.close()
            engine.dispose()
            if isinstance(error, StoreUnavailable):
                raise SetupError(f"cannot open the log {origin}: {error}") from error
            raise
        return cls(writer, reader, engine, keys, catalog, origin, clock, accounts)

    def choose(self, choice: Choice, idem_key: str) -> Future[Answer]:
        """Record a decision; the future is done once the record is durable.

        The same key and content give the same receipt again, even when the text has changed since.
        Raises InconsistentDecision at once; the future raises the other kinds of Refused,
        IdempotencyMismatch or StoreUnavailable.
        """
        check_consistent(choice)
        if choice.account_token is UNSET:
            return self._submit(choice, idem_key)
        bare = msgspec.structs.replace(choice, account_token=UNSET)
        try:
            vouched = self._accounts.read(choice.account_token, choice.subject, self._clock())
        except AccountTokenInvalid as refused:
            return self._submit(bare, idem_key, refused)
        # Without the token, which is another one each time: the account is what counts.
        linked = AccountChoice(**msgspec.structs.asdict(bare), account=vouched.account)
        return self._submit(linked, idem_key, vouched.refusal)

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
        mac = self._keys.oldest_mac(purpose, identity)
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

    def retain(
        self, periods: retention.Periods, *, dry_run: bool = False
    ) -> Iterator[retention.Due]:
        """Destroy the keys of all records that were kept long enough, a page at a time.

        The log records each page, and every proof stays valid; suppressions stay. With `dry_run`
        nothing is destroyed. What was destroyed once is not due again, so it may be stopped and
        run again at any time.

        Raises:
            StoreUnavailable: The store does not answer.
            SetupError: The keys open something no more.
        """
        now_ms = self._clock()
        for due in retention.due(
            self._engine, self._reader, self._origin, self._keys, periods, now_ms
        ):
            if not dry_run:
                body = canonical(due.disposal)
                # A colon, so that no key a client may send can stand in the way.
                self._put(due.disposal, f"disposal:{sha256(body).hexdigest()}", body).result()
            yield due

    def export(self, means: subjects.Means, name: str) -> subjects.Export:
        """All that is recorded of a person, opened, each record with its receipt.

        Arguments as for `erase`. Raises AddressInvalid, StoreUnavailable or SetupError.
        """
        person = subjects.find(self._reader, self._keys, means, name)
        said = subjects.records(self._reader, person)
        return subjects.Export(
            means=means,
            name=person.name,
            suppressed=bool(person.suppressions),
            records=list(subjects.show(self._keys, said, self.receipt)),
        )

    def history(self, means: subjects.Means, name: str, start: int = 0) -> subjects.History:
        """A page of a person's records, opened, from a place in the log on.

        Arguments as for `erase`. Raises AddressInvalid, StoreUnavailable or SetupError.
        """
        person = subjects.find(self._reader, self._keys, means, name)
        page = self._reader.of([key.key_id for key in person.keys], start, _HISTORY + 1)
        return subjects.History(
            records=list(subjects.show(self._keys, page[:_HISTORY], self.receipt)),
            next=page[_HISTORY].position if len(page) > _HISTORY else UNSET,
        )

    def state(self, means: subjects.Means, name: str, at_ms: int | None = None) -> standings.State:
        """What holds for a person now, or held at an instant in Unix milliseconds.

        Arguments as for `erase`. Raises AddressInvalid or StoreUnavailable.
        """
        person = subjects.find(self._reader, self._keys, means, name)
        return standings.state(
            subjects.events(self._reader, self._keys, person),
            self._catalog,
            timestamp(self._clock() if at_ms is None else at_ms),
            now=at_ms is None,
        )

    def _submit(
        self, record: Choice | OptOut, idem_key: str, refused: Refused | None = None
    ) -> Future[Answer]:
        if not _KEY.match(idem_key):
            raise ValueError("an idempotency key is 16 to 64 characters of A-Z a-z 0-9 _ -")
        return self._put(record, idem_key, canonical(record), refused)

    def _put(
        self, record: Record, idem_key: str, body: bytes, refused: Refused | None = None
    ) -> Future[Answer]:
        future: Future[Answer] = Future()
        refused = refused or self._catalog.refusal(record)
        pending = Pending(record, idem_key, new_id(self._random), body, future, refused)
        if isinstance(record, Choice) and record.notice and not refused:
            try:
                self._asking.submit(self._put_noticed, pending, record)
            except RuntimeError:
                raise StoreUnavailable("The ledger is closed.") from None
        else:
            self._writer.submit(pending)
        return future

    def _put_noticed(self, pending: Pending, choice: Choice) -> None:
        """Queue a choice that names a notice, once the store told whether it may."""
        if pending.future.cancelled():
            return
        try:
            refused = noticing.refusal(self._reader, self._keys, choice)
            self._writer.submit(pending._replace(refused=refused))
        except Exception as error:  # noqa: BLE001 - whoever waits gets an answer
            if pending.future.set_running_or_notify_cancel():
                pending.future.set_exception(error)

    def receipt(self, record_id: str) -> Receipt | None:
        """The receipt of that id, or None; raises StoreUnavailable."""
        return read_receipt(self._reader, record_id, self._keys.verifiers(self._origin))

    def is_suppressed(self, channel: str, destination: str) -> bool:
        """Whether promotion to this number (E.164) or mailbox must not be sent.

        Raises AddressInvalid or StoreUnavailable.
        """
        value = address.normalise(channel, destination).encode()
        return self._reader.suppressed(channel, self._keys.macs(channel, value))

    def may_send(self, sending: Sending) -> list[Ruling]:
        """Whether the message may go now, for each address in order.

        Raises StoreUnavailable, or UnknownPolicy when the consent needed is under none.
        """
        if sending.consent:
            try:
                self._catalog.policy(sending.consent.policy)
            except UnknownPolicy as refused:
                refused.field = "consent.policy"
                raise
        return rule(self._reader, self._keys, sending, self._clock())

    def checkpoint(self) -> str:
        """The newest signed checkpoint (c2sp.org/tlog-checkpoint); raises StoreUnavailable."""
        return self._reader.latest_checkpoint()

    def tile(self, name: TileName) -> bytes | None:
        """The hashes of a tile, 32 bytes each, or None if the newest checkpoint has no such tile.

        Raises StoreUnavailable.
        """
        return self._reader.published_tile(name)

    @property
    def verifier_key(self) -> str:
        """The key that new checkpoints are signed with first (c2sp.org/signed-note)."""
        return str(self._keys.signer(self._origin).verifier)

    def key_list(self) -> str:
        """All verifier keys of the log, oldest first, as a note signed by those that still sign.

        Whoever trusts one of them can take over the others from it.
        """
        keys = "".join(f"{key}\n" for key in self._keys.verifiers(self._origin))
        return self._keys.signer(self._origin).sign(f"{self._origin} keys\n{keys}")

    def take_keys(self, keys: Keys) -> None:
        """Go on with these keys, those in use among them, without a pause.

        Raises KeysMismatch when one in use is missing or another, StoreUnavailable; then those
        before stay.
        """
        self._reader.add_key_checks(keys.agree(self._reader.key_checks()))
        self._writer.take_keys(keys)
        self._keys = keys

    def observe(self, observer: Observer) -> None:
        """Tell of every batch from now on."""
        self._writer.observer = observer

    def gather(self, gather: Gather) -> None:
        """Let whoever hands in records say when those that come together are all there."""
        self._writer.gather = gather

    def waiting(self) -> int:
        """How many records wait for the writer."""
        return self._writer.waiting()

    def size(self) -> int:
        """How many records the log has, as its writer knows it; asks no store."""
        return self._writer.size()

    def probe(self) -> None:
        """Write something that changes nothing; raises StoreUnavailable."""
        self._reader.probe()

    def close(self) -> None:
        """Store what is queued, then let go of the database."""
        self._asking.shutdown()
        self._writer.close()
        self._engine.dispose()
