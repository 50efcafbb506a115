"""The operator's secrets: the log's signing key, the keyed hashes, the key that wraps others.

They live outside the database, in one JSON file of mode 0600. Losing it makes receipts
impossible to issue and suppressed addresses impossible to recognise: back it up apart. The store
keeps a check value of each key in use, so that a log is never written to under others.
"""

import hmac
import os
import secrets
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clausepress.ledger.errors import KeysMismatch, SetupError
from clausepress.ledger.store import KeyCheck
from clausepress.note import Signer

_NONCE: Final = 12  # bytes, as AES-GCM wants (NIST SP 800-38D section 8.2)
_Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]  # base64 in JSON


class MacKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key for HMAC-SHA-256 and the id that is stored beside what it made."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    key: _Key


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: Literal["clausepress.keys/1"]
    log: _Key
    wrap: _Key
    mac: Annotated[list[MacKey], msgspec.Meta(min_length=1)]


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
    """All keys of one ledger. Writes use the last HMAC key; look-ups try every one."""

    def __init__(self, file: _File, draft: tuple[Path, bytes] | None = None) -> None:
        self._log = Ed25519PrivateKey.from_private_bytes(file.log)
        self._wrap = AESGCM(file.wrap)
        self._wrap_check = _check_value("wrap", file.wrap)
        self._macs = {mac.id: _Hmac(mac.key) for mac in file.mac}
        self._mac_checks = {mac.id: _check_value("mac", mac.key) for mac in file.mac}
        self.mac_id = file.mac[-1].id
        self._draft = draft

    @classmethod
    def parse(cls, text: str | bytes, source: str = "the key text") -> "Keys":
        """Read the JSON text of a key file; raises SetupError naming `source`."""
        return cls(_decode(text, source))

    @classmethod
    def load(cls, path: Path) -> "Keys":
        """Read the key file; where there is none, new keys, which `kept` writes there.

        Raises SetupError when it cannot be read, or others may read it.
        """
        try:
            return cls._read(path)
        except FileNotFoundError:
            text = generate()
            return cls(_decode(text, str(path)), (path, text))
        except OSError as error:
            raise _unusable(path, error) from error

    @classmethod
    def _read(cls, path: Path) -> "Keys":
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise SetupError(f"{path} may be read by others; run: chmod 600 {path}")
        return cls.parse(path.read_bytes(), str(path))

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
                _create(path, text)
            return self._read(path)
        except FileNotFoundError:
            raise KeysMismatch(
                f"the key file {path} is missing, and the log in the database was made with it; "
                "restore the file from its backup"
            ) from None
        except OSError as error:
            raise _unusable(path, error) from error

    def signer(self, origin: str) -> Signer:
        """Signs the checkpoints of the log `origin`."""
        return Signer(origin, self._log)

    def mac(self, purpose: str, value: bytes, mac_id: str | None = None) -> bytes:
        """HMAC-SHA-256 of `value`, apart for each purpose; raises SetupError for a lost key id."""
        key = self._macs.get(mac_id or self.mac_id)
        if key is None:
            raise SetupError(
                f"the store uses the HMAC key {mac_id!r}, which the key file does not hold; "
                "restore it from the backup of the key file"
            )
        return key.digest(purpose.encode() + b"\x00" + value)

    def macs(self, purpose: str, value: bytes) -> list[tuple[str, bytes]]:
        """The HMAC of `value` under every live key: pairs of key id and 32 bytes."""
        return [(mac_id, self.mac(purpose, value, mac_id)) for mac_id in self._macs]

    def each(self, purpose: str, values: Sequence[bytes]) -> dict[str, list[bytes]]:
        """The HMACs of many values, in their order, by the id of each live key."""
        prefix = purpose.encode() + b"\x00"
        return {
            mac_id: [key.digest(prefix + value) for value in values]
            for mac_id, key in self._macs.items()
        }

    def agree(self, stored: Sequence[KeyCheck]) -> list[KeyCheck]:
        """The checks to add to those stored, of the keys that write.

        Raises KeysMismatch when a key in use is missing here, or is another.
        """
        mine = {("wrap", ""): self._wrap_check}
        mine |= {("mac", mac_id): value for mac_id, value in self._mac_checks.items()}
        for kind, key_id, value in stored:
            if not hmac.compare_digest(mine.get((kind, key_id), b""), value):
                what = f"HMAC key {key_id!r}" if kind == "mac" else "wrapping key"
                raise KeysMismatch(
                    f"the log in the database uses another {what} than the key file holds; "
                    "use the key file it was made with"
                )
        known = {(check.kind, check.key_id) for check in stored}
        used = [("wrap", ""), ("mac", self.mac_id)]
        return [KeyCheck(*name, mine[name]) for name in used if name not in known]

    def wrap(self, key_id: str, key: bytes) -> bytes:
        """A subject's key, encrypted for storage and bound to its id."""
        return encrypt(self._wrap, key, key_id)

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """A subject's key from storage; raises SetupError when the wrapping key is another."""
        try:
            return decrypt(self._wrap, wrapped, key_id)
        except InvalidTag:
            raise SetupError(
                "the key file's wrapping key does not open this store's subject keys; "
                "use the key file the store was made with"
            ) from None


def encrypt(cipher: AESGCM, plain: bytes, bound_to: str) -> bytes:
    """AES-256-GCM with a random nonce in front; `bound_to` is the associated data."""
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, bound_to.encode())


def decrypt(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    """What `encrypt` made; raises InvalidTag for another key, text or `bound_to`."""
    return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())


def generate() -> bytes:
    """The JSON text of a new key file."""
    file = {
        "schema": "clausepress.keys/1",
        "log": Ed25519PrivateKey.generate().private_bytes_raw(),
        "wrap": secrets.token_bytes(32),
        "mac": [{"id": secrets.token_hex(4), "key": secrets.token_bytes(32)}],
    }
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"


def _decode(text: str | bytes, source: str) -> _File:
    try:
        file = msgspec.json.decode(text, type=_File)
    except msgspec.MsgspecError as error:
        # The message of the decoder names the field, never a value.
        raise SetupError(f"{source} is not a Clausepress key file: {error}") from None
    ids = [mac.id for mac in file.mac]
    for mac_id in ids:
        if ids.count(mac_id) > 1:
            raise SetupError(
                f"{source} holds two HMAC keys with the id {mac_id!r}; give the newer another id"
            )
    return file


def _check_value(kind: str, key: bytes) -> bytes:
    return hmac.new(key, b"clausepress key check\x00" + kind.encode(), "sha256").digest()


def _unusable(path: Path, error: OSError) -> SetupError:
    return SetupError(f"cannot use the key file {path}: {error.strerror}")


def _create(path: Path, text: bytes) -> None:
    """Write a new key file whole or not at all, and keep one that another process made first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # records sealed under lost keys could never be opened
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
