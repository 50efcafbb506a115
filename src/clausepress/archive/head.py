"""The head of a policy's chain of manifests: how many there are, and the digest of the last.

Its text is what the press signs, as a C2SP note (`clausepress.note`)::

    clausepress.manifests/<policy>
    <number of manifests>
    <base64 of SHA-256 over the bytes of the last manifest>
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

from clausepress.note import (
    Malformed,
    Unsigned,
    VerifierKey,
    decode_base64,
    decode_decimal,
    open_note,
    signers,
)

ORIGIN = "clausepress.manifests/"
_SHA256 = 32  # bytes


class UnknownSigner(Unsigned):
    """A head that none of the keys has signed; the message names the key that has."""


class Head(NamedTuple):
    """The text of a head.

    Attributes:
        policy: Policy id.
        size: Number of manifests in the chain, 1 or more.
        digest: ``sha256:`` and 64 hex digits over the bytes of the last manifest.
    """

    policy: str
    size: int
    digest: str

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read the text of a note; raises `clausepress.note.Malformed`."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0].startswith(ORIGIN):
            raise Malformed(f"a head has three lines: {ORIGIN}<policy>, size, digest")
        size = decode_decimal(lines[1], "the head's size")
        digest = decode_base64(lines[2], "the head's digest")
        if not size or len(digest) != _SHA256:
            raise Malformed("a head counts one manifest at least and has a digest of 32 bytes")
        return cls(lines[0].removeprefix(ORIGIN), size, f"sha256:{digest.hex()}")

    def __str__(self) -> str:
        digest = b64encode(bytes.fromhex(self.digest.removeprefix("sha256:"))).decode()
        return f"{ORIGIN}{self.policy}\n{self.size}\n{digest}\n"


def open_head(note: str, keys: Sequence[VerifierKey]) -> Head:
    """Return the head in a note that one of the keys signed.

    Raises:
        Malformed: It is no note with a head.
        UnknownSigner: It is signed by other keys only.
        Unsigned: It is not what the key has signed.
    """
    names = signers(note)
    known = [key for key in keys if key.label in names]
    if not known:
        raise UnknownSigner(f"it is signed by {' and '.join(names)}")
    for key in known[:-1]:
        try:
            return Head.parse(open_note(note, key))
        except Unsigned:
            continue
    return Head.parse(open_note(note, known[-1]))


def digest_of(data: bytes) -> str:
    """Return ``sha256:`` and 64 hex digits over bytes (FIPS 180-4)."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
