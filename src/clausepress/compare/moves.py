"""Which of the paired clauses moved, and which changed their number by themselves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from clausepress.compare.stream import Unit


def moved_units(pairs: Sequence[tuple[int, int]], weights: Sequence[int]) -> set[int]:
    """Return the new units that stand elsewhere: the least text that, taken out, leaves order.

    Args:
        pairs: Old and new index of each pair, in the order of the new text.
        weights: How much each pair weighs, in tokens.
    """
    # Heaviest increasing subsequence: ends in order of old index, each heavier than those before.
    ends: list[int] = []
    totals: list[int] = []
    at_end: list[int] = []
    before: list[int] = []
    for at, (old, _) in enumerate(pairs):
        place = bisect_right(ends, old)
        before.append(at_end[place - 1] if place else -1)
        total = (totals[place - 1] if place else 0) + weights[at]
        behind = place
        while behind < len(ends) and totals[behind] <= total:
            behind += 1
        ends[place:behind] = [old]
        totals[place:behind] = [total]
        at_end[place:behind] = [at]
    kept: set[int] = set()
    at = at_end[-1] if at_end else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return {new for at, (_, new) in enumerate(pairs) if at not in kept}


def led_by_parent(a: Unit, b: Unit, to_new: Mapping[int, int]) -> bool:
    """Whether a pair stands below a pair."""
    return a.parent > 0 and to_new.get(a.parent) == b.parent


def relative_number(unit: Unit, units: Sequence[Unit]) -> str:
    """Return a number without the part that repeats the number of the clause above.

    In chapter 二, 2.1 is the first clause; so it is, as 3.1, when the chapter becomes 三.
    """
    above = units[unit.parent].number.rpartition(" ")[2] if unit.parent > 0 else ""
    return unit.number.removeprefix(f"{above}.") if above else unit.number


def whole_weights(units: Sequence[Unit]) -> list[int]:
    """Return how much each clause weighs with all below it, in tokens."""
    weights = [len(unit.tokens) + 1 for unit in units]
    for unit in reversed(units):
        if unit.parent > 0:
            weights[unit.parent] += weights[unit.index]
    return weights
