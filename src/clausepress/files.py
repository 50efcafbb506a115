"""Reading sources strictly and writing outputs whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from clausepress.errors import SourceError

MAX_SOURCE_BYTES = 4 * 1024 * 1024
"""Largest source file read, in bytes: about 1.3 million Chinese characters in one edition."""


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 source file with line ends made ``\\n`` and a BOM dropped.

    Raises:
        SourceError: The file is missing, unreadable, too large, empty or not UTF-8.
    """
    return decode_source(read_source(path), path)


def read_source(path: Path) -> bytes:
    """Return the bytes of a source file.

    Raises:
        SourceError: The file is missing, unreadable or too large.
    """
    try:
        size = path.stat().st_size
        if size > MAX_SOURCE_BYTES:
            raise SourceError(
                path,
                f"the file has {size:,} bytes; a source may have {MAX_SOURCE_BYTES:,} at most",
                "split it into several policies, or check that it is the right file",
            )
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            path, f"cannot be read: {error.strerror}", "check the path and its permissions"
        ) from error


def decode_source(raw: bytes, path: Path) -> str:
    """Return the text in the bytes of a source file, line ends made ``\\n`` and a BOM dropped.

    Raises:
        SourceError: It is empty or not UTF-8.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            path,
            f"is not UTF-8 (byte {raw[error.start]:#04x} at offset {error.start:,})",
            "save it as UTF-8; a GBK or GB18030 file: iconv -f GB18030 -t UTF-8",
            line=raw.count(b"\n", 0, error.start) + 1,
        ) from error
    if not text.strip():
        raise SourceError(path, "the file is empty", "write the text into it, or remove it")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` so that ``path`` holds either the old bytes or all of the new ones.

    Raises:
        OSError: The disk refused; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def others_may_read(path: Path) -> bool:
    """Whether a file of secrets is open to anyone but its owner; raises OSError.

    systemd gives a service its credentials with an access list, which shows as mode 0440.
    """
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    confined = given is not None and path.absolute().parent == Path(given)
    return os.name == "posix" and bool(path.stat().st_mode & (0o037 if confined else 0o077))
