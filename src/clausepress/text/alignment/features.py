"""What the matcher knows of a clause: its words, concepts and facts as weights, its length, its
printed number and its place.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from clausepress.text.alignment.facts import facts, latin_keywords
from clausepress.text.alignment.glossary import concepts, content_words, stem
from clausepress.text.model import Block, Clause, Edition, Paragraph, plain
from clausepress.text.nesting import derived_id
from clausepress.text.numbers import Number, match_number

_HAN = re.compile(r"[\u3400-\u9fff]+")
_BY_NUMBER = re.compile(r"(?:c|ch|part-)\d+(?:-\d+)*(?:-r\d+)?")
_SPACE = re.compile(r"\s+")

Terms = dict[str, float]
"""Weight of each feature of a text before its rarity is known: 1, less for an ambiguous term."""


@dataclass(slots=True)
class Unit:
    """A clause as the matcher sees it.

    Attributes:
        clause: The clause.
        parent: Index of the clause it belongs under, -1 at the top.
        depth: 0 at the top.
        text: Its own text, number left out.
        terms: Its features.
        number: Its printed number, read.
        explicit: Whether its id was written by a person or tool, not derived from its number.
        ordinal: Its 1-based place among its siblings.
        siblings: How many clauses its parent has, itself counted.
        length: Characters of its own text, white space set aside.
    """

    clause: Clause
    parent: int
    depth: int
    text: str
    terms: Terms
    number: Number | None
    explicit: bool
    ordinal: int
    siblings: int
    length: int = field(init=False)

    def __post_init__(self) -> None:
        self.length = len(_SPACE.sub("", self.text))


def clause_number(clause: Clause) -> Number | None:
    """Return the printed number of a clause, read; None when it has none."""
    return match_number(f"{clause.number} ") if clause.number else None


def is_derived(clause: Clause, parent: str, ordinal: int) -> bool:
    """Whether a clause's id is the one the parser derives from its number when none is written.

    Such an id follows the number, so it says nothing of which clause it is.

    Args:
        clause: The clause.
        parent: Id of the clause above it, empty at the top.
        ordinal: Its 1-based place among its siblings.
    """
    number = clause_number(clause)
    if clause.number and number is None:  # not readable apart from its line
        return _BY_NUMBER.fullmatch(clause.id) is not None
    derived = derived_id(number, parent, ordinal)
    return re.fullmatch(re.escape(derived) + r"(?:-r\d+)?", clause.id) is not None


def units(edition: Edition, other_lang: str) -> list[Unit]:
    """Return the clauses of an edition in printed order, with features for another language."""
    found: list[Unit] = []
    pending: list[tuple[Clause, int, int, int, int]] = []

    def push(children: Sequence[Clause], parent: int, depth: int) -> None:
        pending.extend(
            (child, parent, depth, place, len(children))
            for place, child in reversed(list(enumerate(children, start=1)))
        )

    push(edition.clauses, -1, 0)
    while pending:
        clause, parent, depth, ordinal, siblings = pending.pop()
        text = own_text(clause)
        above = found[parent].clause.id if parent >= 0 else ""
        found.append(
            Unit(
                clause,
                parent,
                depth,
                text,
                terms_of(text, edition.lang, other_lang),
                clause_number(clause),
                explicit=not is_derived(clause, above, ordinal),
                ordinal=ordinal,
                siblings=siblings,
            )
        )
        push(clause.children, len(found) - 1, depth + 1)
    return found


def own_text(clause: Clause) -> str:
    """Return the characters of a clause's heading and own blocks, one block a line."""
    parts = [plain(clause.heading)] if clause.heading else []
    return "\n".join([*parts, *map(_block_text, clause.blocks)])


def _block_text(block: Block) -> str:
    if isinstance(block, Paragraph):
        return plain(block.runs)
    return "\n".join("\t".join(map(plain, row)) for row in (block.header, *block.rows))


def terms_of(text: str, lang: str, other_lang: str) -> Terms:
    """Return the features of a text for comparison with a text in another language.

    Between Chinese and English: concepts, facts, Latin words. Within one language, or where the
    glossary has no terms: words, and pairs of Han characters.
    """
    found: Terms = {f"={fact.kind}:{fact.value}": 1.0 for fact in facts(text, lang)}
    main, other = lang.split("-")[0], other_lang.split("-")[0]
    if main != other:
        for meant in concepts(text, lang):
            for concept in meant:
                weight = 1.0 / len(meant)
                found[concept] = max(found.get(concept, 0.0), weight)
        found |= {f"@{word}": 1.0 for word in latin_keywords(text)}
        if {main, other} == {"zh", "en"}:
            return found
    for word in content_words(text):
        found[f"w:{stem(word)}"] = 1.0
    for run in _HAN.findall(text):
        for index in range(max(len(run) - 1, 1)):
            found[f"h:{run[index : index + 2]}"] = 1.0
    return found


def rarity(bags: Iterable[Iterable[str]]) -> dict[str, float]:
    """Return the weight of each feature by how rare it is (inverse document frequency).

    Spärck Jones, "A statistical interpretation of term specificity", 1972.
    """
    counts: Counter[str] = Counter()
    total = 0
    for bag in bags:
        counts.update(bag)
        total += 1
    return {term: math.log((total + 2) / (count + 0.5)) for term, count in counts.items()}


def weighed(terms: Terms, rare: dict[str, float]) -> Terms:
    """Return features with their rarity multiplied in; what is everywhere is dropped."""
    return {term: value * rare[term] for term, value in terms.items() if rare.get(term, 0.0) > 0.05}


def likeness(a: Terms, b: Terms, *, doubt: float = 0.0, prior: float = 0.0) -> float:
    """Return how much two weighed texts share, 0 to 1 (Dice 1945, weighted).

    Args:
        a: One text.
        b: The other.
        doubt: Weight of the prior: little evidence stays near it.
        prior: The value with no evidence at all.
    """
    if len(a) > len(b):
        a, b = b, a
    shared = sum(min(value, b[term]) for term, value in a.items() if term in b)
    total = (sum(a.values()) + sum(b.values())) / 2
    return (shared + doubt * prior) / (total + doubt) if total + doubt else 0.0


def joined(*texts: Terms) -> Terms:
    """Return the features of several texts taken together."""
    found: Terms = {}
    for terms in texts:
        for term, value in terms.items():
            found[term] = max(found.get(term, 0.0), value)
    return found
