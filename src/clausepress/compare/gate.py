"""The gate: what must be true of a version before it may be frozen, and which clause asks for it.

It reads the version's facts, its editions and the redline against the version before: the last
frozen one, for nothing else is proven to have been published. The clauses are those of the privacy
policy, which the user agreement and the law repeat.

What the gate cannot know is whether an announcement was made on ``announced_on``: a site shows an
announced version before it is frozen, so the day may be past, and the press answers for it. That
the text was final is proven from the day of freezing only (``frozen_at``, or a time stamp); so a
version that would bind from a day before that is refused, unless it corrects slips of a frozen
one; `corrections` says which.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausepress.archive.model import MaterialKind, VersionFile
from clausepress.archive.published import Policy, Version
from clausepress.compare.corrections import Redlines, Refusal, more_than_slips, retroactive
from clausepress.compare.kinds import (
    CLAUSE_OF_KIND,
    Proposal,
    propose_kinds,
)
from clausepress.compare.model import Redline
from clausepress.compare.redline import redline
from clausepress.compare.slips import changed_amounts
from clausepress.text.model import Edition

NOTICE_DAYS = 7
"""Days between announcement and effect (clause 9.1; E-commerce Law art. 34)."""
SERVICE_END_DAYS = 30
"""The same before a service ends (clause 6.2.3)."""


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate found.

    Attributes:
        refusals: Why the version may not be frozen; empty when it may.
        proposals: Material kinds that the redline points to, confirmed ones included.
        before: Id of the version it was compared with; empty for the first.
    """

    refusals: tuple[Refusal, ...]
    proposals: tuple[Proposal, ...]
    before: str


def check_gate(
    policy: Policy, version: Version, languages: Sequence[str], on: dt.date
) -> GateReport:
    """Return whether a version may be frozen.

    Args:
        policy: The policy.
        version: One of its versions, not frozen yet.
        languages: Languages that a change note must be in: those of the site.
        on: The day, in China.
    """
    file = version.file
    corrected = next((e for e in policy.versions if e.manifest and e.id == file.corrects), None)
    past = file.effective_on is not None and file.effective_on < on
    before = corrected if corrected and past else _before(policy, version, on)
    redlines = tuple(_redlines(before, version)) if before else ()
    proposals = _proposals(policy, before, version, redlines) if before else ()
    more = ""
    if corrected and before:
        more = more_than_slips(before, version, proposals, redlines)
    if corrected and past:
        refusals = [*retroactive(corrected, file, more), *_translated(policy, version)]
    else:
        slips = corrected is not None and not more
        refusals = [
            *_announced(file, on, at_once=slips),
            *(() if slips else _back_dated(policy, version, on)),
            *_translated(policy, version),
            *_noted(file, languages, file.material_kinds if before else ()),
        ]
        if before:
            refusals += [*_material(file, proposals), *_fees(file, redlines), *_rights(file)]
    return GateReport(tuple(refusals), proposals, before.id if before else "")


def _before(policy: Policy, version: Version, on: dt.date) -> Version | None:
    """The last frozen version before it; where none is, the last one in force by its dates."""
    older = policy.versions[: policy.versions.index(version)]
    frozen = [each for each in older if each.manifest]
    in_force = [each for each in older if policy.status(each, on) not in ("draft", "announced")]
    return next(reversed(frozen or in_force), None)


def _announced(file: VersionFile, on: dt.date, *, at_once: bool) -> Iterator[Refusal]:
    """Announced in time; a correction of slips may take effect on the day it is announced."""
    days, clause, what = (
        (SERVICE_END_DAYS, "6.2.3", "the end of a service")
        if file.service_end
        else (NOTICE_DAYS, "9.1", "a version")
    )
    announced = file.announced_on or file.updated_on
    if file.effective_on is None:
        yield Refusal(
            clause,
            "it states no day on which it takes effect",
            "write effective_on: the day, as the text prints it",
            "effective_on",
        )
    elif announced is None:
        yield Refusal(
            clause,
            "it states no day on which it was announced",
            f"write announced_on: at least {days} days before {file.effective_on}",
            "announced_on",
        )
    elif not at_once and (given := (file.effective_on - announced).days) < days:
        yield Refusal(
            clause,
            f"{what} is announced {days} days before it takes effect, and this is {given} days"
            f" ({announced} to {file.effective_on})",
            "correct announced_on, or let it take effect later",
            "effective_on",
        )
    if announced and announced > on:
        yield Refusal(
            clause,
            f"it is announced on {announced} only, and what is frozen is public",
            "freeze it on that day, or correct announced_on",
            "announced_on",
        )


def _back_dated(policy: Policy, version: Version, on: dt.date) -> Iterator[Refusal]:
    """What is frozen binds from its day on, and neither before that nor behind what is frozen."""
    effective = version.file.effective_on
    newer = next((e for e in reversed(policy.versions) if e.manifest), None)
    if effective is not None and effective < on:
        yield Refusal(
            "9.1",
            f"it takes effect on {effective}, which is past, and was not final then",
            "let it take effect on a day to come; a version published before is frozen with"
            " --historic REASON, a mistake in a frozen one is corrected: corrects: its id",
            "effective_on",
        )
    elif newer and policy.versions.index(newer) > policy.versions.index(version):
        yield Refusal(
            "9.1",
            f"it stands before {newer.id}, which is frozen and takes effect on"
            f" {newer.file.effective_on or 'a day not stated'}",
            "let it take effect after that one; a mistake in a frozen version is corrected:"
            " corrects: its id",
            "effective_on",
        )


def _translated(policy: Policy, version: Version) -> Iterator[Refusal]:
    for lang in policy.languages:
        if lang not in version.editions and lang not in version.file.untranslated:
            yield Refusal(
                "9.1",
                f"there is no edition in '{lang}', and it is not said",
                f"add {lang}.md, or state it: untranslated: [{lang}]",
                "untranslated",
            )
    for lang in version.file.untranslated:
        if lang in version.editions:
            yield Refusal(
                "9.1",
                f"it is said to have no edition in '{lang}', yet {lang}.md is there",
                "take the language out of untranslated",
                "untranslated",
            )


def _redlines(before: Version, version: Version) -> Iterator[tuple[Redline, Edition, Edition]]:
    """The redline with both editions, in every language both versions have."""
    for lang, now in version.editions.items():
        if lang in before.editions:
            old, new = before.editions[lang].edition, now.edition
            yield redline(old, new), old, new


def _proposals(
    policy: Policy, before: Version, version: Version, redlines: Redlines
) -> tuple[Proposal, ...]:
    """Proposals of the controller and of every language, one a kind."""
    found: dict[MaterialKind, Proposal] = {}
    now = policy.controller(version)
    for lang, name in policy.controller(before).items():
        if now.get(lang) != name:
            reason = f"the controller in policy.yml was “{name}” when {before.id} was frozen"
            found["organisation"] = Proposal("organisation", "", reason)
    for each in redlines:
        for proposal in propose_kinds(*each, before.file, version.file):
            found.setdefault(proposal.kind, proposal)
    return tuple(found[kind] for kind in CLAUSE_OF_KIND if kind in found)


def _fees(file: VersionFile, redlines: Redlines) -> Iterator[Refusal]:
    where = next(filter(None, (changed_amounts(*each) for each in redlines)), "")
    if where and not file.fee_change and not file.not_material.get("fees", "").strip():
        yield Refusal(
            "3.6 of the user agreement",
            f"the sums of money in clause {where} differ, and it is said to change no fees",
            "write fee_change: true, or say what else they are: not_material: {fees: …}",
            "fee_change",
        )


def _material(file: VersionFile, proposals: Sequence[Proposal]) -> Iterator[Refusal]:
    for each in proposals:
        if (
            each.kind not in file.material_kinds
            and not file.not_material.get(each.kind, "").strip()
        ):
            where = f"clause {each.clause}: " if each.clause else ""
            yield Refusal(
                CLAUSE_OF_KIND[each.kind],
                f"the change looks material, '{each.kind}': {where}{each.reason}",
                f"confirm it: material_kinds: [{each.kind}], or decline it with the reason:"
                f" not_material: {{{each.kind}: …}}",
                "material_kinds",
            )
    for kind in file.material_kinds:
        if kind in file.not_material:
            yield Refusal(
                CLAUSE_OF_KIND[kind],
                f"'{kind}' is both confirmed and declined",
                "take it out of material_kinds or out of not_material",
                "not_material",
            )


def _noted(
    file: VersionFile, languages: Sequence[str], kinds: Sequence[MaterialKind]
) -> Iterator[Refusal]:
    """A change note in every language where something material changes or a service ends."""
    missing = [lang for lang in languages if not file.change_note.get(lang, "").strip()]
    clauses = [CLAUSE_OF_KIND[kind] for kind in kinds]
    told = "a material change is told with what concretely changes"
    if file.service_end:
        clauses.append("6.2.3")
        told = "the end of a service is told with which service ends"
    if clauses and missing:
        yield Refusal(
            ", ".join(clauses),
            f"{told}, and the change note is missing in {', '.join(missing)}",
            f"write change_note: {{{missing[0]}: …}}",
            "change_note",
        )


def _rights(file: VersionFile) -> Iterator[Refusal]:
    if file.reduces_rights and file.reacceptance != "express":
        yield Refusal(
            "9.1",
            "it reduces people's rights, which needs their express consent",
            "write reacceptance: express; whoever has not agreed again stays on the older text",
            "reacceptance",
        )
