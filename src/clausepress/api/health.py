"""Whether the process lives, and whether it can take requests now."""

import asyncio
import time
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clausepress.api.bodies import JSON
from clausepress.api.problems import unavailable
from clausepress.ledger import Catalog, Ledger, StoreUnavailable

_SECONDS: Final = 1.0
"""How long the store has for the check, and how long its answer holds."""


class Health:
    """The routes of an orchestrator's checks."""

    def __init__(self, ledger: Ledger, catalog: Catalog) -> None:
        self._draining = False
        self._ledger = ledger
        self._catalog = catalog
        self._checked = -_SECONDS
        self._probe: asyncio.Future[None] | None = None

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/healthz", self.lives, methods=["GET"]),
            Route("/readyz", self.ready, methods=["GET"]),
        ]

    def drain(self) -> None:
        """Be ready no more: the server was told to end."""
        self._draining = True

    async def lives(self, _request: Request) -> Response:
        """The process answers; a store that does not is no reason to restart it."""
        return _ok()

    async def ready(self, _request: Request) -> Response:
        """The log is loaded, the catalog read, and the store takes a write within a second.

        Raises Problem 503 otherwise.
        """
        if self._draining:
            raise unavailable("The server is about to end.")
        if not self._catalog.languages:
            raise unavailable("The catalog of texts is empty; build the site.")
        if time.monotonic() - self._checked >= _SECONDS:
            await self._check()
        return _ok()

    async def _check(self) -> None:
        # One at a time, in threads of its own: those of the requests may all wait for the store.
        if self._probe is None or self._probe.done():
            self._probe = asyncio.ensure_future(asyncio.to_thread(self._ledger.probe))
            self._probe.add_done_callback(_seen)
        try:
            async with asyncio.timeout(_SECONDS):
                await asyncio.shield(self._probe)
        except (TimeoutError, StoreUnavailable):
            raise unavailable("The store does not take a write within a second.") from None
        self._checked = time.monotonic()


def _seen(probe: "asyncio.Future[None]") -> None:
    """Nobody may be waiting any more; a fault unseen would be logged with its traceback."""
    if not probe.cancelled():
        probe.exception()


def _ok() -> Response:
    return Response(b'{"status":"ok"}', 200, {"Cache-Control": "no-store"}, JSON)
