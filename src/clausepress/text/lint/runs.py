"""Runs of siblings that count on in one scheme, and the one number in a run that slipped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from clausepress.text.lint.view import Node, View
from clausepress.text.numbers import Number


def families(view: View) -> Iterator[list[Node]]:
    """Yield the numbered children of each clause, and the numbered top-level clauses."""
    for family in (view.top, *(node.children for node in view.nodes if node.children)):
        yield [node for node in family if node.number]


def lists(view: View) -> Iterator[list[Node]]:
    """Yield runs of siblings that count on in one scheme."""
    for family in families(view):
        run: list[Node] = []
        for node in family:
            if run and (_kind(node) != _kind(run[-1]) or _restarts(run[-1], node)):
                yield run
                run = []
            run.append(node)
        if run:
            yield run


def number_in(node: Node) -> Number:
    assert node.number  # noqa: S101 - the callers keep numbered clauses only
    return node.number


def scheme_of(node: Node) -> str:
    return number_in(node).scheme


def _kind(node: Node) -> tuple[str, tuple[int, ...]]:
    """What the members of one list share: scheme, and all but the last part of a decimal."""
    return scheme_of(node), () if is_misplaced(node) else prefix_of(node)


def value_of(node: Node) -> int:
    return number_in(node).values[-1]


def _restarts(before: Node, node: Node) -> bool:
    """Whether a list that begins at 1 again does so after a paragraph of its own or a lead-in."""
    last = before
    while last.children:
        last = last.children[-1]
    paragraphs = sum(piece.kind != "cell" for piece in last.pieces)
    led = last is not before and bool(last.pieces) and last.pieces[-1].text.rstrip()[-1:] in "：:"
    return value_of(node) == 1 and scheme_of(node) != "decimal" and (paragraphs > 1 or led)


def prefix_of(node: Node) -> tuple[int, ...]:
    return number_in(node).values[:-1]


def _parent_values(node: Node) -> tuple[int, ...]:
    """The number a decimal clause should begin with, empty when its parent has none."""
    parent = node.parent
    if not parent or not parent.number:
        return ()
    return parent.number.values


def is_misplaced(node: Node) -> bool:
    """Whether a decimal number does not begin with the number of the clause it stands under."""
    wanted = _parent_values(node)
    if scheme_of(node) != "decimal" or not wanted:
        return False
    if len(wanted) > 1 or prefix_of(node)[:1] != wanted:
        return prefix_of(node)[: len(wanted)] != wanted
    return False


def slips(runs: Iterable[list[Node]]) -> dict[Node, tuple[int, ...]]:
    """Return the clauses whose number is a slip, each with the number it should have.

    In 1, 2, 4, 4 the first 4 is one: with a 3 in its place nothing else is wrong. A chapter is
    one also where the decimals below it go on from the chapter before.
    """
    found: dict[Node, tuple[int, ...]] = {}
    for run in runs:
        known = 0
        for node, after in zip_longest(run, run[1:]):
            due = known + 1
            bridged = after is not None and value_of(after) == due + 1
            below = {number_in(child).values[0] for child in node.children if _is_decimal(child)}
            goes_on = node.parent is None and below == {due}
            known = value_of(node)
            if known != due and not is_misplaced(node) and (bridged or goes_on):
                found[node] = (*prefix_of(node), due)
                known = due
    return found


def _is_decimal(node: Node) -> bool:
    return bool(node.number and node.number.scheme == "decimal")
