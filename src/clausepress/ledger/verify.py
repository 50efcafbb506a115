"""Checks a receipt offline: no network, no database, only the log's public key."""

from typing import Any, NamedTuple

import msgspec

from clausepress.ledger.checkpoint import Checkpoint, parse_proof
from clausepress.ledger.errors import (
    ProofInvalid,
    ReceiptMalformed,
    RecordMismatch,
    SignatureInvalid,
    UntrustedKey,
)
from clausepress.ledger.merkle import leaf_hash, verify_inclusion
from clausepress.ledger.records import DuplicateName, Receipt, canonical, refuse_duplicates
from clausepress.note import Crowded, Malformed, Unsigned, VerifierKey, first_signer, open_note


class Verified(NamedTuple):
    """What a sound receipt proves.

    Attributes:
        record: The public fields of the record.
        position: Its place in the log, from 0.
        checkpoint: The tree head that covers it.
        verifier_key: The key that signed the tree head.
    """

    record: dict[str, Any]
    position: int
    checkpoint: Checkpoint
    verifier_key: str

    def __str__(self) -> str:
        return (
            f"record {self.record['id']}, number {self.position} of {self.checkpoint.size} "
            f"in the log {self.checkpoint.origin}, signed by {self.verifier_key}"
        )


def verify_receipt(receipt_json: str | bytes, verifier_key: str | None = None) -> Verified:
    """Check that the record is the entry, that the log holds it, and that the log signed so.

    Without `verifier_key` the receipt's own key is used: that shows the receipt is whole, not whose
    log it is. Raises ReceiptMalformed, UntrustedKey, RecordMismatch, ProofInvalid or
    SignatureInvalid. Formats: RFC 6962 section 2.1.1, c2sp.org/tlog-proof.
    """
    try:
        receipt = msgspec.json.decode(receipt_json, type=Receipt)
        refuse_duplicates(receipt_json)  # readers differ in which of two they show
    except (msgspec.MsgspecError, UnicodeError, DuplicateName) as error:
        raise ReceiptMalformed(f"This is not a receipt: {error}.") from None
    except RecursionError:
        raise ReceiptMalformed("This is not a receipt: it is nested too deeply.") from None
    record = _record(receipt)
    try:
        key = VerifierKey.parse(receipt.verifier_key)
        index, path, note = parse_proof(receipt.proof)
        if verifier_key is not None and verifier_key.strip() != receipt.verifier_key:
            key = _other_signer(receipt, note, verifier_key.strip())
        checkpoint = Checkpoint.parse(open_note(note, key))
    except (Crowded, Unsigned) as error:
        raise SignatureInvalid(f"The checkpoint is not the log's: {error}.") from None
    except Malformed as error:
        raise ReceiptMalformed(f"This is not a receipt: {error}.") from None
    if checkpoint.origin != key.name:
        raise SignatureInvalid(
            f"The checkpoint is of the log {checkpoint.origin!r}, signed by {key.name!r}."
        )
    leaf = leaf_hash(receipt.entry.encode())
    if not verify_inclusion(leaf, index, checkpoint.size, path, checkpoint.root):
        raise ProofInvalid(
            f"The proof does not lead from the entry at index {index} to the root of the "
            f"checkpoint of size {checkpoint.size}: entry or proof was altered."
        )
    return Verified(record, index, checkpoint, str(key))


def _other_signer(receipt: Receipt, note: str, trusted: str) -> VerifierKey:
    """The key that is trusted, if it says to have signed beside the receipt's own.

    While a log changes its key, both sign. Raises UntrustedKey.
    """
    try:
        if key := first_signer(note, [VerifierKey.parse(trusted)]):
            return key
    except Crowded:
        raise
    except Malformed:
        pass  # what is no key is another one, too
    raise UntrustedKey(f"The receipt is of the log key {receipt.verifier_key}, not of {trusted}.")


def _record(receipt: Receipt) -> dict[str, Any]:
    """The decoded entry, once entry, readable record and id agree."""
    try:
        entry = msgspec.json.decode(receipt.entry, type=dict[str, Any])
        shown = msgspec.json.decode(receipt.record, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise ReceiptMalformed(f"The entry or the record is not JSON: {error}.") from None
    except RecursionError:
        raise ReceiptMalformed("The entry is nested too deeply.") from None
    if canonical(entry) != receipt.entry.encode():
        raise ReceiptMalformed("The entry is not canonical JSON.")
    if canonical(shown) != receipt.entry.encode():
        raise RecordMismatch("The readable record does not say what the log entry says.")
    if entry.get("id") != receipt.id:
        raise RecordMismatch("The receipt's id is not that of the log entry.")
    return entry
