"""Takes a choice or an opt-out, as JSON or as a form, and answers once it is durable.

A plain ASGI endpoint, for this is the path that all visitors take: Starlette's answer would cost as
much as the rest of it.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from clausepress.api import bodies, forms, kept
from clausepress.api.answers import Answers
from clausepress.api.problems import Problem, as_problem
from clausepress.ledger import Answer, Catalog, Choice, OptOut, Refused, StoreUnavailable

_HEADERS: Final = (
    (b"content-type", b"application/json; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
)


class Recording:
    """The endpoint of one kind of record.

    Args:
        kind: What a body is read as.
        submit: Gives the record and its idempotency key to the ledger.
        form: The form shown again, with what is wrong, to a visitor without JavaScript.
        answers: Waits for the ledger.
        catalog: What the policies ask about.
    """

    def __init__(
        self,
        kind: type[Choice | OptOut],
        submit: Callable[[Any, str], Future[Answer]],
        form: str,
        answers: Answers,
        catalog: Catalog,
    ) -> None:
        self._kind = kind
        self._submit = submit
        self._form = form
        self._answers = answers
        self._catalog = catalog

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry. Raises Problem, Refused or StoreUnavailable."""
        request = Request(scope, receive)
        if bodies.media_type(request) == bodies.FORM:
            page = await self._by_form(request)
            await page(scope, receive, send)
            return
        key = bodies.idempotency_key(request.headers.get("idempotency-key"))
        record = bodies.from_json(await bodies.read_body(request), self._kind)
        receipt, created = await self._answers.wait(self._submit(record, key))
        body = receipt.to_json()
        headers = [
            *_HEADERS,
            (b"location", f"/v1/receipts/{receipt.id}".encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        status = 201 if created else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _by_form(self, request: Request) -> Response:
        sent: dict[str, str | list[str]] = {}
        try:
            sent = bodies.form_fields(await bodies.read_body(request))
            fields = dict(sent)
            named = fields.pop("idempotency_key", None) or request.headers.get("idempotency-key")
            key = bodies.idempotency_key(str(named) if named else None)
            sent["idempotency_key"] = key
            record = bodies.from_form(fields, self._kind)
            answer = await self._answers.wait(self._submit(record, key))
        except (Problem, Refused, StoreUnavailable) as error:
            return forms.error_page(as_problem(error), self._form, sent)
        page = RedirectResponse(
            f"/v1/receipts/{answer.receipt.id}?lang={record.lang}",
            303,
            {"Cache-Control": "no-store"},
        )
        if isinstance(record, Choice) and record.kind == "cookies":
            kept.replace(request, record, answer.receipt, self._catalog, page)
        return page
