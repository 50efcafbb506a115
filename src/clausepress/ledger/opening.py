"""What must hold of a stored log before it is opened; each fault asks for a backup."""

from collections.abc import Sequence

from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.errors import KeysMismatch, SetupError
from clausepress.ledger.merkle import consistency_proof, nodes_from_tiles, verify_consistency
from clausepress.ledger.reader import Reader
from clausepress.ledger.store import Head
from clausepress.note import Malformed, Unsigned, VerifierKey, first_signer, open_note


def begun(reader: Reader) -> Head | None:
    """The head of the log, None for one that does not exist yet.

    Raises SetupError when head, checkpoints and records are not of one size.
    """
    head, checkpoint, records = reader.state()
    if head is None:
        if checkpoint is not None or records:
            raise _damaged("the log has records and no head")
        return None
    if checkpoint != head.size:
        raise _damaged(f"the head counts {head.size} records, the newest checkpoint {checkpoint}")
    if records != head.size:
        raise _damaged(f"the head counts {head.size} records, and the last one is {records}")
    return head


def check_whole(reader: Reader, head: Head, verifiers: Sequence[VerifierKey]) -> None:
    """Check that the newest checkpoint is that of the head, and extends the one before it.

    Raises KeysMismatch when none of the keys signed it, and SetupError for any other fault.
    """
    newest, *earlier = [_open(note, verifiers) for note in reader.checkpoints(head.size)]
    if newest != Checkpoint(verifiers[0].name, *head):
        raise _damaged("the newest checkpoint is not that of the head")
    for older in earlier:
        if older.size:
            node = nodes_from_tiles(reader.tile, head.size)
            proof = consistency_proof(older.size, head.size, node)
            if not verify_consistency(older.size, older.root, head.size, head.root, proof):
                raise _damaged("the newest checkpoint does not extend the one before it")


def _open(note: str, verifiers: Sequence[VerifierKey]) -> Checkpoint:
    try:
        signer = first_signer(note, verifiers)
        if signer is None:
            raise KeysMismatch(
                f"the log {verifiers[0].name} in this database was signed with another key; "
                "use the key file it was made with"
            )
        return Checkpoint.parse(open_note(note, signer))
    except Unsigned:
        raise _damaged("a checkpoint's signature is not the log's") from None
    except Malformed as error:
        raise _damaged(f"a checkpoint is not readable: {error}") from None


def _damaged(what: str) -> SetupError:
    return SetupError(f"the database is damaged: {what}; restore a backup")
