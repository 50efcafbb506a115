"""What the site announces at the top of its pages: a version before it takes effect and for some
days after it did. Whoever puts a notice away has agreed to nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clausepress.archive.index import changes_path, edition_path
from clausepress.archive.model import MaterialKind
from clausepress.archive.published import Policy, Version
from clausepress.i18n import labels
from clausepress.site.dates import readable_lang

DAYS = 30
"""Days for which a notice stays after the version took effect, unless the site says otherwise."""

KINDS: Mapping[MaterialKind, str] = {
    "service-mode": "the service model and how personal information is processed",
    "organisation": "the ownership or organisation of the company",
    "sharing": "who receives personal information",
    "rights": "your rights and how to use them",
    "contacts": "contacts and complaint channels",
    "high-risk": "processing that an assessment found to be of high risk",
}
"""The six material changes in words (labels in the catalogs)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A version announced to readers of one language.

    Attributes:
        policy: The policy.
        version: The version.
        lang: Language of the notice.
        upcoming: Whether it is yet to take effect.
    """

    policy: Policy
    version: Version
    lang: str
    upcoming: bool

    @property
    def id(self) -> str:
        """Name under which a browser keeps that a reader has put it away."""
        state = "announced" if self.upcoming else "effective"
        return f"{self.policy.id}/{self.version.id}/{state}"

    @property
    def prominent(self) -> bool:
        """Whether clause 9.2 of the privacy policy, or a cut in rights, wants it to stand out."""
        file = self.version.file
        return bool(
            file.material_kinds
            or file.reduces_rights
            or file.reacceptance
            or file.fee_change
            or file.service_end
        )

    @property
    def headline(self) -> str:
        """What happens and when."""
        t = labels(self.lang)
        values = {
            "title": self.policy.title(self.lang),
            "version": self.version.id,
            "date": t.date(self.version.file.effective_on),
        }
        if self.upcoming:
            return t("{title}: version {version} takes effect on {date}.", **values)
        return t("{title}: version {version} took effect on {date}.", **values)

    @property
    def facts(self) -> str:
        """Sentences on what is material in it."""
        return told_facts(self.version, self.lang)

    @property
    def note(self) -> str:
        """What changed, as the editor says it."""
        return self.version.file.change_note.get(self.lang, "")

    @property
    def text_lang(self) -> str:
        """Language of the pages it leads to."""
        return readable_lang(self.policy, self.version, self.lang)

    @property
    def text_path(self) -> str:
        """Permanent page of the version."""
        return edition_path(self.policy.id, self.version.id, self.text_lang)

    @property
    def changes_path(self) -> str:
        """Page of its changes; empty for a first version."""
        return changes_path(self.policy, self.version, self.text_lang)

    def told(self) -> tuple[str, ...]:
        """All that a page prints of it."""
        prominent = "prominent" if self.prominent else ""
        return (
            *(self.id, prominent, self.headline, self.facts, self.note),
            *(self.text_lang, self.text_path, self.changes_path),
        )


def notices(policies: Iterable[Policy], lang: str, on: dt.date, days: int) -> list[Notice]:
    """Return what is to be announced on a day: prominent first, then what is yet to come.

    Args:
        policies: The policies.
        lang: Language of the notices.
        on: The day.
        days: Days for which a notice stays after the version took effect; 0 ends it at once.
    """
    found = [notice for policy in policies for notice in _of_policy(policy, lang, on, days)]
    return sorted(found, key=lambda each: (not each.prominent, not each.upcoming, each.id))


def told_facts(version: Version, lang: str) -> str:
    """Return sentences on what is material in a version; empty when nothing is."""
    return sentences(_facts(version, lang))


def corrected(told: str, version: Version, lang: str) -> str:
    """Return what is told of a correction, with its reason where that is stated."""
    t = labels(lang)
    reason = version.file.correction_reason.get(lang, "").rstrip("。.")
    told = t("{name}: {value}", name=told, value=reason) if reason else told
    return t("{told}.", told=told)


def sentences(told: Iterable[str]) -> str:
    """Return sentences in a row: with a space between them, but for Chinese ones."""
    return " ".join(filter(None, told)).replace("。 ", "。")


def _of_policy(policy: Policy, lang: str, on: dt.date, days: int) -> Iterator[Notice]:
    current = policy.current(on)
    for version in policy.public(on):
        effective = version.file.effective_on
        if effective is None:
            continue
        if effective > on:
            yield Notice(policy, version, lang, upcoming=True)
        elif version is current and (on - effective).days < days:
            yield Notice(policy, version, lang, upcoming=False)


def _facts(version: Version, lang: str) -> Iterator[str]:
    t = labels(lang)
    file = version.file
    if file.corrects:
        yield corrected(t("It corrects version {version}", version=file.corrects), version, lang)
    if file.material_kinds:
        kinds = t(", ").join(t(KINDS[kind]) for kind in file.material_kinds)
        yield t("Important changes: {kinds}.", kinds=kinds)
    if file.service_end:
        yield t("The service ends.")
    if file.fee_change:
        yield t("Fees change.")
    if file.reduces_rights:
        yield t("It reduces rights of yours.")
    if file.reduces_rights or file.reacceptance:
        yield t("It applies to you only with your express agreement.")
