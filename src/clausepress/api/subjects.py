"""What is on record of a person: for the host's servers by token, for a browser by its own id.

Ids and addresses come in bodies, never in URLs. Whoever is not known gets the same answer as
whoever never chose, so nobody can try out who is on record.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clausepress.api import bodies
from clausepress.api.admin import Tokens
from clausepress.api.problems import Problem
from clausepress.ledger import AddressInvalid, Ledger
from clausepress.ledger.records import Subject
from clausepress.ledger.subjects import Means

_LAST_MS: Final = 1 << 47  # in the year 6429, when no clock of a person points there

At = Annotated[datetime, Meta(tz=True, description="The instant asked about; now if left out")]


class StateQuestion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What holds for a person, known by the id of a browser or account, a number, a mailbox?"""

    means: Means
    name: Annotated[str, Meta(min_length=1, max_length=320)]
    at: At | UnsetType = UNSET


class HistoryQuestion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is recorded of a person, from a place in the log on?"""

    means: Means
    name: Annotated[str, Meta(min_length=1, max_length=320)]
    start: Annotated[int, Meta(ge=0, le=1 << 53)] = 0


class OwnQuestion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What holds for the browser of this id? The id is known to that browser alone."""

    subject: Subject
    at: At | UnsetType = UNSET


class Subjects(NamedTuple):
    """The routes.

    Attributes:
        ledger: What is asked.
        tokens: Who may ask about others.
        wait: Bounds the wait for the store; raises Problem 503.
    """

    ledger: Ledger
    tokens: Tokens
    wait: Callable[[Awaitable[Any]], Awaitable[Any]]

    def routes(self) -> list[Route]:
        """The routes."""
        guarded = {"state": self.state, "history": self.history}
        return [
            Route("/v1/state", self.own, methods=["POST"]),
            *(
                Route(
                    f"/v1/subjects/{name}",
                    self.tokens.require("subjects", endpoint),
                    methods=["POST"],
                )
                for name, endpoint in guarded.items()
            ),
        ]

    async def own(self, request: Request) -> Response:
        """The state of the browser that asks. Raises Problem: 400, 413, 415, 503."""
        asked = await _asked(request, OwnQuestion)
        return await self._answer(self.ledger.state, "subject", asked.subject, _ms(asked.at))

    async def state(self, request: Request) -> Response:
        """The state of a person. Raises Problem: 400, 413, 415, 422, 503."""
        asked = await _asked(request, StateQuestion)
        return await self._answer(self.ledger.state, asked.means, asked.name, _ms(asked.at))

    async def history(self, request: Request) -> Response:
        """A page of a person's records. Raises Problem: 400, 413, 415, 422, 503."""
        asked = await _asked(request, HistoryQuestion)
        return await self._answer(self.ledger.history, asked.means, asked.name, asked.start)

    async def _answer(self, read: Callable[..., Struct], *asked: Any) -> Response:
        try:
            found = await self.wait(run_in_threadpool(read, *asked))
        except AddressInvalid as refused:
            refused.field = "name"
            raise
        body = msgspec.json.encode(found)
        return Response(body, 200, {"Cache-Control": "private, no-store"}, bodies.JSON)


async def _asked(request: Request, kind: type[bodies.T]) -> bodies.T:
    if bodies.media_type(request) != bodies.JSON:
        raise Problem(415, f"Send the body as {bodies.JSON}, in UTF-8.")
    return bodies.from_json(await bodies.read_body(request), kind)


def _ms(at: datetime | UnsetType) -> int | None:
    if at is UNSET:
        return None
    return min(max(0, int(at.timestamp() * 1000)), _LAST_MS)
