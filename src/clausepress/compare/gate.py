"""The gate: what must be true of a version before it may be frozen, and which clause asks for it.

It reads the version's facts, its editions and the redline against the version before. The clauses
are those of the privacy policy, which the user agreement and the law repeat.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausepress.archive.model import MaterialKind, VersionFile
from clausepress.archive.published import Policy, Version
from clausepress.compare.kinds import CLAUSE_OF_KIND, Proposal, propose_kinds
from clausepress.compare.redline import redline

NOTICE_DAYS = 7
"""Days between announcement and effect (clause 9.1; E-commerce Law art. 34)."""
SERVICE_END_DAYS = 30
"""The same before a service ends (clause 6.2.3)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a version may not be frozen.

    Attributes:
        clause: The clause that asks for it, e.g. ``9.1``.
        message: What is missing.
        fix: What to write, and where.
        field: Field of ``version.yml``.
    """

    clause: str
    message: str
    fix: str
    field: str


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
        version: One of its versions.
        languages: Languages that a change note must be in: those of the site.
        on: The day, in China.
    """
    index = policy.versions.index(version)
    before = policy.versions[index - 1] if index else None
    refusals = [*_announced(version.file, on), *_translated(policy, version)]
    proposals: tuple[Proposal, ...] = ()
    if before:
        proposals = _proposals(before, version)
        refusals += _material(version.file, proposals, languages)
        refusals += _rights(version.file)
    return GateReport(tuple(refusals), proposals, before.id if before else "")


def _announced(file: VersionFile, on: dt.date) -> Iterator[Refusal]:
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
    elif (given := (file.effective_on - announced).days) < days:
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


def _proposals(before: Version, version: Version) -> tuple[Proposal, ...]:
    """Proposals of every language both versions have, one a kind."""
    found: dict[MaterialKind, Proposal] = {}
    for lang, now in version.editions.items():
        if lang not in before.editions:
            continue
        old, new = before.editions[lang].edition, now.edition
        for each in propose_kinds(redline(old, new), old, new, before.file, version.file):
            found.setdefault(each.kind, each)
    return tuple(found[kind] for kind in CLAUSE_OF_KIND if kind in found)


def _material(
    file: VersionFile, proposals: Sequence[Proposal], languages: Sequence[str]
) -> Iterator[Refusal]:
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
    missing = [lang for lang in languages if not file.change_note.get(lang, "").strip()]
    if file.material_kinds and missing:
        clauses = ", ".join(CLAUSE_OF_KIND[kind] for kind in file.material_kinds)
        yield Refusal(
            clauses,
            "a material change is told with what concretely changes, and the change note is"
            f" missing in {', '.join(missing)}",
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
