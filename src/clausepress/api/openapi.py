"""OpenAPI 3.1 description, its schemas made from the types that decode the requests."""

from functools import cache
from typing import Any

import msgspec

import clausepress
from clausepress.api.bodies import FORM, JSON
from clausepress.api.kept import Keeping
from clausepress.api.problems import ProblemDocument
from clausepress.api.sending import SendCheck
from clausepress.api.subjects import HistoryQuestion, OwnQuestion, StateQuestion
from clausepress.ledger import Choice, OptOut, Receipt, Sending
from clausepress.ledger.records import ID_PATTERN, KEY_PATTERN
from clausepress.ledger.standings import State
from clausepress.ledger.subjects import History

_PROBLEMS = {
    400: "Malformed: the field at fault is named",
    401: "The token is missing or wrong, or the gateway's signature does not fit",
    403: "The origin is not allowed, or the token does not open this",
    404: "Nothing there",
    408: "The body came too slowly",
    413: "The body is too long",
    415: "Wrong media type",
    422: "Well formed, yet not recordable; `type` says why",
    429: "Too many requests from one network; `Retry-After` says when to send it again",
    503: "Not now: the store does not answer or too much is under way; send the same request again",
}


def _content(media: str, name: str) -> dict[str, Any]:
    return {media: {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _problems(*statuses: int, pages: bool = False) -> dict[str, Any]:
    """Problem documents; `pages` when a form's answer is a page for people instead."""
    content = _content("application/problem+json", "ProblemDocument")
    if pages:
        content |= _plain("text/html")
    return {
        str(status): {"description": _PROBLEMS[status], "content": content}
        for status in sorted({*statuses, 429, 503})  # the limits hold for all
    }


def _receipt(description: str) -> dict[str, Any]:
    return {"description": description, "content": _content(JSON, "Receipt")}


def _post(summary: str, name: str) -> dict[str, Any]:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Made once for each decision. A form sends `idempotency_key` instead.",
        "schema": {"type": "string", "pattern": KEY_PATTERN},
    }
    return {
        "summary": summary,
        "parameters": [key],
        "requestBody": {"required": True, "content": _content(JSON, name) | _content(FORM, name)},
        "responses": {
            "201": _receipt("Recorded"),
            "200": _receipt("Recorded before under this key: the same receipt"),
            "303": {"description": "A form was recorded; the receipt is at Location"},
            **_problems(400, 403, 408, 413, 415, 422, 503, pages=True),
        },
    }


def _get(
    summary: str, content: dict[str, Any], *parameters: dict[str, Any], also: tuple[int, ...] = ()
) -> dict[str, Any]:
    return {
        "summary": summary,
        "parameters": list(parameters),
        "responses": {
            "200": {"description": summary, "content": content},
            **_problems(403, *also, 503, pages=content.keys() == {"text/html"}),
        },
    }


def _tile() -> dict[str, Any]:
    digits = {"type": "string", "pattern": "^[0-9x/.p]+$"}
    level = {"type": "integer", "minimum": 0, "maximum": 7}
    return _get(
        "Hashes of the log's tree (c2sp.org/tlog-tiles); `index` is like x001/234 or 000.p/17",
        {"application/octet-stream": {}},
        {"name": "level", "in": "path", "required": True, "schema": level},
        {"name": "index", "in": "path", "required": True, "schema": digits},
        also=(404,),
    )


def _timegate() -> dict[str, Any]:
    def parameter(name: str, where: str) -> dict[str, Any]:
        required = where == "path"
        return {"name": name, "in": where, "required": required, "schema": {"type": "string"}}

    return {
        "summary": "The version that applied at an instant (Memento, RFC 7089)",
        "parameters": [
            parameter("lang", "path"),
            parameter("policy", "path"),
            parameter("Accept-Datetime", "header"),
        ],
        "responses": {
            "302": {"description": "Its permanent page is at Location"},
            **_problems(400, 403, 404),
        },
    }


def _inbound() -> dict[str, Any]:
    def parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"name": name, "in": "path", "required": True, "schema": schema}

    gateways = ["alibaba", "generic", "huawei", "tencent", "twilio"]
    anything: dict[str, Any] = {"schema": {}}
    return {
        "summary": "Replies to text messages, delivered by an SMS gateway in its own format",
        "parameters": [
            parameter("gateway", {"enum": gateways}),
            parameter("secret", {"type": "string"}),
        ],
        "requestBody": {"required": True, "content": {JSON: anything, FORM: anything}},
        "responses": {
            "200": {
                "description": "On record and in force; the body is what the gateway expects",
                "content": {JSON: anything} | _plain("text/xml"),
            },
            **_problems(400, 401, 403, 404, 408, 413, 503),
        },
    }


def _one_click() -> dict[str, Any]:
    field = {"type": "string", "const": "One-Click"}
    form = {"type": "object", "properties": {"List-Unsubscribe": field}}
    return {
        "parameters": [
            {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}},
            _query("lang"),
        ],
        "get": _get("A form that unsubscribes; changes nothing", _plain("text/html")),
        "post": {
            "summary": "One-click unsubscription from a mail program (RFC 8058)",
            "requestBody": {
                "required": True,
                "content": {FORM: {"schema": form}, "multipart/form-data": {"schema": form}},
            },
            "responses": {
                "200": {
                    "description": "On record and in force",
                    "content": _content(JSON, "Receipt") | _plain("text/html"),
                },
                **_problems(400, 403, 404, 408, 413, 503, pages=True),
            },
        },
    }


def _send_check() -> dict[str, Any]:
    return {
        "summary": "Whether a message may go to these numbers or mailboxes now",
        "security": [{"bearer": []}],
        "requestBody": {"required": True, "content": _content(JSON, "Sending")},
        "responses": {
            "200": {
                "description": "One result for each address, in order",
                "content": _content(JSON, "SendCheck"),
            },
            **_problems(400, 401, 403, 408, 413, 415, 422, 503),
        },
    }


def _about_person(summary: str, asked: str, answer: str, *, open_: bool = False) -> dict[str, Any]:
    refusals = (400, 403, 408, 413, 415, 503) if open_ else (400, 401, 403, 408, 413, 415, 422, 503)
    return {
        "summary": summary,
        **({} if open_ else {"security": [{"bearer": []}]}),
        "requestBody": {"required": True, "content": _content(JSON, asked)},
        "responses": {
            "200": {
                "description": "The same for whoever is not known as for whoever never chose",
                "content": _content(JSON, answer),
            },
            **_problems(*refusals),
        },
    }


def _query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"}}


def _plain(media: str) -> dict[str, Any]:
    return {media: {"schema": {"type": "string"}}}


@cache
def document() -> bytes:
    """The description as JSON."""
    _, schemas = msgspec.json.schema_components(
        (
            *(Choice, Keeping, OptOut, Receipt, ProblemDocument),
            *(Sending, SendCheck, OwnQuestion, StateQuestion, HistoryQuestion, State, History),
        ),
        ref_template="#/components/schemas/{name}",
    )
    receipt_id = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": ID_PATTERN},
    }
    form = (_query("policy"), _query("lang"))
    status = {JSON: {"schema": {"type": "object", "properties": {"status": {"const": "ok"}}}}}
    paths = {
        "/v1/choices": {"post": _post("Record a decision about a policy", "Choice")},
        "/v1/opt-outs": {"post": _post("Stop promotion to an address", "OptOut")},
        "/v1/kept": {
            "post": {
                "summary": "Keep a recorded refusal of cookies in a cookie of this browser",
                "requestBody": {
                    "required": True,
                    "content": _content(JSON, "Keeping") | _content("text/plain", "Keeping"),
                },
                "responses": {
                    "204": {"description": "Kept as far as the browser allows"},
                    **_problems(400, 403, 408, 413),
                },
            }
        },
        "/v1/inbound/{gateway}/{secret}": {"post": _inbound()},
        "/v1/unsubscribe/{token}": _one_click(),
        "/v1/send-checks": {"post": _send_check()},
        "/v1/state": {
            "post": _about_person("What holds for this browser", "OwnQuestion", "State", open_=True)
        },
        "/v1/subjects/state": {
            "post": _about_person("What holds for a person", "StateQuestion", "State")
        },
        "/v1/subjects/history": {
            "post": _about_person("What is recorded of a person", "HistoryQuestion", "History")
        },
        "/v1/receipts/{id}": {
            "get": _get(
                "A receipt",
                _content(JSON, "Receipt") | _plain("text/html"),
                receipt_id,
                _query("lang"),
                _query("download"),
                also=(404,),
            )
        },
        "/v1/forms/opt-out": {"get": _get("Opt-out form", _plain("text/html"), *form, also=(422,))},
        "/v1/forms/cookies": {"get": _get("Cookie form", _plain("text/html"), *form, also=(422,))},
        "/v1/frame/{element}": {
            "get": _get(
                "A page with one element, for the frame of a page of an allowed origin",
                _plain("text/html"),
                {
                    "name": "element",
                    "in": "path",
                    "required": True,
                    "schema": {"enum": ["agree", "choices", "sms"]},
                },
                *(_query("parent"), *form),
                also=(404,),
            )
        },
        "/v1/log/checkpoint": {"get": _get("Newest signed checkpoint", _plain("text/plain"))},
        "/v1/log/tile/{level}/{index}": {"get": _tile()},
        "/v1/log/key": {"get": _get("The log's verifier key", _plain("text/plain"))},
        "/v1/log/keys": {
            "get": _get("All verifier keys of the log, as a signed note", _plain("text/plain"))
        },
        "/v1/timegate/{lang}/{policy}": {"get": _timegate()},
        "/healthz": {"get": _get("Whether the process lives", status)},
        "/readyz": {"get": _get("Whether log, texts and store take requests now", status)},
        "/metrics": {
            "get": _get("Metrics for Prometheus; scope metrics", _plain("text/plain"), also=(401,))
            | {"security": [{"bearer": []}]}
        },
    }
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Clausepress", "version": clausepress.__version__},
            "paths": paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            },
        }
    )
