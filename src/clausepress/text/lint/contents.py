"""The contents list against the chapters."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from clausepress.text.lint.glue import glued_number
from clausepress.text.lint.listing import SAME, is_title, key, likeness
from clausepress.text.lint.model import Example, Hit, Severity, at_node, at_piece, rule
from clausepress.text.lint.view import Node, Piece, View

_REWORDED = 0.25  # similarity that suffices where neither has another partner


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of the contents list: its title, its printed number, where it stands."""

    text: str
    values: tuple[int, ...]
    piece: Piece


@dataclass(frozen=True, slots=True)
class _Contents:
    """A contents list, the chapters of the text, and which belongs to which.

    Attributes:
        items: Items in printed order.
        chapters: Clauses that an item may mean, in printed order.
        due: Places in ``chapters`` of those that the list should name.
        pairs: Place of an item to place of its chapter.
    """

    items: list[_Item]
    chapters: list[Node]
    due: list[int]
    pairs: dict[int, int]


def _read(view: View) -> _Contents:
    """Read the contents list; one without items when the text has none."""
    items = [item for index in sorted(view.listed) for item in _items(view.pieces[index])]
    if not items:
        return _Contents([], [], [], {})
    end = max(view.listed)
    depths = {len(item.values) for item in items if item.values} or {1}
    chapters = [node for node in view.nodes if _is_chapter(node, end, max(depths))]
    pairs = _pairs(items, chapters)
    numbered = any(chapters[place].number for place in pairs.values())
    due = [
        place
        for place, node in enumerate(chapters)
        if bool(node.number) == numbered
        and (node.parent is None or (node.number and len(node.number.values) in depths))
    ]
    return _Contents(items, chapters, due, pairs)


def _items(piece: Piece) -> Iterator[_Item]:
    node = piece.node if piece.opens else None
    values = node.number.values if node and node.number else ()
    text = piece.text
    if node and (glued := glued_number(node)):
        yield _Item(text[: glued.start()], values, piece)
        text = text[glued.end() :]
        values = (*values[:-1], values[-1] + 1)
    yield _Item(text, values, piece)


def _is_chapter(node: Node, after: int, depth: int) -> bool:
    """Whether an item of the contents list may mean this clause."""
    if not node.pieces or node.pieces[0].index <= after or not is_title(node.title):
        return False
    number = node.number
    if node.parent is None:
        return bool(number or node.clause.heading)
    return bool(number and 1 < len(number.values) <= depth)


def _pairs(items: list[_Item], chapters: list[Node]) -> dict[int, int]:
    """Item to chapter, best likeness first, each used once; then what stands between the same."""
    titles = {key(node.title): place for place, node in reversed(list(enumerate(chapters)))}
    exact = {
        index: titles[key(item.text)]
        for index, item in enumerate(items)
        if key(item.text) in titles
    }
    pairs: dict[int, int] = {}
    for index, place in exact.items():
        if place not in pairs.values():
            pairs[index] = place
    scored = sorted(
        (-likeness(item.text, chapter.title), index, place)
        for index, item in enumerate(items)
        for place, chapter in enumerate(chapters)
        if index not in pairs and place not in pairs.values()
    )
    for score, index, place in scored:
        beside = pairs.get(index - 1, place - 1) == place - 1 and (
            pairs.get(index + 1, place + 1) == place + 1
        )
        number, values = chapters[place].number, items[index].values
        same = beside and (not values or bool(number and number.values == values))
        least = _REWORDED if same else SAME
        if -score >= least and index not in pairs and place not in pairs.values():
            pairs[index] = place
    return pairs


@rule(
    "contents-missing",
    Severity.WARNING,
    "A chapter that the contents list leaves out.",
    fix="add the chapter to the contents list",
    example=Example(
        "zh",
        "引言\n\n本政策包括以下内容：\n\n1、适用范围\n\n2、收集信息\n\n3、联系我们\n\n"
        "一、适用范围\n\n适用于网站。\n\n二、收集信息\n\n我们收集手机号。\n\n"
        "三、共享与转让\n\n我们不共享。\n\n四、联系我们\n\n请写信。",
        "引言\n\n本政策包括以下内容：\n\n1、适用范围\n\n2、收集信息\n\n3、联系我们\n\n"
        "一、适用范围\n\n适用于网站。\n\n二、收集信息\n\n我们收集手机号。\n\n三、联系我们\n\n请写"
        "信。",
    ),
)
def contents_missing(view: View) -> Iterator[Hit]:
    """Find chapters with no item."""
    contents = _read(view)
    named = set(contents.pairs.values())
    for place in contents.due:
        if place not in named:
            line = view.line_of(contents.items[0].piece)
            yield at_node(
                contents.chapters[place],
                f"the contents list (line {line}) does not name this chapter",
            )


@rule(
    "contents-extra",
    Severity.WARNING,
    "An item of the contents list that is no chapter.",
    fix="remove the item, or restore the chapter",
    example=Example(
        "zh",
        "引言\n\n本政策包括以下内容：\n\n1、适用范围\n\n2、收集信息\n\n3、联系我们\n\n4、跨境传输"
        "\n\n"
        "一、适用范围\n\n适用于网站。\n\n二、收集信息\n\n我们收集手机号。\n\n三、联系我们\n\n请写"
        "信。",
        "引言\n\n本政策包括以下内容：\n\n1、适用范围\n\n2、收集信息\n\n3、联系我们\n\n"
        "一、适用范围\n\n适用于网站。\n\n二、收集信息\n\n我们收集手机号。\n\n三、联系我们\n\n请写"
        "信。",
    ),
)
def contents_extra(view: View) -> Iterator[Hit]:
    """Find items with no chapter."""
    contents = _read(view)
    for index, item in enumerate(contents.items):
        if index not in contents.pairs:
            yield _at(view, item, "no chapter of the text has this title")


@rule(
    "contents-wording",
    Severity.NOTE,
    "An item of the contents list worded otherwise than its chapter.",
    fix="give both the same words",
    example=Example(
        "zh",
        "引言\n\n本政策包括以下内容：\n\n1、适用范围\n\n2、个人信息的收集\n\n3、联系我们\n\n"
        "一、适用范围\n\n适用于网站。\n\n二、您个人信息的收集\n\n我们收集手机号。\n\n三、联系我们"
        "\n\n请写信。",
        "引言\n\n本政策包括以下内容：\n\n1、适用范围\n\n2、个人信息的收集\n\n3、联系我们\n\n"
        "一、适用范围\n\n适用于网站。\n\n二、个人信息的收集\n\n我们收集手机号。\n\n三、联系我们"
        "\n\n请写信。",
    ),
)
def contents_wording(view: View) -> Iterator[Hit]:
    """Compare item and chapter."""
    contents = _read(view)
    for index, place in sorted(contents.pairs.items()):
        item, title = contents.items[index], contents.chapters[place].title
        if key(item.text) != key(title):
            said = f"the contents list says “{item.text.strip()}”, the chapter “{title}”"
            yield _at(view, item, said)


@rule(
    "contents-order",
    Severity.WARNING,
    "An item of the contents list that stands in another order than its chapter.",
    fix="give the contents list the order of the chapters",
    example=Example(
        "en",
        "Contents\n\n1. Scope\n\n2. Fees\n\n3. Refunds\n\n4. Contact\n\n"
        "## 1. Scope\n\nThis applies to the site.\n\n## 2. Refunds\n\nWe refund in ten days.\n\n"
        "## 3. Fees\n\nFees are due each month.\n\n## 4. Contact\n\nPlease write to us.",
        "Contents\n\n1. Scope\n\n2. Refunds\n\n3. Fees\n\n4. Contact\n\n"
        "## 1. Scope\n\nThis applies to the site.\n\n## 2. Refunds\n\nWe refund in ten days.\n\n"
        "## 3. Fees\n\nFees are due each month.\n\n## 4. Contact\n\nPlease write to us.",
    ),
)
def contents_order(view: View) -> Iterator[Hit]:
    """Find the fewest items that would have to move."""
    contents = _read(view)
    pairs = sorted(contents.pairs.items())
    kept = _longest_rise([place for _, place in pairs])
    for at, (index, place) in enumerate(pairs):
        if at not in kept:
            line = contents.chapters[place].line
            yield _at(view, contents.items[index], f"its chapter stands elsewhere (line {line})")


def _longest_rise(numbers: list[int]) -> set[int]:
    """Places of a longest increasing subsequence (patience sorting)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(tails, number)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [number]
        ends[at : at + 1] = [place]
    found: set[int] = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        found.add(place)
        place = before[place]
    return found


def _at(view: View, item: _Item, message: str) -> Hit:
    node = item.piece.node if item.piece.opens else None
    return at_node(node, message) if node else at_piece(view, item.piece, 0, message)
