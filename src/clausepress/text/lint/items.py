"""Whether a clause has the item or the paragraph that a citation names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from clausepress.text.lint.citation import Citation, number_of
from clausepress.text.lint.view import Node, Piece, View

_HAN = ["零", *"一二三四五六七八九十", *(f"十{digit}" for digit in "一二三四五六七八九"), "二十"]
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class Items:
    """Looks items up, in clauses of their own and inside sentences.

    Args:
        view: The text.
        cited: Its citations, whose own "(c)" is no item.
    """

    def __init__(self, view: View, cited: Sequence[Citation]) -> None:
        self._view = view
        self._cited: dict[int, list[tuple[int, int]]] = {}
        for each in cited:
            self._cited.setdefault(each.piece.index, []).append((each.start, each.end))

    def has(self, node: Node, label: str) -> bool:
        """Whether a clause has an item.

        Args:
            node: The clause.
            label: ``c``, ``iv``, ``5``, ``五``; ``二款`` asks for a second paragraph.
        """
        nodes = list(self._extent(node))
        if label.endswith("款"):
            return _has_paragraph(nodes, label[:-1])
        letters = label.isascii() and label.isalpha()
        values = set(number_of(label.upper() if letters else label))
        if any(_is_item(each, label, values, letters=letters) for each in nodes[1:]):
            return True
        pattern = _inline(label, 0 if letters or not values else min(values))
        if any(self._stands_in(piece, pattern) for each in nodes for piece in each.pieces):
            return True
        # 第五项 of a list printed with dashes has no number to read: its items are counted.
        dashes = not label.isascii() and not any(each.number for each in nodes[1:])
        return dashes and _has_paragraph(nodes, label)

    def missing(self, node: Node, labels: Sequence[str]) -> str:
        """The first label of a chain, each inside the one before, that does not exist; or empty.

        Args:
            node: The clause.
            labels: ``("一", "5")`` of 第（一）款第 5 项, ``("a", "ii")`` of (a)(ii).
        """
        for label in labels:
            values = set() if label.endswith("款") else set(number_of(label))
            outline = {_number_in_outline(child) for child in node.children} - {0}
            if outline and values and not label.isascii() and not outline & values:
                return (
                    label  # 第（三）款 of a chapter with （一）（二）, whatever else is its third
                )
            if not self.has(node, label):
                return label
            node = self.find(node, label) or node
        return ""

    def find(self, node: Node, label: str) -> Node | None:
        """The clause that is an item of another one, where just one on its level can be meant."""
        if label.endswith("款"):
            return None
        letters = label.isascii() and label.isalpha()
        values = set(number_of(label.upper() if letters else label))
        family = node.children
        while family:
            found = [each for each in family if _is_item(each, label, values, letters=letters)]
            if found:
                return found[0] if len(found) == 1 else None
            family = [child for each in family for child in each.children]
        return None

    def _extent(self, node: Node) -> Iterator[Node]:
        """Yield a clause, those below it, and the items after it that the parser cannot nest."""
        yield from node.walk()
        if not node.parent or not node.number:
            return
        for following in node.parent.children[node.place + 1 :]:
            number = following.number
            if not number or number.scheme == node.number.scheme or following.clause.heading:
                return
            yield from following.walk()

    def _stands_in(self, piece: Piece, pattern: re.Pattern[str]) -> bool:
        cited = self._cited.get(piece.index, ())
        return any(
            not any(start <= found.start() < end for start, end in cited)
            for found in pattern.finditer(piece.text)
        )


def _number_in_outline(node: Node) -> int:
    return node.number.values[0] if node.number and node.number.scheme == "han-paren" else 0


def _is_item(node: Node, label: str, values: set[int], *, letters: bool) -> bool:
    number = node.number
    if not number:
        return False
    if number.printed.strip("（()）.、").casefold() == label.casefold():
        return True
    roman = number.scheme.startswith("roman")
    return number.values[-1] in values and (roman if letters else "alpha" not in number.scheme)


def _inline(label: str, value: int) -> re.Pattern[str]:
    """The label inside a sentence: (c), c), （五）, 5、, ⑤."""
    forms = [re.escape(label)]
    if value:
        forms += [str(value), *_HAN[value : value + 1]]
    joined = "|".join(forms)
    circled = f"|{_CIRCLED[value - 1]}" if 0 < value <= len(_CIRCLED) else ""
    return re.compile(
        rf"(?<!第)(?<!第 )[（(](?:{joined})[）)]|(?<![\w.(（])(?:{joined})[）)、]{circled}",
        re.IGNORECASE,
    )


def _has_paragraph(nodes: list[Node], label: str) -> bool:
    """Whether a clause has that many paragraphs, items counted, or an item with that number."""
    wanted = number_of(label)
    if not wanted:
        return True
    own = sum(piece.kind == "paragraph" for piece in nodes[0].pieces)
    return own + len(nodes[0].children) >= wanted[0] or any(
        node.number.values[-1] == wanted[0] for node in nodes[1:] if node.number
    )
