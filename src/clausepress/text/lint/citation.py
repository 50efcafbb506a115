"""A place that cites a clause, an item or an annex by its number."""

from __future__ import annotations

from dataclasses import dataclass

from clausepress.text.lint.view import Piece
from clausepress.text.numbers import match_number


@dataclass(frozen=True, slots=True)
class Citation:
    """A place that names a clause, an item or an annex.

    Attributes:
        piece: The text it stands in.
        start: Where it begins there.
        end: Where it ends there.
        name: The clause as a reader would name it: ``Section 7``, ``第 9.9 条``.
        kind: Singular word for the clause: ``section``, ``article``, ``条``, ``章``, …;
            ``annex`` for any annex; ``item`` for an item of the clause the citation stands in.
        values: Number of the clause, empty for an annex or an item.
        label: Label of an annex: ``4``, ``B``, ``四``.
        items: Labels of items below the clause, outermost first: ``("a", "ii")``, ``("五",)``;
            a paragraph (款) keeps its word: ``("二款",)``.
        own: Whether it says itself that the clause is one of this text.
    """

    piece: Piece
    start: int
    end: int
    name: str
    kind: str
    values: tuple[int, ...] = ()
    label: str = ""
    items: tuple[str, ...] = ()
    own: bool = False


def number_of(text: str) -> tuple[int, ...]:
    """Read a number as cited: ``5.3``, ``IX``, ``十五``; empty when it is none."""
    if text[:1].isdigit():
        return tuple(int(part) for part in text.split("."))
    number = match_number(f"{text}. " if text.isascii() else f"{text}、")
    return number.values if number and number.scheme in {"roman", "han"} else ()
