"""Which clause of one edition is which of another.

Clauses stand in printed order on both sides, so the best pairing is found by dynamic programming
with 1-1, 1-0 and 0-1 steps (Gale and Church, "A program for aligning sentences in bilingual
corpora", 1993). A step weighs shared terms and facts, the ratio of lengths, the place in the
tree, and, little, the printed number: numbers shift. A second round knows the parents found in the
first. What is left is looked at again for clauses printed elsewhere, and for clauses that the other
edition prints as part of a neighbour.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from clausepress.text.alignment.features import (
    Terms,
    Unit,
    likeness,
    rarity,
    units,
    weighed,
)
from clausepress.text.alignment.merge import Match, merge
from clausepress.text.model import Edition

_NEEDED = 0.36  # likeness a pair needs when nothing else speaks for it
_DOUBT, _PRIOR = 2.0, 0.25  # a clause of few known terms is judged by its place
_VARIANCE = 6.8  # of a translation's length, per character (Gale and Church 1993, section 3.2)
_MAX_CELLS = 40_000  # larger stretches are cut at sure pairs first
_BAND = 60  # clauses to either side of the diagonal, where a stretch stays large
_RARE = 24  # a term in more clauses than this does not lead to a sure pair
_ELSEWHERE = 0.62  # likeness of a clause found out of order


@dataclass(slots=True)
class Matching:
    """Two editions as units, and their matches in the printed order of the first.

    Attributes:
        a: Clauses of the first edition.
        b: Clauses of the second.
        rare: Weight of each feature by rarity in both.
        matches: The matches.
    """

    a: list[Unit]
    b: list[Unit]
    rare: dict[str, float]
    matches: list[Match] = field(default_factory=list)

    def only_a(self) -> list[int]:
        """Indexes of the clauses of the first edition with no match."""
        taken = {index for match in self.matches for index in match.a}
        return [index for index in range(len(self.a)) if index not in taken]

    def only_b(self) -> list[int]:
        """Indexes of the clauses of the second edition with no match."""
        taken = {index for match in self.matches for index in match.b}
        return [index for index in range(len(self.b)) if index not in taken]


def match_editions(a: Edition, b: Edition) -> Matching:
    """Match the clauses of two editions of a text, in two languages or in one.

    Equal ids that were written, not derived from a number, win over everything else. The result
    does not depend on which edition is named first. Time grows with the number of clauses, as
    stretches of more than about two hundred are cut at sure pairs or searched near the diagonal.
    """
    if _order(b) < _order(a):
        turned = match_editions(b, a)
        matches = sorted(
            (Match(m.b, m.a, m.confidence, m.basis) for m in turned.matches), key=lambda m: m.a
        )
        return Matching(turned.b, turned.a, turned.rare, matches)
    units_a, units_b = units(a, b.lang), units(b, a.lang)
    rare = rarity(unit.terms for unit in (*units_a, *units_b))
    matcher = _Matcher(units_a, units_b, rare)
    return Matching(units_a, units_b, rare, matcher.run())


def _order(edition: Edition) -> tuple[str, str]:
    """A fixed order of two editions, so that ties fall the same way from either side."""
    parts = (
        f"{clause.number} {clause.id} {clause.heading} {clause.blocks}" for clause in edition.walk()
    )
    return edition.lang, "\n".join(parts)


class _Matcher:
    def __init__(self, a: list[Unit], b: list[Unit], rare: dict[str, float]) -> None:
        self.a, self.b = a, b
        self.terms_a = [weighed(unit.terms, rare) for unit in a]
        self.terms_b = [weighed(unit.terms, rare) for unit in b]
        total_a, total_b = sum(u.length for u in a), sum(u.length for u in b)
        self.ratio = total_b / total_a if total_a and total_b else 1.0
        self.pairs: dict[int, int] = {}  # what is known so far, for the place in the tree
        self.back: dict[int, int] = {}
        self.own: dict[tuple[int, int], float] = {}
        self.children: list[list[int]] = [[] for _ in a]
        for index, unit in enumerate(a):
            if unit.parent >= 0:
                self.children[unit.parent].append(index)

    def run(self) -> list[Match]:
        fixed = self._by_id()
        stretches = self._stretches(fixed)
        self._remember(fixed)
        rounds: list[tuple[list[int], list[int]]] = []
        for rows, columns in stretches:
            rounds.extend(self._cut(rows, columns))
        found: dict[int, int] = {}
        for _ in range(3):
            before = dict(found)
            found = {}
            for rows, columns in rounds:
                found.update(self._align(rows, columns))
            self._remember(fixed | found)
            if found == before:
                break
        elsewhere = self._elsewhere(fixed | found)
        matches = [Match((i,), (j,), 1.0, "id") for i, j in fixed.items()]
        matches += [Match((i,), (j,), self._confidence(i, j), "text") for i, j in found.items()]
        matches += [
            Match((i,), (j,), min(0.85, self._likeness(i, j)), "elsewhere")
            for i, j in elsewhere.items()
        ]
        self._remember(fixed | found | elsewhere)
        matches.sort(key=lambda match: match.a)
        return merge(matches, self.a, self.b, self.terms_a, self.terms_b, self.ratio)

    def _remember(self, pairs: dict[int, int]) -> None:
        self.pairs = pairs
        self.back = {j: i for i, j in pairs.items()}

    def _by_id(self) -> dict[int, int]:
        by_id = {unit.clause.id: j for j, unit in enumerate(self.b) if unit.explicit}
        return {
            i: by_id[unit.clause.id]
            for i, unit in enumerate(self.a)
            if unit.explicit and unit.clause.id in by_id
        }

    def _stretches(self, fixed: dict[int, int]) -> list[tuple[list[int], list[int]]]:
        """Cut both editions at the pairs by id that stand in order on both sides."""
        anchors = in_order(sorted(fixed.items()))
        taken = set(fixed.values())
        free_a = [i for i in range(len(self.a)) if i not in fixed]
        free_b = [j for j in range(len(self.b)) if j not in taken]
        return _between(free_a, free_b, anchors)

    def _cut(self, rows: list[int], columns: list[int]) -> list[tuple[list[int], list[int]]]:
        """Cut a large stretch at sure pairs, so that the rest is small."""
        if len(rows) * len(columns) <= _MAX_CELLS:
            return [(rows, columns)] if rows and columns else []
        anchors = self._sure(rows, columns)
        if not anchors:
            return [(rows, columns)]
        # A sure pair is a stretch of its own, and is weighed like any other pair.
        cut = [([i], [j]) for i, j in anchors]
        sure_a, sure_b = {i for i, _ in anchors}, {j for _, j in anchors}
        rest_a = [i for i in rows if i not in sure_a]
        rest_b = [j for j in columns if j not in sure_b]
        cut += [each for each in _between(rest_a, rest_b, anchors) if each[0] and each[1]]
        return cut

    def _sure(self, rows: list[int], columns: list[int]) -> list[tuple[int, int]]:
        """Pairs that are each other's best by far, in order on both sides."""
        best_of_row = self._best(self.terms_a, rows, self.terms_b, columns)
        best_of_column = self._best(self.terms_b, columns, self.terms_a, rows)
        mutual = [(i, j) for i, j in best_of_row.items() if best_of_column.get(j) == i]
        return in_order(sorted(mutual))

    @staticmethod
    def _best(
        mine: list[Terms], rows: list[int], others: list[Terms], columns: list[int]
    ) -> dict[int, int]:
        postings: dict[str, list[int]] = {}
        for column in columns:
            for term in others[column]:
                postings.setdefault(term, []).append(column)
        found: dict[int, int] = {}
        for row in rows:
            votes: dict[int, float] = {}
            for term, value in mine[row].items():
                listed = postings.get(term, ())
                if len(listed) <= _RARE:
                    for column in listed:
                        votes[column] = votes.get(column, 0.0) + value
            ranked = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:3]
            scored = sorted(
                ((likeness(mine[row], others[column]), column) for column, _ in ranked),
                reverse=True,
            )
            if scored and scored[0][0] >= 0.5:
                second = scored[1][0] if len(scored) > 1 else 0.0
                if second < 0.75 * scored[0][0]:
                    found[row] = scored[0][1]
        return found

    def _likeness(self, i: int, j: int) -> float:
        key = (i, j)
        if key not in self.own:
            a, b = self.a[i], self.b[j]
            if a.text == b.text and a.text:
                self.own[key] = 1.0
            else:
                self.own[key] = likeness(
                    self.terms_a[i], self.terms_b[j], doubt=_DOUBT, prior=_PRIOR
                ) - 0.03 * self._surprise(a.length, b.length)
        return self.own[key]

    def _surprise(self, length_a: float, length_b: float) -> float:
        """How unlikely two lengths are for one text: -ln of the probability, 7 at most."""
        mean = (length_a + length_b / self.ratio) / 2
        if not mean:
            return 0.0
        delta = abs(length_b - length_a * self.ratio) / math.sqrt(
            mean * _VARIANCE * max(self.ratio, 1 / self.ratio, 1.0)
        )
        return min(7.0, -math.log(max(math.erfc(delta / math.sqrt(2)), 1e-4)))

    def _score(self, i: int, j: int) -> float:
        """Value of a pair; above 0 it is better than none."""
        a, b = self.a[i], self.b[j]
        value = self._likeness(i, j) - _NEEDED
        if a.number and b.number:
            value += 0.06 if a.number.values == b.number.values else -0.01
        elif bool(a.number) != bool(b.number):
            value -= 0.06
        value -= 0.04 * min(abs(a.depth - b.depth), 3) - 0.04
        if bool(a.clause.heading) != bool(b.clause.heading):
            value -= 0.15  # a chapter is not one of its items, though it may hold their words
        value += self._place(a, b)
        if children := self.children[i]:
            held = sum(
                self.b[self.pairs[child]].parent == j for child in children if child in self.pairs
            )
            value += 0.3 * held / len(children)
        return value

    def _place(self, a: Unit, b: Unit) -> float:
        parent_a, parent_b = a.parent, b.parent
        if parent_a < 0 and parent_b < 0:
            return 0.06
        if parent_a >= 0 and self.pairs.get(parent_a) == parent_b:
            full = a.siblings == b.siblings and a.ordinal == b.ordinal  # nothing added or removed
            return 0.22 if full else 0.12
        if self.pairs.get(parent_a) is not None and self.back.get(parent_b) is not None:
            return -0.12
        return 0.0

    def _align(self, rows: list[int], columns: list[int]) -> dict[int, int]:
        """Best pairing of two runs of clauses that keeps the order of both."""
        height, width = len(rows), len(columns)
        band = width if height * width <= _MAX_CELLS else max(_BAND, abs(width - height) + _BAND)
        band = min(band, max(_BAND, 4_000_000 // (10 * max(height, 1))))
        slope = width / height
        # best[column] is the value of the best pairing of what stands before; steps allow to
        # walk it back: 0 a pair, 1 a clause of the first only, 2 of the second only.
        best = [0.0] * (width + 1)
        steps: list[tuple[int, bytearray]] = []
        for at, i in enumerate(rows):
            low = max(0, int(at * slope) - band)
            high = min(width, int((at + 1) * slope) + band + 1)
            line = bytearray(high - low)
            previous = best[low]
            left = best[low]
            for column in range(low, high):
                above = best[column + 1]
                paired = previous + max(self._score(i, columns[column]), -1e-9)
                value, step = paired, 0
                if above > value or (above == value and paired <= previous):
                    value, step = above, 1
                if left > value:
                    value, step = left, 2
                if step == 0 and paired <= previous:
                    step = 1 if above >= left else 2
                    value = max(above, left)
                line[column - low] = step
                previous, best[column + 1], left = above, value, value
            for column in range(high, width):
                best[column + 1] = max(best[column + 1], best[column])
            steps.append((low, line))
        return self._walk_back(rows, columns, steps)

    @staticmethod
    def _walk_back(
        rows: list[int], columns: list[int], steps: list[tuple[int, bytearray]]
    ) -> dict[int, int]:
        found: dict[int, int] = {}
        row, column = len(rows), len(columns)
        while row and column:
            low, line = steps[row - 1]
            at = column - 1 - low
            step = line[at] if 0 <= at < len(line) else (1 if at < 0 else 2)
            if step == 0:
                found[rows[row - 1]] = columns[column - 1]
                row, column = row - 1, column - 1
            elif step == 1:
                row -= 1
            else:
                column -= 1
        return found

    def _confidence(self, i: int, j: int) -> float:
        """How sure a pair is: how good it is, and how far ahead of the clauses around it."""
        score = self._score(i, j)
        near = range(max(0, j - 12), min(len(self.b), j + 13))
        rivals = [self._score(i, other) for other in near if other != j]
        near = range(max(0, i - 12), min(len(self.a), i + 13))
        rivals += [self._score(other, j) for other in near if other != i]
        margin = score - max(rivals, default=-_NEEDED)
        return round(1 - 0.5 * math.exp(-4 * max(0.0, score + min(margin, 0.5))), 3)

    def _elsewhere(self, pairs: dict[int, int]) -> dict[int, int]:
        """Clauses left over on both sides that are plainly the same, out of order."""
        taken = set(pairs.values())
        rows = [i for i in range(len(self.a)) if i not in pairs]
        columns = [j for j in range(len(self.b)) if j not in taken]
        best_of_row = self._best(self.terms_a, rows, self.terms_b, columns)
        best_of_column = self._best(self.terms_b, columns, self.terms_a, rows)
        return {
            i: j
            for i, j in best_of_row.items()
            if best_of_column.get(j) == i and self._likeness(i, j) >= _ELSEWHERE
        }


def in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Longest run of pairs, sorted by the first index, whose second indexes grow too."""
    tails: list[int] = []
    at: list[int] = []
    came: list[int] = []
    for place, (_, j) in enumerate(pairs):
        length = bisect_left(tails, j)
        tails[length : length + 1] = [j]
        at[length : length + 1] = [place]
        came.append(at[length - 1] if length else -1)
    found: list[tuple[int, int]] = []
    place = at[-1] if at else -1
    while place >= 0:
        found.append(pairs[place])
        place = came[place]
    return found[::-1]


def _between(
    rows: list[int], columns: list[int], anchors: Sequence[tuple[int, int]]
) -> list[tuple[list[int], list[int]]]:
    """Cut two runs of indexes at anchors."""
    cut: list[tuple[list[int], list[int]]] = []
    row = column = 0
    for i, j in (*anchors, (1 << 60, 1 << 60)):
        next_row, next_column = bisect_left(rows, i), bisect_left(columns, j)
        cut.append((rows[row:next_row], columns[column:next_column]))
        row, column = next_row, next_column
    return cut
