"""The log as static, cacheable files (c2sp.org/tlog-tiles): checkpoint, tiles and key.

Entries are not among them. Their public fields carry the id of a person's key, so that whoever
mirrored the log could follow each person through it, and would keep the entries after an erasure.
The hashes tell nothing of them: every entry holds random bytes.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from clausepress.api.problems import Problem
from clausepress.ledger import Ledger
from clausepress.ledger.merkle import TILE_WIDTH
from clausepress.ledger.tiles import TileName

_TEXT: Final = "text/plain; charset=utf-8"
_NEWEST: Final = "public, max-age=2"
_KEY: Final = "no-cache"
_FULL: Final = "public, max-age=31536000, immutable"
_PARTIAL: Final = "public, max-age=600"
"""A partial tile never changes either, yet is soon not asked for any more."""


class PublicLog:
    """The routes of a ledger's log.

    Args:
        ledger: Whose log it is.
        in_time: Waits for the store; raises Problem 503 after the deadline.
    """

    def __init__(self, ledger: Ledger, in_time: Callable[[Awaitable[Any]], Awaitable[Any]]) -> None:
        self._ledger = ledger
        self._in_time = in_time

    def routes(self) -> list[BaseRoute]:
        """What is served below /v1/log/."""
        return [
            Route("/v1/log/checkpoint", self.checkpoint, methods=["GET"]),
            Route("/v1/log/key", self.key, methods=["GET"]),
            Route("/v1/log/keys", self.keys, methods=["GET"]),
            Route("/v1/log/tile/{level}/{index:path}", self.tile, methods=["GET"]),
        ]

    async def checkpoint(self, _request: Request) -> Response:
        """The newest checkpoint."""
        note = await self._in_time(run_in_threadpool(self._ledger.checkpoint))
        return Response(note, 200, {"Cache-Control": _NEWEST}, _TEXT)

    async def key(self, _request: Request) -> Response:
        """The verifier key."""
        return Response(self._ledger.verifier_key, 200, {"Cache-Control": _KEY}, _TEXT)

    async def keys(self, _request: Request) -> Response:
        """All verifier keys, in a note signed by those that sign now."""
        return Response(self._ledger.key_list(), 200, {"Cache-Control": _KEY}, _TEXT)

    async def tile(self, request: Request) -> Response:
        """A tile, if a checkpoint covers it."""
        name = TileName.parse("tile/{level}/{index}".format_map(request.path_params))
        hashes = name and await self._in_time(run_in_threadpool(self._ledger.tile, name))
        if not name or hashes is None:
            raise Problem(404, "The log has no such tile. The paths are those of tlog-tiles.")
        cache = _FULL if name.width == TILE_WIDTH else _PARTIAL
        return Response(hashes, 200, {"Cache-Control": cache}, "application/octet-stream")
