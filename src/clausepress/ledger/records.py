"""What people send and what they get back, as typed records; the rules between their fields."""

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from clausepress.ledger.keywords import Verdict

# `(?!\n)`: in Python `$` also matches before a final newline; JSON Schema readers ignore it.
Slug = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$(?!\n)")]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)", description="Text digest")]
Surface = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,39}$(?!\n)", description="Where it was asked: banner, page …"
    ),
]
Label = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=80,
        pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)",
        description="Text on the button; public, so without 7 digits in a row",
    ),
]
Widget = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9.+_-]{1,20}$(?!\n)", description="Widget version")
]
Subject = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9_-]{22,64}$(?!\n)", description="Random id, made by the client"),
]
Claimed = Annotated[datetime, Meta(tz=True, description="The client's clock; kept apart")]
Lang = Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$(?!\n)")]

Kind = Literal[
    "cookies",
    "agreement",
    "consent",
    "guardian-consent",
    "continued-use",
    "personalisation-off",
    "withdrawal",
    "notice-shown",
]
Decision = Literal["given", "refused", "withdrawn"]
Mode = Literal["express", "separate", "written", "continued_use"]
Channel = Literal["sms", "email"]

Switches = Annotated[dict[Slug, bool], Meta(max_length=50)]
Shown = Annotated[list[Slug], Meta(max_length=100, description="Prominent clauses shown")]

KEY_PATTERN = r"^[A-Za-z0-9_-]{16,64}$(?!\n)"
ID_PATTERN = r"^[0-9A-HJKMNP-TV-Z]{26}$(?!\n)"

_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_KEPT_MS: Final = 31 * 86_400_000
_LONG_NUMBER: Final = re.compile(r"\d{7}")


class Document(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A further text that a decision is about, in the edition that was shown."""

    policy: Slug
    version: Slug
    lang: Lang
    text_digest: Digest
    prominent_shown: Shown | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse what must not stand in a public entry; raises ValueError."""
        _check_public("prominent_shown", *(self.prominent_shown or ()))


class Guardian(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The parent or guardian who decides for a child; sealed like the subject."""

    relation: Literal["parent", "guardian"]
    contact: Annotated[str, Meta(min_length=1, max_length=320, description="Where to reach them")]
    name: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    evidence: (
        Annotated[str, Meta(min_length=1, max_length=500, description="How it was made sure")]
        | UnsetType
    ) = UNSET


class Choice(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A decision a person took about a policy, or that a notice of it was shown to them.

    `kinds.check_consistent` says which fields go with which kind.
    """

    kind: Kind
    decision: Decision | UnsetType = UNSET
    policy: Slug
    version: Slug
    lang: Lang
    text_digest: Digest
    subject: Subject
    mode: Mode | UnsetType = UNSET
    surface: Surface
    label: Label | UnsetType = UNSET
    purposes: Switches | UnsetType = UNSET
    services: Switches | UnsetType = UNSET
    purpose: (
        Annotated[Slug, Meta(description="Of a separate consent: marketing, cross-border …")]
        | UnsetType
    ) = UNSET
    documents: (
        Annotated[list[Document], Meta(max_length=20, description="Further texts agreed to")]
        | UnsetType
    ) = UNSET
    notice: (
        Annotated[str, Meta(pattern=ID_PATTERN, description="Receipt id of the notice shown")]
        | UnsetType
    ) = UNSET
    notice_grade: Literal["general", "enhanced", "just-in-time"] | UnsetType = UNSET
    guardian: Guardian | UnsetType = UNSET
    account_token: (
        Annotated[str, Meta(max_length=2000, description="JWT by which the host names the account")]
        | UnsetType
    ) = UNSET
    widget: Widget | UnsetType = UNSET
    prominent_shown: Shown | UnsetType = UNSET
    claimed_at: Claimed | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse what must not stand in a public entry; raises ValueError."""
        if self.label is not UNSET:
            _check_public("label", self.label)
        _check_public("surface", self.surface)
        _check_numbers("purpose", self.purpose)
        _check_numbers("widget", self.widget)
        _check_public("prominent_shown", *(self.prominent_shown or ()))

    def texts(self) -> "list[Choice | Document]":
        """All texts that the decision is about, each as the fields of its edition."""
        return [self, *(self.documents or ())]


class AccountChoice(Choice, frozen=True, kw_only=True):
    """A choice of someone whose account the host vouched for; it is sealed under the account."""

    account: str


class OptOut(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person's demand to get no more promotion at one address."""

    channel: Channel
    address: Annotated[
        str, Meta(min_length=1, max_length=320, description="Telephone number or e-mail address")
    ]
    policy: Slug
    version: Slug
    lang: Lang
    text_digest: Digest
    surface: Surface
    label: Label
    region: Annotated[
        str,
        Meta(pattern=r"^[A-Z]{2}$(?!\n)", description="Region of a national number"),
    ] = "CN"
    widget: Widget | UnsetType = UNSET
    claimed_at: Claimed | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse what must not stand in a public entry; raises ValueError."""
        _check_public("label", self.label)
        _check_public("surface", self.surface)
        _check_numbers("widget", self.widget)


class Reply(Struct, frozen=True, kw_only=True):
    """A text message that came back, read and ready to record.

    Attributes:
        gateway: Who delivered it.
        verdict: What it says; "unreadable" when the gateway sent no usable number.
        suppresses: Whether promotion to the sender stops.
        to_review: Whether a person has to read it.
        address: The sender in E.164; empty when unreadable.
        text: The message as decoded.
        raw: The item as the gateway sent it.
        sent_ms: When it was sent by the gateway's clock, Unix milliseconds; None if it did not say.
        confirmed: Whether the gateway itself tells the sender that the opt-out worked.
    """

    gateway: str
    verdict: Verdict | Literal["unreadable"]
    suppresses: bool
    to_review: bool
    address: str
    text: str
    raw: str
    sent_ms: int | None
    confirmed: bool


class Erasure(Struct, frozen=True, kw_only=True):
    """The end of a person's key: what was sealed under it can be read by no one any more.

    Attributes:
        key_id: The key that is destroyed.
        suppressions: Ids of the records whose suppression of the person's address stays.
    """

    key_id: str
    suppressions: list[str]


class Disposal(Struct, frozen=True, kw_only=True):
    """The end of keys whose records have been kept for as long as their kinds are.

    Attributes:
        keys: The keys that are destroyed, and of each the ids of the records whose suppression of
            the person's address stays.
        periods: How long records of each kind are kept, as ISO 8601 durations.
    """

    keys: dict[str, list[str]]
    periods: dict[str, str]


class Demand(Struct, frozen=True, kw_only=True):
    """A demand to get no more promotion that names no text of ours.

    Attributes:
        surface: "one-click" in a mail program (RFC 8058), or a line of a suppression "list".
        channel: The channel that it stops.
        address: In its one spelling; empty when only `digest` is known.
        digest: Keyed hash of an address that a list does not name, "<HMAC key id>:<hex>".
        reason: Why, as a slug: opt-out, complaint …
        source: Where a list has it from.
        evidence: What proves it there.
        event_ms: When it was made, Unix milliseconds; None for now.
    """

    surface: Literal["one-click", "list"]
    channel: Channel
    address: str
    digest: str = ""
    reason: str = "opt-out"
    source: str = ""
    evidence: str = ""
    event_ms: int | None = None


Statement = Choice | OptOut | Reply | Demand
"""What a person said, and is sealed under that person's key."""

Record = Statement | Erasure | Disposal


class Receipt(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the person keeps: the exact log entry and the offline proof that the log holds it."""

    schema: Literal["clausepress.receipt/1"] = "clausepress.receipt/1"
    id: str
    entry: Annotated[str, Meta(description="The exact log entry: canonical JSON text")]
    record: Annotated[msgspec.Raw, Meta(description="The entry decoded, for reading")]
    proof: Annotated[str, Meta(description="C2SP tlog-proof with the signed checkpoint")]
    verifier_key: Annotated[str, Meta(description="C2SP note verifier key of the log")]

    def to_json(self) -> bytes:
        """The receipt as compact UTF-8 JSON; equal receipts give equal bytes."""
        return msgspec.json.encode(self)

    def fields(self) -> dict[str, Any]:
        """The public fields of the record."""
        decoded: dict[str, Any] = msgspec.json.decode(self.entry)
        return decoded


def _check_public(field: str, *texts: str) -> None:
    """Free text in an entry is seen by anyone: it has to show, and to hold no one's number."""
    for text in texts:
        if not text.strip() or any(unicodedata.category(c) in _UNSEEN for c in text):
            raise ValueError(f"Blank text or unseen characters in field `{field}`")
        _check_numbers(field, text)


def _check_numbers(field: str, text: str | UnsetType) -> None:
    if text and _LONG_NUMBER.search(text):
        raise ValueError(f"Seven digits or more in a row in field `{field}`, which is public")


class DuplicateName(ValueError):  # noqa: N818 - named for what the text has
    """A JSON object has the same name twice; `name` is that one."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the name {name!r} stands twice in one object")
        self.name = name


def refuse_duplicates(text: str | bytes) -> None:
    """Raise DuplicateName if any object in this JSON text has a name twice (RFC 8259 section 4).

    The text is JSON that was decoded already; it may still be nested too deeply: RecursionError.
    """
    data = text.encode() if isinstance(text, str) else text
    # Of a name sent twice decoding keeps one, so a colon is lost, unless one was escaped.
    if b"\\u003" in data or data.count(b":") != canonical(msgspec.json.decode(data)).count(b":"):
        json.loads(data, object_pairs_hook=_once, parse_int=str, parse_float=str)


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen = set()
    for name, _ in pairs:
        if name in seen:
            raise DuplicateName(name)
        seen.add(name)


def canonical(value: object) -> bytes:
    """Canonical JSON: UTF-8, keys sorted, no spaces."""
    return msgspec.json.encode(value, order="sorted")


@lru_cache(maxsize=64)  # the records of a batch share their time
def timestamp(at_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds, from Unix milliseconds."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{at.replace(tzinfo=None).isoformat()}.{at_ms % 1000:03d}Z"


def cookie_decision(allowed: Iterable[bool]) -> Decision:
    """What a cookie choice decides, from its purposes: given as soon as one is allowed."""
    return "given" if any(allowed) else "refused"


def event_ms(record: Record, at_ms: int) -> int:
    """When a record's event took place, given the server's clock, both in Unix milliseconds.

    A reply counts from when it was sent, however late or shuffled it arrives. A time to come, or
    one older than any gateway keeps a reply, is a fault of its clock: then the arrival counts.
    Lists hold demands of many years.
    """
    if isinstance(record, Demand):
        event = record.event_ms
        return event if event is not None and 0 <= event <= at_ms else at_ms
    sent = record.sent_ms if isinstance(record, Reply) else None
    return sent if sent is not None and at_ms - _KEPT_MS <= sent <= at_ms else at_ms


def split_digest(digest: str) -> tuple[str, bytes]:
    """HMAC key id and keyed hash of a demand's `digest`."""
    key_id, _, mac = digest.rpartition(":")
    return key_id, bytes.fromhex(mac)


def kind_of(record: Record) -> str:
    """The kind of a record in the log."""
    if isinstance(record, Choice):
        return record.kind
    if isinstance(record, OptOut | Demand):
        return "opt-out"
    if isinstance(record, Erasure):
        return "erasure"
    if isinstance(record, Disposal):
        return "disposal"
    return "review" if record.to_review else "opt-out" if record.suppresses else "reply"


def public_fields(record: Record) -> dict[str, Any]:
    """The fields of the log entry that come from the sender: all but the personal ones."""
    fields: dict[str, Any]
    if isinstance(record, Erasure):
        return {"kind": "erasure", "suppressions": record.suppressions}
    if isinstance(record, Disposal):
        return {"kind": "disposal", "keys": record.keys, "periods": record.periods}
    if isinstance(record, Reply):
        fields = {"kind": kind_of(record), "channel": "sms", "surface": "sms-reply"}
        if record.suppresses:
            fields |= {"decision": "withdrawn", "mode": "express"}
        return fields | {"gateway": record.gateway, "verdict": record.verdict}
    if isinstance(record, Demand):
        fields = {"channel": record.channel, "surface": record.surface, "reason": record.reason}
        return fields | {"kind": "opt-out", "decision": "withdrawn", "mode": "express"}
    if isinstance(record, Choice):
        fields = msgspec.to_builtins(record)
        for name in ("subject", "account", "guardian"):
            fields.pop(name, None)
        return fields
    fields = msgspec.to_builtins(record)
    del fields["address"], fields["region"]
    # An opt-out takes back the leave to send promotion, by the person's own act.
    return fields | {"kind": "opt-out", "decision": "withdrawn", "mode": "express"}
