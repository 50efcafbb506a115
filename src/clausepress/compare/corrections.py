"""Corrections of frozen versions: slips are mended in their time, all else is a new version.

A correction that takes effect before the day of freezing replaces a text that people were bound
by. So it may repair what reads wrong and nothing that binds (PIPL art. 17, Civil Code art. 543: a
change is told, and agreed to, before it counts).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausepress.archive.model import VersionFile
from clausepress.archive.published import Version
from clausepress.compare.kinds import Proposal
from clausepress.compare.model import Redline
from clausepress.compare.slips import beyond_slips, changed_amounts
from clausepress.text.model import Edition

Redlines = Sequence[tuple[Redline, Edition, Edition]]
"""A redline in each language with its two editions."""


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


def more_than_slips(
    before: Version, version: Version, proposals: Sequence[Proposal], redlines: Redlines
) -> str:
    """Return in what a version differs from another by more than slips; empty when in nothing."""
    file = version.file
    stated = {
        "material_kinds": file.material_kinds,
        "not_material": file.not_material,
        "reduces_rights": file.reduces_rights,
        "reacceptance": file.reacceptance,
        "fee_change": file.fee_change,
        "service_end": file.service_end,
    }
    for name, value in stated.items():
        if value:
            return f"version.yml says so itself, {name}"
    if before.editions.keys() != version.editions.keys():
        return f"it is not in the same languages as {before.id}"
    for each in proposals:
        return f"clause {each.clause}: {each.reason}" if each.clause else each.reason
    for compared in redlines:
        if where := beyond_slips(*compared) or changed_amounts(*compared):
            return f"clause {where} differs in more than a slip"
    return ""


def retroactive(corrected: Version, file: VersionFile, more: str) -> Iterator[Refusal]:
    """Refusals of a correction that takes effect before the day of freezing.

    Args:
        corrected: The frozen version that it corrects.
        file: Facts of the correction.
        more: In what it differs by more than slips (`more_than_slips`).
    """
    if more:
        yield Refusal(
            "9.1",
            f"it corrects {corrected.id} in the past, and changes more than slips: {more}",
            "let it take effect on a day to come, announced before",
            "effective_on",
        )
    if file.effective_on != corrected.file.effective_on:
        yield Refusal(
            "9.1",
            f"it corrects {corrected.id} in the past, and takes effect on another day than that"
            f" ({corrected.file.effective_on or 'not stated'})",
            f"write effective_on: {corrected.file.effective_on}"
            if corrected.file.effective_on
            else "let it take effect on a day to come, announced before",
            "effective_on",
        )
    for name in ("announced_on", "updated_on"):
        day, then = getattr(file, name), getattr(corrected.file, name)
        if day and day != then:
            yield Refusal(
                "9.1",
                f"it corrects {corrected.id} in the past, and was not made known on {day}",
                f"leave {name} out"
                + (f", or write that of {corrected.id}: {then}" if then else ""),
                name,
            )
