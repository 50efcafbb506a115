"""Two editions as rows to be read side by side: each clause beside its counterpart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clausepress.text.alignment.facts import Fact, differing, facts
from clausepress.text.alignment.features import Unit, own_text
from clausepress.text.alignment.match import in_order, match_editions
from clausepress.text.model import PREFACE_ID, Clause, Edition, own_runs


@dataclass(frozen=True, slots=True)
class Side:
    """A clause in a row, and how deep it stands: 0 at the top."""

    clause: Clause
    depth: int


@dataclass(slots=True)
class Row:
    """Clauses that are the same clause; one side is empty where only one edition has it.

    Attributes:
        a: Clauses of the first edition, more than one where the second prints them as one.
        b: Clauses of the second.
        only_a: Figures, dates and contacts that stand in ``a`` and not in ``b``; empty when either
            side is.
        only_b: The same the other way.
        moved: Whether it stands at another place in the second edition.
        marked: Which sides have prominent text.
    """

    a: tuple[Side, ...]
    b: tuple[Side, ...]
    only_a: tuple[Fact, ...] = ()
    only_b: tuple[Fact, ...] = ()
    moved: bool = False
    marked: tuple[bool, bool] = (False, False)

    def turned(self) -> Row:
        """Return it with its sides exchanged."""
        marked = self.marked[1], self.marked[0]
        return Row(self.b, self.a, self.only_b, self.only_a, self.moved, marked)


def parallel(a: Edition, b: Edition) -> list[Row]:
    """Return two editions row by row, in the printed order of the first; a clause that only the
    second has follows the one it follows there."""
    matching = match_editions(a, b)
    kept = set(in_order([(match.a[0], match.b[0]) for match in matching.matches]))
    by_first = {match.a[0]: match for match in matching.matches}
    taken = {index for match in matching.matches for index in match.a}
    rows: list[Row] = []
    of_b: dict[int, Row] = {}
    for index, unit in enumerate(matching.a):
        if match := by_first.get(index):
            row = Row(_sides(matching.a, match.a), _sides(matching.b, match.b))
            row.moved = (match.a[0], match.b[0]) not in kept
            of_b.update(dict.fromkeys(match.b, row))
            rows.append(row)
        elif index not in taken:
            rows.append(Row((Side(unit.clause, unit.depth),), ()))
    for index in matching.only_b():
        row = Row((), _sides(matching.b, (index,)))
        before = of_b.get(index - 1)
        place = next((at for at, each in enumerate(rows, 1) if each is before), 0)
        rows.insert(place, row)
        of_b[index] = row
    if a.preface or b.preface:
        rows.insert(0, Row(_preface(a), _preface(b)))
    for row in rows:
        _compare(row, a.lang, b.lang)
    return rows


def _sides(units: Sequence[Unit], indexes: Sequence[int]) -> tuple[Side, ...]:
    return tuple(Side(units[index].clause, units[index].depth) for index in indexes)


def _preface(edition: Edition) -> tuple[Side, ...]:
    return (Side(Clause(PREFACE_ID, blocks=edition.preface), 0),) if edition.preface else ()


def _compare(row: Row, lang_a: str, lang_b: str) -> None:
    row.marked = (_marked(row.a), _marked(row.b))
    if row.a and row.b:
        only = differing(facts(_text(row.a), lang_a), facts(_text(row.b), lang_b))
        row.only_a, row.only_b = tuple(only[0]), tuple(only[1])


def _marked(sides: tuple[Side, ...]) -> bool:
    return any(run.prominent for side in sides for run in own_runs(side.clause))


def _text(sides: tuple[Side, ...]) -> str:
    return "\n".join(own_text(side.clause) for side in sides)
