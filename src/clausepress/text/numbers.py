"""Printed clause numbers: recognising them, never computing them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HAN = "零〇一二三四五六七八九十百"
_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

_UNITS = (
    "[倍万亿]|小时|分钟|个工作日|个月|公里|公斤|元/"  # "2.5 万元起" opens a sentence, not a clause
)

# Order matters: the first scheme that matches names the number.
_SCHEMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("di", re.compile(rf"第[{_HAN}\d]+[编章节条](?=[\s　：:、]|$)")),
    ("han", re.compile(rf"[{_HAN}]+、")),
    ("han-paren", re.compile(rf"[（(][{_HAN}]+[）)]")),
    (
        "decimal",
        re.compile(rf"\d{{1,2}}(?:[.．]\d{{1,4}}){{1,9}}[.．]?(?![\d.．%％]|\s*(?:{_UNITS}))"),
    ),
    ("dun", re.compile(r"\d{1,5}、")),
    ("dot", re.compile(r"\d{1,5}[.．](?!\d)")),
    ("paren", re.compile(r"[（(]\d{1,5}[）)]")),
    ("close", re.compile(r"\d{1,5}[）)]")),
    # "Section 3 applies to …" is a sentence; "Section 3. Fees" and "Section 3 Fees" are titles.
    (
        "section",
        re.compile(
            r"(?:Article|Section|Clause|Chapter|Part)\s+(?:\d{1,3}|[IVXLC]+)"
            r"(?:[.:：](?!\d)|(?=(?:\s[A-Z][^.;:?!]{0,60})?$))"
        ),
    ),
    ("roman", re.compile(r"[IVXLC]+[.、](?=\s|[\u4e00-\u9fff])")),
    ("roman-paren", re.compile(r"[（(](?:i{2,3}|iv|vi{0,3}|ix|xi{0,3})[）)]")),
    ("alpha", re.compile(r"[（(]?[a-z][）)]")),
    ("upper-alpha", re.compile(r"[A-HJ-UW-Z]\.(?=\s)(?! [A-Z]\.)")),
    ("circled", re.compile(rf"[{_CIRCLED}]")),
)

CHAPTER_SCHEMES = frozenset({"di", "han", "roman", "section"})
"""Schemes that number chapters rather than items."""


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number.

    Attributes:
        printed: The characters as printed, punctuation included.
        scheme: Name of the numbering scheme; equal schemes at one level are siblings.
        values: Its value as integers, one for each part of a decimal: ``4.1.2`` is (4, 1, 2).
    """

    printed: str
    scheme: str
    values: tuple[int, ...]


def match_number(text: str) -> Number | None:
    """Return the clause number a text begins with, or None."""
    for scheme, pattern in _SCHEMES:
        found = pattern.match(text)
        if found:
            return Number(found.group(), scheme, _values(scheme, found.group()))
    return None


def gap(printed: str, following: str) -> str:
    """Return what stands between a number and its text: nothing after a full-width mark."""
    if not printed or printed[-1] in "、）】：":
        return ""
    wide = ord(following[:1] or " ") >= 0x2E80
    return "" if printed[-1] == ")" and wide else " "


def as_roman(number: Number) -> Number | None:
    """Return a letter in brackets read as a Roman numeral: (i), (v), (x)."""
    letter = number.printed.strip("（()）").upper()
    if number.scheme != "alpha" or letter not in ("I", "V", "X") or number.printed[0] not in "（(":
        return None
    return Number(number.printed, "roman-paren", (_roman(letter),))


def as_letter(number: Number) -> Number | None:
    """Return a one-letter Roman numeral read as a letter: C. after B."""
    letter = number.printed.rstrip(".、")
    if number.scheme != "roman" or len(letter) != 1:
        return None
    return Number(number.printed, "upper-alpha", (ord(letter) - ord("A") + 1,))


def _values(scheme: str, printed: str) -> tuple[int, ...]:
    if scheme == "circled":
        return (_CIRCLED.index(printed) + 1,)
    if scheme.endswith("alpha"):
        return (ord(printed.strip("（()）.").lower()) - ord("a") + 1,)
    if scheme.startswith("roman"):
        return (_roman(printed.strip("（()）.、").upper()),)
    if scheme == "section" and not re.search(r"\d", printed):
        return (_roman(printed.split()[1].strip(".:：")),)
    digits = re.findall(r"\d+", printed)
    if digits:
        return tuple(int(part) for part in digits)
    return (_han(re.sub(rf"[^{_HAN}]", "", printed)),)


def _han(numeral: str) -> int:
    """Value of a Chinese numeral below one thousand (二十一 is 21)."""
    total = digit = 0
    for char in numeral:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _HAN_DIGITS[char]
    return total + digit


def _roman(numeral: str) -> int:
    values = [_ROMAN[char] for char in numeral]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )
