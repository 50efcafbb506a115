"""Clause numbers as Word shows them (ECMA-376 part 1, 17.9; formats 17.18.59)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_LEVELS = 9
_HAN_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list.

    Attributes:
        start: The first value.
        style: Name of the number format.
        pattern: The printed text, ``%1`` to ``%9`` for the values of the levels.
        restart: Level whose use restarts this one, counted from 1; 0 for never, -1 for any above.
        legal: Whether all values are shown as decimal digits.
        paragraph_style: Id of the paragraph style numbered by this level.
    """

    start: int = 1
    style: str = "decimal"
    pattern: str = ""
    restart: int = -1
    legal: bool = False
    paragraph_style: str = ""


@dataclass(slots=True)
class _List:
    """A list in use: which definition it counts by, and its own levels."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]
    used: bool = False


@dataclass(slots=True)
class WordNumbers:
    """The numbering part of a document, counting as its paragraphs are read in order.

    Attributes:
        unknown: Number formats met that are shown as decimal digits instead.
    """

    unknown: set[str] = field(default_factory=set)
    _lists: dict[str, _List] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)

    def level_of_style(self, list_id: str, style: str) -> int:
        """Return the level of a list that numbers a paragraph style, 0 when none names it."""
        found = self._lists.get(list_id)
        levels = found.levels if found else {}
        return next((at for at, each in levels.items() if each.paragraph_style == style), 0)

    def next(self, list_id: str, level: int) -> tuple[str, bool]:
        """Count one paragraph and return its printed number, and whether it is a bullet."""
        found = self._lists.get(list_id)
        if found is None or level not in found.levels:
            return "", False
        counts = self._counts.setdefault(found.abstract, [None] * _LEVELS)
        if not found.used:
            found.used = True
            for at in found.starts:
                counts[at] = None
        here = found.levels[level]
        for at in range(level):
            if counts[at] is None:
                counts[at] = self._start(found, at)
        before = counts[level]
        counts[level] = self._start(found, level) if before is None else before + 1
        for at in range(level + 1, _LEVELS):
            rule = found.levels[at].restart if at in found.levels else -1
            if rule == -1 or level < rule:
                counts[at] = None
        if here.style == "bullet":
            return "", True
        return re.sub(
            r"%([1-9])",
            lambda one: self._shown(counts[int(one.group(1)) - 1] or 0, found, here, int(one[1])),
            here.pattern,
        ), False

    @staticmethod
    def _start(found: _List, level: int) -> int:
        if level in found.starts:
            return found.starts[level]
        return found.levels[level].start if level in found.levels else 1

    def _shown(self, value: int, found: _List, here: Level, place: int) -> str:
        level = found.levels.get(place - 1, here)
        if here.legal:
            return str(value)
        if level.style not in _FORMATS:
            self.unknown.add(level.style)
        return _FORMATS.get(level.style, str)(value)


def read_numbering(root: Element | None) -> WordNumbers:
    """Read ``numbering.xml``; without one no paragraph is numbered."""
    numbers = WordNumbers()
    if root is None:
        return numbers
    abstracts = {
        each.get(f"{W}abstractNumId", ""): each for each in root.findall(f"{W}abstractNum")
    }
    by_style = {
        link.get(f"{W}val", ""): each
        for each in abstracts.values()
        if (link := each.find(f"{W}styleLink")) is not None
    }
    for num in root.findall(f"{W}num"):
        abstract_id = _value(num, "abstractNumId")
        abstract = abstracts.get(abstract_id)
        if abstract is not None and (style := _value(abstract, "numStyleLink")) in by_style:
            abstract = by_style[style]
            abstract_id = abstract.get(f"{W}abstractNumId", "")
        levels = _levels(abstract) if abstract is not None else {}
        starts: dict[int, int] = {}
        for override in num.findall(f"{W}lvlOverride"):
            at = _number(override.get(f"{W}ilvl"), 0)
            levels.update(_levels(override))
            if (start := _value(override, "startOverride")) != "":
                starts[at] = _number(start, 1)
        numbers._lists[num.get(f"{W}numId", "")] = _List(abstract_id, levels, starts)  # noqa: SLF001
    return numbers


def _levels(holder: Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for lvl in holder.findall(f"{W}lvl"):
        level = Level(
            start=_number(_value(lvl, "start"), 0),
            style=_value(lvl, "numFmt") or _alternate_format(lvl) or "decimal",
            pattern=_value(lvl, "lvlText"),
            restart=_number(_value(lvl, "lvlRestart"), -1),
            legal=(legal := lvl.find(f"{W}isLgl")) is not None
            and legal.get(f"{W}val", "1") not in ("0", "false", "off"),
            paragraph_style=_value(lvl, "pStyle"),
        )
        if level.style == "none":
            level = replace(level, pattern=re.sub(r"%[1-9]", "", level.pattern))
        found[_number(lvl.get(f"{W}ilvl"), 0)] = level
    return {at: level for at, level in found.items() if 0 <= at < _LEVELS}


def _alternate_format(lvl: Element) -> str:
    # Newer Word wraps the formats that older Word does not know into mc:AlternateContent.
    found = next(lvl.iter(f"{W}numFmt"), None)
    return found.get(f"{W}val", "") if found is not None else ""


def _value(holder: Element, name: str) -> str:
    found = holder.find(f"{W}{name}")
    return found.get(f"{W}val", "") if found is not None else ""


def _number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else default


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    text = ""
    for size, letters in _ROMAN:
        text += letters * (value // size)
        value %= size
    return text


def _letters(value: int) -> str:
    """a to z, then aa, bb: Word repeats the letter."""
    if value < 1:
        return str(value)
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _counting(value: int, digits: str, units: tuple[str, str, str], *, ten: str) -> str:
    """Chinese numeral of a value below ten thousand: 十一, 一百二十, 一百零三."""
    if not 0 < value < 10_000:
        return "".join(digits[int(digit)] for digit in str(value)) if value >= 0 else str(value)
    text = ""
    gap = False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + digits[digit] + (units[power - 1] if power else "")
        gap = False
    return ten + text[2:] if ten and text.startswith(digits[1] + units[0]) else text


def _han(value: int) -> str:
    return _counting(value, _HAN_DIGITS, ("十", "百", "千"), ten="十")


def _legal(value: int) -> str:
    return _counting(value, _LEGAL_DIGITS, ("拾", "佰", "仟"), ten="")


def _han_digits(value: int) -> str:
    return "".join(_HAN_DIGITS[int(digit)] for digit in str(value)) if value >= 0 else str(value)


def _cycle(characters: str) -> Callable[[int], str]:
    return lambda value: characters[value - 1] if 0 < value <= len(characters) else str(value)


def _ordinal(value: int) -> str:
    teen = value // 10 % 10 == 1
    return f"{value}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def _full_width(value: int) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() else char for char in str(value))


_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "decimal": str,
    "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _cycle("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedCircleChinese": _cycle("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedParen": _cycle("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "decimalEnclosedFullstop": _cycle("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    "numberInDash": lambda value: f"- {value} -",
    "ordinal": _ordinal,
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerLetter": _letters,
    "chineseCounting": _han,
    "chineseCountingThousand": _han,
    "taiwaneseCounting": _han,
    "taiwaneseCountingThousand": _han,
    "japaneseCounting": _han,
    "ideographDigital": _han_digits,
    "japaneseDigitalTenThousand": _han_digits,
    "taiwaneseDigital": _han_digits,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
}
