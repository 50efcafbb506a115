"""A refusal kept by the browser beyond what its scripts may store, in an HTTP cookie.

WebKit clears what scripts write after seven days without a visit, and a script's cookies with it;
a cookie that an answer sets stays. The page's script reads it (so it is not `HttpOnly`) when its
own storage is empty, and clears it at each new decision, so that nothing older than the newest
decision is ever left in it. It holds what the script would store itself, is set only after a
decision that is on record, and nothing here is decided by it. What is refused on the form without
JavaScript reaches the script the same way.

Only a refusal: an answer that comes late, or another host of the domain, must not bring back a
consent; whoever gave one is asked again.

It is for the site of one page: the API's own host, or the domain above both (RFC 6265 section
5.3); where there is none the browser keeps nothing.
"""

from __future__ import annotations

import base64
import contextlib
import secrets
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.requests import Request
from starlette.responses import Response

from clausepress.api import bodies
from clausepress.api.problems import Problem
from clausepress.ledger import Catalog
from clausepress.ledger.records import (
    ID_PATTERN,
    KEY_PATTERN,
    Choice,
    Claimed,
    Digest,
    Label,
    Lang,
    Receipt,
    Slug,
    Subject,
    Switches,
)

_LARGEST: Final = 4096  # bytes of name and value, RFC 6265 section 6.1
_LONGEST: Final = 400 * 86_400  # seconds, draft-ietf-httpbis-rfc6265bis section 5.5
_QUIET: Final = 180 * 86_400  # seconds a refusal is left alone, as by the script


class Kept(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A recorded refusal of cookies as the page's script keeps it."""

    version: Slug
    lang: Lang
    text_digest: Digest
    material: Annotated[Digest, Meta(description="Digest of what was asked about")]
    purposes: Switches
    services: Switches | UnsetType = UNSET
    subject: Subject
    key: Annotated[str, Meta(pattern=KEY_PATTERN, description="Key of the decision")]
    receipt: Annotated[str, Meta(pattern=ID_PATTERN, description="Its receipt")]
    at: Claimed
    until: Annotated[int, Meta(ge=0, le=1 << 47, description="Unix ms: how long it is kept")]
    label: (
        Annotated[Label, Meta(description="Text on the button of a form without script")]
        | UnsetType
    ) = UNSET

    def __post_init__(self) -> None:
        """Refuse a consent; raises ValueError."""
        if any((*self.purposes.values(), *(self.services or {}).values())):
            raise ValueError("Only a refusal is kept; all must be false in field `purposes`")


class Keeping(Kept, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A recorded refusal of cookies to be kept in a cookie."""

    policy: Slug
    framed: Annotated[bool, Meta(description="The page is in a frame: partitioned (CHIPS)")] = False


async def keep(request: Request) -> Response:
    """Set the cookie, unless the one that came is of a later decision.

    The body is JSON of any media type, for a page may send it without asking first (no preflight).
    Raises Problem: 400 malformed or not from a page, 403, 408, 413.
    """
    body = bodies.from_json(await bodies.read_body(request), Keeping)
    origin = request.headers.get("origin", "")
    if not (page := _host(origin)):
        raise Problem(400, "This is for pages: a browser names their origin.", field="Origin")
    name = f"{prefix(body.policy)}{page}"
    kept = Kept(**{field: getattr(body, field) for field in Kept.__struct_fields__})
    answer = Response(status_code=204, headers={"Cache-Control": "no-store"})
    if (before := _read(request.cookies.get(name, ""))) and before > body.at:
        return answer
    if (value := _value(name, kept)) is None:
        raise Problem(413, "The choice is longer than a cookie may be; name fewer purposes.")
    safe = origin.startswith("https:")
    where = _domain(page, _own(request))
    if where is not None and body.until > _now() and (safe or not body.framed):
        answer.headers["Set-Cookie"] = value + _flags(body.until, where, safe, body.framed)
    return answer


def prefix(policy: str) -> str:
    """How the names of a policy's cookies begin; the page's host follows."""
    return f"clausepress.{policy}."


def replace(
    request: Request, choice: Choice, receipt: Receipt, catalog: Catalog, answer: Response
) -> None:
    """Let an answer replace a policy's cookies: a choice was recorded that no script knows of.

    What it refuses is kept, for pages of this host and those that kept a refusal before. What it
    allows is not, so that it stays off where a script asks.

    Args:
        request: The form that was posted.
        choice: The choice of cookies in it.
        receipt: Its receipt.
        catalog: What the policy asks about.
        answer: Gets the headers.
    """
    asked = catalog.policy(choice.policy).cookies
    refused, services = _refused(choice.purposes), _refused(choice.services)
    until = _now() + _QUIET * 1000
    whole = Kept(
        version=choice.version,
        lang=choice.lang,
        text_digest=choice.text_digest,
        material=asked.digest if asked else "",
        purposes=refused,
        services=services or UNSET,
        subject=choice.subject,
        key=secrets.token_urlsafe(16),
        receipt=receipt.id,
        at=datetime.fromisoformat(receipt.fields()["at"]),
        until=until,
        label=choice.label,
    )
    # Too long for a cookie, one name does: scripts take for refused what is not named.
    first = dict(list(refused.items())[:1])
    short = msgspec.structs.replace(
        whole, purposes=first, services=UNSET if first else dict(list(services.items())[:1])
    )
    own = _own(request)
    start, safe = prefix(choice.policy), request.headers.get("origin", "").startswith("https:")
    names = {name for name in request.cookies if name.startswith(start)} | {start + own}
    for name in sorted(names):
        if (where := _domain(name.removeprefix(start), own)) is None:
            continue
        value = _value(name, whole) or _value(name, short)
        if (refused or services) and value:
            answer.headers.append("Set-Cookie", value + _flags(until, where, safe, framed=False))
        elif name in request.cookies:
            answer.headers.append("Set-Cookie", f"{name}=; Path=/; Max-Age=0{where}")


def _refused(switches: Mapping[str, bool] | UnsetType) -> dict[str, bool]:
    return {name: on for name, on in (switches or {}).items() if not on}


def _now() -> int:
    """Unix milliseconds."""
    return int(time.time() * 1000)


def _value(name: str, kept: Kept) -> str | None:
    """The cookie without its attributes; None when it is longer than a cookie may be."""
    whole = f"{name}={base64.b64encode(msgspec.json.encode(kept)).decode()}"
    return whole if len(whole) - 1 <= _LARGEST else None


def _flags(until: int, where: str, safe: bool, framed: bool) -> str:
    seconds = min(_LONGEST, (until - _now()) // 1000)
    site = "; SameSite=None; Partitioned" if framed else "; SameSite=Lax"
    return f"; Path=/; Max-Age={seconds}{where}{'; Secure' if safe else ''}{site}"


def _own(request: Request) -> str:
    return _host(f"//{request.headers.get('host', '')}")


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # brackets that hold no address
        return ""


def _domain(page: str, own: str) -> str | None:
    """The attribute `Domain` for a page's host and this one; None when they share no domain."""
    if page == own:
        return ""
    shared: list[str] = []
    for one, other in zip(page.split(".")[::-1], own.split(".")[::-1], strict=False):
        if one != other:
            break
        shared.insert(0, one)
    # An address has no domain above it; a public suffix the browser refuses itself.
    return f"; Domain={'.'.join(shared)}" if len(shared) > 1 and not shared[-1].isdigit() else None


def _read(value: str) -> datetime | None:
    """When the decision in a cookie was made; None of one that is none of ours."""
    with contextlib.suppress(ValueError, msgspec.MsgspecError):
        return msgspec.json.decode(base64.b64decode(value, validate=True), type=Kept).at
    return None
