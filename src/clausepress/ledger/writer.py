"""The writer thread: group commit.

Whatever queued while the last transaction committed is the next batch: one transaction, one
signature. Who hands in records may gather them first, so that those who come together share it. A
future is answered only after COMMIT, and the tree in memory holds only what is committed, so a
failed batch leaves nothing to undo.

Several processes may write to one log. Each seals its batch first; then it waits for its turn at
the head, catches up with what the others wrote, and commits.
"""

import hmac
import logging
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final, NamedTuple

import msgspec

from clausepress.ledger.checkpoint import Checkpoint, format_proof
from clausepress.ledger.consent_rows import consent_rows
from clausepress.ledger.errors import (
    IdempotencyMismatch,
    LedgerError,
    Raced,
    StoreUnavailable,
)
from clausepress.ledger.keys import Keys
from clausepress.ledger.merkle import EMPTY_ROOT, Growth, Tree
from clausepress.ledger.observing import Observer, Unobserved
from clausepress.ledger.pending import Answer, Pending
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import Receipt
from clausepress.ledger.rows import Cast, Rows, make_rows, name_people
from clausepress.ledger.store import (
    MOST_LEAVES,
    AppendPort,
    Asked,
    Batch,
    Head,
    Known,
    NewRecord,
    Stored,
)
from clausepress.note import Signer, VerifierKey, first_signer

_log = logging.getLogger(__name__)

_MAX_BATCH: Final = 256
_MAX_QUEUE: Final = 4096
_MAX_RACES: Final = 20


Gather = Callable[[Callable[[], None]], None]
"""Told of each record handed in, by its thread: calls what it is given soon, once for those that
come together."""


def _at_once(pass_on: Callable[[], None]) -> None:
    pass_on()


class _InUse(NamedTuple):
    """The keys that write, and the signer made of them."""

    keys: Keys
    signer: Signer


class _Job(NamedTuple):
    """A batch, the people in it by the keys that write it, and what it asks the store."""

    batch: Sequence[Pending]
    keys: Keys
    signer: Signer
    cast: Cast
    asked: Asked

    def new(self, known: Known) -> dict[str, Pending]:
        """The records to make, the first one of each idempotency key."""
        first: dict[str, Pending] = {}
        for pending in self.batch:
            if pending.idem_key not in known.stored and not pending.refused:
                first.setdefault(pending.idem_key, pending)
        return first


class Writer:
    """Owns the append port and the tree; `submit` is the only door."""

    def __init__(
        self, port: AppendPort, reader: Reader, keys: Keys, origin: str, clock: Callable[[], int]
    ) -> None:
        self._port = port
        self._reader = reader
        self._origin = origin
        self._clock = clock
        self._in_use = _InUse(keys, keys.signer(origin))
        self.observer: Observer = Unobserved()
        self._tree = Tree()
        self._head = Head(0, EMPTY_ROOT)
        self._connected = False
        self._queue: SimpleQueue[Pending | None] = SimpleQueue()
        self._gathered: list[Pending] = []
        self.gather: Gather = _at_once
        self._lock = Lock()
        self._closed = False
        self._thread = Thread(target=self._run, name="clausepress-writer", daemon=True)

    def start(self) -> None:
        """Connect, start the log if it is new, load the tree.

        Raises StoreUnavailable, or KeysMismatch when the log was made with other keys.
        """
        self._port.reopen()
        self._connected = True
        keys, signer = self._in_use
        empty = Checkpoint(self._origin, 0, EMPTY_ROOT)
        self._port.start(EMPTY_ROOT, signer.sign(str(empty)), keys.agree)
        self._load()
        self._thread.start()

    def submit(self, pending: Pending) -> None:
        """Queue a record; raises StoreUnavailable when closed or too far behind."""
        with self._lock:
            if self._closed:
                raise StoreUnavailable("The ledger is closed.")
            if self.waiting() >= _MAX_QUEUE:
                raise StoreUnavailable("The store is too far behind; send the request again later.")
            self._gathered.append(pending)
            full = len(self._gathered) >= _MAX_BATCH
        (_at_once if full else self.gather)(self._pass_on)

    def _pass_on(self) -> None:
        """Queue what is gathered; nothing, when that was done already."""
        with self._lock:
            self._queue_gathered()

    def _queue_gathered(self) -> None:
        gathered, self._gathered = self._gathered, []
        for pending in gathered:
            self._queue.put(pending)

    def take_keys(self, keys: Keys) -> None:
        """Write with these keys from the next batch on."""
        self._in_use = _InUse(keys, keys.signer(self._origin))

    def waiting(self) -> int:
        """How many records are gathered or queued."""
        return len(self._gathered) + self._queue.qsize()

    def size(self) -> int:
        """How many records the log had after the last batch."""
        return self._head.size

    def close(self) -> None:
        """Commit what is queued, then stop; a second call does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue_gathered()  # nobody may pass them on any more
            self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join()
        self._port.close()

    def _run(self) -> None:
        while True:
            taken = [self._queue.get()]
            try:
                while len(taken) < _MAX_BATCH:
                    taken.append(self._queue.get_nowait())
            except Empty:
                pass
            # A request that gave up while queued is dropped here; past this line it is committed.
            batch = [p for p in taken if p and p.future.set_running_or_notify_cancel()]
            if batch:
                self._settle(batch)
            if taken[-1] is None:
                return

    def _settle(self, batch: Sequence[Pending]) -> None:
        """Commit a batch and answer every future in it, whatever happens."""
        try:
            answers = self._commit(batch)
        except StoreUnavailable as fault:
            _log.error("%d records not stored: %s", len(batch), fault)
            self.observer.failed()
            for pending in batch:
                pending.future.set_exception(fault)
        except Exception as fault:  # noqa: BLE001 - the thread must outlive any one row
            if len(batch) > 1:
                for pending in batch:
                    self._settle([pending])
                return
            # An exception of the engine may quote the row, so only its type goes to the log.
            known = isinstance(fault, LedgerError)
            _log.error("a record was not stored: %s", fault if known else type(fault).__name__)
            batch[0].future.set_exception(
                StoreUnavailable("The store refused this record; nothing was stored.")
            )
        else:
            for pending, answer in zip(batch, answers, strict=True):
                if isinstance(answer, Answer):
                    pending.future.set_result(answer)
                else:
                    pending.future.set_exception(answer)

    def _commit(self, batch: Sequence[Pending]) -> list[Answer | LedgerError]:
        """Try until the batch is stored: again after a lost race, once more after a fault."""
        faults = 0
        for _ in range(_MAX_RACES):
            try:
                if not self._connected:
                    self._port.reopen()
                    self._connected = True
                return self._attempt(batch)
            except Raced:
                continue
            except StoreUnavailable:
                # Nothing is known of the transaction now. The next attempt looks up what the store
                # says, and finds there the records that were committed after all.
                self._connected = False
                faults += 1
                if faults > 1:
                    raise
        raise StoreUnavailable("Other writers were always first; send the request again later.")

    def _load(self) -> None:
        head = self._port.head()
        if head is None:
            raise StoreUnavailable("The log has no head; restore a backup.")
        tree = Tree.load(head.size, self._reader.tile)
        if tree.root() != head.root:
            raise StoreUnavailable("The stored records do not match the head; restore a backup.")
        self._tree, self._head = tree, head

    def _look(self, asked: Asked) -> Known:
        """What the store knows of a batch; the tree takes in what others wrote before that."""
        leaves, known = self._port.look_up(self._head.size, asked)
        while len(leaves) == MOST_LEAVES:  # so far behind, the tiles are quicker
            self._load()
            leaves, known = self._port.look_up(self._head.size, asked)
        if leaves:
            growth = self._tree.extend(leaves)
            self._tree.accept(growth)
            self._head = Head(growth.size, growth.root)
        return known

    def _attempt(self, batch: Sequence[Pending]) -> list[Answer | LedgerError]:
        keys, signer = self._in_use  # both at once: they may be changed while this runs
        cast = name_people(batch, keys)
        macs = [mac for named in cast.values() for _, mac in named.macs]
        job = _Job(batch, keys, signer, cast, Asked([p.idem_key for p in batch], macs))
        known = self._look(job.asked)
        receipts: dict[str, Receipt] = {}
        if job.new(known):
            known, receipts = self._append(job, known)
        first = job.new(known)
        return [
            self._replay(pending, known.stored[pending.idem_key], keys)
            if pending.idem_key in known.stored
            else pending.refused or _share(pending, first[pending.idem_key], receipts)
            for pending in batch
        ]

    def _replay(self, pending: Pending, stored: Stored, keys: Keys) -> Answer | LedgerError:
        if not keys.holds_mac(stored.mac_key_id):  # too old to tell whether it is the same
            return _mismatch()
        body_mac = keys.mac("body", pending.body, stored.mac_key_id)
        if not hmac.compare_digest(body_mac, stored.body_mac):
            return _mismatch()
        receipt = read_receipt(self._reader, stored.id, keys.verifiers(self._origin))
        if receipt is None:
            raise StoreUnavailable("The store knows the key and not its record; restore a backup.")
        # Our own id means that a COMMIT thought lost had been made: this request did create it.
        return Answer(receipt, created=stored.id == pending.id)

    def _append(self, job: _Job, known: Known) -> tuple[Known, dict[str, Receipt]]:
        """Write what is new in one transaction: what was known then, and receipts by record id."""
        rows = self._seal(job, known)  # before the turn, for the others wait while it lasts
        with self._port.turn() as turn:
            began = time.perf_counter()
            if turn.head != self._head:
                # Others wrote: the same requests maybe, keys of the same people, or the end of a
                # key that something is sealed under here.
                now = self._look(job.asked)
                if turn.head != self._head:  # no writer did that
                    self._load()
                if now != known:
                    known, rows = now, self._seal(job, now)
            if not rows.records:
                return known, {}
            rows = rows.placed(turn.head.size)
            growth = self._tree.extend([record.leaf_hash for record in rows.records])
            after = Head(growth.size, growth.root)
            note = job.signer.sign(str(Checkpoint(self._origin, *after)))
            new = list(job.new(known).values())
            consents = consent_rows(self._reader, job.keys, job.cast, new, rows, known.subject_keys)
            turn.append(Batch(turn.head, after, note, *rows, growth.tiles, *consents))
        self._tree.accept(growth)
        self._head = after
        seconds = time.perf_counter() - began
        self.observer.committed(len(rows.records), len(rows.suppressions), seconds)
        verifier = str(job.signer.verifier)
        return known, {each.id: _receipt(each, growth, note, verifier) for each in rows.records}

    def _seal(self, job: _Job, known: Known) -> Rows:
        new = list(job.new(known).values())
        first = self._head.size
        return make_rows(new, first, self._clock(), job.keys, job.cast, known.subject_keys)


def _receipt(record: NewRecord, growth: Growth, note: str, verifier_key: str) -> Receipt:
    proof = format_proof(record.idx, growth.proof(record.idx), note)
    return make_receipt(record.id, record.entry, proof, verifier_key)


def _mismatch() -> IdempotencyMismatch:
    return IdempotencyMismatch(
        "This idempotency key was used for other content. Make a new key for a new decision."
    )


def _share(pending: Pending, first: Pending, receipts: dict[str, Receipt]) -> Answer | LedgerError:
    """The answer to a request whose key came first in this very batch, by it or by a twin."""
    if pending.body != first.body:
        return _mismatch()
    return Answer(receipts[first.id], created=pending is first)


def make_receipt(record_id: str, entry: bytes, proof: str, verifier_key: str) -> Receipt:
    """The receipt of a stored entry."""
    return Receipt(
        id=record_id,
        entry=entry.decode(),
        record=msgspec.Raw(entry),
        proof=proof,
        verifier_key=verifier_key,
    )


def read_receipt(
    reader: Reader, record_id: str, verifiers: Sequence[VerifierKey]
) -> Receipt | None:
    """The receipt of that id, made again from the store: byte for byte the first one.

    It names the key of the log, one of `verifiers`, that wrote when it was made.
    """
    found = reader.proven(record_id)
    if found is None:
        return None
    signer = first_signer(found.note, verifiers)
    if signer is None:
        raise StoreUnavailable("A checkpoint is not signed by the log; restore a backup.")
    proof = format_proof(found.position, found.proof, found.note)
    return make_receipt(record_id, found.entry, proof, str(signer))
