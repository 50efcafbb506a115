"""C2SP text formats of the log: tree checkpoints, offline proofs.

Sources: c2sp.org/tlog-checkpoint, c2sp.org/tlog-proof. Parsing is as strict as that of notes.
"""

from base64 import b64encode
from binascii import b2a_base64
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from clausepress.ledger.merkle import HASH_SIZE
from clausepress.note import Malformed, decode_base64, decode_decimal

_PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1\n"


class Checkpoint(NamedTuple):
    """A tree head: the log's origin, the number of leaves, the root hash (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a checkpoint note; raises Malformed."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise Malformed("a checkpoint has three lines: origin, size, root")
        root = decode_base64(lines[2], "the checkpoint's root")
        if len(root) != HASH_SIZE:
            raise Malformed("the checkpoint's root is not 32 bytes")
        return cls(lines[0], decode_decimal(lines[1], "the checkpoint's size"), root)

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@lru_cache(maxsize=1024)  # the proofs of a batch share most of their hashes
def _line(value: bytes) -> str:
    return b2a_base64(value).decode()


def format_proof(index: int, hashes: Sequence[bytes], note: str) -> str:
    """The tlog-proof text of leaf `index`: its audit path and the checkpoint note."""
    path = "".join([_line(value) for value in hashes])
    return f"{_PROOF_HEADER}index {index}\n{path}\n{note}"


def parse_proof(text: str) -> tuple[int, list[bytes], str]:
    """Index, audit path and checkpoint note of a tlog-proof; raises Malformed.

    The optional `extra` line is refused: this log writes none and nothing authenticates it.
    """
    head, gap, note = text.partition("\n\n")
    if not gap or not head.startswith(_PROOF_HEADER):
        raise Malformed(f"a proof starts with the line {_PROOF_HEADER.strip()!r}")
    first, *lines = head.removeprefix(_PROOF_HEADER).split("\n")
    if not first.startswith("index "):
        raise Malformed("the proof's second line is not 'index N'")
    hashes = [decode_base64(line, "a proof hash") for line in lines]
    if any(len(h) != HASH_SIZE for h in hashes):
        raise Malformed("a proof hash is not 32 bytes")
    return decode_decimal(first.removeprefix("index "), "the proof's index"), hashes, note
