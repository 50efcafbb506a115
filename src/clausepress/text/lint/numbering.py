"""Printed numbers: gaps, repeats, order, wrong parents, changes of scheme and of style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from clausepress.text.lint.chapters import chapter_word
from clausepress.text.lint.glue import glued_number
from clausepress.text.lint.model import Example, Hit, Severity, at_node, at_piece, rule
from clausepress.text.lint.runs import (
    families,
    is_misplaced,
    lists,
    number_in,
    prefix_of,
    scheme_of,
    slips,
    value_of,
)
from clausepress.text.lint.schemes import changes_scheme, filled, previous, rises
from clausepress.text.lint.view import Node, Piece, View, ancestors
from clausepress.text.numbers import IN_RUNS, Number, match_number

_INLINE = (
    re.compile(r"[（(](\d{1,2})[）)]"),
    re.compile(r"[（(](i{1,3}|iv|vi{0,3}|ix|x)[）)]"),
    re.compile("([①-⑩])"),
)
_INLINE_VALUES = {
    sign: value
    for signs in (("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"), "①②③④⑤⑥⑦⑧⑨⑩")
    for value, sign in enumerate(signs, 1)
}
_NOT_AN_ITEM = re.compile(
    r"(?:第|述|款|项|条|\b(?:kinds?|types?|items?|clauses?|paragraphs?|sections?|the|and|or|to))"
    r"\s*$"
)

_LOST = 3  # steps from one number to the next that still make a list


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
    """Compare each decimal number with its parent's; a row with one wrong number is told once."""
    meant = slips(lists(view))
    before: Node | None = None
    for node in view.nodes:
        if not node.number or not node.parent or not is_misplaced(node):
            continue
        row = before and before.parent is node.parent and prefix_of(before) == prefix_of(node)
        right = node.parent in meant and prefix_of(node)[:1] == meant[node.parent]
        if not row and not right:
            yield at_node(
                node, f"{node.printed} stands under {node.parent.printed} {node.parent.title[:20]}"
            )
        before = node


def _expected_start(node: Node, last: dict[str, int]) -> bool:
    """Whether a list may begin with this number: 1, or one after the last of its scheme."""
    value = value_of(node)
    return value <= 1 or last.get(scheme_of(node)) == value - 1


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
    for run in lists(view):
        first = run[0]
        scheme = scheme_of(first)
        if not (
            (view.wrapped and scheme != "decimal")
            or is_misplaced(first)
            or _expected_start(first, last)
            or _continues_elsewhere(view, first)
            or changes_scheme(view, run)
        ):
            yield at_node(first, f"this list begins with {first.printed}")
        for before, node, step in _steps(run):
            if step > 1 and not (
                is_misplaced(node)
                or is_misplaced(before)
                or glued_number(before)
                or filled(before, node)
                or rises(node)
            ):
                yield at_node(node, f"{node.printed} follows {before.printed}")
        if scheme != "decimal":
            last[scheme] = value_of(run[-1])
    for piece in view.running():
        yield from _inline_gaps(view, piece.text, piece.index)
    yield from _unproven_gaps(view)


def _steps(run: list[Node]) -> Iterator[tuple[Node, Node, int]]:
    """Yield neighbours and how far the second counts on, a slip before it read as it was meant."""
    meant = slips([run])
    for before, node in pairwise(run):
        yield before, node, value_of(node) - meant.get(before, number_in(before).values)[-1]


def _continues_elsewhere(view: View, first: Node) -> bool:
    """Whether an article counts on from the chapter before (第五条 after 第四条)."""
    word = chapter_word(first)
    for node in reversed(view.nodes[: first.index] if word else []):
        if node.number and chapter_word(node) == word:
            return value_of(first) == node.number.values[-1] + 1
    return False


def _inline_gaps(view: View, text: str, index: int) -> Iterator[Hit]:
    for pattern in _INLINE:
        numbers = [
            (_INLINE_VALUES.get(found.group(1)) or int(found.group(1)), found)
            for found in pattern.finditer(text)
            if not _NOT_AN_ITEM.search(text[max(0, found.start() - 12) : found.start()])
        ]
        if not numbers or numbers[0][0] != 1:
            continue
        for (before, first), (value, found) in pairwise(numbers):
            if before + 1 < value <= before + 3:
                said = f"{found.group()} follows {first.group()}"
                yield at_piece(view, view.pieces[index], found.start(), said)


def _unproven_gaps(view: View) -> Iterator[Hit]:
    """Find "D." after B. and "4 End" after 2: the parser takes these for words, as no run ends so.

    In a text that has such a list, "A." and "C." in neighbouring paragraphs are one too.
    """
    lettered = any(node.number and node.number.scheme == "upper-alpha" for node in view.nodes)
    known: dict[tuple[str, Node | None], Number] = {}
    for piece in view.running():
        node = piece.node
        if piece.opens and node and node.number:
            known[node.number.scheme, node.parent] = node.number
            continue
        number = match_number(piece.text)
        if not number or number.scheme not in IN_RUNS or not _may_number(view, piece, number):
            continue
        inside = node.parent if piece.opens and node else node
        around = [*ancestors(inside), None]
        place = next((each for each in around if (number.scheme, each) in known), inside)
        last = known.get((number.scheme, place))
        if last and 1 < number.values[0] - last.values[0] <= _LOST:
            yield at_piece(view, piece, 0, f"{number.printed} follows {last.printed}")
        if last or number.printed == ("A." if lettered else "a." if view.is_zh else ""):
            known[number.scheme, place] = number


def _may_number(view: View, piece: Piece, number: Number) -> bool:
    """Whether a figure before a line can be a chapter's number: "5 Mill Lane" is an address."""
    if number.scheme != "bare" or piece.kind == "heading":
        return True
    after = view.next_piece(piece)
    below = after.node.number if after and after.opens and after.node else None
    return bool(below and below.values == (*number.values, 1))


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
    for run in lists(view):
        for before, node, step in _steps(run):
            if not step and prefix_of(node) == prefix_of(before):
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
    for run in lists(view):
        for before, node, step in _steps(run):
            if step < 0 and not is_misplaced(node):
                yield at_node(node, f"{node.printed} follows {before.printed}")
    for family in families(view):
        decimals = [node for node in family if scheme_of(node) == "decimal"]
        for before, node in pairwise(decimals):
            back = number_in(node).values < number_in(before).values and not is_misplaced(node)
            if back and prefix_of(node) != prefix_of(before) and not is_misplaced(before):
                yield at_node(node, f"{node.printed} follows {before.printed}")


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
    """Compare the first clause of each list with the one before, others with the one above."""
    for run in lists(view):
        if changes_scheme(view, run) and (before := previous(view, run[0])):
            yield at_node(run[0], f"{run[0].printed} follows {before.printed} in another scheme")
        for node in run:
            if rises(node) and node.parent:
                yield at_node(
                    node, f"{node.printed} follows {node.parent.printed} in another scheme"
                )


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
    for run in lists(view):
        for before, node in pairwise(run):
            if _style(before) != _style(node):
                yield at_node(node, f"{before.printed} and {node.printed} in one list")
                break


def _style(node: Node) -> str:
    return re.sub(r"[^（()）.．、]|(?<=\d)\.(?=\d)", "", node.printed)
