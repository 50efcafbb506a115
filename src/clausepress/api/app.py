"""The application: routes and how the ledger's errors become answers."""

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from clausepress.api import bodies, forms, openapi
from clausepress.api.gateways import Gateways
from clausepress.api.guard import Guard, check_origin
from clausepress.api.inbound import Deliveries
from clausepress.api.log import PublicLog
from clausepress.api.oneclick import OneClick
from clausepress.api.problems import Problem, as_problem, unavailable
from clausepress.api.sending import SendChecks
from clausepress.api.settings import Settings
from clausepress.api.timegate import timegate
from clausepress.ledger import Answer, Catalog, Choice, Ledger, OptOut, Refused, StoreUnavailable
from clausepress.ledger.records import ID_PATTERN

DEADLINE: Final = 10.0
"""Seconds a request waits for the store before it is answered 503."""

_JSON: Final = "application/json; charset=utf-8"
_ID: Final = re.compile(ID_PATTERN)
_RECEIPT_HEADERS: Final = {"Cache-Control": "private, no-store", "Vary": "Accept"}

_T = TypeVar("_T")
_Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]
_Submit = Callable[[Any, str], "Future[Answer]"]


def serves(path: str) -> bool:
    """Whether a request path is the API's, for servers that put a site beside it."""
    return path.startswith("/v1/") or path in {"/v1", "/healthz", "/openapi.json"}


def create_app(
    ledger: Ledger,
    catalog: Catalog,
    *,
    origins: frozenset[str] = frozenset(),
    site: str = "",
    gateways: Gateways | None = None,
    send_token: str = "",
    deadline: float = DEADLINE,
    lifespan: _Lifespan | None = None,
) -> Starlette:
    """The API over an open ledger.

    Args:
        ledger: Where records go; the caller closes it.
        catalog: The published texts, for the forms.
        origins: Exact foreign origins whose pages may use the API.
        site: The site's URL, ending in `/`, when the API is not beside it.
        gateways: The SMS gateways that may deliver replies; none if left out.
        send_token: What the host's servers show to use the send gate; no gate if left out.
        deadline: Seconds to wait for the store before answering 503.
        lifespan: Starlette's lifespan, for callers that open things of their own.

    Raises:
        SetupError: An origin is not exact.
    """
    api = _Api(ledger, catalog, deadline, site)
    deliveries = Deliveries(ledger, gateways or Gateways(), api.in_time)
    app = Starlette(
        routes=[
            Route("/v1/choices", api.choices, methods=["POST"]),
            Route("/v1/opt-outs", api.opt_outs, methods=["POST"]),
            Route("/v1/inbound/{gateway}/{secret}", deliveries.take, methods=["POST"]),
            Route("/v1/receipts/{id}", api.receipt, methods=["GET"]),
            Route("/v1/forms/opt-out", api.opt_out_form, methods=["GET"]),
            Route("/v1/forms/cookies", api.cookies_form, methods=["GET"]),
            *OneClick(ledger, api.in_time).routes(),
            *SendChecks(ledger, send_token, api.in_time).routes(),
            *PublicLog(ledger, api.in_time).routes(),
            Route("/v1/timegate/{lang}/{policy}", api.timegate, methods=["GET"]),
            Route("/healthz", api.health, methods=["GET"]),
            Route("/openapi.json", api.openapi, methods=["GET"]),
        ],
        middleware=[Middleware(Guard, origins=frozenset(map(check_origin, origins)))],
        exception_handlers=dict.fromkeys(
            (Problem, Refused, StoreUnavailable, HTTPException, Exception), _answer
        ),
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # one address for each thing; any other is a 404
    return app


def app_from_env() -> Starlette:
    """The API as the environment sets it up: `uvicorn --factory clausepress.api.app:app_from_env`.

    Raises SetupError saying which variable to change.
    """
    settings = Settings.from_env(os.environ)
    # Its lines hold addresses of people and ids of receipts.
    logging.getLogger("uvicorn.access").disabled = True
    catalog, ledger = settings.open()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        ledger.close()

    return create_app(
        ledger,
        catalog,
        origins=settings.origins,
        site=settings.site,
        gateways=settings.gateways,
        send_token=settings.send_token,
        lifespan=lifespan,
    )


class _Api:
    def __init__(self, ledger: Ledger, catalog: Catalog, deadline: float, site: str) -> None:
        self._ledger = ledger
        self._catalog = catalog
        self._deadline = deadline
        self._site = site

    async def choices(self, request: Request) -> Response:
        return await self._record(request, Choice, self._ledger.choose, "cookies")

    async def opt_outs(self, request: Request) -> Response:
        return await self._record(request, OptOut, self._ledger.opt_out, "opt-out")

    async def _record(
        self, request: Request, kind: type[Choice | OptOut], submit: _Submit, form: str
    ) -> Response:
        if bodies.media_type(request) == bodies.FORM:
            return await self._record_form(request, kind, submit, form)
        key = bodies.idempotency_key(request.headers.get("idempotency-key"))
        record = bodies.from_json(await bodies.read_body(request), kind)
        answer = await self._wait(submit(record, key))
        return Response(
            answer.receipt.to_json(),
            201 if answer.created else 200,
            {
                "Cache-Control": "private, no-store",
                "Location": f"/v1/receipts/{answer.receipt.id}",
            },
            _JSON,
        )

    async def _record_form(
        self, request: Request, kind: type[Choice | OptOut], submit: _Submit, form: str
    ) -> Response:
        sent: dict[str, str | list[str]] = {}
        try:
            sent = bodies.form_fields(await bodies.read_body(request))
            fields = dict(sent)
            named = fields.pop("idempotency_key", None) or request.headers.get("idempotency-key")
            key = bodies.idempotency_key(str(named) if named else None)
            sent["idempotency_key"] = key
            record = bodies.from_form(fields, kind)
            answer = await self._wait(submit(record, key))
        except (Problem, Refused, StoreUnavailable) as error:
            return forms.error_page(as_problem(error), form, sent)
        return RedirectResponse(
            f"/v1/receipts/{answer.receipt.id}?lang={record.lang}",
            303,
            {"Cache-Control": "no-store"},
        )

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

    async def health(self, _request: Request) -> Response:
        await self._read(self._ledger.checkpoint)
        return Response(b'{"status":"ok"}', 200, {"Cache-Control": "no-store"}, _JSON)

    async def openapi(self, _request: Request) -> Response:
        return Response(openapi.document(), 200, {"Cache-Control": "no-cache"}, _JSON)

    async def _wait(self, future: "Future[Answer]") -> Answer:
        return await self.in_time(asyncio.wrap_future(future))

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
