"""Nesting that shows only in the whole text.

The parser nests by numbers as they are printed. Here a chapter with a wrong number comes out of
the list that it was taken for an item of, and 一、 goes below the 第一部分 that it begins anew in.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from clausepress.text.numbers import number_word

if TYPE_CHECKING:
    from clausepress.text.lint.view import Node


def chapter_word(node: Node) -> str:
    """The word printed with a number: ``article`` of "Article I", ``条`` of 第三条; else empty."""
    return number_word(node.number) if node.number else ""


def nest_slips(nodes: Sequence[Node], top: list[Node]) -> list[Node]:
    """Put a chapter that was taken for an item, as its number is wrong, beside the others.

    "9. Return", the only item of 7.2 and followed by 8.1, is chapter 8.

    Args:
        nodes: Every clause in printed order; parents and children are changed in place.
        top: The top-level clauses.

    Returns:
        The top-level clauses, places renewed.
    """
    for node, after in pairwise(nodes):
        clause = node.parent
        chapter = clause.parent if clause else None
        if not clause or not chapter or chapter.parent or clause.children != [node]:
            continue
        if not (chapter.number and node.number and after.number and after.parent is chapter):
            continue
        alike = node.number.scheme == chapter.number.scheme
        if alike and after.number.values == (chapter.number.values[0] + 1, 1):
            clause.children = []
            top.insert(top.index(chapter) + 1, node)
            node.parent = None
            node.children += chapter.children[after.place :]
            chapter.children = chapter.children[: after.place]
            _renew(node.children, node)
    _renew(top, None)
    return top


def nest_outline(top: list[Node]) -> list[Node]:
    """Put 一、 二、 under the 第一部分 before them, where 一、 begins anew below two of them.

    Args:
        top: The top-level clauses; parents and children are changed in place.

    Returns:
        The top-level clauses, places renewed.
    """
    restarts = sum(
        bool(chapter_word(before)) and _is_outline(node) and node.number.values == (1,)
        for before, node in pairwise(top)
        if node.number
    )
    if restarts < 2:
        return top
    found: list[Node] = []
    for node in top:
        if _is_outline(node) and found and chapter_word(found[-1]):
            found[-1].children.append(node)
        else:
            found.append(node)
    for node in found:
        _renew(node.children, node)
    _renew(found, None)
    return found


def _is_outline(node: Node) -> bool:
    return node.number is not None and node.number.scheme == "han"


def _renew(family: Sequence[Node], parent: Node | None) -> None:
    for place, node in enumerate(family):
        node.parent, node.place = parent, place
