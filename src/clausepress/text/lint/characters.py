"""Marks, quotes, brackets, widths, spaces and what other formats leave behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausepress.text.inline import unbalanced_marks
from clausepress.text.lint.model import Example, Hit, Severity, at_line, at_piece, rule
from clausepress.text.lint.view import HAN, Piece, View
from clausepress.text.visible import HTML_TAG

_ITEM_MARK = re.compile(r"(?:^|[^\w（(])(?:[a-zA-Z]|\d{1,2}|[ivx]{1,4})$")
_PAIRS = {"”": "“", "》": "《", "】": "【", "）": "（", ")": "（", "]": "[", "」": "「", "』": "『"}
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
    """Pair the marks of each paragraph of the raw file."""
    for start, block in _raw_blocks(view):
        if not any(mark in line for line in block for mark in ("**", "^^", "<u>", "</u>")):
            continue
        marks = unbalanced_marks("\n".join(block))
        if marks:
            lines = [start + place for place, line in enumerate(block) if marks[-1] in line]
            yield at_line(view, lines[-1] if lines else start, f"{marks[0]} has no partner")


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
        found = _stray(piece.text)
        if not found or _closed_in_clause(piece):
            continue
        place, char = found
        yield at_piece(view, piece, place, f"{char} has no partner")
    if not view.is_zh:
        return
    for piece in view.running():
        if piece.text.count('"') % 2:
            yield at_piece(view, piece, piece.text.rfind('"'), '" has no partner')


def _closed_in_clause(piece: Piece) -> bool:
    if not piece.node or len(piece.node.pieces) < 2:
        return False
    return _stray("\n".join(each.text for each in piece.node.pieces)) is None


@rule(
    "bracket-width",
    Severity.NOTE,
    "A pair of brackets of two widths: （…).",
    fix="use full-width brackets around Chinese text",
    example=Example(
        "zh",
        "一、范围\n\n1.1 本政策（含更新版本)适用于网站。",
        "一、范围\n\n1.1 本政策（含更新版本）适用于网站。",
    ),
)
def bracket_width(view: View) -> Iterator[Hit]:
    """Compare both ends of each pair."""
    pattern = re.compile(r"（[^（）()]*\)|\([^（）()]*）")
    for piece in view.pieces:
        for found in pattern.finditer(piece.text):
            yield at_piece(view, piece, found.start(), "the two brackets have different widths")


_HALF = re.compile(
    rf"(?<=[{HAN}”》）】])\s?[,;:?!](?=\s*[{HAN}“《（【])|(?<=[{HAN}])[.](?=\s*[{HAN}])"
)
_HALF_END = re.compile(rf"(?<=[{HAN}”》）】])[,;:?!.]$")
_HALF_BRACKET = re.compile(rf"(?<=[{HAN}])\s?\((?=[{HAN}])[^（）()]*\)(?!\()")


@rule(
    "half-width",
    Severity.NOTE,
    "Half-width punctuation in a Chinese sentence (GB/T 15834).",
    fix="use full-width punctuation: ，；：（）",
    example=Example(
        "zh",
        "一、范围\n\n1.1 您同意本政策,并同意我们收集信息。",
        "一、范围\n\n1.1 您同意本政策，并同意我们收集信息。",
    ),
)
def half_width(view: View) -> Iterator[Hit]:
    """Look for half-width marks between Chinese characters; one hit for each line."""
    if not view.is_zh:
        return
    for piece in view.running():
        marks = [
            (found.start(), found.group().strip()[:1])
            for pattern in (_HALF, _HALF_END, _HALF_BRACKET)
            for found in pattern.finditer(piece.text)
        ]
        if marks:
            marks.sort()
            more = f" and {len(marks) - 1} more" if len(marks) > 1 else ""
            yield at_piece(view, piece, marks[0][0], f"half-width “{marks[0][1]}”{more}")


@rule(
    "full-width",
    Severity.NOTE,
    "Full-width punctuation in an English sentence, or full-width letters and digits.",
    fix="use the ordinary form",
    example=Example(
        "en",
        "1. Scope\n\nThis applies to the site，and to the app.",
        "1. Scope\n\nThis applies to the site, and to the app.",
    ),
)
def full_width(view: View) -> Iterator[Hit]:
    """Look for full-width forms where they do not belong."""
    punctuation = "" if view.is_zh else r"|(?<=[A-Za-z0-9])[，。；：（）、！？](?=[\sA-Za-z0-9]|$)"
    pattern = re.compile(rf"[Ａ-Ｚａ-ｚ０-９]{punctuation}")
    for piece in view.pieces:
        if found := pattern.search(piece.text):
            yield at_piece(view, piece, found.start(), f"full-width “{found.group()}”")


@rule(
    "straight-quotes",
    Severity.NOTE,
    "Straight quotation marks around Chinese words.",
    fix="use “ and ”",
    example=Example(
        "zh",
        '一、定义\n\n1.1 示例公司（以下称"示例云"）提供服务。',
        "一、定义\n\n1.1 示例公司（以下称“示例云”）提供服务。",
    ),
)
def straight_quotes(view: View) -> Iterator[Hit]:
    """Find a pair of straight quotes with Chinese between."""
    pattern = re.compile(rf'"[^"]*[{HAN}][^"]*"')
    for piece in view.pieces:
        if view.is_zh and (found := pattern.search(piece.text)):
            yield at_piece(view, piece, found.start(), "straight quotation marks")


_FOREIGN = re.compile(rf"(?<=[{HAN}])\s*\b(and|or|the|of|for|with|to|in|by|is|are)\b\s*(?=[{HAN}])")


@rule(
    "foreign-word",
    Severity.WARNING,
    "An English function word left in a Chinese sentence.",
    fix="translate the word",
    example=Example(
        "zh",
        "一、告知\n\n1.1 我们会告知您事件的情况 and 影响。",
        "一、告知\n\n1.1 我们会告知您事件的情况和影响。",
    ),
)
def foreign_word(view: View) -> Iterator[Hit]:
    """Find and, or, the … between Chinese characters."""
    for piece in view.pieces:
        for found in _FOREIGN.finditer(piece.text):
            yield at_piece(view, piece, found.start(1), f"“{found.group(1)}” in a Chinese sentence")


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
    for number in filled:
        is_list = re.match(r"\s+[-*+]\s", view.lines[number - 1])
        if number in indented and before not in indented and not is_list:
            yield at_line(view, number, "indented like computer code")
        before = number


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
