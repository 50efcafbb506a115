"""Outputs kept from one build to the next, each under the digest of all that went into it.

An index names the digest of each output's bytes; one that is not in it, or whose bytes are others,
is no hit. So the folder can be deleted, shared or damaged without a wrong page ever being built.
Outputs are put into a site as hard links where that can be done: it takes a fraction of writing
them.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from shutil import copyfile

_INDEX = "index"


def cache_key(*parts: str | bytes) -> str:
    """Return the digest of some inputs, each told apart from the next (64 hex digits)."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8) + data)
    return found.hexdigest()


class Cache:
    """Outputs by key in a folder; a key is 64 hex digits.

    What a build has neither read, written nor held, `finish` removes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()
        self._digests = _read_index(folder / _INDEX)

    def get(self, key: str) -> bytes | None:
        """Return the output under a key, None when there is none or it is damaged."""
        if key not in self._digests:
            return None
        try:
            output = self._path(key).read_bytes()
        except OSError:
            return None
        if _digest(output) != self._digests[key]:
            return None
        self._used.add(key)
        return output

    def put(self, key: str, output: bytes) -> None:
        """Keep an output; a refusing disk only costs the next build its time."""
        path = self._path(key)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            # Another name first: the old bytes may be a file of a site.
            temporary = path.with_name(f"{path.name}.{os.getpid()}")
            temporary.write_bytes(output)
            temporary.replace(path)
            self._used.add(key)
            self._digests[key] = _digest(output)

    def hold(self, key: str) -> None:
        """Keep an output for the next build, though this one has not asked for it."""
        self._used.add(key)

    def place(self, key: str, path: Path) -> bool:
        """Put the output under a key into a site; return whether there is one.

        Raises:
            OSError: The site cannot be written.
        """
        output = self.get(key)
        if output is None:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.hardlink_to(self._path(key))
        except OSError:  # another disk, a file system without links, too many of them
            path.write_bytes(output)
        return True

    def finish(self) -> None:
        """Write the index and remove what was not used since this object was made."""
        lines = [f"{key} {self._digests[key]}\n" for key in sorted(self._used & {*self._digests})]
        with suppress(OSError):
            for folder in os.scandir(self._folder):
                for entry in os.scandir(folder) if folder.is_dir() else ():
                    if entry.name not in self._used:
                        Path(entry).unlink(missing_ok=True)
            temporary = self._folder / f"{_INDEX}.{os.getpid()}"
            temporary.write_text("".join(lines), encoding="ascii")
            temporary.replace(self._folder / _INDEX)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def place_copy(source: Path, path: Path, cache: Cache | None) -> None:
    """Put a copy of a file into a site, by way of a cache if there is one.

    Raises:
        OSError: The file cannot be read or the site cannot be written.
    """
    if cache is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        copyfile(source, path)
    else:
        place_output(source.read_bytes(), path, cache)


def place_output(output: bytes, path: Path, cache: Cache | None) -> None:
    """Put an output into a site, by way of a cache if there is one.

    Raises:
        OSError: The site cannot be written.
    """
    if cache is not None:
        key = cache_key("file", output)
        if cache.place(key, path):
            return
        cache.put(key, output)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(output)


def _digest(output: bytes) -> str:
    return hashlib.sha256(output).hexdigest()


def _read_index(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeError):
        return {}
    entries = (line.split(" ") for line in lines)
    return {entry[0]: entry[1] for entry in entries if len(entry) == 2}
