"""Reads request bodies: bounded, of one of two media types, into the ledger's typed records."""

import asyncio
import re
from typing import Any, Final, TypeVar, cast
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from clausepress.api.late import Late
from clausepress.api.problems import Problem
from clausepress.ledger.records import (
    KEY_PATTERN,
    DuplicateName,
    cookie_decision,
    refuse_duplicates,
)

BODY_LIMIT: Final = 16 * 1024
BODY_SECONDS: Final = 10.0
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"

_KEY: Final = re.compile(KEY_PATTERN)
# msgspec names the place of a fault in words: "… field `policy`", "… - at `$.purposes.x`".
_FIELD: Final = re.compile(r"field `([^`]+)`")
_PLACE: Final = re.compile(r" - at `(?:key` in `)?\$\.?([^`]*)`")
_MAPS: Final = ("purposes", "services", "guardian")
_LISTED: Final = re.compile(r"documents\.(0|[1-9][0-9]?)\.(\w+)")
_REPEATED: Final = re.compile(r"(documents\.[0-9]+\.)?prominent_shown")
_MAX_FIELDS: Final = 512
_END: Final = {"Connection": "close"}
_late = Late(BODY_SECONDS)

T = TypeVar("T")


def media_type(request: Request) -> str:
    """The body's media type, one of JSON and FORM; raises Problem 415."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    charset = parameters.strip().lower().replace('"', "")
    if kind not in {JSON, FORM} or charset not in {"", "charset=utf-8"}:
        raise Problem(
            415,
            f"Send the body as {JSON} or {FORM}, in UTF-8.",
            headers={"Accept-Post": f"{JSON}, {FORM}"},
        )
    return kind


async def read_body(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The whole body; raises Problem 413 as soon as it is too long, 408 when it is too slow.

    The rest of such a body is not read, so the connection ends with the answer.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_long(limit)
    body, more = b"", True
    task = cast("asyncio.Task[None]", asyncio.current_task())
    _late.begin(task)
    try:
        while more:
            message = await request.receive()
            if message["type"] == "http.disconnect":
                raise Problem(400, "The body ended early; send it again.")
            body += message.get("body", b"")
            if len(body) > limit:
                raise _too_long(limit)
            more = message.get("more_body", False)
    except asyncio.CancelledError:
        if task in _late:
            raise
        task.uncancel()
        raise Problem(
            408, "The body did not arrive in time; send the request again.", headers=_END
        ) from None
    finally:
        _late.end(task)
    return body


def _too_long(limit: int) -> Problem:
    return Problem(413, f"The body is longer than {limit} bytes; send less.", headers=_END)


def idempotency_key(value: str | None) -> str:
    """The client's key for this decision; raises Problem 400 when missing or malformed."""
    if not value:
        raise Problem(
            400,
            "Send an Idempotency-Key header: 16 to 64 characters A-Z a-z 0-9 _ -, "
            "made once for each decision.",
            slug="idempotency-key-missing",
            field="Idempotency-Key",
        )
    if not _KEY.match(value):
        raise Problem(
            400,
            "The Idempotency-Key is not 16 to 64 characters of A-Z a-z 0-9 _ -.",
            field="Idempotency-Key",
        )
    return value


def from_json(body: bytes, kind: type[T]) -> T:
    """The record in a JSON body; raises Problem 400 naming the field at fault."""
    try:
        record = msgspec.json.decode(body, type=kind)
        refuse_duplicates(body)
    except msgspec.ValidationError as error:
        raise _invalid(error) from None
    except DuplicateName as error:
        raise Problem(400, "A field is sent twice; send it once.", field=error.name) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(400, "The body is not JSON in UTF-8; check quotes, commas, brackets.") from (
            None
        )
    return record


def form_fields(body: bytes) -> dict[str, str | list[str]]:
    """The fields of a form body, blank ones left out; raises Problem 400."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:  # also not ASCII, or not UTF-8 once unquoted
        raise Problem(400, f"The body is not {FORM} in UTF-8.") from None
    fields: dict[str, str | list[str]] = {}
    for name, value in pairs:
        if _REPEATED.fullmatch(name) and value:
            shown = fields.setdefault(name, [])
            if isinstance(shown, list):
                shown.append(value)
        elif name in fields:
            raise Problem(400, "A field is sent twice; send it once.", field=name)
        elif value:
            fields[name] = value
    return fields


def from_form(fields: dict[str, str | list[str]], kind: type[T]) -> T:
    """The record in form fields; `purposes.x` is one of its purposes, `guardian.x` a field of the
    guardian, `documents.0.x` one of the first document. Raises Problem 400.

    A cookie form that asks purpose by purpose has one button, so it may leave the decision out.
    """
    values = _nested(fields)
    try:
        if values.get("kind") == "cookies" and "decision" not in values:
            allowed = msgspec.convert(values.get("purposes", {}), dict[str, bool], strict=False)
            values["decision"] = cookie_decision(allowed.values())
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid(error) from None


def _nested(fields: dict[str, str | list[str]]) -> dict[str, Any]:
    """Form fields as the JSON body has them."""
    values: dict[str, Any] = {}
    documents: dict[int, dict[str, Any]] = {}
    for name, value in fields.items():
        head, _, rest = name.partition(".")
        if listed := _LISTED.fullmatch(name):
            documents.setdefault(int(listed[1]), {})[listed[2]] = value
        elif rest and head in _MAPS:
            if not isinstance(values.setdefault(head, {}), dict):
                raise Problem(400, "A field is sent twice; send it once.", field=head)
            values[head][rest] = value
        elif name in values:
            raise Problem(400, "A field is sent twice; send it once.", field=name)
        else:
            values[name] = value
    if documents:
        if "documents" in values:
            raise Problem(400, "A field is sent twice; send it once.", field="documents")
        values["documents"] = [documents[number] for number in sorted(documents)]
    return values


def _invalid(error: msgspec.ValidationError) -> Problem:
    message = str(error)
    named, place = _FIELD.search(message), _PLACE.search(message)
    field = named[1] if named else place[1] if place else ""
    plain = _PLACE.sub("", message).replace("`", "'").replace(r"(?!\\n)", "")
    return Problem(400, f"{plain}. See /openapi.json.", field=field or None)
