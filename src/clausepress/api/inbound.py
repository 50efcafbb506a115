"""The route that SMS gateways call: who may, what is in it, and an answer once it is durable."""

from asyncio import gather, wrap_future
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from clausepress.api import bodies
from clausepress.api.gateways import Call, Gateways, NotReadable
from clausepress.api.problems import Problem
from clausepress.ledger import Inbound, Ledger

_PATH: Final = "/v1/inbound/"
_BODY_LIMIT: Final = 1 << 20
_CHUNK: Final = 128  # messages under way at once, well below what the writer queues


class Deliveries(NamedTuple):
    """Takes deliveries of the gateways that are set up.

    Attributes:
        ledger: Where the messages go.
        gateways: Those set up.
        wait: Bounds the wait for the store; raises Problem 503, so that the gateway sends again.
    """

    ledger: Ledger
    gateways: Gateways
    wait: Callable[[Awaitable[Any]], Awaitable[Any]]

    def known(self, path: str) -> bool:
        """Whether a path is that of a gateway set up, with its secret."""
        head, _, secret = path.rpartition("/")
        gateway = self.gateways.pushing().get(head.removeprefix(_PATH))
        return gateway is not None and gateway.knows(secret)

    async def take(self, request: Request) -> Response:
        """Answer as the gateway wants it, after every message of the delivery is on record.

        Raises Problem: 404 for another path, 401 for a false signature, 400 for another format,
        503 when the store does not answer. None of them repeats what was sent.
        """
        gateway = self.gateways.pushing().get(request.path_params["gateway"])
        if gateway is None or not gateway.knows(request.path_params["secret"]):
            raise Problem(404, "There is nothing here. The paths are listed in /openapi.json.")
        body = await bodies.read_body(request, _BODY_LIMIT)
        path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
        call = Call(self.gateways.url, path, request.url.query, request.headers, body)
        if not gateway.signed(call):
            raise Problem(401, "The signature does not fit. Check key and URL of the gateway.")
        try:
            messages = gateway.messages(body)
        except NotReadable as error:
            raise Problem(400, f"This is not a delivery of {gateway.name}: {error}.") from None
        await self._record(messages)
        return Response(gateway.answer, 200, {"Cache-Control": "no-store"}, gateway.media_type)

    async def _record(self, messages: list[Inbound]) -> None:
        """Put all on record; one that the store refuses is told once the others are there."""
        failed: BaseException | None = None
        for start in range(0, len(messages), _CHUNK):
            chunk = [self.ledger.receive(one) for one in messages[start : start + _CHUNK]]
            for answer in await self.wait(gather(*map(wrap_future, chunk), return_exceptions=True)):
                failed = failed or (answer if isinstance(answer, BaseException) else None)
        if failed:
            raise failed
