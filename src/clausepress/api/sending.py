"""The send gate over HTTP, for the host's own servers: a bearer token, many addresses at once."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple, get_args

import msgspec
from msgspec import UNSET, UnsetType
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clausepress.api import bodies
from clausepress.api.admin import Tokens
from clausepress.api.oneclick import PATH
from clausepress.api.problems import Problem
from clausepress.ledger import Ledger, Sending
from clausepress.ledger.sending import Barrier

_BODY_LIMIT: Final = 4 << 20


class Permit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the message may go to one address; `unsubscribe` is its one-click link's path."""

    allowed: bool
    reason: Barrier | UnsetType = UNSET
    unsubscribe: str | UnsetType = UNSET


_PERMITS: Final = {None: Permit(allowed=True)} | {
    barrier: Permit(allowed=False, reason=barrier) for barrier in get_args(Barrier)
}


class SendCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One permit for each address, in the order of the question; addresses are not repeated."""

    results: list[Permit]


class SendChecks(NamedTuple):
    """The route of the send gate.

    Attributes:
        ledger: What knows who opted out.
        tokens: Who may ask.
        wait: Bounds the wait for the store; raises Problem 503.
    """

    ledger: Ledger
    tokens: Tokens
    wait: Callable[[Awaitable[Any]], Awaitable[Any]]

    def routes(self) -> list[Route]:
        """The route."""
        check = self.tokens.require("send", self.check)
        return [Route("/v1/send-checks", check, methods=["POST"])]

    async def check(self, request: Request) -> Response:
        """Rule on each address. Raises Problem: 400, 413, 415, 503."""
        if bodies.media_type(request) != bodies.JSON:
            raise Problem(415, f"Send the body as {bodies.JSON}, in UTF-8.")
        body = await bodies.read_body(request, _BODY_LIMIT)
        answer = await self.wait(run_in_threadpool(self._answer, body))
        return Response(answer, 200, {"Cache-Control": "no-store"}, bodies.JSON)

    def _answer(self, body: bytes) -> bytes:
        sending = bodies.from_json(body, Sending)
        linked = sending.message == "marketing" and sending.channel == "email"
        permits = []
        for barrier, name in self.ledger.may_send(sending):
            if linked and barrier is None:
                link = f"{PATH}/{self.ledger.one_click_token(name)}"
                permits.append(Permit(allowed=True, unsubscribe=link))
            else:
                permits.append(_PERMITS[barrier])
        return msgspec.json.encode(SendCheck(results=permits))
