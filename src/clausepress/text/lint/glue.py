"""Recognising items that a lost line break glued to the item before."""

from __future__ import annotations

import re

from clausepress.text.lint.view import HAN, Node

_NEXT = {
    "dun": r"(?<=\s){}、",
    "dot": r"(?<=\s){}[.．](?!\d)",
    "paren": r"(?<=\s)[（(]{}[）)]",
    # A decimal may as well be a figure: only one that opens a sentence is an item.
    "decimal": r"(?<=[。；;.!！]\s){}[.．]?(?=\s)",
}


def glued_number(node: Node) -> re.Match[str] | None:
    """Find the next number of the list inside an item, where the item after it has none.

    ``5、保护 6、管理`` followed by ``7、`` holds item 6.
    """
    if not node.number or not node.pieces or node.children:
        return None
    pattern = _NEXT.get(node.number.scheme)
    if not pattern:
        return None
    value = node.number.values[-1]
    if str(value + 1) not in node.pieces[0].text:
        return None  # spares compiling a pattern for every number of a long text
    siblings = node.parent.children if node.parent else []
    following = siblings[node.place + 1 : node.place + 2]
    if following and following[0].number and following[0].number.values[-1] == value + 1:
        return None
    printed = r"\.".join(str(part) for part in (*node.number.values[:-1], value + 1))
    found = re.search(pattern.format(printed) + rf"\s*(?=[{HAN}A-Z])", node.pieces[0].text)
    return found if found and found.start() else None
