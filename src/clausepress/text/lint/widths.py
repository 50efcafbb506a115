"""Widths: half- and full-width marks where the other belongs, and marks that stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, View


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
    # beside Latin letters and digits: 我们,Cookie and Cookie,我们
    rf"|(?<=[{HAN}])[,;](?=\s*[A-Za-z0-9])|(?<=[A-Za-z0-9])[,;?!](?=[{HAN}])"
)
_HALF_END = re.compile(rf"(?<=[{HAN}”》）】])[,;:?!.]$")
_HALF_BRACKET = re.compile(rf"(?<=[{HAN}])\s?\((?=[^（）()]*[{HAN}])[^（）()]*\)(?!\()")
_ADDRESS = re.compile(r"\S*[/.@]\S*$")


# 失败请求:HTTP 状态码, in a text that elsewhere has ：
_HALF_COLON = re.compile(rf"(?<=[{HAN}]):(?=\s*[A-Za-z0-9])")


def _half_marks(text: str, patterns: Iterable[re.Pattern[str]]) -> Iterator[tuple[int, str]]:
    for pattern in patterns:
        for found in pattern.finditer(text):
            before = text[max(0, found.start() - 60) : found.start()]
            token = re.search(r"[!-~]*$", before)
            if not token or not _ADDRESS.search(token.group()):  # the mark may be the address's own
                yield found.start(), found.group().strip()[:1]


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
    text = "\n".join(piece.text for piece in view.running())
    patterns = [_HALF, _HALF_END, _HALF_BRACKET]
    if text.count("：") > 4 * len(_HALF_COLON.findall(text)):
        patterns.append(_HALF_COLON)
    for piece in view.running():
        marks = sorted(_half_marks(piece.text, patterns))
        if marks:
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
    """Look for full-width forms where they do not belong; one hit for each piece."""
    for piece in view.pieces:
        found = _FULL_LETTER.search(piece.text)
        if not found and not view.is_zh:
            # Chinese words quoted in an English sentence bring their own marks with them.
            bare = _CHINESE.sub(lambda each: "字" * len(each.group()), piece.text)
            found = _FULL_MARK.search(bare)
        if found:
            yield at_piece(view, piece, found.start(), f"full-width “{found.group()}”")


_FULL_LETTER = re.compile(r"[Ａ-Ｚａ-ｚ０-９]")
_FULL_MARK = re.compile(r"(?<!字)(?<!字 )[，。；：（）、！？《》【】](?!字)")
_CHINESE = re.compile(rf"（[^（）]*[{HAN}][^（）]*）|《[^《》]*[{HAN}][^《》]*》|[{HAN}]")


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
    pattern = re.compile(rf"\"[^\"]*[{HAN}][^\"]*\"|(?<![A-Za-z])'[^'\"]*[{HAN}][^'\"]*'")
    for piece in view.pieces:
        if view.is_zh and (found := pattern.search(piece.text)):
            yield at_piece(view, piece, found.start(), "straight quotation marks")


_TWICE = {
    "zh": re.compile(
        # a headline that is quoted keeps its ！！
        r"([，。；：、])\1|([！？])\2(?!\2*[”’」])|[，、；：][，。；：、]|。[，、；：]|(?<=[\u4e00-\u9fff])\.\.(?!\.)|[，、；][,.;]|[,.;][，。；、](?<![A-Za-z]\.[，；、])"
    ),
    "en": re.compile(
        r"(?<=[\w)\]\"”])(?:,,+|;;+|(?<!\.)\.\.(?!\.)|,\.(?!\d)|;\.|,;|;,|\.;(?<!\b[A-Za-z]\.;)|\?\.|:\.)"
        r"(?=\s|$)"
    ),
}
_SHORT = re.compile(r"\b(?:etc|Inc|Ltd|Co|Corp|No|e\.g|i\.e|[A-Z]|[a-z]\.[a-z]|a\.m|p\.m)\.$")


@rule(
    "mark-repeated",
    Severity.WARNING,
    "A punctuation mark that stands twice, or two marks where one belongs.",
    fix="keep the one that is meant",
    example=Example(
        "zh",
        "一、范围\n\n1.1 您同意本政策，，并同意我们收集信息。",
        "一、范围\n\n1.1 您同意本政策，并同意我们收集信息。",
    ),
)
def mark_repeated(view: View) -> Iterator[Hit]:
    """Find ，， 。。 ，。 in Chinese, and “,,” “..” “,.” before a space in English."""
    for piece in view.running():
        for found in _TWICE["zh" if view.is_zh else "en"].finditer(piece.text):
            # the full stop of an abbreviation goes with any other mark: “etc.;”
            short = _SHORT.search(piece.text[: found.start() + 1])
            if short and found.group()[:1] == "." and found.group() != "..":
                continue
            yield at_piece(view, piece, found.start(), f"“{found.group()}”")
            break
