"""One-click unsubscription from a mail program (RFC 8058).

A mail carries `List-Unsubscribe: <https://…/v1/unsubscribe/TOKEN>` and
`List-Unsubscribe-Post: List-Unsubscribe=One-Click`. Programs that look at links only change
nothing: GET shows a form. POST stops promotion at once, without redirect, cookie or login.
"""

import re
from asyncio import wrap_future
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clausepress.api import bodies, forms
from clausepress.api.problems import Problem, as_problem
from clausepress.ledger import Answer, Ledger, Receipt, StoreUnavailable

PATH: Final = "/v1/unsubscribe"

_FIELD: Final = ("list-unsubscribe", "one-click")
# RFC 8058 section 3.2 has the field as multipart/form-data or as a form. The part's headers have an
# end: anybody may send a body, and one made of beginnings would take long to read.
_PART: Final = re.compile(
    rb'name="?List-Unsubscribe"?[^\r\n]{0,80}+\r?\n'
    rb"(?:[^\r\n]{1,80}+\r?\n){0,4}+\r?\nOne-Click\r?\n",
    re.IGNORECASE,
)


class OneClick(NamedTuple):
    """The routes of one-click links.

    Attributes:
        ledger: Where opt-outs go.
        wait: Bounds the wait for the store; raises Problem 503.
    """

    ledger: Ledger
    wait: Callable[[Awaitable[Any]], Awaitable[Any]]

    def routes(self) -> list[Route]:
        """The routes."""
        path = f"{PATH}/{{token}}"
        return [
            Route(path, self.show, methods=["GET"]),
            Route(path, self.stop, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form; a link that is not ours is told by POST, so that links cannot be tried out."""
        return forms.one_click_form(request.query_params.get("lang"))

    async def stop(self, request: Request) -> Response:
        """Stop promotion to the mailbox of the link; the receipt, as a page for a browser.

        Raises Problem: 400 for another body, 404 for a link that is not ours, 503.
        """
        lang = request.query_params.get("lang")
        html = forms.prefers_html(request.headers.get("accept", ""))
        try:
            receipt = await self._stopped(request)
        except (Problem, StoreUnavailable) as error:
            if html:
                return forms.error_page(as_problem(error), "opt-out", {"lang": lang or ""})
            raise
        if html:
            return forms.receipt_page(receipt, lang)
        return Response(receipt.to_json(), 200, {"Cache-Control": "no-store"}, bodies.JSON)

    async def _stopped(self, request: Request) -> Receipt:
        body = await bodies.read_body(request)
        if not _asks(body):
            raise Problem(400, "Send List-Unsubscribe=One-Click as a form (RFC 8058).")
        future = self.ledger.one_click(request.path_params["token"])
        if future is None:
            raise Problem(404, "The link is not one of ours, or not whole.", slug="link-not-valid")
        answer: Answer = await self.wait(wrap_future(future))
        return answer.receipt


def _asks(body: bytes) -> bool:
    """Whether the body has the field that tells a wish to stop from any other POST."""
    form = parse_qsl(body.decode("latin-1").strip().lower())
    return _FIELD in form or bool(_PART.search(body))
