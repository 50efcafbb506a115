"""Whether a list, or the chapters, go on in another numbering scheme."""

from __future__ import annotations

from clausepress.text.lint.listing import is_title
from clausepress.text.lint.runs import number_in, scheme_of, value_of
from clausepress.text.lint.view import Node, View
from clausepress.text.numbers import CHAPTER_SCHEMES

CHAPTERS = CHAPTER_SCHEMES | {"han-paren"}
"""Schemes whose titled clauses hold plain lists."""


def changes_scheme(view: View, run: list[Node]) -> bool:
    """Whether a list counts on from a clause of another scheme: V. then 6., 1.2 then （三）."""
    node = run[0]
    before = previous(view, node)
    if not before or not before.number or scheme_of(before) == scheme_of(node):
        return False
    value, known = value_of(node), before.number.values[-1]
    if len(number_in(node).values) > 1 or value < 2:
        return False
    chapters = CHAPTER_SCHEMES & {scheme_of(before), scheme_of(node)}
    if len(run) == 1 and value == known + 1 and _resumes(node, before):
        return True
    after = _after(view, before)
    if after and filled(before, after):
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


def _resumes(node: Node, before: Node) -> bool:
    """Whether the list before a clause goes on below it: (iii) under the (b) that follows (i)."""
    below = node.children[0].number if node.children else None
    due = (value_of(before) + 2,)
    return bool(below and below.scheme == scheme_of(before) and below.values == due)


def filled(before: Node, after: Node) -> bool:
    """Whether items of another scheme stand for the numbers missing between two neighbours."""
    children = [child for child in before.children if child.number]
    values = [value_of(child) for child in children if scheme_of(child) != scheme_of(after)]
    missing = list(range(value_of(before) + 1, value_of(after)))
    return values == missing or missing == [value_of(each) for each in children if rises(each)]


def rises(node: Node) -> bool:
    """Whether the last of a list is no item of it but a chapter: "5. Fees" in the list of IV.

    It is printed like the chapter above, as a title with text of its own, and counts on from it;
    the item before it is a sentence.
    """
    above = node.parent
    if not above or not above.number or len(above.number.values) > 1 or not node.place:
        return False
    before = above.children[node.place - 1]
    counts_on = number_in(node).values == (value_of(above) + 1,)
    other = CHAPTERS & {scheme_of(above)} and scheme_of(node) != scheme_of(above)
    text = len(node.pieces) > 1 or node.children
    titles = is_title(above.title) and is_title(node.title)
    return bool(counts_on and other and text and titles and not is_title(before.title))


def _returns(view: View, node: Node) -> bool:
    """Whether a number goes back to the scheme that one other number interrupted."""
    siblings = node.parent.children if node.parent else view.top
    earlier = siblings[node.place - 2] if node.place > 1 else None
    return bool(earlier and earlier.number and scheme_of(earlier) == scheme_of(node))


def previous(view: View, node: Node) -> Node | None:
    """The numbered sibling before a clause, or its parent when it is the first child."""
    siblings = node.parent.children if node.parent else view.top
    return siblings[node.place - 1] if node.place else node.parent


def _after(view: View, node: Node) -> Node | None:
    """The sibling after a clause, when both are numbered in one scheme."""
    siblings = node.parent.children if node.parent else view.top
    after = siblings[node.place + 1] if node.place + 1 < len(siblings) else None
    same = after and after.number and node.number and scheme_of(after) == scheme_of(node)
    return after if same else None
