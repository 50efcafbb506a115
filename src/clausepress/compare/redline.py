"""The redline of two editions: clauses paired, words compared, every difference classified.

1. Clauses are paired (`matching`); clauses split or merged are compared as one text.
   What moved and what is renumbered follows (`moves`).
2. Terms replaced throughout are found (`renames`) and counted once.
3. Inside a pair tokens are compared (`diff`), tables row by row (`tables`).
4. Every difference becomes a hunk with its class (`hunks`).

The borders of clauses, paragraphs and lines are never wording: text taken from PDF files has
them at random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from clausepress.compare.diff import Codes, Edit, diff, join, slide
from clausepress.compare.hunks import (
    edit_hunks,
    first_line,
    moved_rows,
    number_look,
    number_span,
    quiet_hunks,
    reference,
    whole_hunk,
)
from clausepress.compare.matching import Group, match_units
from clausepress.compare.model import ClausePair, ClauseRef, Hunk, Redline
from clausepress.compare.moves import led_by_parent, moved_units, relative_number, whole_weights
from clausepress.compare.renames import Rename, find_renames, merge_terms
from clausepress.compare.stream import Token, Unit, read_units, squeezed
from clausepress.compare.tables import Cut, cut_at_tables
from clausepress.compare.words import whole_words
from clausepress.errors import ClausepressError
from clausepress.text.canonical import text_digest
from clausepress.text.model import Clause, Edition


def redline(old: Edition, new: Edition) -> Redline:
    """Return all that differs between two editions of a policy in one language.

    Raises:
        ClausepressError: They are in different languages.
    """
    if old.lang != new.lang:
        raise ClausepressError(
            f"a redline is of one language, and these are '{old.lang}' and '{new.lang}'\n"
            "  fix: name two versions in the same language; `clausepress align` compares languages"
        )
    work = _Work(read_units(old), read_units(new))
    hunks, pairs = work.compare()
    return Redline(
        lang=new.lang,
        old_digest=text_digest(old),
        new_digest=text_digest(new),
        hunks=hunks,
        clauses=pairs,
        counts=dict(Counter(hunk.kind for hunk in hunks)),
    )


class _Work:
    """One comparison: the units of both editions and what is found."""

    def __init__(self, old: list[Unit], new: list[Unit]) -> None:
        self.old, self.new = old, new
        self.codes = Codes({})
        self.texts = _text(old), _text(new)
        self.renames: list[Rename] = []
        self.groups = match_units(old, new, self.codes)
        self._find_renames()
        self.to_new = {group.old[0]: group.new[0] for group in self.groups}
        pairs = [(group.old[0], group.new[0]) for group in self.groups]
        weights = whole_weights(self.new)
        self.moved = moved_units(pairs, [weights[b] for _, b in pairs])

    def _find_renames(self) -> None:
        parts = []
        for group in self.groups:
            old, new = self.stream(self.old, group.old), self.stream(self.new, group.new)
            edits = diff(self.codes.encode(old), self.codes.encode(new))
            parts.append((old, new, edits, join(edits, old, new)))
        self.renames = find_renames(parts)
        if self.renames:
            merge_terms(self.old, self.renames)
            merge_terms(self.new, self.renames)
            self.groups = match_units(self.old, self.new, self.codes)

    @staticmethod
    def stream(units: Sequence[Unit], members: Sequence[int]) -> list[Token]:
        """Tokens of the units of a group; the numbers of all but the first are text."""
        tokens = list(units[members[0]].tokens)
        for index in members[1:]:
            tokens += units[index].number_tokens
            tokens += units[index].tokens
        return tokens

    def compare(self) -> tuple[tuple[Hunk, ...], tuple[ClausePair, ...]]:
        """Return the hunks and the clauses, in the order of the new text."""
        found: list[Hunk] = []
        rows: list[tuple[ClauseRef | None, ClauseRef | None, bool, bool]] = []
        for place in self._places():
            if isinstance(place, Group):
                found += self._of_group(place)
                rows += self._rows_of(place)
            elif place > 0:
                found.append(whole_hunk(None, self.new[place]))
                rows.append((None, reference(self.new[place]), False, False))
            else:
                found.append(whole_hunk(self.old[-place], None))
                rows.append((reference(self.old[-place]), None, False, False))
        hunks = tuple(_counted(found))
        by_new: dict[str, list[str]] = {}
        by_old: dict[str, list[str]] = {}
        for hunk in hunks:
            if hunk.new_clause:
                by_new.setdefault(hunk.new_clause.id, []).append(hunk.id)
            elif hunk.old_clause:
                by_old.setdefault(hunk.old_clause.id, []).append(hunk.id)
        pairs = tuple(
            ClausePair(
                a,
                b,
                moved,
                renumbered,
                tuple(by_new.get(b.id, ()) if b else by_old.get(a.id, ()) if a else ()),
            )
            for a, b, moved, renumbered in rows
        )
        return hunks, pairs

    def _places(self) -> Iterator[Group | int]:
        """Groups, new units and removed ones (their index negative), in the order of the text."""
        of_old = {index: group for group in self.groups for index in group.old}
        of_new = {index: group for group in self.groups for index in group.new}
        behind: dict[int, list[int]] = {}
        last = 0
        for unit in self.old:
            group = of_old.get(unit.index)
            if group is None:
                behind.setdefault(last, []).append(unit.index)
            elif group.new[0] not in self.moved:
                last = group.new[-1]
        for unit in self.new:
            group = of_new.get(unit.index)
            if group is None:
                yield unit.index
            elif group.new[0] == unit.index:
                yield group
            for index in behind.get(unit.index, ()):
                yield -index

    def _rows_of(
        self, group: Group
    ) -> Iterator[tuple[ClauseRef | None, ClauseRef | None, bool, bool]]:
        a, b = self.old[group.old[0]], self.new[group.new[0]]
        yield reference(a), reference(b), b.index in self.moved, a.number != b.number
        for index in group.new[1:]:
            yield reference(a), reference(self.new[index]), False, False
        for index in group.old[1:]:
            yield reference(self.old[index]), reference(b), False, False

    def _of_group(self, group: Group) -> Iterator[Hunk]:
        a, b = self.old[group.old[0]], self.new[group.new[0]]
        yield from self._of_numbers(a, b)
        if len(group.old) == len(group.new) == 1 and _is_same(a.clause, b.clause):
            return
        old, new = self.stream(self.old, group.old), self.stream(self.new, group.new)
        cuts = list(cut_at_tables(old, new, self.codes))
        edits = list(self._edits(cuts, old, new))
        rows = moved_rows(cuts, old, new, self.old, self.new)
        found = [
            (edit[2], hunk)
            for edit in edits
            for hunk in (
                rows[edit]
                if edit in rows
                else edit_hunks(edit, old, new, self.old, self.new, (a, b))
            )
        ]
        found += quiet_hunks(old, new, edits, self.old, self.new, self.renames)
        found.sort(key=lambda each: each[0])
        for _, hunk in found:
            yield hunk

    def _of_numbers(self, a: Unit, b: Unit) -> Iterator[Hunk]:
        """A move, a renumbering, or another look of the number; and a heading gained or lost."""
        refs = (reference(a), reference(b))
        led = led_by_parent(a, b, self.to_new)
        if b.index in self.moved and not (led and self.new[b.parent].index in self.moved):
            yield Hunk("", "moved", *refs, None, None)
        elif a.number != b.number:
            relative = relative_number(a, self.old), relative_number(b, self.new)
            if not led or relative[0] != relative[1]:
                yield Hunk("", "renumbered", *refs, None, None)
        elif a.clause.number != b.clause.number:
            yield Hunk("", number_look(a, b), *refs, number_span(a), number_span(b))
        if bool(a.clause.heading) != bool(b.clause.heading) and a.tokens and b.tokens:
            yield Hunk("", "layout", *refs, first_line(a), first_line(b))

    def _edits(
        self, cuts: Sequence[Cut], old: Sequence[Token], new: Sequence[Token]
    ) -> Iterator[Edit]:
        for cut in cuts:
            (i, i_end), (j, j_end) = cut.old, cut.new
            if cut.row:
                yield i, i_end, j, j_end
                continue
            mine, theirs = old[i:i_end], new[j:j_end]
            raw = diff(self.codes.encode(mine), self.codes.encode(theirs))
            joined = join(slide(raw, mine, theirs), mine, theirs)
            for i1, i2, j1, j2 in whole_words(joined, mine, theirs, *self.texts):
                yield i + i1, i + i2, j + j1, j + j2


def _text(units: Sequence[Unit]) -> str:
    return "\n".join(unit.text for unit in units)


def _is_same(a: Clause, b: Clause) -> bool:
    return a.heading == b.heading and a.blocks == b.blocks


def _counted(found: Sequence[Hunk]) -> list[Hunk]:
    """Report each renamed term once, where it first occurs, with its count."""
    counts = Counter(_names(hunk) for hunk in found if hunk.kind == "renamed-term")
    kept: list[Hunk] = []
    for hunk in found:
        count = counts.pop(_names(hunk), 0) if hunk.kind == "renamed-term" else 1
        if count:
            kept.append(msgspec.structs.replace(hunk, id=f"h{len(kept) + 1}", count=count))
    return kept


def _names(hunk: Hunk) -> tuple[str, str]:
    old, new = hunk.old, hunk.new
    return (squeezed(old.text) if old else "", squeezed(new.text) if new else "")
