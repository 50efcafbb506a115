"""Printed clause numbers: recognising them, never computing them."""

from __future__ import annotations

import re
from collections.abc import Iterable
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

# "e. g.", "J. K. Smith" and "p. 5" are no numbers.
_AFTER_LETTER = r"(?=\s|[\u4e00-\u9fff]|$)(?!\s*(?:[A-Za-z]\.|\d))"

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
    ("roman", re.compile(r"(?![LC]\.)[IVXLC]+[.、](?=\s|[\u4e00-\u9fff])")),
    ("roman-paren", re.compile(r"[（(](?:i{2,3}|iv|vi{0,3}|ix|xi{0,3})[）)]")),
    ("alpha", re.compile(r"[（(]?[a-z][）)]")),
    ("circled", re.compile(rf"[{_CIRCLED}]")),
    # The rest are numbers only in a run: see `settle_runs`.
    ("upper-alpha", re.compile(rf"[A-Z]\.{_AFTER_LETTER}")),
    (
        "roman-dot",
        re.compile(rf"(?=[ivx])x{{0,3}}(?:ix|iv|v?i{{0,3}})\.{_AFTER_LETTER}"),
    ),
    ("alpha-dot", re.compile(rf"[a-z]\.{_AFTER_LETTER}")),
)
_IN_RUNS = frozenset({"upper-alpha", "roman-dot", "alpha-dot"})

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
    """Return the clause number a text begins with, or None.

    A letter or small Roman numeral with a full stop (``a.``, ``ii.``, ``B.``) may as well be an
    initial or an abbreviation: whoever reads a whole text has `settle_runs` decide.
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


def as_roman(number: Number) -> Number | None:
    """Return a letter in brackets read as a Roman numeral: (i), (v), (x)."""
    letter = number.printed.strip("（()）").upper()
    if number.scheme != "alpha" or letter not in ("I", "V", "X") or number.printed[0] not in "（(":
        return None
    return Number(number.printed, "roman-paren", (_roman(letter),))


def settle_runs(numbers: Iterable[Number | None]) -> list[Number | None]:
    """Keep letters and small Roman numerals with a full stop where a run of them proves them.

    A run begins with ``a.``, ``A.`` or ``i.`` and counts on without a gap; runs nest, as in
    ``a. i. ii. b.`` A letter alone is an initial or an abbreviation and becomes None. ``i.``
    after ``h.`` is the letter unless ``ii.`` follows it; so is ``I.`` after ``H.``.

    Args:
        numbers: What `match_number` finds at each place of a text, in order.

    Returns:
        The numbers of these places, those of other schemes as they are.
    """
    settled = list(numbers)
    places = [index for index, number in enumerate(settled) if number and _readings(number)]
    runs: dict[str, list[tuple[int, Number]]] = {}
    proven: dict[int, Number] = {}
    for rank, index in enumerate(places):
        readings = _readings(settled[index])
        after = _readings(settled[places[rank + 1]]) if rank + 1 < len(places) else []
        continued = [each for each in readings if _goes_on(runs.get(each.scheme), each)]
        leads = [each for each in readings if each.values == (1,)]
        if continued and leads:
            counts_on = any(
                each.scheme == leads[0].scheme and each.values == (2,) for each in after
            )
            continued = [] if counts_on else continued
        if continued:
            run = runs[continued[0].scheme]
            run.append((index, continued[0]))
            proven.update(run)
        elif leads:
            runs[leads[0].scheme] = [(index, leads[0])]
    for index in places:
        number = settled[index]
        if index in proven:
            settled[index] = proven[index]
        elif number and number.scheme in _IN_RUNS:
            settled[index] = None
    return settled


def _goes_on(run: list[tuple[int, Number]] | None, number: Number) -> bool:
    return run is not None and run[-1][1].values[0] + 1 == number.values[0]


def _readings(number: Number | None) -> list[Number]:
    """What a number may be in a run: none for a scheme that needs none."""
    if number is None or (number.scheme not in _IN_RUNS and number.scheme != "roman"):
        return []
    letter = number.printed[:-1]
    if number.printed[-1] != "." or (number.scheme == "roman" and len(letter) > 1):
        return []
    if len(letter) > 1:
        return [number]
    scheme = "upper-alpha" if letter.isupper() else "alpha-dot"
    as_letter = Number(number.printed, scheme, _values(scheme, number.printed))
    return [number, as_letter] if number.scheme == "roman-dot" else [as_letter]


def _values(scheme: str, printed: str) -> tuple[int, ...]:
    if scheme == "circled":
        return (_CIRCLED.index(printed) + 1,)
    if "alpha" in scheme:
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
