"""Clauses that one edition prints as one and the other as several."""

from __future__ import annotations

from dataclasses import dataclass

from clausepress.text.alignment.features import Terms, Unit, joined, likeness
from clausepress.text.alignment.sentences import inline_items

_SECTION = 0.25  # share of terms, for the title of a section whose number is the same
_PART = 0.6  # share of a clause's terms that the clause it was merged into must have


@dataclass(frozen=True, slots=True)
class Match:
    """Clauses that are the same clause: indexes in the two lists of units, one each or a merge.

    Attributes:
        a: Indexes in the first edition, in printed order.
        b: Indexes in the second.
        confidence: 0 to 1; 1 for equal written ids.
        basis: ``id``, ``text``, ``elsewhere`` (found out of order) or ``merged``.
    """

    a: tuple[int, ...]
    b: tuple[int, ...]
    confidence: float
    basis: str


def merge(
    matches: list[Match],
    a: list[Unit],
    b: list[Unit],
    terms_a: list[Terms],
    terms_b: list[Terms],
    ratio: float,
) -> list[Match]:
    """Give each clause left over to its neighbour's match, where the other text holds both.

    Args:
        matches: The matches so far.
        a: Clauses of the first edition.
        b: Clauses of the second.
        terms_a: Their weighed features.
        terms_b: The same of the second.
        ratio: Characters of the second edition for one of the first.

    Returns:
        The matches in the printed order of the first edition.
    """
    forward = _absorb(matches, a, terms_a, b, terms_b, ratio)
    flipped = [Match(m.b, m.a, m.confidence, m.basis) for m in forward]
    backward = _absorb(flipped, b, terms_b, a, terms_a, 1 / ratio)
    merged = [Match(m.b, m.a, m.confidence, m.basis) for m in backward]
    return sorted(merged, key=lambda match: match.a)


def _absorb(
    matches: list[Match],
    whole: list[Unit],
    whole_terms: list[Terms],
    parts: list[Unit],
    part_terms: list[Terms],
    ratio: float,
) -> list[Match]:
    """Look for clauses of ``parts`` with no match that one clause of ``whole`` holds too."""
    at = {index: place for place, match in enumerate(matches) for index in match.b}
    for index in range(len(parts)):
        if index in at:
            continue
        for host in _hosts(index, parts, at):
            match = matches[at[host]]
            one = match.a[0]
            if len(match.a) == 1 and _holds(
                whole[one], whole_terms[one], parts, part_terms, match.b, index, host, ratio
            ):
                confidence = round(min(match.confidence, 0.9), 3)
                together = tuple(sorted((*match.b, index)))
                matches[at[host]] = Match(match.a, together, confidence, "merged")
                at[index] = at[host]
                break
    return matches


def _holds(
    whole: Unit,
    mine: Terms,
    parts: list[Unit],
    part_terms: list[Terms],
    together: tuple[int, ...],
    index: int,
    host: int,
    ratio: float,
) -> bool:
    """Whether a clause says what the clause at ``index`` says besides what it is matched with."""
    unit, own = parts[index], part_terms[index]
    weight = sum(own.values())
    held = sum(min(value, mine.get(term, 0.0)) for term, value in own.items())
    if not weight:
        return False
    before = sum(parts[each].length for each in together)
    expected = whole.length * ratio
    closer = abs(before + unit.length - expected) < abs(before - expected)
    if unit.parent == host and inline_items(whole.text):
        return held >= 0.5 * weight and closer
    if unit.parent == host or parts[host].parent == index:
        if unit.clause.heading and whole.clause.heading and _same_number(unit, whole):
            return True  # the same section: its text stands in its first clause here
        several = len(whole.clause.blocks) + bool(whole.clause.heading) > 1
        return several and held >= (_SECTION if _same_number(unit, whole) else _PART) * weight
    there = [part_terms[each] for each in together]
    gain = likeness(joined(*there, own), mine) - likeness(joined(*there), mine)
    return closer and held >= _PART * weight and gain > 0.12


def _hosts(index: int, parts: list[Unit], at: dict[int, int]) -> list[int]:
    """Matched neighbours a clause may have been merged with: parent, first child, siblings."""
    near = [parts[index].parent]
    if index + 1 < len(parts) and parts[index + 1].parent == index:
        near.append(index + 1)
    siblings = [
        other
        for other in range(max(0, index - 20), min(len(parts), index + 21))
        if other != index and parts[other].parent == parts[index].parent
    ]
    near += [other for other in siblings if other < index][-1:]
    near += [other for other in siblings if other > index][:1]
    return [other for other in near if other in at]


def _same_number(a: Unit, b: Unit) -> bool:
    return bool(a.number and b.number and a.number.values == b.number.values)
