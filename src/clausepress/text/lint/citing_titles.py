"""Citations by name: section "Your Choices", “退款”部分, 下文《注销须知》, 附件《设备清单》."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clausepress.text.lint.listing import SAME, is_title, key, likeness
from clausepress.text.lint.view import HAN, Piece, View

_NAMED_EN = re.compile(
    r"\b(?i:see|described|set out|explained|listed|stated|provided|specified|referred to|under|in)"
    r"\s+(?:in |under |also )?(?:the |our )?(?:section|heading|chapter|part)s?\s+"
    r"(?:(?:titled|entitled|called|headed|named|on)\s+)?[“\"‘](?P<named>[^”\"’]{3,60})[”\"’]"
    r"|\b[Ss]ee (?:also )?(?:the )?[“\"](?P<seen>[A-Z][^”\"]{3,60})[”\"]"
    r"(?= (?:section )?(?:above|below)\b)"
    r"|[“\"](?P<section>[A-Z][^”\"]{3,60})[”\"] section (?=above|below|of (?:this|these)\b)"
)
# The section of another text, or a page of the site: section "Cookies" of our Cookie Policy.
_ELSEWHERE_EN = re.compile(r"\s*(?:section )?(?:of|in|on|at) (?!this\b|these\b|the present\b)")
_NAMED_ZH = re.compile(
    rf"(?:见|参[见阅照]|详见|按照?|依照|根据)(?:本[{HAN}]{{2,6}})?(?:上文|下文|前文)?(?:中|的|之)?[“「]"
    r"(?P<named>[^”」]{2,30})[”」](?:一|这一|的)?(?:部分|章节?|节|条款|条)(?!的(?:提示|指引|按钮))"
    r"|(?:上文|下文)(?:中|的)?[“「](?P<seen>[^”」]{2,30})[”」]"
    r"|(?:下文|下附|文末|后附|附后)(?:的|所附|所列)?《(?P<text>[^》]{2,40})》"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A place that names a part of this text by its title.

    Attributes:
        piece: The text it stands in.
        start: Where it begins there.
        title: The title it gives.
    """

    piece: Piece
    start: int
    title: str


def find_named(view: View) -> Iterator[Named]:
    """Yield the places that name a part of this very text by its title."""
    pattern = _NAMED_ZH if view.is_zh else _NAMED_EN
    for piece in view.running():
        for found in pattern.finditer(piece.text):
            if view.is_zh or not _ELSEWHERE_EN.match(piece.text, found.end()):
                title = found[found.lastgroup or 0].strip(" ,.")
                yield Named(piece, found.start(), title)


def titles_of(view: View) -> list[str]:
    """Every line of a text that can be a title: headings, titles of annexes, first phrases."""
    found = [view.source.edition.title]
    for piece in view.pieces:
        if piece.index in view.listed or not piece.text:
            continue
        phrase = _PHRASE.match(piece.text)
        if piece.kind == "heading" or is_title(piece.text):
            found.append(piece.text)
        elif piece.kind == "paragraph" and phrase:
            found.append(phrase[1])
    return found


_PHRASE = re.compile(r"([^：:。.；;]{2,60})[：:.。]\s*\S")


def has_title(titles: list[str], wanted: str) -> bool:
    """Whether a title is among others, word for word or nearly."""
    short = key(wanted)
    return any(short in key(title) or likeness(wanted, title) >= SAME for title in titles)
