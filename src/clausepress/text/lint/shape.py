"""Whether a piece of text is a sentence, a title, or the lead-in of a list."""

from __future__ import annotations

import re

from clausepress.text.lint.view import HAN, Node, Piece, View

_END = "。；：！？…”』」）】》;:.!?)\"’'|"
LONG = 24
"""Characters from which a Chinese paragraph with a comma is a sentence, not a title."""
_AND = re.compile(r"[;,]\s*(?:and/or|and|or|but),?$|；(?:[和与及或]|以及|或者)$")


def ended(text: str) -> bool:
    """Whether a text ends in a mark, or in the “; and”, “；以及” before the last item of a list."""
    return text[-1:] in _END or _AND.search(text) is not None


def leads(view: View, piece: Piece, text: str) -> bool:
    """Whether an unnumbered paragraph announces the list that follows it."""
    following = view.next_piece(piece)
    number = following.node.number if following and following.node and following.opens else None
    if not number or number.values[-1] != 1:
        return False
    if piece.opens and piece.node and piece.node.number:
        return view.is_zh and _LEAD_CASES_ZH.search(text) is not None
    return (_LEAD_ZH if view.is_zh else _LEAD_EN).search(text) is not None


_LEAD_ZH = re.compile(rf"，[{HAN}]{{1,12}}(?:以下|下列|如下)[{HAN}、]{{2,12}}$")
# 遇有下列情形之一的，您可以要求我们删除, with the list below it
_LEAD_CASES_ZH = re.compile(
    r"(?:以下|下列)[^，。；：]{0,4}情[形况][^，。；：]{0,6}，[^。；：]{2,30}$"
)
_LEAD_EN = re.compile(r"\w, [^.;:]*\bthe following [a-z ]{3,40}$|\w as follows$")


def is_leaf(view: View, piece: Piece) -> bool:
    """Whether a piece is all there is of a numbered clause, so that it is no title."""
    node = piece.node
    if not node or not node.number or not piece.opens or node.children or len(node.pieces) > 1:
        return False
    following = view.next_piece(piece)
    if piece.index in view.listed or (following and not following.opens):
        return False
    above: list[Node | None] = [None]
    while node := node.parent:
        above.append(node)
    return not following or not following.node or following.node.parent in above


def acts(view: View, piece: Piece) -> bool:
    """Whether a clause beside one other that ends is a sentence by its words."""
    text = piece.text
    if not is_leaf(view, piece):
        return False
    if view.is_zh:
        return len(text) >= 10 and bool(_SAYS_ZH.search(text)) and not _ASKS_ZH.search(text)
    return alone(view, piece)


def alone(view: View, piece: Piece) -> bool:
    """Whether an English clause without neighbours is a sentence by its words."""
    words = piece.text.split()
    if view.is_zh or len(words) < 10 or not is_leaf(view, piece):
        return False
    return bool(_VERB_EN.search(piece.text)) and words[0].lower() not in _TITLE_FIRST


_TITLE_FIRST = {"how", "what", "when", "where", "why", "which", "who", "whether", "situations"}
_SAYS_ZH = re.compile(
    r"应当|可以|不得|有权|无权|必须|视为|无需|按照|依照|至少|不少于|不超过|每[年月日周季]|在[^，。的]{2,14}[内后前]"
)


def unlike(view: View, piece: Piece, row: list[Piece]) -> bool:
    """Whether a piece is a sentence or an item of a list like its neighbours, which all end."""
    text = piece.text.rstrip()
    if view.is_zh:
        full = all(each.text.rstrip()[-1:] in "。；" for each in row)
        return len(text) >= 8 and (not _is_title(piece) or (full and is_leaf(view, piece)))
    stops = [each for each in row if each.text.rstrip()[-1:] in ".;" or _AND.search(each.text)]
    if len(stops) < max(2, len(row) - 1) or not re.search(r"[a-z]$", text):
        return False
    node = piece.node
    words = text.split()
    below = node and (node.children or (piece.opens and len(node.pieces) > 1))
    if below and len(words) <= _TITLE_WORDS:
        return False  # the title of what stands below it
    items = [each for each in row if each.text.rstrip()[-1:] != ":"]
    small = text[:1].islower() and all(each.text[:1].islower() for each in items)
    return (small and len(words) >= 2) or (len(words) >= 5 and _VERB_EN.search(text) is not None)


_TITLE_WORDS = 10
_VERB_EN = re.compile(
    r"\b(?:shall|will|may|must|can|cannot|should|is|are|was|were|has|have|had|do|does|agree|agrees"
    r"|collect|use|keep|apply|applies|means|includes?|remains?|requires?)\b"
)
_ACT_ZH = re.compile(
    r"应当|应[^用]|可以|不得|有权|无权|必须|须|视为|不予|均[^等衡]|无需|负责|承担|构成|适用于|不会|将[^来]|会[^员议]"
)
_ASKS_ZH = re.compile(
    r"如何|哪些|什么|怎样|怎么|为何|谁|是否|的[\u4e00-\u9fff]{1,8}$|情形$|情况$|方式$|义务$|责任$|规则$"
)


def _is_title(piece: Piece) -> bool:
    """Whether a piece reads as the title of the clauses or paragraphs below it."""
    node = piece.node
    short = len(piece.text) <= LONG * 2 and not re.search(r"[，。；]", piece.text)
    if not short:
        return False
    above = not piece.opens or bool(
        node and (node.children or len(node.pieces) > 1 or not node.number)
    )
    says = _ACT_ZH.search(piece.text) and not _ASKS_ZH.search(piece.text)
    return above or not (says or piece.text.endswith("的"))
