"""Outputs kept from one build to the next, each under the digest of all that went into it.

A file of the cache holds the digest of its bytes, then the bytes; one that was cut short or
changed is no hit. So it can be deleted, shared or damaged without a wrong page ever being built.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

_DIGEST = 32  # bytes of SHA-256


def cache_key(*parts: str | bytes) -> str:
    """Return the digest of some inputs, each told apart from the next (64 hex digits)."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8) + data)
    return found.hexdigest()


class Cache:
    """Outputs by key in a folder; a key is 64 hex digits.

    What a build has neither read nor written, `sweep` removes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()

    def get(self, key: str) -> bytes | None:
        """Return the output under a key, None when there is none or it is damaged."""
        try:
            data = self._path(key).read_bytes()
        except OSError:
            return None
        output = data[_DIGEST:]
        if hashlib.sha256(output).digest() != data[:_DIGEST]:
            return None
        self._used.add(key)
        return output

    def put(self, key: str, output: bytes) -> None:
        """Keep an output; a refusing disk only costs the next build its time."""
        path = self._path(key)
        self._used.add(key)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f"{path.name}.{os.getpid()}")
            temporary.write_bytes(hashlib.sha256(output).digest() + output)
            temporary.replace(path)

    def sweep(self) -> None:
        """Remove what was not used since this object was made."""
        with suppress(OSError):
            for folder in os.scandir(self._folder):
                for entry in os.scandir(folder):
                    if entry.name not in self._used:
                        Path(entry).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key
