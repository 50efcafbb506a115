"""A log as its readers see it: the newest checkpoint, and whether it still holds an older one.

All that is believed is the verifier key: tiles are only used to work out a consistency proof
(RFC 9162 section 2.1.4.2), which wrong tiles cannot make come out right.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from clausepress.errors import ClausepressError
from clausepress.files import read_text, write_atomic
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.errors import LogContradicted, LogUnreadable
from clausepress.ledger.merkle import (
    HASH_SIZE,
    TILE_WIDTH,
    consistency_proof,
    nodes_from_tiles,
    verify_consistency,
)
from clausepress.ledger.tiles import CHECKPOINT, TileName
from clausepress.note import Malformed, Unsigned, VerifierKey, open_note

Fetch = Callable[[str], bytes | None]
"""Gives the bytes at a path below the log's address, None when there are none."""

_EVIDENCE: Final = ".contradiction"


def read_checkpoint(note: str, verifier: VerifierKey, what: str) -> Checkpoint:
    """The checkpoint of a note signed by the log; `what` names it in the message.

    Raises LogUnreadable when it is no checkpoint, or not one of this log.
    """
    try:
        checkpoint = Checkpoint.parse(open_note(note, verifier))
    except (Malformed, Unsigned) as error:
        raise LogUnreadable(f"{what} is not a checkpoint of the log: {error}") from None
    if checkpoint.origin != verifier.name:
        raise LogUnreadable(
            f"{what} is of the log {checkpoint.origin!r}, signed by {verifier.name!r}"
        )
    return checkpoint


class PublishedLog:
    """One log at one address."""

    def __init__(self, fetch: Fetch, verifier: VerifierKey) -> None:
        self._fetch = fetch
        self._verifier = verifier

    def newest(self) -> tuple[str, Checkpoint]:
        """The newest checkpoint, as a note and read; raises LogUnreadable."""
        note = self._bytes(CHECKPOINT)
        try:
            text = note.decode()
        except UnicodeError:
            raise LogUnreadable("the log's newest checkpoint is not UTF-8") from None
        return text, read_checkpoint(text, self._verifier, "what the log publishes as its newest")

    def check_extends(self, older: Checkpoint, newer: Checkpoint) -> None:
        """Check that the first `older.size` records of `newer` are those of `older`.

        Raises LogContradicted when they are not, LogUnreadable when a tile is missing or no tile.
        """
        if newer.size < older.size:
            raise LogContradicted(
                f"the log shows {newer.size} records and had {older.size} before. A cache in "
                "front of it may be some seconds old; if this stays so, its tail was cut off"
            )
        if older.size == 0 or older == newer:
            return
        node = nodes_from_tiles(self._tile, newer.size)
        proof = consistency_proof(older.size, newer.size, node) if older.size < newer.size else []
        if not verify_consistency(older.size, older.root, newer.size, newer.root, proof):
            raise LogContradicted(
                f"the log of {newer.size} records does not begin with the {older.size} that it "
                "signed before: records were changed, or it shows different logs to different "
                "readers (or its tiles were changed on the way). Keep both checkpoints as evidence"
            )

    def _tile(self, level: int, index: int, width: int) -> Sequence[bytes]:
        # A partial tile may be gone once the full one is there.
        data = self._fetch(str(TileName(level, index, width)))
        data = data or self._bytes(str(TileName(level, index, TILE_WIDTH)))
        if len(data) < width * HASH_SIZE or len(data) % HASH_SIZE:
            raise LogUnreadable(f"{TileName(level, index, width)} is not a tile of that width")
        return [data[at : at + HASH_SIZE] for at in range(0, width * HASH_SIZE, HASH_SIZE)]

    def _bytes(self, path: str) -> bytes:
        data = self._fetch(path)
        if data is None:
            raise LogUnreadable(f"the log publishes no {path}; check its address")
        return data


def witness(log: PublishedLog, verifier: VerifierKey, file: Path) -> tuple[int, Checkpoint]:
    """Keep the newest checkpoint in `file`, if the log still holds the one kept there.

    One that contradicts it is written beside the file, and the file stays: the two signatures of
    the log together are the proof against it.

    Returns:
        How many records were witnessed before, and the checkpoint now kept.

    Raises:
        LogContradicted: The log does not extend what was witnessed.
        LogUnreadable: The log, or what is in the file, is not readable as this log's.
        ClausepressError: The file cannot be read or written.
    """
    kept = None
    if file.exists():
        kept = read_checkpoint(read_text(file), verifier, str(file))
    note, newest = log.newest()
    if kept is not None:
        try:
            log.check_extends(kept, newest)
        except LogContradicted as error:
            evidence = file.with_name(file.name + _EVIDENCE)
            _write(evidence, note)
            raise LogContradicted(f"{error}. What it shows now is kept in {evidence}") from None
    if kept != newest:
        _write(file, note)
    return (kept.size if kept else 0), newest


def _write(path: Path, note: str) -> None:
    try:
        write_atomic(path, note.encode())
    except OSError as error:
        raise ClausepressError(f"{path}: cannot be written: {error.strerror}") from error
