"""Which clause of the old text became which of the new one.

First the clauses with the same words, in order; then those with the same given id, then short items
below one clause; then by likeness, where number, neighbours and the clause above speak for a pair;
last the headings whose clauses below are paired. An id derived from a number says nothing here: the
number does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel

from clausepress.compare.diff import LARGEST_SEARCH, Codes, diff
from clausepress.compare.stream import Unit

_LIKE = 0.5  # likeness of a pair that nothing else speaks for
_LIKE_IN_PLACE = 0.3  # the same with the same number between the same neighbours
_LIKE_ELSEWHERE = 0.6  # the same for a clause that moved
_LIKE_WHOLE = 0.6  # the same with all that stands below, for a clause that became a list
_SHORT = 6  # tokens below which a clause is not found elsewhere by its words
_HELD = 0.6  # share of a clause's words that another must hold to be its other half
_HELD_BELOW = 0.5  # the same for an item below that clause, by shorter runs
_COMMON = 24  # clauses with a run of tokens above which it tells nothing
_CHOICES = 8  # clauses compared closely for each
_GRAM = 3
_GRAM_BELOW = 2
_CLOSERS = frozenset("。；，、;,.")


@dataclass(slots=True)
class Group:
    """Old clauses that hold the same text as some new ones: one and one, unless split or merged.

    Attributes:
        old: Indices of the old units, in order; the first is paired with the first new one.
        new: Indices of the new units.
    """

    old: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)


def match_units(old: Sequence[Unit], new: Sequence[Unit], codes: Codes) -> list[Group]:
    """Return the groups in the order of the new text; units in none are gone or new."""
    matcher = _Matcher(old, new, codes)
    matcher.by_words()
    matcher.by_id()
    matcher.by_items()
    matcher.by_likeness()
    matcher.by_children()
    return matcher.groups()


class _Matcher:
    def __init__(self, old: Sequence[Unit], new: Sequence[Unit], codes: Codes) -> None:
        self.old, self.new, self.codes = old, new, codes
        self.olds = [codes.encode(unit.tokens) for unit in old]
        self.news = [codes.encode(unit.tokens) for unit in new]
        self.to_new: dict[int, int] = {0: 0}  # the preface is the preface
        self.to_old: dict[int, int] = {0: 0}

    def pair(self, a: int, b: int) -> None:
        self.to_new[a] = b
        self.to_old[b] = a

    def by_words(self) -> None:
        """Pair equal texts: in order first, then the long ones that stand elsewhere once."""
        keys: dict[tuple[str, str], str] = {}

        def key(unit: Unit, text: str) -> str:
            known = (text, unit.number if len(text) < _SHORT else "")
            return keys.setdefault(known, chr(0x100 + len(keys) + 0x800 * (len(keys) > 0xD600)))

        mine = "".join([key(u, t) for u, t in zip(self.old[1:], self.olds[1:], strict=True)])
        theirs = "".join([key(u, t) for u, t in zip(self.new[1:], self.news[1:], strict=True)])
        a = b = 1
        for i1, i2, j1, j2 in [*diff(mine, theirs), (len(mine), 0, len(theirs), 0)]:
            while a <= i1 and b <= j1:
                self.pair(a, b)
                a, b = a + 1, b + 1
            a, b = i2 + 1, j2 + 1
        places: list[dict[str, list[int]]] = [defaultdict(list), defaultdict(list)]
        for side, texts, taken in (
            (places[0], self.olds, self.to_new),
            (places[1], self.news, self.to_old),
        ):
            for index, text in enumerate(texts):
                if index not in taken and len(text) >= _SHORT:
                    side[text].append(index)
        for text, here in places[0].items():
            if len(here) == len(places[1][text]):
                for i, j in zip(here, places[1][text], strict=True):
                    self.pair(i, j)

    def by_id(self) -> None:
        """Pair clauses with the same id; one that may be derived needs some of the words."""
        theirs = {unit.clause.id: unit for unit in self.new}
        for unit in self.old:
            other = theirs.get(unit.clause.id)
            if other is None or not (unit.explicit or other.explicit):
                continue
            a, b = unit.index, other.index
            if a in self.to_new or b in self.to_old:
                continue
            if (unit.explicit and other.explicit) or self.likeness(a, b) >= _LIKE_IN_PLACE:
                self.pair(a, b)

    def by_items(self) -> None:
        """Pair short items with the same words below paired clauses, their closing mark aside."""

        def places(
            units: Sequence[Unit], texts: Sequence[str], taken: Mapping[int, int]
        ) -> dict[tuple[int, str], list[int]]:
            found: dict[tuple[int, str], list[int]] = defaultdict(list)
            for unit, text in zip(units, texts, strict=True):
                if unit.index not in taken and unit.tokens:
                    item = text[:-1] if unit.tokens[-1].form in _CLOSERS else text
                    if 0 < len(item) < _SHORT:
                        found[(unit.parent, item)].append(unit.index)
            return found

        theirs = places(self.new, self.news, self.to_old)
        for (parent, item), here in places(self.old, self.olds, self.to_new).items():
            there = theirs.get((self.to_new.get(parent, -1), item), [])
            if len(here) == len(there) and (parent < 0 or parent in self.to_new):
                for a, b in zip(here, there, strict=True):
                    self.pair(a, b)

    def by_likeness(self) -> None:
        """Pair what is left, the likest first."""
        found: list[tuple[float, int, int]] = []
        before_old, before_new = (
            _before(self.to_new, len(self.old)),
            _before(self.to_old, len(self.new)),
        )
        for a, b in self._candidates():
            like = self.likeness(a, b)
            in_place = self.to_new.get(before_old[a]) == before_new[b]
            same = self.old[a].number == self.new[b].number
            sizes = (len(self.olds[a]), len(self.news[b]))
            if in_place and same:
                needed = _LIKE_IN_PLACE if all(sizes) else 0.0  # a number may gain its text
            elif in_place:
                needed = _LIKE
            elif min(sizes) < _SHORT and not (same and self._same_parent(a, b)):
                continue
            else:
                needed = _LIKE_ELSEWHERE
            if like < needed and (in_place or (same and self._same_parent(a, b))):
                like, needed = self.whole_likeness(a, b), _LIKE_WHOLE
            if like >= needed:
                bonus = 0.1 * same + 0.1 * in_place + 0.05 * self._same_parent(a, b)
                found.append((like + bonus, a, b))
        for _, a, b in sorted(found, key=lambda each: (-each[0], each[1], each[2])):
            if a not in self.to_new and b not in self.to_old:
                self.pair(a, b)

    def by_children(self) -> None:
        """Pair clauses most of whose clauses below are paired, the lowest first."""
        children: dict[int, Counter[int]] = defaultdict(Counter)
        count = Counter(unit.parent for unit in self.new)
        for b in range(len(self.new) - 1, 0, -1):
            a = self.to_old.get(b)
            if a is None:
                best = [(n, i) for i, n in children[b].items() if i not in self.to_new]
                if best and max(best)[0] * 2 > count[b]:
                    a = max(best)[1]
                    self.pair(a, b)
            if a is not None and self.old[a].parent > 0 and self.new[b].parent > 0:
                children[self.new[b].parent][self.old[a].parent] += 1

    def groups(self) -> list[Group]:
        """Every pair, with the clauses that hold the rest of its words."""
        of_new = {b: Group([a], [b]) for a, b in self.to_new.items()}
        of_old = {a: of_new[b] for a, b in self.to_new.items()}

        def attach(units: int, into: dict[int, Group], *, is_new: bool, step: int) -> None:
            mine, theirs = (self.news, self.olds) if is_new else (self.olds, self.news)
            for index in range(1, units) if step > 0 else range(units - 1, 0, -1):
                if index in into or not mine[index]:
                    continue
                beside = into.get(index - step)
                above = into.get((self.new if is_new else self.old)[index].parent)
                group = beside or above
                if group is None:
                    continue
                others, own = (group.old, group.new) if is_new else (group.new, group.old)
                size, held = (_GRAM_BELOW, _HELD_BELOW) if group is above else (_GRAM, _HELD)
                rest = set[str]().union(*(_grams(theirs[at], size) for at in others))
                rest = rest.difference(*(_grams(mine[at], size) for at in own))
                here = _grams(mine[index], size)
                if len(here & rest) >= held * len(here):
                    own.append(index)
                    own.sort()
                    into[index] = group

        for step in (1, -1):
            attach(len(self.new), of_new, is_new=True, step=step)
            attach(len(self.old), of_old, is_new=False, step=step)
        unique = {id(group): group for group in of_new.values()}
        return sorted(unique.values(), key=lambda group: group.new[0])

    def likeness(self, a: int, b: int) -> float:
        """Share of tokens that two clauses have in common, in order (0 to 1)."""
        return _like(self.olds[a], self.news[b])

    def whole_likeness(self, a: int, b: int) -> float:
        """The same with the clauses below that are not paired; 0 when there are none."""
        old = self._whole(self.old, self.olds, a, self.to_new)
        new = self._whole(self.new, self.news, b, self.to_old)
        return _like(old, new) if (old, new) != (self.olds[a], self.news[b]) else 0.0

    def _whole(
        self, units: Sequence[Unit], texts: Sequence[str], top: int, taken: Mapping[int, int]
    ) -> str:
        parts = [texts[top]]
        at = top + 1
        while at < len(units) and units[at].parent >= top:
            if at not in taken:
                parts += [self.codes.encode(units[at].number_tokens), texts[at]]
            at += 1
        return "".join(parts)

    def _same_parent(self, a: int, b: int) -> bool:
        return self.to_new.get(self.old[a].parent, -1) == self.new[b].parent

    def _candidates(self) -> Iterator[tuple[int, int]]:
        """Pairs worth a close look: they share rare runs of tokens, or number and place."""
        index: dict[str, list[int]] = defaultdict(list)
        for a, text in enumerate(self.olds):
            if a not in self.to_new:
                for gram in _grams(text):
                    index[gram].append(a)
        numbers: dict[tuple[str, int], list[int]] = defaultdict(list)
        for unit in self.old:
            if unit.index not in self.to_new and unit.number:
                numbers[(unit.number, self.to_new.get(unit.parent, -1))].append(unit.index)
        for b, text in enumerate(self.news):
            if b in self.to_old:
                continue
            shared: Counter[int] = Counter()
            for gram in _grams(text):
                here = index.get(gram, ())
                if len(here) <= _COMMON:
                    shared.update(here)
            likest = sorted(shared, key=lambda a: (-shared[a], a))  # a set has no order of its own
            chosen = set(likest[:_CHOICES])
            chosen.update(numbers.get((self.new[b].number, self.new[b].parent), ())[:_CHOICES])
            for a in sorted(chosen):
                yield a, b


def _like(old: str, new: str) -> float:
    if len(old) * len(new) <= LARGEST_SEARCH:
        return float(Indel.normalized_similarity(old, new))
    mine, theirs = _grams(old), _grams(new)  # as good for a long text, and linear
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def _grams(text: str, size: int = _GRAM) -> set[str]:
    return {text[at : at + size] for at in range(max(1, len(text) - size + 1))} if text else set()


def _before(paired: dict[int, int], size: int) -> list[int]:
    """For each unit the nearest paired one before it."""
    last, found = 0, []
    for index in range(size):
        found.append(last)
        if index in paired:
            last = index
    return found
