"""What holds for every answer: allowed origins (CORS) and security headers. Plain ASGI."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausepress.api.problems import Problem
from clausepress.ledger import SetupError

_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "600",
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
    """Refuses foreign origins before the application sees them, and adds the headers."""

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        listed = origin in self._origins

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in _SECURITY.items():
                    answer.setdefault(name, value)
                if self._origins:
                    answer.add_vary_header("Origin")
                if listed and origin:
                    answer["Access-Control-Allow-Origin"] = origin
            await send(message)

        app = self._app
        if origin is not None and not listed and not _is_own(origin, headers.get("host", "")):
            app = Problem(
                403,
                "Requests from this origin are not accepted. "
                "The operator lists allowed origins in CLAUSEPRESS_ORIGINS.",
                slug="origin-not-allowed",
            ).response()
        elif scope["method"] == "OPTIONS" and listed and "access-control-request-method" in headers:
            app = Response(None, 204, _PREFLIGHT)
        await app(scope, receive, send_guarded)


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
