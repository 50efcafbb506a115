"""What all gateways have in common: the call, the shared secret, lenient reading."""

import datetime as dt
import hmac
import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from clausepress.ledger import Inbound
from clausepress.ledger.folding import decode

_LONG: Final = 40  # digits, far more than any id or time has

CHINA: Final = dt.timezone(dt.timedelta(hours=8))  # no summer time since 1991

Secret = Annotated[str, msgspec.Meta(min_length=22, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")]


class NotReadable(ValueError):  # noqa: N818 - named for what the body is
    """The body is not in the gateway's format at all."""


class Call(NamedTuple):
    """A request as it went over the public network.

    Attributes:
        base: The public URL before the path: scheme, host and what a proxy takes away.
        path: The path as sent, percent-encoded.
        query: The query as sent, without `?`.
        headers: By small names.
        body: The bytes.
    """

    base: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Gateway(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A gateway that calls us at a path which only it knows."""

    secret: Secret

    name: ClassVar[str]
    answer: ClassVar[bytes]
    media_type: ClassVar[str] = "application/json; charset=utf-8"

    def knows(self, secret: str) -> bool:
        """Whether the path holds the shared secret; in constant time."""
        return hmac.compare_digest(self.secret.encode(), secret.encode())

    def signed(self, call: Call) -> bool:
        """Whether the call carries this gateway's signature; most have none."""
        del call
        return True

    def messages(self, body: bytes) -> list[Inbound]:
        """What is in the body, one for each item; raises NotReadable when it has no items."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return type(self).__name__  # the fields are secrets


def json_content(body: bytes) -> Any:
    """A JSON body; a wrong byte spoils its own letter only. Raises NotReadable."""
    try:
        return json.loads(decode(body), parse_constant=str, parse_int=_integer)
    except (ValueError, RecursionError):
        raise NotReadable("the body is not JSON") from None


def _integer(digits: str) -> int | str:
    """A number; Python refuses to read very long ones, and one such would spoil the others."""
    return int(digits) if len(digits) < _LONG else digits


def json_items(body: bytes) -> list[Any]:
    """The items of a JSON body: an array, an object with one in `items`, or a single object.

    Raises NotReadable for anything else.
    """
    content = json_content(body)
    if isinstance(content, dict):
        items = content.get("items")
        return items if isinstance(items, list) else [content]
    if isinstance(content, list):
        return content
    raise NotReadable("the body is neither an array nor an object")


def form_pairs(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form in UTF-8 or GB 18030, blank ones kept."""
    octets = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    return [
        (decode(name.encode("latin-1")), decode(value.encode("latin-1"))) for name, value in octets
    ]


def raw(item: object) -> str:
    """An item of a JSON body as JSON again."""
    try:
        return _sound(json.dumps(item, ensure_ascii=False))
    except RecursionError:  # where writing needs more of the stack than reading did
        return ""


def words(item: object, *names: str) -> list[str]:
    """The values of these fields as text; "" for what is missing or is neither text nor number."""
    values = [item.get(name) if isinstance(item, dict) else None for name in names]
    return [
        _sound(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        for value in values
    ]


def instant(value: str, zone: dt.tzinfo) -> int | None:
    """Unix milliseconds of a time as gateways write it, or None.

    Unix seconds or milliseconds, or a date and time; `zone` is that of a time which names none.
    """
    text = value.strip()
    try:
        if text.isdecimal() and text.isascii():
            number = int(text[:16])
            return number if number >= 10**11 else number * 1000
        moment = dt.datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _sound(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON escapes can make."""
    return text.encode("utf-8", "replace").decode()
