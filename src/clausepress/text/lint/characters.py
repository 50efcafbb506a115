"""Marks, quotes, brackets, widths, spaces and what other formats leave behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from clausepress.text.inline import unbalanced_marks
from clausepress.text.lint.model import Example, Hit, Severity, at_line, at_piece, rule
from clausepress.text.lint.view import HAN, Piece, View
from clausepress.text.spread import spread_marks
from clausepress.text.visible import HTML_TAG

_ITEM_MARK = re.compile(r"(?:^|[^\w（(])(?:[a-zA-Z]|\d{1,2}|[ivx]{1,4})$")
_PAIRS = {
    "”": "“",
    "》": "《",
    "】": "【",
    "）": "（",
    ")": "（",
    "]": "[",
    "」": "「",
    "』": "『",
    "〉": "〈",
}
_OPENERS = {"(": "（"} | {each: each for each in _PAIRS.values()}


def _raw_blocks(view: View) -> Iterator[tuple[int, list[str]]]:
    """Yield the paragraphs and list items of the raw file with their first line."""
    block: list[str] = []
    start = 1
    for number, line in enumerate([*view.lines, ""], start=1):
        new = not line.strip() or re.match(r"\s*(?:[-*+]|#{1,6}|\|)\s", line)
        if new and block:
            yield start, block
            block = []
        if line.strip():
            if not block:
                start = number
            block.append(line)


@rule(
    "emphasis-unbalanced",
    Severity.ERROR,
    "A mark of emphasis with no partner in its paragraph.",
    fix="remove the mark, or add its partner where the emphasis ends",
    example=Example(
        "zh",
        "一、披露\n\n1.1 根据您的需求披露；**\n\n1.2 根据法律披露。",
        "一、披露\n\n1.1 **根据您的需求披露**；\n\n1.2 根据法律披露。",
    ),
)
def emphasis_unbalanced(view: View) -> Iterator[Hit]:
    """Pair the marks of each paragraph of the raw file, where they run on as the parser says."""
    blocks = list(_raw_blocks(view))
    spread = spread_marks([_markable("\n".join(block)) for _, block in blocks])
    for (start, block), source in zip(blocks, spread, strict=True):
        raw = "\n".join(block)
        if not any(mark in raw for mark in ("**", "^^", "<u>", "</u>")):
            continue
        marks = unbalanced_marks(source or raw)
        if marks:
            lines = [start + place for place, line in enumerate(block) if marks[-1] in line]
            yield at_line(view, lines[-1] if lines else start, f"{marks[0]} has no partner")


def _markable(block: str) -> str | None:
    """A block without its list mark and id; None for a heading or a table's row."""
    if re.match(r"\s*(?:#{1,6}\s|\|)", block):
        return None
    return re.sub(r"^\s*[-*+]\s+|\s*\{#[^{}\s]*\}\s*$", "", block)


def _stray(text: str) -> tuple[int, str] | None:
    """Place and character of the first bracket or quote of a text without its partner."""
    stack: list[tuple[int, str]] = []
    for place, char in enumerate(text):
        if char in _OPENERS:
            stack.append((place, _OPENERS[char]))
        elif char in _PAIRS:
            if stack and stack[-1][1] == _PAIRS[char]:
                stack.pop()
            elif char not in "）)" or not _ITEM_MARK.search(text[max(0, place - 6) : place]):
                return place, char
    return (stack[0][0], text[stack[0][0]]) if stack else None


@rule(
    "bracket-unbalanced",
    Severity.WARNING,
    "A bracket or a quotation mark without its partner.",
    fix="add the missing one, or remove this one",
    example=Example(
        "zh",
        "一、范围\n\n1.1 本政策适用于“示例云的全部服务。",
        "一、范围\n\n1.1 本政策适用于“示例云”的全部服务。",
    ),
)
def bracket_unbalanced(view: View) -> Iterator[Hit]:
    """Pair brackets and quotes in each piece; one that the rest of the clause closes is fine."""
    for piece in view.pieces:
        found = _stray(_INTERVAL.sub(_blank, piece.text))
        if found and not _closed_in_clause(piece) and not _goes_on(view, piece, found):
            yield at_piece(view, piece, found[0], f"{found[1]} has no partner")
            continue
        place = _stray_straight(piece.text)
        broken = piece.text[-1:].isalpha() or piece.text[-1:] in ",，"
        if place is not None and not (broken and _odd_neighbour(view, piece)):
            yield at_piece(view, piece, place, f"{piece.text[place]} has no partner")


# half-open intervals: [0, 1), (0, 1]
_INTERVAL = re.compile(r"[\[(（]\s*-?[\d.]+%?\s*[,，]\s*(?:\+?∞|-?[\d.]+%?)\s*[\])）]")
# inches, and the fences of code
_NO_QUOTES = re.compile(
    r"(?<=\d)\"(?=\s*(?:[x×*]|by\b|wide|long|tall|high|screen|display|monitor))|\"{2,}"
)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _stray_straight(text: str) -> int | None:
    """The place of a straight or single curly quote without its partner."""
    marks = [found.start() for found in re.finditer('"', _NO_QUOTES.sub(_blank, text))]
    if len(marks) % 2:
        return _odd_one(text, marks)
    # ’ is also the apostrophe, so only an opener can be proved to be alone.
    opened = [
        found.start()
        for found in re.finditer(r"‘(?!\d\ds?\b)", text)
        if "’" not in text[found.end() :]
    ]
    return opened[0] if opened else None


def _odd_neighbour(view: View, piece: Piece) -> bool:
    """Whether the next piece lacks a quote too: a sentence broken inside a quotation."""
    following = view.next_piece(piece)
    return following is not None and following.text.count('"') % 2 == 1


def _odd_one(text: str, marks: list[int]) -> int:
    """Which of an odd number of straight quotes is alone: the first that opens twice, or the last.

    A mark after a space or bracket opens, one before a space or mark closes.
    """
    is_open = False
    before = marks[-1]
    for place in marks:
        opens = (
            place == 0
            or text[place - 1] in " (（["
            or (not is_open and text[place + 1 : place + 2] not in " ,.;:)，。；：）")
        )
        if opens == is_open:
            return before if opens else place
        is_open, before = opens, place
    return marks[-1]


def _goes_on(view: View, piece: Piece, found: tuple[int, str]) -> bool:
    """Whether the partner stands in the next piece, or a quotation opens each of its paragraphs."""
    around = view.pieces[max(piece.index - 1, 0) : piece.index + 2]
    if any(_stray(one.text + other.text) is None for one, other in pairwise(around)):
        return True
    quoting = around[-1] is not piece and around[-1].text.startswith("“")
    return found == (0, "“") and quoting and not _DEFINES.match(piece.text)


# “安全事件是指 among the paragraphs of a list of definitions lost its closing quote
_DEFINES = re.compile(r"“[^”，。；]{1,16}?(?:是指|系指|均指)")


def _closed_in_clause(piece: Piece) -> bool:
    if not piece.node or len(piece.node.pieces) < 2:
        return False
    return _stray("\n".join(each.text for each in piece.node.pieces)) is None


_SPACE = re.compile(rf"(?<=[{HAN}]) +(?=[{HAN}])")


@rule(
    "stray-space",
    Severity.NOTE,
    "A space inside a Chinese phrase.",
    fix="remove the space",
    example=Example(
        "zh",
        "一、提示\n\n1.1 本条款中，免责条款可能以加粗或下划线 形式提示您注意。",
        "一、提示\n\n1.1 本条款中，免责条款可能以加粗或下划线形式提示您注意。",
    ),
)
def stray_space(view: View) -> Iterator[Hit]:
    """Find a space between two Chinese characters in running text, titles set aside."""
    for piece in view.running():
        if piece.kind == "heading" or "。" not in piece.text:
            continue
        for found in _SPACE.finditer(piece.text):
            before = piece.text[: found.start()]
            titled = re.search(rf"^[{HAN}、]{{2,24}}$", before) or before.count(
                "《"
            ) > before.count("》")
            if not titled and found.end() - found.start() <= 2:
                yield at_piece(view, piece, found.start(), "a space inside the sentence")


@rule(
    "html-tag",
    Severity.WARNING,
    "An HTML tag in the text: readers see it as characters.",
    fix="remove the tag; a title is a line that begins with #",
    example=Example(
        "en",
        "1. Scope\n\n<div align=center>This applies to the site.</div>",
        "1. Scope\n\nThis applies to the site.",
    ),
)
def html_tag(view: View) -> Iterator[Hit]:
    """Find tags in the raw file; ``<u>`` is our own mark of emphasis."""
    for number, line in enumerate(view.lines, start=1):
        tags = [tag for tag in HTML_TAG.findall(line) if tag.lower() not in {"<u>", "</u>"}]
        if tags:
            yield at_line(view, number, f"the HTML tag {tags[0]}")


@rule(
    "indented-line",
    Severity.NOTE,
    "A few lines indented by four spaces or more: Markdown shows them as computer code.",
    fix="remove the spaces at the start of the line",
    example=Example(
        "en",
        "1. Rights\n\nYou can ask us to delete data if:\n\n     1.1 the law was broken;\n\n"
        "     1.2 you withdraw your consent.",
        "1. Rights\n\nYou can ask us to delete data if:\n\n1.1 the law was broken;\n\n"
        "1.2 you withdraw your consent.",
    ),
)
def indented_line(view: View) -> Iterator[Hit]:
    """Find indented lines in a text that mostly has none; neighbours are told once."""
    if view.wrapped and not view.source.is_source:
        return  # laid out by hand: indents are part of the layout
    filled = [number for number, line in enumerate(view.lines, start=1) if line.strip()]
    indented = {n for n in filled if re.match(r"(?: {4,}|\t)(?=\S)", view.lines[n - 1])}
    if len(indented) * 3 > len(filled) * 2:
        return  # a text laid out with indents throughout
    before = 0
    item = False  # whether Markdown has a list item open, whose indented lines are its own
    for number in filled:
        is_list = re.match(r"\s+[-*+]\s", view.lines[number - 1])
        if number not in indented:
            item = re.match(r" {0,3}(?:[-*+]|\d{1,9}[.)])\s", view.lines[number - 1]) is not None
        elif before not in indented and not is_list and not item:
            yield at_line(view, number, "indented like computer code")
        before = number


@rule(
    "character-lost",
    Severity.ERROR,
    "The replacement character U+FFFD: a character was lost when the file was converted.",
    fix="restore the character from the original",
    example=Example(
        "zh",
        "一、费用\n\n1.1 您应当按\ufffd付费。",
        "一、费用\n\n1.1 您应当按时付费。",
    ),
)
def character_lost(view: View) -> Iterator[Hit]:
    """Find U+FFFD, which decoders put where they could not read a character."""
    for piece in view.pieces:
        if (at := piece.text.find("\ufffd")) >= 0:
            yield at_piece(view, piece, at, "a character is lost here (U+FFFD)")


_HIDDEN = re.compile(
    r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0b\x0e-\x1f]"
)


@rule(
    "hidden-character",
    Severity.WARNING,
    "A character that nobody sees: zero-width, text direction or control.",
    fix="remove it",
    example=Example(
        "en",
        "1. Scope\n\nThis applies to the\u200b site.",
        "1. Scope\n\nThis applies to the site.",
    ),
)
def hidden_character(view: View) -> Iterator[Hit]:
    """Find invisible characters (Unicode categories Cf and Cc) in the raw file."""
    for number, line in enumerate(view.lines, start=1):
        if found := _HIDDEN.search(line):
            yield at_line(view, number, f"the invisible character U+{ord(found.group()):04X}")
