"""The application: routes and how the ledger's errors become answers."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from clausepress.api import forms, loglines, openapi
from clausepress.api.admin import Tokens
from clausepress.api.answers import Answers
from clausepress.api.bounds import Bounds
from clausepress.api.ending import end_within
from clausepress.api.frame import Frame
from clausepress.api.gate import Gate
from clausepress.api.gateways import Gateways
from clausepress.api.gathering import Gathering
from clausepress.api.guard import Guard
from clausepress.api.health import Health
from clausepress.api.inbound import Deliveries
from clausepress.api.kept import keep
from clausepress.api.limits import Limits, Proxies
from clausepress.api.log import PublicLog
from clausepress.api.metrics import Metrics
from clausepress.api.oneclick import OneClick
from clausepress.api.problems import Problem, as_problem, unavailable
from clausepress.api.recording import Recording
from clausepress.api.reloading import reloading
from clausepress.api.sending import SendChecks
from clausepress.api.settings import Settings
from clausepress.api.subjects import Subjects
from clausepress.api.timegate import timegate
from clausepress.ledger import Catalog, Choice, Ledger, OptOut, Refused, StoreUnavailable
from clausepress.ledger.records import ID_PATTERN

_JSON: Final = "application/json; charset=utf-8"
_PATHS: Final = frozenset({"/v1", "/healthz", "/readyz", "/metrics", "/openapi.json"})
_ID: Final = re.compile(ID_PATTERN)
_RECEIPT_HEADERS: Final = {"Cache-Control": "private, no-store", "Vary": "Accept"}

_T = TypeVar("_T")
_Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def serves(path: str) -> bool:
    """Whether a request path is the API's, for servers that put a site beside it."""
    return path.startswith("/v1/") or path in _PATHS


def create_app(
    ledger: Ledger,
    catalog: Catalog,
    *,
    origins: frozenset[str] = frozenset(),
    site: str = "",
    gateways: Gateways | None = None,
    tokens: Tokens | None = None,
    limits: Limits | None = None,
    proxies: Proxies | None = None,
    lifespan: _Lifespan | None = None,
) -> Starlette:
    """The API over an open ledger.

    Args:
        ledger: Where records go; the caller closes it.
        catalog: The published texts, for the forms.
        origins: Exact foreign origins whose pages may use the API.
        site: The site's URL, ending in `/`, when the API is not beside it.
        gateways: The SMS gateways that may deliver replies; none if left out.
        tokens: What opens the send gate and all else that is not for everyone; none if left out.
        limits: How much is taken from whom; the defaults if left out.
        proxies: The proxies whose word about the client is taken; none if left out.
        lifespan: Starlette's lifespan, for callers that open things of their own.

    Raises:
        SetupError: An origin is not exact.
    """
    tokens, limits = tokens or Tokens(), limits or Limits()
    answers = Answers(limits.deadline)
    api = _Api(ledger, catalog, limits.deadline, site)
    deliveries = Deliveries(ledger, gateways or Gateways(), api.in_time)
    health, metrics = Health(ledger, catalog), Metrics(ledger)
    ledger.observe(metrics)
    gathering = Gathering()
    ledger.gather(gathering)

    def proven(scope: Scope) -> bool:
        shown = Headers(scope=scope).get("authorization", "")
        return tokens.known(shown) or deliveries.known(scope["path"])

    app = Starlette(
        routes=[
            Route(
                "/v1/choices",
                Recording(Choice, gathering.of(ledger.choose), "cookies", answers, catalog),
                methods=["POST"],
            ),
            Route(
                "/v1/opt-outs",
                Recording(OptOut, gathering.of(ledger.opt_out), "opt-out", answers, catalog),
                methods=["POST"],
            ),
            Route("/v1/kept", keep, methods=["POST"]),
            Route("/v1/inbound/{gateway}/{secret}", deliveries.take, methods=["POST"]),
            Route("/v1/receipts/{id}", api.receipt, methods=["GET"]),
            Route("/v1/forms/opt-out", api.opt_out_form, methods=["GET"]),
            Route("/v1/forms/cookies", api.cookies_form, methods=["GET"]),
            Route("/v1/frame/{element}", Frame(origins, site).show, methods=["GET"]),
            *OneClick(ledger, api.in_time).routes(),
            *SendChecks(ledger, tokens, api.in_time).routes(),
            *Subjects(ledger, tokens, api.in_time).routes(),
            *PublicLog(ledger, api.in_time).routes(),
            Route("/v1/timegate/{lang}/{policy}", api.timegate, methods=["GET"]),
            *health.routes(),
            Route("/metrics", tokens.require("metrics", metrics.show), methods=["GET"]),
            Route("/openapi.json", api.openapi, methods=["GET"]),
        ],
        middleware=[
            Middleware(
                Gate,
                guard=Guard(origins),
                bounds=Bounds(limits, metrics, proven),
                metrics=metrics,
                proxies=proxies or Proxies(),
            ),
        ],
        exception_handlers=dict.fromkeys(
            (Problem, Refused, StoreUnavailable, HTTPException), _answer
        ),
        lifespan=lifespan,
    )
    app.state.health = health  # for the server that runs it to say that it ends
    app.router.redirect_slashes = False  # one address for each thing; any other is a 404
    return app


def app_from_env() -> Starlette:
    """The API as the environment sets it up: `uvicorn --factory clausepress.api.app:app_from_env`.

    Raises SetupError saying which variable to change.
    """
    settings = Settings.from_env(os.environ)
    loglines.configure(settings.log_level)
    catalog, ledger = settings.open()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with reloading(settings, ledger):
            yield
        end_within(settings.limits.drain_seconds)
        ledger.close()

    return app_of(settings, ledger, catalog, lifespan)


def app_of(
    settings: Settings, ledger: Ledger, catalog: Catalog, lifespan: _Lifespan | None = None
) -> Starlette:
    """The API over an open ledger as the settings have it."""
    return create_app(
        ledger,
        catalog,
        origins=settings.origins,
        site=settings.site,
        gateways=settings.gateways,
        tokens=settings.tokens,
        limits=settings.limits,
        proxies=settings.proxies,
        lifespan=lifespan,
    )


class _Api:
    def __init__(self, ledger: Ledger, catalog: Catalog, deadline: float, site: str) -> None:
        self._ledger = ledger
        self._catalog = catalog
        self._deadline = deadline
        self._site = site

    async def receipt(self, request: Request) -> Response:
        receipt_id = request.path_params["id"]
        known = bool(_ID.match(receipt_id))
        found = await self._read(self._ledger.receipt, receipt_id) if known else None
        if found is None:
            raise Problem(404, "There is no receipt with this id. Check the id.", field="id")
        query = request.query_params
        headers = dict(_RECEIPT_HEADERS)
        if "download" in query:
            name = f"clausepress-receipt-{found.id}.json"
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        elif forms.prefers_html(request.headers.get("accept", "")):
            page = forms.receipt_page(found, query.get("lang"))
            page.headers.update(headers)
            return page
        return Response(found.to_json(), 200, headers, _JSON)

    async def opt_out_form(self, request: Request) -> Response:
        return self._form(request, forms.opt_out_form, "opt-out")

    async def cookies_form(self, request: Request) -> Response:
        return self._form(request, forms.cookies_form, "cookies")

    def _form(
        self, request: Request, render: Callable[[Catalog, str, str], Response], form: str
    ) -> Response:
        query = request.query_params
        policy = query.get("policy", "")
        lang = query.get("lang") or self._catalog.languages[0]
        try:
            return render(self._catalog, policy, lang)
        except Refused as error:
            return forms.error_page(as_problem(error), form, {"lang": lang})

    async def timegate(self, request: Request) -> Response:
        return timegate(self._catalog, request, self._site)

    async def openapi(self, _request: Request) -> Response:
        return Response(openapi.document(), 200, {"Cache-Control": "no-cache"}, _JSON)

    async def _read(self, read: Callable[..., _T], *arguments: str) -> _T:
        return await self.in_time(run_in_threadpool(read, *arguments))

    async def in_time(self, answer: Awaitable[_T]) -> _T:
        """The answer of the store; raises Problem 503 after the deadline."""
        try:
            async with asyncio.timeout(self._deadline):
                return await answer
        except TimeoutError:
            raise unavailable(
                "The store did not answer in time. Send the same request, with the same key, again."
            ) from None


async def _answer(_request: Request, error: Exception) -> Response:
    return as_problem(error).response()
