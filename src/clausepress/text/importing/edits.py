"""Repairs as edits of the imported text: found on a draft, applied to the text as it came.

Each rule looks at the text with the earlier repairs made, but an edit always names its place in
the text as it came. So any choice of repairs can be applied at once, and the report alone is
enough to make the repaired text: a change that is not reported cannot happen.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausepress.errors import ClausepressError
from clausepress.text.importing.model import Edit, Repair

_CONTEXT = 12  # characters shown on both sides of a repair
_NEW = -1  # origin of a character that a repair put in


@dataclass(frozen=True, slots=True)
class Cut:
    """A replacement in the draft: characters ``start`` to ``end`` become ``insert``."""

    start: int
    end: int
    insert: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A repair a rule asks for, in places of the draft."""

    rule: str
    message: str
    cuts: tuple[Cut, ...]


class Draft:
    """A text under repair that knows where each of its characters came from.

    Attributes:
        raw: The text as it came.
        text: The text with all repairs so far.
        repairs: The repairs so far.
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.text = raw
        self.repairs: list[Repair] = []
        self._origin: list[int] = list(range(len(raw)))
        self._starts = line_starts(raw)
        self._repeats: Counter[str] = Counter()

    def revise(self, proposals: Iterable[Proposal]) -> None:
        """Make the repairs proposed; one that overlaps another of the same call is left out."""
        made: list[Cut] = []
        reached = 0
        for proposal in sorted(proposals, key=lambda each: each.cuts[0].start):
            if proposal.cuts[0].start < reached:
                continue
            found = self._edits(proposal.cuts)
            if found is None:
                continue
            reached = proposal.cuts[-1].end
            made.extend(proposal.cuts)
            self.repairs.append(self._repair(proposal, *found))
        if not made:
            return
        pieces: list[str] = []
        origin: list[int] = []
        position = 0
        for cut in made:
            pieces += (self.text[position : cut.start], cut.insert)
            origin += self._origin[position : cut.start]
            origin += [_NEW] * len(cut.insert)
            position = cut.end
        pieces.append(self.text[position:])
        origin += self._origin[position:]
        self.text, self._origin = "".join(pieces), origin

    def ask(self, proposals: Iterable[Proposal]) -> list[Repair]:
        """Return the repairs proposed without making them."""
        found = [(each, self._edits(each.cuts)) for each in proposals]
        return [self._repair(each, *edits) for each, edits in found if edits]

    def _edits(self, cuts: Sequence[Cut]) -> tuple[tuple[Edit, ...], list[tuple[int, int]]] | None:
        """Edits of the text as it came, and the places inside a cut that earlier repairs took.

        None when a cut would undo an earlier repair.
        """
        edits: list[Edit] = []
        gaps: list[tuple[int, int]] = []
        for cut in cuts:
            places = self._origin[cut.start : cut.end]
            if _NEW in places:
                return None
            if not places:
                after = self._origin[cut.start] if cut.start < len(self._origin) else len(self.raw)
                if after == _NEW:
                    return None
                edits.append(Edit(after, "", cut.insert))
                continue
            insert = cut.insert
            begin = 0
            for index in range(1, len(places) + 1):
                if index == len(places) or places[index] != places[index - 1] + 1:
                    at = places[begin]
                    if begin:
                        gaps.append((places[begin - 1] + 1, at))
                    edits.append(Edit(at, self.raw[at : places[index - 1] + 1], insert))
                    insert, begin = "", index
        return tuple(edits), gaps

    def _repair(
        self, proposal: Proposal, edits: tuple[Edit, ...], gaps: list[tuple[int, int]]
    ) -> Repair:
        first, last = edits[0].at, edits[-1].at + len(edits[-1].remove)
        begin, end = max(0, first - _CONTEXT), min(len(self.raw), last + _CONTEXT)
        inner = [_moved(edit, begin) for edit in edits]
        before = self.raw[begin:end]
        needed = [
            each
            for each in (self.repairs if gaps else ())
            if any(low <= edit.at < high for edit in each.edits for low, high in gaps)
        ]
        with_needed = [edit for each in needed for edit in each.edits if begin <= edit.at < end]
        after = apply_edits(before, [*inner, *(_moved(edit, begin) for edit in with_needed)])
        needs = tuple(each.id for each in needed)
        digest = hashlib.sha256(f"{proposal.rule}\0{before}\0{after}".encode()).hexdigest()[:8]
        self._repeats[digest] += 1
        repeat = self._repeats[digest]
        name = digest if repeat == 1 else f"{digest}-{repeat}"
        line = bisect_right(self._starts, first)
        return Repair(name, line, proposal.rule, proposal.message, before, after, edits, needs)


def _moved(edit: Edit, begin: int) -> Edit:
    return Edit(edit.at - begin, edit.remove, edit.insert)


@dataclass(frozen=True, slots=True)
class Choice:
    """What an editor chose: which repairs are made.

    Attributes:
        made: The repairs made.
        undone: Repairs found but not made.
        questions: Open questions not accepted.
    """

    made: list[Repair]
    undone: list[Repair]
    questions: list[Repair]


def choose(
    found: Sequence[Repair],
    questions: Sequence[Repair],
    path: Path,
    *,
    repair: bool = True,
    undo: Iterable[str] = (),
    accept: Iterable[str] = (),
) -> Choice:
    """Choose the repairs to make: those found, less those undone, and the questions accepted.

    A repair goes with those it needs: an accepted one brings them, and is left out when one of
    them is undone.

    Args:
        found: The repairs found.
        questions: The repairs that are made only when accepted.
        path: The file, for messages.
        repair: Whether repairs are made without being accepted.
        undo: Ids of repairs not to make.
        accept: Ids of repairs to make; one that is undone too is not made.

    Raises:
        ClausepressError: No repair has one of these ids.
    """
    every = {each.id: each for each in (*found, *questions)}
    gone, wanted = set(undo), set(accept)
    if unknown := (gone | wanted) - every.keys():
        raise ClausepressError(
            f"{path}: no repair has the id '{min(unknown)}'\n"
            "  fix: take the ids from the report of the import of this very text"
        )
    size = -1
    while size != len(gone) + len(wanted):
        size = len(gone) + len(wanted)
        gone.update(each.id for each in every.values() if gone.intersection(each.needs))
        wanted.update(need for name in wanted for need in every[name].needs)
    made = {each.id for each in found if repair} | wanted
    made -= gone
    return Choice(
        sorted(
            (each for each in every.values() if each.id in made), key=lambda each: each.edits[0].at
        ),
        [each for each in found if each.id not in made],
        [each for each in questions if each.id not in made],
    )


def apply_repairs(raw: str, repairs: Iterable[Repair]) -> str:
    """Return the text with these repairs made.

    Raises:
        ValueError: An edit does not fit the text.
    """
    return apply_edits(raw, (edit for repair in repairs for edit in repair.edits))


def apply_edits(raw: str, edits: Iterable[Edit]) -> str:
    """Return the text with these edits made, each at its place in ``raw``.

    Raises:
        ValueError: An edit does not fit the text.
    """
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda each: (each.at, len(each.remove))):
        if edit.at < position or raw[edit.at : edit.at + len(edit.remove)] != edit.remove:
            raise ValueError(f"the edit at character {edit.at:,} does not fit the text")
        pieces += (raw[position : edit.at], edit.insert)
        position = edit.at + len(edit.remove)
    pieces.append(raw[position:])
    return "".join(pieces)


def line_map(raw: str, repairs: Iterable[Repair]) -> list[int]:
    """Return the 1-based line of ``raw`` that each line of the repaired text begins on."""
    edits = sorted(
        (edit for repair in repairs for edit in repair.edits),
        key=lambda each: (each.at, len(each.remove)),
    )
    starts = line_starts(raw)
    lines = [1]
    position = 0
    for edit in [*edits, Edit(len(raw))]:
        first, last = bisect_right(starts, position), bisect_right(starts, edit.at)
        lines.extend(range(first + 1, last + 1))
        lines.extend([last] * edit.insert.count("\n"))
        position = edit.at + len(edit.remove)
    return lines


def line_starts(text: str) -> list[int]:
    """Return the offset of each line's first character."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts
