"""policies.json: which texts exist, so that a choice is only recorded about a real one."""

import datetime as dt
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

import msgspec

from clausepress.ledger.errors import (
    DigestMismatch,
    Refused,
    SetupError,
    UnknownClause,
    UnknownEdition,
    UnknownPolicy,
    UnknownPurpose,
    UnknownVersion,
)
from clausepress.ledger.records import Choice, Document, OptOut, Record

_log = logging.getLogger(__name__)

_TRUSTED_SECONDS: Final = 0.05
"""How long a record is let through without a look at the file."""

TextStanding = Literal["in-force", "earlier", "earlier-material"]
"""Whether a text is the one in force, or an earlier one: then whether what came since changed
something material, or cut rights, or was to be agreed to anew."""


class Edition(msgspec.Struct, frozen=True):
    """A version in one language: its title, address in the site, text digest, key clauses."""

    title: str
    url: str
    text_digest: str
    prominent: frozenset[str] | None = None  # not told by every policies.json


class Version(msgspec.Struct, frozen=True):
    """A dated state of a policy."""

    id: str
    status: str
    editions: dict[str, Edition]
    effective_on: dt.date | None = None
    material_kinds: Sequence[Any] = ()
    reduces_rights: bool = False
    reacceptance: str = ""

    @property
    def material(self) -> bool:
        """Whether it changed the version before in something to be told, or agreed to, anew."""
        return bool(self.material_kinds or self.reduces_rights or self.reacceptance)


class Service(msgspec.Struct, frozen=True):
    """A service that may be allowed by itself inside a purpose."""

    id: str


class Purpose(msgspec.Struct, frozen=True):
    """What cookies are used for; a required one is no choice."""

    id: str
    required: bool
    label: dict[str, str]
    services: Sequence[Service] = ()


class Cookies(msgspec.Struct, frozen=True):
    """The policy's cookie purposes; the digest is of them and their clause."""

    purposes: list[Purpose]
    digest: str = ""


class Sms(msgspec.Struct, frozen=True):
    """How promotional text messages are stopped: by this reply."""

    keyword: str


class Policy(msgspec.Struct, frozen=True):
    """A policy: its versions, newest first."""

    id: str
    title: dict[str, str]
    current: str | None  # none in force, for a policy that is only announced
    versions: list[Version]
    cookies: Cookies | None = None
    sms: Sms | None = None

    def optional_purposes(self) -> list[Purpose]:
        """The purposes a person may refuse."""
        return [p for p in self.cookies.purposes if not p.required] if self.cookies else []

    def standing(self, version_id: str, on: dt.date) -> TextStanding:
        """What a version's text is on a day in China; the one in force may be of no known day."""
        since: list[Version] = []
        for version in self.versions:
            if version.id == version_id:
                break
            begun = version.effective_on <= on if version.effective_on else False
            if begun or (not version.effective_on and version.id == self.current):
                since.append(version)
        if not since:
            return "in-force"
        return "earlier-material" if any(each.material for each in since) else "earlier"


class _Policies(msgspec.Struct, frozen=True, tag="clausepress.policies/1", tag_field="schema"):
    languages: list[str]
    policies: list[Policy]

    def policy(self, policy_id: str) -> Policy:
        for policy in self.policies:
            if policy.id == policy_id:
                return policy
        raise UnknownPolicy("No policy has this id. The ids are listed in policies.json.")


class Catalog:
    """The published policies, read again whenever the file changes.

    A file that is missing or broken later on leaves the last good one in use and is reported once
    in the log; one that is so from the start raises SetupError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._trusted_until = 0.0
        self._seen = _signature(path)
        try:
            self._data = _read(path)
        except (OSError, msgspec.MsgspecError) as error:
            raise SetupError(f"{_report(path, error)} Build the site first.") from error

    def _current(self) -> _Policies:
        seen = _signature(self._path)
        if seen != self._seen:
            with self._lock:
                if seen != self._seen:
                    self._seen = seen
                    try:
                        self._data = _read(self._path)
                    except (OSError, msgspec.MsgspecError) as error:
                        _log.warning("%s The last good one stays.", _report(self._path, error))
        return self._data

    @property
    def languages(self) -> list[str]:
        """The languages of the site, the first being its default."""
        return self._current().languages

    @property
    def keywords(self) -> list[str]:
        """The opt-out keywords that the policies promise to obey."""
        return [policy.sms.keyword for policy in self._current().policies if policy.sms]

    def policy(self, policy_id: str) -> Policy:
        """The policy of that id; raises UnknownPolicy."""
        return self._current().policy(policy_id)

    def edition(self, policy_id: str, version_id: str | None, lang: str) -> tuple[str, Edition]:
        """Version id and edition (the current version if None).

        Raises UnknownPolicy, UnknownVersion (also for a draft, or when none is in force) or
        UnknownEdition.
        """
        return _edition(self.policy(policy_id), version_id, lang)

    def refusal(self, record: Record) -> Refused | None:
        """Why a record may not be made, or None when it may.

        A text that is published counts at once; one that is taken away may be agreed to for 50 ms
        more. So the file is not looked at for each of many records, but before any is refused.
        """
        now = time.monotonic()
        if now < self._trusted_until and not _refusal(record, self._data):
            return None
        self._trusted_until = now + _TRUSTED_SECONDS
        return _refusal(record, self._current())

    def check(self, record: Record) -> None:
        """Refuse a record about a text or purpose that does not exist, by the typed errors."""
        _check(record, self._current())


def _refusal(record: Record, published: _Policies) -> Refused | None:
    try:
        _check(record, published)
    except Refused as refused:
        return refused
    return None


def _check(record: Record, published: _Policies) -> None:
    if isinstance(record, OptOut):
        _check_text(record, published)
    elif isinstance(record, Choice):
        _check_purposes(record, _check_text(record, published))
        for place, document in enumerate(record.documents or ()):
            try:
                _check_text(document, published)
            except Refused as refused:
                refused.field = f"documents[{place}].{refused.field}"
                raise


def _check_text(text: Choice | OptOut | Document, published: _Policies) -> Policy:
    policy = published.policy(text.policy)
    _, edition = _edition(policy, text.version, text.lang)
    if edition.text_digest != text.text_digest:
        raise DigestMismatch(
            "The digest is not that of this edition. Load the page again and repeat the choice."
        )
    if not isinstance(text, OptOut):
        _check_shown(text, edition)
    return policy


def _check_shown(text: Choice | Document, edition: Edition) -> None:
    """What was shown is prominent in the text, or the very clause that a consent is about."""
    if edition.prominent is None:
        return
    own = {text.purpose} if isinstance(text, Choice) and text.kind == "consent" else set()
    if set(text.prominent_shown or ()) - edition.prominent - own:
        raise UnknownClause(
            "Name prominent clauses of this edition only: "
            f"{', '.join(sorted(edition.prominent)) or 'it has none'}."
        )


def _edition(policy: Policy, version_id: str | None, lang: str) -> tuple[str, Edition]:
    wanted = version_id or policy.current
    if wanted is None:
        raise UnknownVersion("Of the versions of this policy there is none in force yet.")
    for version in policy.versions:
        if version.id == wanted and version.status != "draft":
            if lang not in version.editions:
                raise UnknownEdition(
                    "This version is not published in this language. "
                    f"It is in: {', '.join(version.editions)}."
                )
            return version.id, version.editions[lang]
    raise UnknownVersion(
        "This policy has no such published version. "
        f"The current one is {policy.current or 'none in force'}."
    )


def _check_purposes(choice: Choice, policy: Policy) -> None:
    if choice.kind != "cookies":
        if choice.purposes:
            raise UnknownPurpose(f"Only cookie choices name purposes; kind is '{choice.kind}'.")
        return
    if policy.cookies is None:
        raise UnknownPurpose("This policy sets no cookies, so there is no cookie choice to record.")
    wanted = {purpose.id for purpose in policy.optional_purposes()}
    if set(choice.purposes or ()) != wanted:
        raise UnknownPurpose(
            "Name every optional purpose of the policy and no other: "
            f"{', '.join(sorted(wanted)) or 'it has none'}."
        )
    known = {service.id for each in policy.optional_purposes() for service in each.services}
    if not known.issuperset(choice.services or ()):
        raise UnknownPurpose(
            "Name services of the policy's optional purposes only: "
            f"{', '.join(sorted(known)) or 'it has none'}.",
            "services",
        )


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = os.stat(path)  # noqa: PTH116 - runs for every request; half the cost of Path.stat
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _read(path: Path) -> _Policies:
    return msgspec.json.decode(path.read_bytes(), type=_Policies)


def _report(path: Path, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"{path} cannot be read as policies.json: {reason}."
