"""The operator's secrets: the log's signing keys, the keyed hashes, the keys that wrap others.

They live outside the database, in one JSON file of mode 0600. Losing it makes receipts
impossible to issue and suppressed addresses impossible to recognise: back it up apart. The store
keeps a check value of each key in use, so that a log is never written to under others.
"""

import hmac
import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clausepress.ledger.errors import KeysMismatch, SetupError
from clausepress.ledger.keyfile import NAMES, KeyFile, create, decode, generate, read, unusable
from clausepress.ledger.store import KeyCheck
from clausepress.note import Signer, VerifierKey

_NONCE: Final = 12  # bytes, as AES-GCM wants (NIST SP 800-38D section 8.2)


Random = Callable[[int], bytes]
"""Gives so many random bytes, as `os.urandom` does."""


class _Hmac:
    """HMAC-SHA-256 (RFC 2104) with its key taken in beforehand: a third of the time of `hmac.new`.

    `hmac.digest` would let go of the interpreter lock, which costs more than the hash.
    """

    def __init__(self, key: bytes) -> None:
        block = key.ljust(64, b"\x00")  # keys are of 32 bytes
        self._inner = sha256(bytes(octet ^ 0x36 for octet in block))
        self._outer = sha256(bytes(octet ^ 0x5C for octet in block))

    def digest(self, value: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(value)
        outer.update(inner.digest())
        return outer.digest()


class Keys:
    """All keys of one ledger. Writes use one key of each kind; what the others wrote is read too.

    Never changed once made: a process that is to know of new keys takes a new object.

    Attributes:
        mac_id: Id of the HMAC key that writes.
        wrap_id: Id of the wrapping key that writes.
    """

    def __init__(self, file: KeyFile, draft: tuple[Path, bytes] | None = None) -> None:
        self.mac_id = file.writing("mac").id
        self.wrap_id = file.writing("wrap").id
        self._draft = draft
        # Keys that write come last. Who looks up under each in this order, while `renew` moves a
        # row from an older key to that one, finds the row in the one place or in the other.
        macs = sorted(file.mac, key=lambda key: key.id == self.mac_id)
        self._macs = {key.id: _Hmac(key.key) for key in macs}
        self._oldest = file.mac[0].id
        wraps = sorted(file.wrap, key=lambda key: key.id != self.wrap_id)
        self._wraps = {key.id: AESGCM(key.key) for key in wraps}
        self._checks = {("wrap", key.id): _check_value("wrap", key.key) for key in file.wrap}
        self._checks |= {("mac", key.id): _check_value("mac", key.key) for key in file.mac}
        signs = file.writing("log").id
        seeds = sorted(file.log, key=lambda key: key.id != signs)
        self._signing = [Ed25519PrivateKey.from_private_bytes(key.key) for key in seeds]
        live = (Ed25519PrivateKey.from_private_bytes(key.key).public_key() for key in file.log)
        self._public = [*file.past, *(key.public_bytes_raw() for key in live)]

    @classmethod
    def parse(cls, text: str | bytes, source: str = "the key text") -> "Keys":
        """Read the JSON text of a key file; raises SetupError naming `source`."""
        return cls(decode(text, source))

    @classmethod
    def load(cls, path: Path) -> "Keys":
        """Read the key file; where there is none, new keys, which `kept` writes there.

        Raises SetupError when it cannot be read, or others may read it.
        """
        try:
            return cls(read(path))
        except FileNotFoundError:
            text = generate()
            return cls(decode(text, str(path)), (path, text))
        except OSError as error:
            raise unusable(path, error) from error

    def kept(self, *, begun: bool) -> "Keys":
        """The keys on disk: these, written now with mode 0600 if they are new.

        Of two processes that make keys at once, both get those of the first. New keys are of no
        use to a log already begun, so then a missing file raises KeysMismatch.
        """
        if self._draft is None:
            return self
        path, text = self._draft
        try:
            if not begun:
                create(path, text)
            return Keys(read(path))
        except FileNotFoundError:
            raise KeysMismatch(
                f"the key file {path} is missing, and the log in the database was made with it; "
                "restore the file from its backup"
            ) from None
        except OSError as error:
            raise unusable(path, error) from error

    def signer(self, origin: str) -> Signer:
        """Signs the checkpoints of the log `origin`: with the key that writes, then every other.

        So who knows only the older key, or the one to come, can check each checkpoint too.
        """
        return Signer(origin, *self._signing)

    def verifiers(self, origin: str) -> list[VerifierKey]:
        """The keys that have signed, or will sign, checkpoints of the log, oldest first."""
        return [VerifierKey.ed25519(origin, public) for public in self._public]

    @property
    def one_mac(self) -> bool:
        """Whether there is a single HMAC key, so that nobody is stored under two names."""
        return len(self._macs) == 1

    def holds_mac(self, mac_id: str) -> bool:
        """Whether the HMAC key of that id is there still."""
        return mac_id in self._macs

    def mac(self, purpose: str, value: bytes, mac_id: str | None = None) -> bytes:
        """HMAC-SHA-256 of `value`, apart for each purpose; raises SetupError for a lost key id."""
        key = self._macs.get(mac_id or self.mac_id)
        if key is None:
            raise SetupError(
                f"the store uses the HMAC key {mac_id!r}, which the key file does not hold; "
                "restore it from the backup of the key file"
            )
        return key.digest(purpose.encode() + b"\x00" + value)

    def oldest_mac(self, purpose: str, value: bytes) -> bytes:
        """The HMAC of `value` that stays the same until the oldest key is retired."""
        return self.mac(purpose, value, self._oldest)

    def macs(self, purpose: str, value: bytes) -> list[tuple[str, bytes]]:
        """The HMAC of `value` under every key: pairs of key id and 32 bytes, the one that writes
        last."""
        return [(mac_id, self.mac(purpose, value, mac_id)) for mac_id in self._macs]

    def each(self, purpose: str, values: Sequence[bytes]) -> dict[str, list[bytes]]:
        """The HMACs of many values, in their order, by the id of each key."""
        prefix = purpose.encode() + b"\x00"
        return {
            mac_id: [key.digest(prefix + value) for value in values]
            for mac_id, key in self._macs.items()
        }

    def agree(self, stored: Sequence[KeyCheck]) -> list[KeyCheck]:
        """The checks to add to those stored, of the keys that write.

        Raises KeysMismatch when a key in use is missing here, or is another.
        """
        for kind, key_id, value in stored:
            if not hmac.compare_digest(self._checks.get((kind, key_id), b""), value):
                what = NAMES["mac" if kind == "mac" else "wrap"]
                raise KeysMismatch(
                    f"the log in the database uses another {what} {key_id!r} than the key file "
                    "holds; use the key file it was made with"
                )
        known = {(check.kind, check.key_id) for check in stored}
        used = [("wrap", self.wrap_id), ("mac", self.mac_id)]
        return [KeyCheck(*name, self._checks[name]) for name in used if name not in known]

    def wrap(self, key_id: str, key: bytes, random: Random = os.urandom) -> bytes:
        """A subject's key, encrypted for storage under `wrap_id` and bound to its own id."""
        return encrypt(self._wraps[self.wrap_id], key, key_id, random)

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """A subject's key from storage; raises SetupError when no wrapping key opens it."""
        for cipher in self._wraps.values():
            try:
                return decrypt(cipher, wrapped, key_id)
            except InvalidTag:
                continue
        raise SetupError(
            "no wrapping key of the key file opens this store's subject keys; "
            "use the key file the store was made with"
        )

    def wrapped(self, wrap_id: str, key_id: str, wrapped: bytes) -> bool:
        """Whether it is the wrapping key of that id that opens a subject's key."""
        try:
            decrypt(self._wraps[wrap_id], wrapped, key_id)
        except (InvalidTag, KeyError):
            return False
        return True


def encrypt(cipher: AESGCM, plain: bytes, bound_to: str, random: Random = os.urandom) -> bytes:
    """AES-256-GCM with a random nonce in front; `bound_to` is the associated data."""
    nonce = random(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, bound_to.encode())


def decrypt(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    """What `encrypt` made; raises InvalidTag for another key, text or `bound_to`."""
    return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())


def _check_value(kind: str, key: bytes) -> bytes:
    return hmac.new(key, b"clausepress key check\x00" + kind.encode(), "sha256").digest()
