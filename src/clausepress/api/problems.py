"""Errors as RFC 9457 problem documents; every detail says what to do."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from msgspec import UNSET, UnsetType
from starlette.exceptions import HTTPException
from starlette.responses import Response

from clausepress.ledger import Refused, StoreUnavailable

PROBLEM_TYPE = "application/problem+json; charset=utf-8"
RETRY_SECONDS = 2


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An RFC 9457 problem document; `field` names the input at fault."""

    type: str
    title: str
    status: int
    detail: str
    field: str | UnsetType = UNSET


class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """An answer that is not the one asked for; raise it anywhere below a route."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        slug: str | None = None,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.slug = slug
        self.headers = dict(headers or {})
        self.document = ProblemDocument(
            type=f"/problems/{slug}" if slug else "about:blank",
            # "about:blank" means that the title is the status phrase, RFC 9457 section 4.2.1.
            title=slug.replace("-", " ").capitalize() if slug else HTTPStatus(status).phrase,
            status=status,
            detail=detail,
            field=field or UNSET,
        )

    def response(self) -> Response:
        """The problem as `application/problem+json`."""
        return Response(
            msgspec.json.encode(self.document),
            self.document.status,
            {**self.headers, "Cache-Control": "no-store"},
            PROBLEM_TYPE,
        )


def as_problem(error: Exception) -> Problem:
    """The problem that an error is told as; one that is not foreseen shows nothing of itself."""
    match error:
        case Problem():
            return error
        case Refused():
            return Problem(422, str(error), slug=error.code, field=error.field)
        case StoreUnavailable():
            return unavailable("The store is not available. Send the same request again shortly.")
        case HTTPException(status_code=404):
            return Problem(404, "There is nothing here. The paths are listed in /openapi.json.")
        case HTTPException(status_code=405):
            allowed = (error.headers or {}).get("Allow", "")
            return Problem(405, f"Use one of: {allowed}.", headers=error.headers)
        case HTTPException():
            return Problem(error.status_code, error.detail, headers=error.headers)
        case _:
            return Problem(500, "A fault of the server, which is in its log. Nothing to change.")


def unavailable(detail: str) -> Problem:
    """503: the store does not answer; the same request may be sent again."""
    return Problem(503, detail, headers={"Retry-After": str(RETRY_SECONDS)})
