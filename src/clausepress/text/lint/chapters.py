"""Nesting that shows only in the whole text.

The parser takes a bare "2." after 1.2 for an item of 1.2; it is the chapter that 2.1 belongs to.
It takes "Article I" and "Section 1" for one level; the one is the other's chapter.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clausepress.text.lint.view import Node

_PLAIN = frozenset({"dot", "dun"})


def nest_chapters(nodes: Sequence[Node], top: list[Node]) -> list[Node]:
    """Put decimals under the plain chapter they belong to.

    Args:
        nodes: Every clause in printed order; parents and children are changed in place.
        top: The top-level clauses.

    Returns:
        The top-level clauses, places renewed.
    """
    chapters = _chapters(nodes)
    if not chapters:
        return top
    members = {node.index for node in chapters}
    tops = {node.index for node in top}
    found: list[Node] = []
    chapter: Node | None = None
    for node in nodes:
        above = node.parent
        if node.index in members:
            chapter = node
            if above:
                above.children.remove(node)
            _move(node, None, found)
        elif node.index in tops:
            if chapter and node.number and _belongs(node, chapter):
                _move(node, chapter, chapter.children)
            else:
                chapter = chapter if node.number and len(node.number.values) > 1 else None
                _move(node, None, found)
    for node in nodes:
        for place, child in enumerate(node.children):
            child.place = place
    return found


def chapter_word(node: Node) -> str:
    """The word printed with a number: ``article`` of "Article I", ``条`` of 第三条; else empty."""
    number = node.number
    if not number or number.scheme not in {"di", "section"}:
        return ""
    if number.scheme == "di":
        return number.printed.rstrip("：:、 　")[-1]
    return number.printed.split()[0].casefold()


def nest_words(top: list[Node]) -> list[Node]:
    """Put "Section 1" under the "Article I" before it, 第一条 under 第一章.

    The parser takes all headings with such a number for one level. The word that comes first
    is the outer one.

    Args:
        top: The top-level clauses; parents and children are changed in place.

    Returns:
        The top-level clauses, places renewed.
    """
    ranks: dict[str, int] = {}
    open_: list[Node] = []
    found: list[Node] = []
    for node in top:
        word = chapter_word(node)
        rank = ranks.setdefault(word, len(ranks)) if word else 0
        while open_ and (not word or ranks[chapter_word(open_[-1])] >= rank):
            open_.pop()
        parent = open_[-1] if open_ else None
        _move(node, parent, parent.children if parent else found)
        if word:
            open_.append(node)
    return found


def _chapters(nodes: Sequence[Node]) -> list[Node]:
    """Plain numbers followed by a decimal of their own, and those that count on between them."""
    found: list[Node] = []
    scheme = ""
    for node, following in pairwise((*nodes, None)):
        number = node.number if node else None
        if not node or not number or node.clause.heading or number.scheme not in _PLAIN:
            continue
        if scheme and number.scheme != scheme:
            continue
        after = following.number if following else None
        first = (*number.values, 1)
        opens = bool(after and after.scheme == "decimal" and after.values[:2] == first)
        if (opens and _may(node)) or (found and _counts_on(node, found[-1])):
            scheme = number.scheme
            found.append(node)
    return found


def _may(node: Node) -> bool:
    """Whether a clause stands at the top, or below a decimal only because none can hold it."""
    parents = []
    while node.parent:
        node = node.parent
        parents.append(node)
    return not parents or any(each.number and len(each.number.values) > 1 for each in parents)


def _counts_on(node: Node, chapter: Node) -> bool:
    """Whether a number follows the last chapter's and begins no list that goes on from 1."""
    number, last, above = node.number, chapter.number, node.parent
    if not number or not last or number.values[0] != last.values[0] + 1:
        return False
    siblings = above.children if above else []
    before = siblings[node.place - 1] if above and node.place else None
    if before is chapter:
        return True
    if before and before.number and before.number.scheme == number.scheme:
        return False
    while above and not (above.number and len(above.number.values) > 1):
        above = above.parent
    inside = above.number if above else None
    return not node.parent or bool(inside and inside.values[0] == last.values[0])


def _belongs(node: Node, chapter: Node) -> bool:
    number, last = node.number, chapter.number
    return bool(number and last and len(number.values) > 1 and number.values[0] <= last.values[0])


def _move(node: Node, parent: Node | None, family: list[Node]) -> None:
    node.parent = parent
    node.place = len(family)
    family.append(node)
