"""The key file: JSON of mode 0600 that holds every key of a ledger, old and new.

Each kind is a list in the order of age. The last key that is not waiting writes; the others are
kept to read what they wrote. A waiting key is read with already and not written with yet, so that
several processes can learn of it before any of them uses it.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clausepress.files import others_may_read
from clausepress.ledger.errors import SetupError
from clausepress.note import MAX_SIGNATURES

KeyKind = Literal["log", "wrap", "mac"]
"""What a key is for: signing the log, wrapping the keys of people, keyed hashes."""

NAMES: Final[dict[KeyKind, str]] = {
    "log": "log key",
    "wrap": "wrapping key",
    "mac": "HMAC key",
}

FIRST: Final = "first"
"""The id of a log key or wrapping key from a file in which these had none."""

_Bytes = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]  # base64 in JSON
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """32 secret bytes, and the id that is stored beside what they made."""

    id: _Id
    key: _Bytes
    waiting: bool = False


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The keys of one ledger.

    Attributes:
        log: Ed25519 seeds (RFC 8032).
        wrap: AES-256-GCM keys.
        mac: HMAC-SHA-256 keys.
        past: Public keys of log keys no longer there, oldest first: what they signed stays valid.
    """

    schema: Literal["clausepress.keys/2"]
    log: Annotated[list[Key], msgspec.Meta(min_length=1)]
    wrap: Annotated[list[Key], msgspec.Meta(min_length=1)]
    mac: Annotated[list[Key], msgspec.Meta(min_length=1)]
    past: list[_Bytes] = []

    def of(self, kind: KeyKind) -> list[Key]:
        """The keys of one kind, oldest first."""
        keys: list[Key] = getattr(self, kind)
        return keys

    def writing(self, kind: KeyKind) -> Key:
        """The key that writes."""
        return [key for key in self.of(kind) if not key.waiting][-1]


class _First(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form in which only HMAC keys could be changed."""

    schema: Literal["clausepress.keys/1"]
    log: _Bytes
    wrap: _Bytes
    mac: Annotated[list[Key], msgspec.Meta(min_length=1)]


class _Schema(msgspec.Struct, frozen=True):
    schema: Literal["clausepress.keys/1", "clausepress.keys/2"]


def generate() -> bytes:
    """The JSON text of a new key file."""
    return _encode(KeyFile("clausepress.keys/2", [new_key()], [new_key()], [new_key()]))


def new_key(*, waiting: bool = False) -> Key:
    """A fresh key; any 32 bytes are an Ed25519 seed too."""
    return Key(secrets.token_hex(4), secrets.token_bytes(32), waiting)


def decode(text: str | bytes, source: str) -> KeyFile:
    """Read the JSON text of a key file of any release; raises SetupError naming `source`."""
    try:
        if msgspec.json.decode(text, type=_Schema).schema == "clausepress.keys/1":
            old = msgspec.json.decode(text, type=_First)
            log, wrap = ([Key(FIRST, key)] for key in (old.log, old.wrap))
            file = KeyFile("clausepress.keys/2", log, wrap, old.mac)
        else:
            file = msgspec.json.decode(text, type=KeyFile)
    except msgspec.MsgspecError as error:
        # The message of the decoder names the field, never a value.
        raise SetupError(f"{source} is not a Clausepress key file: {error}") from None
    for kind in get_args(KeyKind):
        ids = [key.id for key in file.of(kind)]
        if twice := [key_id for key_id in ids if ids.count(key_id) > 1]:
            raise SetupError(
                f"{source} holds two {NAMES[kind]}s with the id {twice[0]!r}; "
                "give the newer another id"
            )
        if all(key.waiting for key in file.of(kind)):
            raise SetupError(f"{source} holds no {NAMES[kind]} that may be written with")
    return file


def read(path: Path) -> KeyFile:
    """Read a key file; raises SetupError when others may read it too, and OSError."""
    if others_may_read(path):
        raise SetupError(f"{path} may be read by others; run: chmod 600 {path}")
    return decode(path.read_bytes(), str(path))


def add(file: KeyFile, kind: KeyKind) -> KeyFile:
    """With a fresh key that waits; raises SetupError when one waits already, or for too many."""
    if waiting := [key.id for key in file.of(kind) if key.waiting]:
        raise SetupError(
            f"the {NAMES[kind]} {waiting[0]} waits already\n"
            f"  fix: reload every process, then run: clausepress keys rotate {kind} --use"
        )
    if kind == "log" and len(file.log) >= MAX_SIGNATURES:  # each of them signs every checkpoint
        raise SetupError(
            f"there are {len(file.log)} log keys, and no checkpoint may have more signatures\n"
            "  fix: retire the oldest, with: clausepress keys retire log ID"
        )
    return msgspec.structs.replace(file, **{kind: [*file.of(kind), new_key(waiting=True)]})


def use(file: KeyFile, kind: KeyKind) -> KeyFile:
    """The key that waits writes from now on; raises SetupError when none does."""
    keys = file.of(kind)
    if not any(key.waiting for key in keys):
        raise SetupError(
            f"no {NAMES[kind]} waits\n  fix: run clausepress keys rotate {kind} --add first"
        )
    awake = [msgspec.structs.replace(key, waiting=False) for key in keys]
    return msgspec.structs.replace(file, **{kind: awake})


def drop(file: KeyFile, kind: KeyKind, key_id: str) -> KeyFile:
    """Without an older key; of a log key the public half stays.

    Raises SetupError for one that is not there, or that writes.
    """
    kept = [key for key in file.of(kind) if key.id != key_id]
    if len(kept) == len(file.of(kind)):
        raise SetupError(f"the key file holds no {NAMES[kind]} {key_id}")
    if file.writing(kind).id == key_id:
        raise SetupError(
            f"the {NAMES[kind]} {key_id} is the one that writes\n"
            f"  fix: run clausepress keys rotate {kind} first"
        )
    past = file.past
    if kind == "log":
        seed = next(key.key for key in file.log if key.id == key_id)
        past = [*past, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()]
    return msgspec.structs.replace(file, **{kind: kept, "past": past})


@contextmanager
def edited(path: Path) -> Iterator["Edit"]:
    """The key file for a change, held by this process alone; `Edit.write` stores the change.

    Raises SetupError when it cannot be read or written.
    """
    try:
        with _locked(path.parent):
            yield Edit(path, read(path))
    except OSError as error:
        raise unusable(path, error) from error


class Edit:
    """A key file under change; `file` is what it holds."""

    def __init__(self, path: Path, file: KeyFile) -> None:
        self._path = path
        self.file = file

    def write(self, file: KeyFile) -> None:
        """Put these keys in place of those there, whole or not at all, mode 0600."""
        handle, draft = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            _fill(handle, _encode(file))
            decode(Path(draft).read_bytes(), draft)
            Path(draft).replace(self._path)
        except BaseException:
            with suppress(OSError):
                Path(draft).unlink()
            raise
        _sync(self._path.parent)
        self.file = file


def create(path: Path, text: bytes) -> None:
    """Write a new key file whole or not at all, and keep one that another process made first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        _fill(handle, text)
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def unusable(path: Path, error: OSError) -> SetupError:
    """What is said of a key file that the system refuses."""
    return SetupError(f"cannot use the key file {path}: {error.strerror}")


def _encode(file: KeyFile) -> bytes:
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"


def _fill(handle: int, text: bytes) -> None:
    with os.fdopen(handle, "wb") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())  # records sealed under lost keys could never be opened


def _sync(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One change at a time: of two at once, one would lose the other's key."""
    if os.name != "posix":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
