"""Evidence for ids: which clause of another text is the same one, and how new a clause is.

A clause of the same words is the same clause. Changed words are weighed against the place the
matcher found for it; a clause in another language is as sure as its alignment. A clause that no
other text has is as sure to be new as it is unlike all the clauses that were not found here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import msgspec

from clausepress.text.alignment.features import Terms, likeness, weighed
from clausepress.text.alignment.match import Matching, match_editions
from clausepress.text.alignment.merge import Match
from clausepress.text.model import Clause, Edition
from clausepress.text.sources import TextSource

CARRIED = 0.6
"""Confidence of a match below which nothing is taken from it."""
DOUBT = 0.7
"""Confidence at most where two clauses have the same claim, or nothing is known of one."""
_CONFLICT = 0.5  # where another text, as sure, says otherwise
_STRONG = 0.8
_TWIN = 0.9  # likeness of two clauses that cannot be told apart by their words
_RARE = 24  # a feature in more clauses than this leads to none of them


@dataclass(slots=True)
class Known:
    """A text with what is known of its ids.

    Attributes:
        source: The text.
        clauses: Its clauses in printed order.
        ids: Place of a clause in printed order to its id.
        sure: Confidence in each id; 1 for one that is written.
    """

    source: TextSource
    clauses: Sequence[Clause]
    ids: dict[int, str] = field(default_factory=dict)
    sure: dict[int, float] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The version's folder name."""
        return self.source.path.parent.name

    @property
    def lang(self) -> str:
        """Language of the text."""
        return self.source.edition.lang

    def where(self, place: int) -> str:
        """Name of the text and number of a clause of it."""
        return f"{self.source.name} {self.clauses[place].number}".rstrip()

    def edition(self) -> Edition:
        """The text with every id known so far, for the matcher."""
        places = iter(range(len(self.clauses)))

        def with_ids(clause: Clause) -> Clause:
            known = self.ids.get(next(places), clause.id)
            children = tuple(with_ids(child) for child in clause.children)
            return msgspec.structs.replace(clause, id=known, children=children)

        edition = self.source.edition
        return msgspec.structs.replace(edition, clauses=tuple(map(with_ids, edition.clauses)))


@dataclass(frozen=True, slots=True)
class Offer:
    """An id for a clause with the confidence in it and where it comes from."""

    id: str
    sure: float
    reason: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Another text with the matches of its clauses; ``a`` of the matching is the text at hand."""

    other: Known
    matching: Matching


def compared(here: Known, others: Iterable[Known]) -> list[Compared]:
    """Match a text with every other text that has ids, in the order given."""
    mine = here.edition()
    return [Compared(other, match_editions(mine, other.edition())) for other in others if other.ids]


def offers(here: Known, texts: Sequence[Compared], missing: set[int]) -> dict[int, Offer]:
    """Return the ids that clauses of other texts offer to those without one, by place.

    The surest text is believed, of equally sure ones the first; where another that is sure too
    says otherwise, the offer is for a person to look at.
    """
    found: dict[int, list[Offer]] = {}
    for text in texts:
        other = text.other
        sure_of = _confidence(here, text)
        for match in text.matching.matches:
            place, there = match.a[0], match.b[0]
            if place not in missing or there not in other.ids:
                continue
            match_sure, id_sure = sure_of(match), other.sure[there]
            sure = min(match_sure, id_sure)
            if sure < CARRIED:
                continue
            carried = "carried from" if here.lang == other.lang else "the same clause in"
            reason = f"{carried} {other.where(there)}"
            if id_sure < match_sure:
                reason += f", whose own id is {id_sure:.0%} sure"
            offer = Offer(other.ids[there], round(sure, 3), reason)
            found.setdefault(place, []).append(offer)
    return {place: _believed(each) for place, each in found.items()}


def _believed(offered: list[Offer]) -> Offer:
    best = max(offered, key=lambda offer: offer.sure)
    for other in offered:
        if other.id != best.id and other.sure >= _STRONG:
            reason = f"{best.reason}; but '{other.id}' is {other.reason}"
            return Offer(best.id, min(best.sure, _CONFLICT), reason)
    return best


def newness(
    texts: Sequence[Compared], places: Iterable[int], used: set[str]
) -> dict[int, tuple[float, str]]:
    """Return how sure it is that clauses without an offer are new, and what speaks against it.

    Args:
        texts: The other texts.
        places: The clauses.
        used: Ids that are given in this text; a clause of another id was not found here.

    Returns:
        Place to confidence, 0 to 1, and a reason, empty when nothing speaks against it.
    """
    found = dict.fromkeys(places, (1.0, ""))
    for text in texts:
        other, rare = text.other, text.matching.rare
        theirs = {there: weighed(text.matching.b[there].terms, rare) for there in other.ids}
        lost = {there for there in theirs if other.ids[there] not in used}
        postings: dict[str, list[int]] = {}
        for there, terms in theirs.items():
            for term in terms:
                postings.setdefault(term, []).append(there)
        for place, (sure, _) in found.items():
            mine = weighed(text.matching.a[place].terms, rare)
            if lost and not mine and sure > DOUBT:
                found[place] = (DOUBT, "too few known words to compare")
                continue
            alike, there = _nearest(mine, theirs, postings, lost)
            if 1 - alike < sure:
                reason = f"{alike:.0%} like {other.where(there)}, which was not found here"
                found[place] = (round(1 - alike, 3), reason)
                continue
            alike, there = _nearest(mine, theirs, postings, theirs.keys() - lost)
            if alike >= _TWIN and sure > DOUBT:
                reason = f"{alike:.0%} like {other.where(there)}, which is another clause here"
                found[place] = (DOUBT, reason)
    return found


def _nearest(
    mine: Terms, theirs: dict[int, Terms], postings: dict[str, list[int]], among: AbstractSet[int]
) -> tuple[float, int]:
    """The clause most like some features, of those looked among: how much, and which."""
    near = {
        there
        for term in mine
        if len(listed := postings.get(term, ())) <= _RARE
        for there in listed
        if there in among
    }
    return max(((likeness(mine, theirs[there]), there) for there in near), default=(0.0, 0))


def _confidence(here: Known, text: Compared) -> Callable[[Match], float]:
    """Return what tells how sure a match is that two clauses are one."""
    mine, theirs = text.matching.a, text.matching.b
    if here.lang != text.other.lang:
        return lambda match: match.confidence
    printed = Counter(unit.text for unit in mine), Counter(unit.text for unit in theirs)

    def within_language(match: Match) -> float:
        one, other = mine[match.a[0]].text, theirs[match.b[0]].text
        if one == other and printed[0][one] == printed[1][one] == 1:
            return 1.0
        if match.basis == "merged":  # printed as one clause there, as several here
            return match.confidence
        return min(match.confidence, (1 + _alike(one, other)) / 2)

    return within_language


def _alike(one: str, other: str) -> float:
    """How much two texts share, by pairs of characters, 0 to 1 (Dice 1945)."""
    pairs = [
        Counter(text[at : at + 2] for at in range(max(len(text) - 1, 1))) for text in (one, other)
    ]
    return 2 * (pairs[0] & pairs[1]).total() / (pairs[0].total() + pairs[1].total())
