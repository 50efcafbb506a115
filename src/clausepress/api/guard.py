"""What holds for every answer: allowed origins (CORS) and security headers. Plain ASGI."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import Response

from clausepress.api.problems import Problem
from clausepress.ledger import SetupError

SECURITY: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""What every answer carries that does not say otherwise itself."""

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "7200",
}
_PORTS = {"http": 80, "https": 443}


def check_origin(origin: str) -> str:
    """The origin itself if it is exact: scheme, host, port and nothing else.

    Raises SetupError otherwise.
    """
    try:
        exact = origin == _serialise(origin)
    except ValueError:  # a port that is no number
        exact = False
    if not exact:
        raise SetupError(
            f"{origin!r} is not an exact origin; write https://www.example.com, "
            "lower case, without path or *"
        )
    return origin


def _serialise(origin: str) -> str:
    """Scheme, host and port as a browser writes them (RFC 6454 section 6.2)."""
    parts = urlsplit(origin)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in {None, _PORTS.get(parts.scheme)} else f":{parts.port}"
    known = parts.scheme in _PORTS and host and "*" not in host
    return f"{parts.scheme}://{host}{port}" if known else ""


class Guard:
    """Refuses foreign origins before the application sees them, and completes the headers."""

    def __init__(self, origins: frozenset[str]) -> None:
        self._origins = frozenset(check_origin(origin).encode() for origin in origins)

    def refusal(self, method: str, given: Mapping[bytes, bytes]) -> Response | None:
        """The answer in place of the application's: to a foreign origin, and to a preflight."""
        origin = given.get(b"origin")
        if origin is None:
            return None
        if origin in self._origins:
            preflight = method == "OPTIONS" and b"access-control-request-method" in given
            return Response(None, 204, _PREFLIGHT) if preflight else None
        if _is_own(origin.decode("latin-1"), given.get(b"host", b"").decode("latin-1")):
            return None
        return Problem(
            403,
            "Requests from this origin are not accepted. "
            "The operator lists allowed origins in CLAUSEPRESS_ORIGINS.",
            slug="origin-not-allowed",
        ).response()

    def complete(
        self, headers: Iterable[tuple[bytes, bytes]], given: Mapping[bytes, bytes], request_id: str
    ) -> list[tuple[bytes, bytes]]:
        """The headers of an answer with those that all have."""
        whole = [*secured(headers), (b"x-request-id", request_id.encode())]
        if self._origins:
            MutableHeaders(raw=whole).add_vary_header("Origin")
            if (origin := given.get(b"origin")) in self._origins and origin:
                whole.append((b"access-control-allow-origin", origin))
                if any(name == b"retry-after" for name, _ in whole):
                    whole.append((b"access-control-expose-headers", b"Retry-After"))
        return whole


def secured(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """An answer's headers and what of SECURITY is not among them."""
    whole = list(headers)
    names = {name for name, _ in whole}
    return whole + [header for header in SECURITY if header[0] not in names]


def _is_own(origin: str, host: str) -> bool:
    """Whether the page came from this very host; its scheme may be that of a proxy in front."""
    try:
        parts, own = urlsplit(origin), urlsplit(f"//{host}")
        port = _PORTS.get(parts.scheme)
        return (
            port is not None
            and bool(parts.hostname)
            and parts.hostname == own.hostname
            and (parts.port or port) == (own.port or port)
        )
    except ValueError:  # a port that is no number
        return False
