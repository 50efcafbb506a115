"""No request takes more than its share, or waits for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, cast

from starlette.types import ASGIApp, Receive, Scope, Send

from clausepress.api.bodies import BODY_SECONDS
from clausepress.api.late import Late
from clausepress.api.limits import Limits, RateLimit
from clausepress.api.metrics import Metrics
from clausepress.api.problems import Problem, unavailable

UNLIMITED: Final = frozenset({"/healthz", "/readyz"})
"""What tells of the server's health is answered when nothing else is."""

_log = logging.getLogger(__name__)


class Bounds:
    """Limits of rate, of requests at once and of time.

    Args:
        limits: The numbers.
        metrics: Counts what is refused.
        proven: Whether a request shows a token or secret; such a one is not limited in its rate.
    """

    def __init__(self, limits: Limits, metrics: Metrics, proven: Callable[[Scope], bool]) -> None:
        self._rate = RateLimit(limits.rate, limits.burst)
        self._free = limits.requests
        # The body may take its time, then the store; the rest is the server's own.
        self._late = Late(BODY_SECONDS + limits.deadline + 1)
        self._metrics = metrics
        self._proven = proven
        self._told = False

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer. Raises Problem: 429, or 503 now or after the deadline."""
        if scope["path"] in UNLIMITED:
            await app(scope, receive, send)
            return
        self._check_rate(scope)
        if self._free <= 0:
            self._count("requests")
            raise unavailable("Too many requests are under way; send it again shortly.")
        self._free -= 1
        try:
            await self._in_time(app(scope, receive, send))
        finally:
            self._free += 1

    async def _in_time(self, answer: Awaitable[None]) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._late.begin(task)
        try:
            await answer
        except asyncio.CancelledError:
            if task in self._late:
                raise
            task.uncancel()
            self._count("deadline")
            raise unavailable("The answer was not ready in time; send the request again.") from None
        finally:
            self._late.end(task)

    def _check_rate(self, scope: Scope) -> None:
        client = scope.get("client")
        wait = self._rate.wait(client[0]) if client else 0
        if not wait or self._proven(scope):
            return
        self._count("rate")
        if not self._told and any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
            self._told = True  # visitors may share a bucket
            _log.warning(
                "a request with X-Forwarded-For was refused for its rate; if a proxy of yours "
                "sent it, name the proxy in CLAUSEPRESS_PROXIES"
            )
        raise Problem(
            429,
            f"Too many requests from this network; send it again in {wait} seconds.",
            headers={"Retry-After": str(wait)},
        )

    def _count(self, limit: str) -> None:
        self._metrics.refused.labels(limit).inc()
