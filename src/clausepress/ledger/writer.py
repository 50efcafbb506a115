"""The writer thread: group commit.

Whatever queued while the last transaction committed is the next batch: one transaction, one
signature. A future is answered only after COMMIT, and the tree in memory moves only then, so a
failed batch leaves nothing to undo.
"""

import hmac
import logging
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final

import msgspec

from clausepress.ledger.checkpoint import Checkpoint, format_proof
from clausepress.ledger.errors import (
    IdempotencyMismatch,
    LedgerError,
    Raced,
    StoreUnavailable,
)
from clausepress.ledger.keys import Keys
from clausepress.ledger.merkle import EMPTY_ROOT, Growth, Tree
from clausepress.ledger.pending import Answer, Pending
from clausepress.ledger.reader import Reader
from clausepress.ledger.records import Receipt
from clausepress.ledger.rows import make_rows
from clausepress.ledger.store import (
    AppendPort,
    Batch,
    Head,
    NewRecord,
    Stored,
)
from clausepress.note import Signer

_log = logging.getLogger(__name__)

_MAX_BATCH: Final = 256
_MAX_QUEUE: Final = 4096
_MAX_RACES: Final = 20


class Writer:
    """Owns the append port and the tree; `submit` is the only door."""

    def __init__(
        self, port: AppendPort, reader: Reader, keys: Keys, signer: Signer, clock: Callable[[], int]
    ) -> None:
        self._port = port
        self._reader = reader
        self._keys = keys
        self._signer = signer
        self._clock = clock
        self._verifier = str(signer.verifier)
        self._tree: Tree | None = None
        self._head = Head(0, EMPTY_ROOT)
        self._connected = False
        self._queue: SimpleQueue[Pending | None] = SimpleQueue()
        self._lock = Lock()
        self._closed = False
        self._thread = Thread(target=self._run, name="clausepress-writer", daemon=True)

    def start(self) -> None:
        """Connect, start the log if it is new, load the tree.

        Raises StoreUnavailable, or KeysMismatch when the log was made with other keys.
        """
        self._port.reopen()
        self._connected = True
        empty = Checkpoint(self._signer.verifier.name, 0, EMPTY_ROOT)
        self._port.start(EMPTY_ROOT, self._signer.sign(str(empty)), self._keys.agree)
        self._load()
        self._thread.start()

    def submit(self, pending: Pending) -> None:
        """Queue a record; raises StoreUnavailable when closed or too far behind."""
        with self._lock:
            if self._closed:
                raise StoreUnavailable("The ledger is closed.")
            if self._queue.qsize() >= _MAX_QUEUE:
                raise StoreUnavailable("The store is too far behind; send the request again later.")
            self._queue.put(pending)

    def close(self) -> None:
        """Commit what is queued, then stop; a second call does nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
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
                if self._tree is None:
                    self._recover()
                return self._attempt(batch)
            except Raced:
                self._tree = None
            except StoreUnavailable:
                # Nothing is known of the transaction now. The next attempt starts from what the
                # store says, and finds there the records that were committed after all.
                self._tree, self._connected = None, False
                faults += 1
                if faults > 1:
                    raise
            except BaseException:
                self._tree = None
                raise
        raise StoreUnavailable("Too many writers share this log; run one process.")

    def _recover(self) -> None:
        if not self._connected:
            self._port.reopen()
            self._connected = True
        self._load()

    def _load(self) -> None:
        head = self._port.head()
        if head is None:
            raise StoreUnavailable("The log has no head; restore a backup.")
        tree = Tree.load(head.size, self._reader.tile)
        if tree.root() != head.root:
            raise StoreUnavailable("The stored records do not match the head; restore a backup.")
        self._tree, self._head = tree, head

    def _attempt(self, batch: Sequence[Pending]) -> list[Answer | LedgerError]:
        stored = {s.idem_key: s for s in self._port.stored([p.idem_key for p in batch])}
        first: dict[str, Pending] = {}
        for pending in batch:
            if pending.idem_key not in stored and not pending.refused:
                first.setdefault(pending.idem_key, pending)
        receipts = self._append(list(first.values())) if first else {}
        return [
            self._replay(pending, stored[pending.idem_key])
            if pending.idem_key in stored
            else pending.refused or _share(pending, first[pending.idem_key], receipts)
            for pending in batch
        ]

    def _replay(self, pending: Pending, stored: Stored) -> Answer | LedgerError:
        body_mac = self._keys.mac("body", pending.body, stored.mac_key_id)
        if not hmac.compare_digest(body_mac, stored.body_mac):
            return _mismatch()
        receipt = read_receipt(self._reader, stored.id, self._verifier)
        if receipt is None:
            raise StoreUnavailable("The store knows the key and not its record; restore a backup.")
        # Our own id means that a COMMIT thought lost had been made: this request did create it.
        return Answer(receipt, created=stored.id == pending.id)

    def _append(self, batch: Sequence[Pending]) -> dict[str, Receipt]:
        """Write new records in one transaction; receipts by record id."""
        tree = self._tree
        if tree is None:
            raise StoreUnavailable("The log is not loaded.")
        rows = make_rows(batch, tree.size, self._clock(), self._keys, self._port.subject_keys)
        growth = tree.extend([record.leaf_hash for record in rows.records])
        note = self._signer.sign(
            str(Checkpoint(self._signer.verifier.name, growth.size, growth.root))
        )
        after = Head(growth.size, growth.root)
        self._port.append(Batch(self._head, after, note, *rows, growth.tiles))
        tree.accept(growth)
        self._head = after
        return {record.id: self._receipt(record, growth, note) for record in rows.records}

    def _receipt(self, record: NewRecord, growth: Growth, note: str) -> Receipt:
        proof = format_proof(record.idx, growth.proof(record.idx), note)
        return make_receipt(record.id, record.entry, proof, self._verifier)


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


def read_receipt(reader: Reader, record_id: str, verifier_key: str) -> Receipt | None:
    """The receipt of that id, made again from the store: byte for byte the first one."""
    found = reader.proven(record_id)
    if found is None:
        return None
    proof = format_proof(found.position, found.proof, found.note)
    return make_receipt(record_id, found.entry, proof, verifier_key)
