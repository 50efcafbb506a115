"""Policy and version: the work, and its states at dates (FRBR, as Akoma Ntoso uses it)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec

Kind = Literal["privacy-policy", "user-agreement", "service-terms", "notice"]
MaterialKind = Literal["service-mode", "organisation", "sharing", "rights", "contacts", "high-risk"]
"""The six material changes of clause 9.2 of the privacy policy (GB/T 35273 annex D)."""
Status = Literal["draft", "announced", "effective", "superseded", "archived"]
"""Where a version stands on a day; `clausepress.archive.lifecycle` says which."""


class Relation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That this document prevails over another, and the clause that says so.

    Attributes:
        prevails_over: Policy id of the other document.
        clause: Number or id of the clause.
        stated_in: Policy id of the document that holds the clause.
    """

    prevails_over: str
    clause: str
    stated_in: str


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service inside a purpose, allowed or refused by itself.

    Attributes:
        id: Short name, in records and pages.
        label: Its words, per language.
        clears: As of a purpose.
    """

    id: str
    label: dict[str, str]
    clears: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A purpose of cookies, as the policy's clause names it.

    Attributes:
        id: Short name, in records and pages.
        label: Its words, per language.
        required: Whether the service cannot do without it.
        clears: Cookies and keys of localStorage that go when consent is taken back: names, or
            beginnings that end in ``*``.
        services: What may be allowed by itself inside it.
    """

    id: str
    label: dict[str, str]
    required: bool = False
    clears: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    services: tuple[Service, ...] | msgspec.UnsetType = msgspec.UNSET


class Cookies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the cookie widget asks about: the clause and its purposes."""

    clause: str
    purposes: tuple[Purpose, ...]


class Sms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How promotional SMS are stopped: the clause, the reply keyword, and the number that the
    messages come from, if it is always the same one."""

    clause: str
    keyword: str
    number: Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]{3,20}$")] | msgspec.UnsetType = (
        msgspec.UNSET
    )


class PolicyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``policy.yml``.

    Attributes:
        id: The policy's id and folder name, in URLs.
        kind: What the document is.
        title: Title per language; an edition's own title stands in for a missing one.
        controller: The controller (个人信息处理者) per language.
        prevails: Language of the edition that prevails where editions differ.
        relations: What it prevails over.
        cookies: Purposes of the cookie widget.
        sms: Keyword of the SMS widget.
    """

    id: str
    kind: Kind
    prevails: str
    title: dict[str, str] = {}
    controller: dict[str, str] = {}
    relations: tuple[Relation, ...] = ()
    cookies: Cookies | None = None
    sms: Sms | None = None


class Contacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Contacts that a version states: mailbox, hotline, personal information protection officer."""

    email: str = ""
    phone: str = ""
    privacy_officer: str = ""


class SummaryLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a version's summary, and the id of the clause it sums up."""

    text: str
    clause: str


class VersionFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``version.yml``: a dated state of a policy. What the text does not state is left out.

    Attributes:
        id: The version's id and folder name, in URLs.
        number: 文档版号 as printed, an opaque string.
        updated_on: 更新日期.
        announced_on: Day the version was announced.
        effective_on: 生效日期; in effect from 00:00 Asia/Shanghai.
        order: Rank among the versions of the policy, from 1; when one states it, all do.
        material_kinds: Material changes against the version before.
        not_material: Kinds that the gate proposes and the editor declines, each with the reason;
            ``fees`` for sums of money that changed and are no fees.
        reduces_rights: Whether it cuts rights of the people concerned (clause 9.1).
        reacceptance: ``express`` when everyone must expressly agree again; those who have not
            stay on the text they agreed to.
        untranslated: Languages of the policy that this version has no edition in.
        fee_change: Whether it changes fees.
        service_end: Whether it ends a service, which is announced 30 days before.
        corrects: Id of the version that this one corrects; a frozen version is never edited.
        correction_reason: Why it was corrected, in the languages of this version.
        change_note: What changed, per language.
        contacts: Contacts of this version.
        summary: The text in at most three lines per language, each citing its clause.
    """

    id: str
    number: str = ""
    updated_on: dt.date | None = None
    announced_on: dt.date | None = None
    effective_on: dt.date | None = None
    order: int = 0
    material_kinds: tuple[MaterialKind, ...] = ()
    not_material: dict[MaterialKind | Literal["fees"], str] = {}
    reduces_rights: bool = False
    reacceptance: Literal["", "express"] = ""
    untranslated: tuple[str, ...] = ()
    fee_change: bool = False
    service_end: bool = False
    corrects: str = ""
    correction_reason: dict[str, str] = {}
    change_note: dict[str, str] = {}
    contacts: Contacts = Contacts()
    summary: dict[str, tuple[SummaryLine, ...]] = {}
