"""Repairs as edits of the imported text: found on a draft, applied to the text as it came.

Each rule looks at the text with the earlier repairs made, but an edit always names its place in
the text as it came. So any choice of repairs can be applied at once, and the report alone is
enough to make the repaired text: a change that is not reported cannot happen.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
        self._taken: set[str] = set()

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
        name, repeat = digest, 1
        while name in self._taken:
            repeat += 1
            name = f"{digest}-{repeat}"
        self._taken.add(name)
        line = bisect_right(self._starts, first)
        return Repair(name, line, proposal.rule, proposal.message, before, after, edits, needs)


def _moved(edit: Edit, begin: int) -> Edit:
    return Edit(edit.at - begin, edit.remove, edit.insert)


def choose(repairs: Sequence[Repair], undo: frozenset[str]) -> tuple[list[Repair], list[Repair]]:
    """Split repairs into those to make and those undone, a repair going with those it needs."""
    gone = set(undo)
    size = -1
    while size != len(gone):
        size = len(gone)
        gone.update(each.id for each in repairs if gone.intersection(each.needs))
    return (
        [each for each in repairs if each.id not in gone],
        [each for each in repairs if each.id in gone],
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
