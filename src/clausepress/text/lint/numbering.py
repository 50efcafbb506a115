"""Printed numbers: gaps, repeats, order, wrong parents, changes of scheme and of style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from clausepress.text.lint.chapters import chapter_word
from clausepress.text.lint.glue import glued_number
from clausepress.text.lint.model import Example, Hit, Severity, at_node, at_piece, rule
from clausepress.text.lint.view import Node, View
from clausepress.text.numbers import CHAPTER_SCHEMES, Number

_INLINE = re.compile(r"[（(](\d{1,2})[）)]")
_NOT_AN_ITEM = re.compile(
    r"(?:第|述|款|项|条|\b(?:kinds?|types?|items?|clauses?|paragraphs?|sections?|the|and|or|to))"
    r"\s*$"
)


def _families(view: View) -> Iterator[list[Node]]:
    """Yield the numbered children of each clause, and the numbered top-level clauses."""
    for family in (view.top, *(node.children for node in view.nodes if node.children)):
        numbered = [node for node in family if node.number and not _may_be_letter(node)]
        yield numbered if not any(map(_opens_roman, numbered)) else _without_roman(numbered)


def _may_be_letter(node: Node) -> bool:
    """Whether a number read as Roman is more likely a letter: C., L."""
    return _scheme(node) == "roman" and node.printed[0] in "CL"


def _opens_roman(node: Node) -> bool:
    """Whether an "(i)" is the Roman one, not the letter: "(ii)" follows it or stands under it."""
    siblings = node.parent.children if node.parent else []
    near = [*node.children[:1], *siblings[node.place + 1 : node.place + 2]]
    return _letter(node) == "i" and any(
        each.number and each.number.scheme == "roman-paren" for each in near
    )


def _letter(node: Node) -> str:
    return node.printed.strip("（()）") if _scheme(node) == "alpha" else ""


def _without_roman(family: list[Node]) -> list[Node]:
    # (i), (v) and (x) read as letters and so split a Roman list: nothing sure can be said of it.
    return [
        node
        for node in family
        if _letter(node) not in {"i", "v", "x"} and _scheme(node) != "roman-paren"
    ]


def _lists(view: View) -> Iterator[list[Node]]:
    """Yield runs of siblings that count on in one scheme."""
    for family in _families(view):
        run: list[Node] = []
        for node in family:
            if run and (_kind(node) != _kind(run[-1]) or _restarts(run[-1], node)):
                yield run
                run = []
            run.append(node)
        if run:
            yield run


def _number(node: Node) -> Number:
    assert node.number  # noqa: S101 - the callers keep numbered clauses only
    return node.number


def _scheme(node: Node) -> str:
    return _number(node).scheme


def _kind(node: Node) -> tuple[str, tuple[int, ...]]:
    """What the members of one list share: scheme, and all but the last part of a decimal."""
    return _scheme(node), () if _misplaced(node) else _prefix(node)


def _value(node: Node) -> int:
    return _number(node).values[-1]


def _restarts(before: Node, node: Node) -> bool:
    """Whether a list that begins at 1 again does so after a paragraph of its own."""
    last = before
    while last.children:
        last = last.children[-1]
    paragraphs = sum(piece.kind != "cell" for piece in last.pieces)
    return _value(node) == 1 and _scheme(node) != "decimal" and paragraphs > 1


def _prefix(node: Node) -> tuple[int, ...]:
    return _number(node).values[:-1]


def _parent_values(node: Node) -> tuple[int, ...]:
    """The number a decimal clause should begin with, empty when its parent has none."""
    parent = node.parent
    if not parent or not parent.number:
        return ()
    return parent.number.values


def _misplaced(node: Node) -> bool:
    """Whether a decimal number does not begin with the number of the clause it stands under."""
    wanted = _parent_values(node)
    if _scheme(node) != "decimal" or not wanted:
        return False
    if len(wanted) > 1 or _prefix(node)[:1] != wanted:
        return _prefix(node)[: len(wanted)] != wanted
    return False


@rule(
    "number-parent",
    Severity.ERROR,
    "A decimal number that does not begin with the number of the clause above it.",
    fix="give the clause the number of the place where it stands",
    example=Example(
        "zh",
        "一、范围\n\n1.1 适用于网站。\n\n1.2 适用于应用。\n\n二、收集\n\n2.1 我们收集手机号。\n\n"
        "1.2 我们收集邮箱。",
        "一、范围\n\n1.1 适用于网站。\n\n1.2 适用于应用。\n\n二、收集\n\n2.1 我们收集手机号。\n\n"
        "2.2 我们收集邮箱。",
    ),
)
def number_parent(view: View) -> Iterator[Hit]:
    """Compare each decimal number with its parent's."""
    for node in view.nodes:
        if node.number and node.parent and _misplaced(node):
            yield at_node(
                node, f"{node.printed} stands under {node.parent.printed} {node.parent.title[:20]}"
            )


def _expected_start(node: Node, last_of_scheme: dict[str, int]) -> bool:
    """Whether a list may begin with this number: 1, or one after the last of its scheme."""
    value = _value(node)
    return value <= 1 or last_of_scheme.get(_scheme(node)) == value - 1


@rule(
    "number-gap",
    Severity.ERROR,
    "A number is missing in a list.",
    fix="restore the missing item, or number those that follow anew",
    example=Example(
        "zh",
        "一、范围\n\n1.1 适用于网站。\n\n1.3 适用于应用。\n\n二、收集\n\n我们收集手机号。",
        "一、范围\n\n1.1 适用于网站。\n\n1.2 适用于应用。\n\n二、收集\n\n我们收集手机号。",
    ),
)
def number_gap(view: View) -> Iterator[Hit]:
    """Follow each list, and each inline enumeration, from one number to the next."""
    last: dict[str, int] = {}
    for run in _lists(view):
        first = run[0]
        scheme = _scheme(first)
        if not (
            scheme == "roman-paren"
            or (view.wrapped and scheme != "decimal")
            or (first.parent and first.printed[0].isupper() and first.printed[0].isascii())
            or _misplaced(first)
            or _expected_start(first, last)
            or _continues_elsewhere(view, first)
            or _changes_scheme(view, run)
        ):
            yield at_node(first, f"this list begins with {first.printed}")
        for before, node in pairwise(run):
            step = _value(node) - _value(before)
            if step > 1 and not (
                _misplaced(node)
                or _misplaced(before)
                or glued_number(before)
                or _filled(before, node)
            ):
                yield at_node(node, f"{node.printed} follows {before.printed}")
        if scheme != "decimal":
            last[scheme] = _value(run[-1])
    for piece in view.running():
        yield from _inline_gaps(view, piece.text, piece.index)


def _continues_elsewhere(view: View, first: Node) -> bool:
    """Whether an article counts on from the chapter before (第五条 after 第四条)."""
    word = chapter_word(first)
    for node in reversed(view.nodes[: first.index] if word else []):
        if node.number and chapter_word(node) == word:
            return _value(first) == node.number.values[-1] + 1
    return False


def _inline_gaps(view: View, text: str, index: int) -> Iterator[Hit]:
    numbers = [
        (int(found.group(1)), found.start())
        for found in _INLINE.finditer(text)
        if not _NOT_AN_ITEM.search(text[max(0, found.start() - 12) : found.start()])
    ]
    if not numbers or numbers[0][0] != 1:
        return
    for (before, _), (value, place) in pairwise(numbers):
        if before + 1 < value <= before + 3:
            yield at_piece(view, view.pieces[index], place, f"({value}) follows ({before})")


@rule(
    "number-repeat",
    Severity.ERROR,
    "The same number twice in one list.",
    fix="number the items anew",
    example=Example(
        "en",
        "1. Scope\n\n1.1 This applies to the site.\n\n1.1 This applies to the app.\n\n"
        "1.2 This applies to the shop.",
        "1. Scope\n\n1.1 This applies to the site.\n\n1.2 This applies to the app.\n\n"
        "1.3 This applies to the shop.",
    ),
)
def number_repeat(view: View) -> Iterator[Hit]:
    """Find neighbours with one number."""
    for run in _lists(view):
        for before, node in pairwise(run):
            if _number(node).values == _number(before).values:
                yield at_node(node, f"{node.printed} stands a second time (line {before.line})")


@rule(
    "number-order",
    Severity.ERROR,
    "A number smaller than the one before it.",
    fix="put the items in order, or number them anew",
    example=Example(
        "zh",
        "一、范围\n\n（1）网站；\n\n（2）应用；\n\n（1）商店。",
        "一、范围\n\n（1）网站；\n\n（2）应用；\n\n（3）商店。",
    ),
)
def number_order(view: View) -> Iterator[Hit]:
    """Find a step back that does not begin a new list."""
    for run in _lists(view):
        for before, node in pairwise(run):
            if _value(node) < _value(before) and not _misplaced(node):
                yield at_node(node, f"{node.printed} follows {before.printed}")
    for family in _families(view):
        decimals = [node for node in family if _scheme(node) == "decimal"]
        for before, node in pairwise(decimals):
            back = _number(node).values < _number(before).values and not _misplaced(node)
            if back and _prefix(node) != _prefix(before) and not _misplaced(before):
                yield at_node(node, f"{node.printed} follows {before.printed}")


def _changes_scheme(view: View, run: list[Node]) -> bool:
    """Whether a list counts on from a clause of another scheme: V. then 6., 1.2 then （三）."""
    node = run[0]
    before = _before(view, node)
    if not before or not before.number or _scheme(before) == _scheme(node):
        return False
    value, known = _value(node), before.number.values[-1]
    if len(_number(node).values) > 1 or value < 2:
        return False
    chapters = CHAPTER_SCHEMES & {_scheme(before), _scheme(node)}
    after = _after(view, before)
    if after and _filled(before, after):
        return known < value and not _returns(view, node)
    if len(before.number.values) > 1 or (chapters and node.place and node.parent):
        return not view.wrapped and value == known + 1 and value > 2
    # 一、二、4、: one step too far is still a list that goes on; a list below begins at 1.
    return (
        bool(chapters)
        and value > 2
        and value - known in (1, 2)
        and not (view.wrapped and value - known > 1)
        and not _returns(view, node)
    )


def _filled(before: Node, after: Node) -> bool:
    """Whether items of another scheme stand for the numbers missing between two neighbours."""
    children = [child for child in before.children if child.number]
    values = [_value(child) for child in children if _scheme(child) != _scheme(after)]
    return values == list(range(_value(before) + 1, _value(after)))


def _returns(view: View, node: Node) -> bool:
    """Whether a number goes back to the scheme that one other number interrupted."""
    siblings = node.parent.children if node.parent else view.top
    earlier = siblings[node.place - 2] if node.place > 1 else None
    return bool(earlier and earlier.number and _scheme(earlier) == _scheme(node))


def _before(view: View, node: Node) -> Node | None:
    """The numbered sibling before a clause, or its parent when it is the first child."""
    siblings = node.parent.children if node.parent else view.top
    return siblings[node.place - 1] if node.place else node.parent


def _after(view: View, node: Node) -> Node | None:
    """The sibling after a clause, when both are numbered in one scheme."""
    siblings = node.parent.children if node.parent else view.top
    after = siblings[node.place + 1] if node.place + 1 < len(siblings) else None
    same = after and after.number and node.number and _scheme(after) == _scheme(node)
    return after if same else None


@rule(
    "number-scheme",
    Severity.WARNING,
    "A list, or the chapters, that change their numbering scheme on the way.",
    fix="number the whole list in one scheme",
    example=Example(
        "en",
        "I. Scope\n\nThis applies to the site.\n\nII. Collection\n\nWe collect your name.\n\n"
        "# 3. Contact\n\nPlease write to us.",
        "I. Scope\n\nThis applies to the site.\n\nII. Collection\n\nWe collect your name.\n\n"
        "# III. Contact\n\nPlease write to us.",
    ),
)
def number_scheme(view: View) -> Iterator[Hit]:
    """Compare the first clause of each list with the one before."""
    for run in _lists(view):
        if _changes_scheme(view, run):
            before = _before(view, run[0])
            of = f"{before.printed} in another scheme" if before else ""
            yield at_node(run[0], f"{run[0].printed} follows {of}")


@rule(
    "number-style",
    Severity.NOTE,
    "Numbers of one list printed in two ways: 7.1. and 7.2, （1） and (2).",
    fix="print all numbers of the list alike",
    example=Example(
        "zh",
        "一、权利\n\n1.1. 您可以查询。\n\n1.2. 您可以更正。\n\n1.3 您可以删除。",
        "一、权利\n\n1.1 您可以查询。\n\n1.2 您可以更正。\n\n1.3 您可以删除。",
    ),
)
def number_style(view: View) -> Iterator[Hit]:
    """Compare the punctuation of neighbours; the first change of a list is told."""
    for run in _lists(view):
        for before, node in pairwise(run):
            if _style(before) != _style(node):
                yield at_node(node, f"{before.printed} and {node.printed} in one list")
                break


def _style(node: Node) -> str:
    return re.sub(r"[^（()）.．、]|(?<=\d)\.(?=\d)", "", node.printed)
