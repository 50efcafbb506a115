"""Signed notes and their keys (C2SP): a short text, and under it who signed it.

Sources: c2sp.org/signed-note. Parsing is strict: one spelling for each value, so that no byte of
a note can change without failing.
"""

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

_ED25519: Final = b"\x01"
_DASH: Final = "\u2014 "
_PRIVATE: Final = "PRIVATE+KEY+"
MAX_SIGNATURES: Final = 64
"""How many signatures of one note are looked at: each costs time, and anyone can add some."""


class Malformed(ValueError):  # noqa: N818 - named for what the text is
    """The text is not in the format; the message says where."""


class Crowded(Malformed):
    """The note has more signatures than are looked at, so it does not verify."""


class Unsigned(ValueError):  # noqa: N818 - named for what the note is
    """The note does not carry a good signature by the key asked for."""


def decode_base64(text: str, what: str) -> bytes:
    """Bytes of standard base64 (RFC 4648 section 4); raises Malformed for any second spelling.

    `what` names the value in the message.
    """
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except (ValueError, Base64Error):
        raise Malformed(f"{what} is not base64") from None
    if b64encode(data).decode() != text:
        raise Malformed(f"{what} is not canonical base64")
    return data


def decode_decimal(text: str, what: str) -> int:
    """A whole number from 0 in its one spelling; raises Malformed."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0"):
        raise Malformed(f"{what} is not a decimal number without leading zeroes")
    if len(text) > 18:
        raise Malformed(f"{what} is out of range")
    return int(text)


def check_name(name: str) -> str:
    """The name itself if it may name a key or a log; raises Malformed otherwise."""
    if not name or "+" in name or any(c.isspace() or ord(c) < 0x20 for c in name):
        raise Malformed(f"key name {name!r} is empty or holds a space or a plus sign")
    return name


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


class VerifierKey(NamedTuple):
    """An Ed25519 note key: its name, its 4-byte id and the public key."""

    name: str
    key_id: bytes
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read `name+hash+base64`; raises Malformed if the parts do not agree."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise Malformed("a verifier key has the form name+hash+base64")
        name, hexed, encoded = parts
        check_name(name)
        data = decode_base64(encoded, "the verifier key")
        if len(data) != 1 + 32 or data[:1] != _ED25519:
            raise Malformed("the verifier key is not an Ed25519 key")
        key_id = _key_id(name, data[1:])
        if key_id.hex() != hexed:
            raise Malformed("the verifier key's hash does not match its name and key")
        return cls(name, key_id, data[1:])

    @classmethod
    def ed25519(cls, name: str, public: bytes) -> "VerifierKey":
        """The key of that name with 32 public bytes; raises Malformed for a bad name."""
        return cls(check_name(name), _key_id(name, public), public)

    @property
    def label(self) -> str:
        """Its beginning, `name+id`, which a signature shows too."""
        return f"{self.name}+{self.key_id.hex()}"

    def __str__(self) -> str:
        return f"{self.label}+{b64encode(_ED25519 + self.public).decode()}"


class Signer:
    """Signs notes under one name with an Ed25519 key (RFC 8032), and after it with any further.

    `verifier` is that of the first.
    """

    def __init__(self, name: str, key: Ed25519PrivateKey, *further: Ed25519PrivateKey) -> None:
        self._key = key
        self._pairs = [
            (VerifierKey.ed25519(name, each.public_key().public_bytes_raw()), each)
            for each in (key, *further)
        ]
        self.verifier = self._pairs[0][0]

    @classmethod
    def parse(cls, text: str) -> "Signer":
        """Read what `secret` wrote; raises Malformed if the parts do not agree."""
        if not text.startswith(_PRIVATE):
            raise Malformed(f"a secret key starts with {_PRIVATE}")
        name, _, rest = text.removeprefix(_PRIVATE).partition("+")
        hexed, _, encoded = rest.partition("+")
        data = decode_base64(encoded, "the secret key")
        if len(data) != 1 + 32 or data[:1] != _ED25519:
            raise Malformed("the secret key is not an Ed25519 key")
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(data[1:]))
        if signer.verifier.key_id.hex() != hexed:
            raise Malformed("the secret key's hash does not match its name and key")
        return signer

    def secret(self) -> str:
        """The secret key in the form of golang.org/x/mod/sumdb/note."""
        seed = b64encode(_ED25519 + self._key.private_bytes_raw()).decode()
        return f"{_PRIVATE}{self.verifier.name}+{self.verifier.key_id.hex()}+{seed}"

    def sign(self, text: str) -> str:
        """The signed note over `text`, which ends in a newline."""
        lines = []
        for verifier, key in self._pairs:
            signature = b64encode(verifier.key_id + key.sign(text.encode())).decode()
            lines.append(f"{_DASH}{verifier.name} {signature}\n")
        return f"{text}\n{''.join(lines)}"


def open_note(note: str, verifier: VerifierKey) -> str:
    """The text of a note signed by `verifier`.

    Signatures of other keys are ignored, as the specification asks. Raises Malformed, or
    Unsigned when this key did not sign the text.
    """
    text, signatures = _parts(note)
    signed = False
    for name, key_id, signature in signatures:
        if (name, key_id) != (verifier.name, verifier.key_id):
            continue
        try:
            Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, text.encode())
        except InvalidSignature:
            raise Unsigned(
                f"the signature by {verifier.name} does not verify: the text was altered, "
                "or the key is another one"
            ) from None
        signed = True
    if not signed:
        raise Unsigned(f"it is not signed by {verifier}")
    return text


def first_signer(note: str, verifiers: Iterable[VerifierKey]) -> VerifierKey | None:
    """Whose signature of these stands first, as the note says, checked or not; raises Malformed."""
    by_label = {(key.name, key.key_id): key for key in verifiers}
    named = ((name, key_id) for name, key_id, _ in _parts(note)[1])
    return next((by_label[each] for each in named if each in by_label), None)


def unchecked_text(note: str) -> str:
    """The text of a note whatever its signatures are; raises Malformed."""
    return _parts(note)[0]


def signers(note: str) -> tuple[str, ...]:
    """Labels of the keys that a note says have signed it; raises Malformed."""
    return tuple(f"{name}+{key_id.hex()}" for name, key_id, _ in _parts(note)[1])


def _parts(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text, and of each signature the key's name, its 4-byte id and the bytes."""
    if any(ord(c) < 0x20 and c != "\n" for c in note):
        raise Malformed("the note holds control characters")
    text, gap, signed = note.rpartition("\n\n")
    if not gap or not signed.endswith("\n"):
        raise Malformed("the note has no signature block")
    lines = signed[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Crowded(f"it has {len(lines)} signatures, and no more than {MAX_SIGNATURES} are read")
    signatures = []
    for line in lines:
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise Malformed("a signature line is not of the form '— name base64'")
        data = decode_base64(encoded, "a signature")
        if len(data) < 5:
            raise Malformed("a signature is too short")
        signatures.append((check_name(name), data[:4], data[4:]))
    return f"{text}\n", signatures
