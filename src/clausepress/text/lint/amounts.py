"""Amounts and periods written twice, in words and in figures: both must say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import View

# Everyday digits, and those of bills (支付结算办法, annex 1).
_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
_DIGITS |= dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)) | {"两": 2}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_HAN = "零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟万亿"
_FIGURE = r"(?P<figure>\d[\d,]*(?:\.\d+)?)"
_ZH = re.compile(
    # 8,000 元（大写：捌仟元整）
    rf"{_FIGURE}\s*(?P<scale>[万亿]?)\s*元?[^。；\d]{{0,10}}大写[：:]?\s*(?:人民币)?"
    rf"(?P<words>[{_HAN}]+)[元圆](?![角分])"
    # 人民币捌仟元整（¥8,000）
    rf"|(?P<words2>[壹贰叁肆伍陆柒捌玖拾佰仟万亿零]+)[元圆]整?\s*[（(]\s*(?:小写)?[：:]?\s*(?:人民币)?[¥￥]?\s*"
    rf"(?P<figure2>\d[\d,]*(?:\.\d+)?)\s*(?P<scale2>[万亿]?)元?\s*[)）]"
    # 三十（30）日
    rf"|(?P<words3>[一二两三四五六七八九十百]+)\s*[（(](?P<figure3>\d+)[)）](?P<scale3>)"
    r"\s*(?=个|日|天|年|月|周|小时|份)"
)
_ONES = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_WORDS = {word: n for n, word in enumerate(_ONES)}
_WORDS |= {word: 10 * n for n, word in enumerate(_TENS, 2)}
_WORD = "|".join([*sorted(_WORDS, key=len, reverse=True), "hundred", "thousand"])
_NOUN = (
    "days?|months?|years?|hours?|weeks?|minutes?|per ?cent|copies|times|users?|dollars|euros|pounds"
)
_EN = re.compile(
    rf"\b(?P<words>(?:{_WORD})(?:(?:-|\s+and\s+|\s+)(?:{_WORD}))*)(?:\s+per\s?cent)?\s*"
    rf"\((?P<figure>\d[\d,]*)(?:%\)|\)(?=\s+(?:[a-z]+ )?(?:{_NOUN})\b))",
    re.IGNORECASE,
)


@rule(
    "amount-differs",
    Severity.ERROR,
    "An amount or period in words and in figures that say two things.",
    fix="correct the one that is wrong",
    example=Example(
        "zh",
        "一、费用\n\n1.1 服务费为 8,000 元（大写：捌佰元整）。",
        "一、费用\n\n1.1 服务费为 8,000 元（大写：捌仟元整）。",
    ),
)
def amount_differs(view: View) -> Iterator[Hit]:
    """Read the words as a number and compare it with the figures."""
    for piece in view.pieces:
        for found in (_ZH if view.is_zh else _EN).finditer(piece.text):
            said, words, figure = _zh(found) if view.is_zh else _en(found)
            if said is not None and said != figure:
                yield at_piece(view, piece, found.start(), f"“{words}” is {said}, not {figure}")


def _zh(found: re.Match[str]) -> tuple[int | None, str, Decimal]:
    end = next(end for end in ("", "2", "3") if found.group(f"words{end}"))
    words, scale = found.group(f"words{end}"), found.group(f"scale{end}")
    figure = Decimal(found.group(f"figure{end}").replace(",", ""))
    return read_zh(words), words, figure * _MYRIADS.get(scale, 1)


def read_zh(words: str) -> int | None:
    """The value of a Chinese number; None for one that is no positional number, like 二零二六."""
    total = part = digit = 0
    for char in words:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
        elif char in _UNITS:
            part += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            above = total if char == "亿" else 0  # 三万亿: the myriads are counted once more
            total = total - above + (above + part + digit) * _MYRIADS[char]
            part = digit = 0
    return total + part + digit


def _en(found: re.Match[str]) -> tuple[int | None, str, Decimal]:
    words = found.group("words").lower()
    return read_en(words), words, Decimal(found.group("figure").replace(",", ""))


def read_en(words: str) -> int | None:
    """The value of an English number; None for words that are no one number: ten two."""
    total = part = 0
    for word in re.split(r"-|\s+(?:and\s+)?", words):
        if word == "hundred":
            part = (part or 1) * 100
        elif word == "thousand":
            total, part = (part or 1) * 1000, 0
        else:
            value = _WORDS[word]
            ones, tens = part % 10, part % 100
            if ones or (tens and (tens < 20 or value >= 10)):
                return None
            part += value
    return total + part
