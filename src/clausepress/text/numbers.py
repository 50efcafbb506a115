"""Printed clause numbers: recognising them, never computing them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_HAN = "零〇一二三四五六七八九十百"
_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_SIGNS = {
    "circled": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "bracketed": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "stopped": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "han-bracketed": "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩",
}

_UNITS = (
    "[倍万亿]|小时|分钟|个工作日|个月|公里|公斤|元/"  # "2.5 万元起" opens a sentence, not a clause
)
# "1 个月内" and "1 January" are no titles; "1 个人信息" and "2 日常管理" are.
_COUNTED = (
    r"[倍万亿元次周]|小时|分钟|秒|天|个(?![人体别性])|年(?![度龄])|月(?!度)|日(?![常志])"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?:\s|$)"
)
_TITLE = r"[A-Z\u4e00-\u9fff][^.;:?!。；：？！，,]{0,60}"
# "第三条（二）" and "第三条（退款）的规定" refer to an article.
_TITLE_IN_BRACKETS = (
    rf"(?:[（(](?![{_HAN}\d]+[）)])[^（()）\n]{{1,20}}[）)]|【[^【】\n]{{1,20}}】)"
    r"(?![的中所项款和与及或以、，]|约定|规定)"
)

# "e. g.", "J. K. Smith" and "p. 5" are no numbers.
_AFTER_LETTER = r"(?=\s|[\u4e00-\u9fff]|$)(?!\s*(?:[A-Za-z]\.|\d))"

_WORDS = "|".join(
    each
    for word in ("Article", "Section", "Clause", "Chapter", "Part")
    for each in (word, word.upper())
)

# Order matters: the first scheme that matches names the number.
_SCHEMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "di",
        re.compile(rf"第[{_HAN}\d]+(?:部分|[编章节条])(?=[\s　：:、]|$|{_TITLE_IN_BRACKETS})"),
    ),
    ("han", re.compile(rf"[{_HAN}]+(?:、|[.．](?![\d{_HAN}]))")),
    ("han-paren", re.compile(rf"[（(][{_HAN}]+[）)]")),
    (
        "decimal",
        re.compile(rf"\d{{1,2}}(?:[.．]\d{{1,4}}){{1,9}}[.．]?(?![\d.．%％]|\s*(?:{_UNITS}))"),
    ),
    ("dun", re.compile(r"\d{1,5}、")),
    ("dot", re.compile(r"\d{1,5}[.．](?!\d)")),
    ("paren", re.compile(r"[（(]\d{1,5}[）)](?!\s?\d{3}[ .-]\d{4}\b)")),  # (208) 555-0133
    ("close", re.compile(r"\d{1,5}[）)]")),
    # "Section 3 applies to …" is a sentence; "Section 3. Fees" and "Section 3 Fees" are titles.
    (
        "section",
        re.compile(
            rf"(?:{_WORDS})\s+(?:\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}|[IVXLC]+|[A-H])(?:"
            r"[.:：](?!\d)|\s*[–—-](?=\s+[A-Z][^.;:?!]{0,60}$|\s*$)"
            r"|(?=(?:\s[A-Z][^.;:?!]{0,60}|\s\([A-Z][a-z][^()]{0,60}\))?$))"
        ),
    ),
    ("sign", re.compile(rf"§\s?\d{{1,3}}[a-z]?(?:\.(?!\d)|(?=(?:\s+{_TITLE})?\s*$))")),
    ("roman", re.compile(r"(?:(?![LC]\.)[IVXLC]+|[Ⅰ-Ⅻ])[.、](?=\s|[\u4e00-\u9fff])")),
    ("roman-paren", re.compile(r"[（(]?(?:i{2,3}|iv|vi{0,3}|ix|xi{0,3})[）)]")),
    ("alpha", re.compile(r"[（(]?[a-z][）)]")),
    *((scheme, re.compile(f"[{signs}]")) for scheme, signs in _SIGNS.items()),
    # The rest are numbers only in a run: see `clausepress.text.number_runs`.
    ("bare", re.compile(rf"\d{{1,2}}(?=[ \t\u3000\xa0]+(?:(?!{_COUNTED}){_TITLE})?$)")),
    ("colon", re.compile(r"\d{1,2}：(?!\d)")),
    ("upper-paren", re.compile(r"[（(]?[A-Z][）)]")),
    ("upper-alpha", re.compile(rf"[A-Z]\.{_AFTER_LETTER}")),
    (
        "roman-dot",
        re.compile(rf"(?=[ivx])x{{0,3}}(?:ix|iv|v?i{{0,3}})\.{_AFTER_LETTER}"),
    ),
    ("alpha-dot", re.compile(rf"[a-z]\.{_AFTER_LETTER}")),
)
IN_RUNS = frozenset({"bare", "colon", "upper-paren", "upper-alpha", "roman-dot", "alpha-dot"})
"""Schemes whose numbers may as well be words: a run of them proves them."""

CHAPTER_SCHEMES = frozenset({"di", "han", "roman", "section", "sign"})
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
    """Return the clause number a text begins with, or None.

    A letter with a full stop may as well be an initial, a bare figure an amount: numbers of the
    `IN_RUNS` schemes are settled by whoever reads a whole text (`clausepress.text.number_runs`).
    """
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


def number_word(number: Number) -> str:
    """Return the word printed with a number: ``article`` of "Article I", 条 of 第三条; else ""."""
    if number.scheme == "di":
        return number.printed[-1]
    return number.printed.split()[0].casefold() if number.scheme == "section" else ""


def in_scheme(number: Number, scheme: str) -> Number:
    """Return a letter read in another scheme: (i) as a Roman numeral, i. as a letter."""
    return Number(number.printed, scheme, _values(scheme, number.printed))


def _values(scheme: str, printed: str) -> tuple[int, ...]:
    if scheme in _SIGNS:
        return (_SIGNS[scheme].index(printed) + 1,)
    if "alpha" in scheme or scheme == "upper-paren":
        return (ord(printed.strip("（()）.").lower()) - ord("a") + 1,)
    if scheme.startswith("roman"):
        return (_roman(printed.strip("（()）.、").upper()),)
    if scheme == "section" and not re.search(r"\d", printed):
        return (_roman_or_letter(printed.split()[1].strip(".:：–—-")),)
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


def _roman_or_letter(numeral: str) -> int:
    """Value of a part's number: "Part IV" is 4, "Part D" 4 and "Part C" 3, not 100."""
    if len(numeral) == 1 and numeral not in "IVX":
        return ord(numeral) - ord("A") + 1
    return _roman(numeral)


def _roman(numeral: str) -> int:
    values = [_ROMAN[char] for char in unicodedata.normalize("NFKC", numeral)]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )
