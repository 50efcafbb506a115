"""Where the files to verify lie: a folder, or the origin of a published site."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote, urlsplit

from clausepress.errors import ClausepressError

MAX_BYTES = 32 * 1024 * 1024
"""Largest file read, in bytes; eight times the largest source."""

_TOO_LARGE = f"has more than {MAX_BYTES:,} bytes, which no frozen file has"
_TIMEOUT = 20  # seconds without an answer
_DEADLINE = 120  # seconds for one file


class UnreadableError(ClausepressError):
    """A file that is there, or may be, and cannot be read."""


class Place(Protocol):
    """Files by path with ``/`` between names.

    Attributes:
        name: The place as a person named it.
    """

    name: str

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, None when it is not there; raises UnreadableError."""

    def names(self, path: str) -> list[str] | None:
        """Return the names in a folder, sorted, none for no folder; None if none can be listed."""


class Folder:
    """A folder of this machine; nothing outside it is asked."""

    def __init__(self, root: Path) -> None:
        self.name = str(root)
        self._root = root

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, None when it is not there; raises UnreadableError."""
        try:
            with (self._root / path).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UnreadableError(f"cannot be read: {error.strerror}") from error
        if len(data) > MAX_BYTES:
            raise UnreadableError(_TOO_LARGE)
        return data

    def names(self, path: str) -> list[str] | None:
        """Return the names in a folder, sorted; none when there is no such folder."""
        try:
            return sorted(each.name for each in (self._root / path).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise UnreadableError(f"cannot be listed: {error.strerror}") from error


class Origin:
    """A published site. Only its own origin is asked; a redirect to another one is refused.

    Args:
        url: Address of the site's root, http or https.

    Raises:
        ClausepressError: It is no such address.
    """

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.username or parts.query or parts.fragment:
            raise ClausepressError(
                f"{url}: is not the address of a site\n"
                "  fix: give the address of its root, e.g. https://legal.example.org/"
            )
        self.name = url
        self._root = url.rstrip("/") + "/"
        self._opener = urllib.request.build_opener(_SameOrigin(parts.scheme, host, port))

    def read(self, path: str) -> bytes | None:
        """Return the bytes at a path, None when the site has none; raises UnreadableError."""
        request = urllib.request.Request(  # noqa: S310 - http or https, seen in __init__
            self._root + quote(path), headers={"User-Agent": "clausepress-verify"}
        )
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as answer:
                return _body(answer)
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise UnreadableError(f"the site answers {error.code} {error.reason}") from error
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise UnreadableError(f"cannot be fetched: {reason}") from error

    def names(self, path: str) -> list[str] | None:
        """Return None: a web server need not list a folder."""
        del path
        return None


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    def __init__(self, *origin: object) -> None:
        self._origin = origin

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        parts = urlsplit(newurl)
        if (parts.scheme, parts.hostname, parts.port) != self._origin:
            raise UnreadableError(
                f"the site leads to another one, {newurl}; give that one's address"
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _body(answer: HTTPResponse) -> bytes:
    """The whole body of an answer, however slowly and however much a server sends."""
    deadline = time.monotonic() + _DEADLINE
    data = bytearray()
    while chunk := answer.read1(1 << 16):
        data += chunk
        if len(data) > MAX_BYTES:
            raise UnreadableError(_TOO_LARGE)
        if time.monotonic() > deadline:
            raise UnreadableError(f"the site did not send it within {_DEADLINE} seconds")
    length = answer.headers["Content-Length"]
    if length and length.isascii() and length.isdigit() and len(data) < int(length):
        raise UnreadableError(f"the answer was cut short after {len(data):,} of {length} bytes")
    return bytes(data)
