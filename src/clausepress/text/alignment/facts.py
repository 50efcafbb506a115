"""Figures, dates, contacts and keywords of a text, in a form that two languages share.

三十日 is "30 day", and so are "30 days" and "thirty (30) days"; 万分之五 is "0.05 %".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_HAN_DIGITS |= {"〇": 0, "两": 2}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000}
_HAN_BIG = {"万": 10_000, "亿": 100_000_000}
_HAN_NUMERAL = r"[零〇一二两三四五六七八九十百千万亿]+"
_SMALL = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORD_VALUES = {word: value for value, word in enumerate(_SMALL.split())}
_WORD_VALUES |= {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}
_WORD_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_ENGLISH_NUMERAL = r"\b(?:{0})(?:(?:[\s-]+(?:and\s+)?)(?:{0}))*\b".format(
    "|".join([*_WORD_VALUES, *_WORD_SCALES])
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_MONTHS = "january february march april may june july august september october november december"
_MONTH = {name[:3]: value for value, name in enumerate(_MONTHS.split(), start=1)}

# Unit by language, the longest form first. "workday" is no "day": three of them are a weekend more.
_UNITS_ZH = (
    ("workday", r"个?工作日"),
    ("month", r"个?月"),
    ("week", r"个?(?:星期|周(?!岁))"),
    ("year", r"(?:年|周岁|岁)"),
    ("hour", r"个?小时"),
    ("minute", r"分钟"),
    ("second", r"秒"),
    ("day", r"(?:个?自然日|日历天|[日天])"),
    ("yuan", r"元"),
    ("%", r"[%％]"),
    ("times", r"[次倍]"),
    ("level", r"级"),
    ("copy", r"份"),
)
_UNITS_EN = (
    ("workday", r"(?:working|business|work)[\s-]*days?"),
    ("month", r"months?"),
    ("week", r"weeks?"),
    ("year", r"years?"),
    ("hour", r"hours?"),
    ("minute", r"minutes?"),
    ("second", r"seconds?"),
    ("day", r"(?:(?:calendar|natural|consecutive)\s+)?days?"),
    ("yuan", r"(?:yuan|rmb|cny)"),
    ("%", r"(?:%|per\s?cent\b)"),
    ("times", r"times\b"),
    ("copy", r"(?:copies|counterparts|originals)"),
)

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_URL = re.compile(r"(?:https?://|www\.)[\w./?=&%#:~+-]+", re.IGNORECASE | re.ASCII)
_PHONE = re.compile(r"(?<![\w-])(?:\+?86[ -]?)?\d{3,4}-\d{3,4}(?:-\d{4})?(?![\w-])", re.ASCII)
_DATE_ZH = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?")
_DATE_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NAMES = "|".join(rf"{name[:3]}(?:{name[3:]})?" for name in _MONTHS.split())
_DATE_MDY = re.compile(
    rf"\b({_NAMES})\.?\s+(\d{{1,2}})(?:st|[nr]d|th)?,?\s+(\d{{4}})", re.IGNORECASE
)
_DATE_DMY = re.compile(
    rf"\b(\d{{1,2}})(?:st|[nr]d|th)?\s+({_NAMES})\.?,?\s+(\d{{4}})", re.IGNORECASE
)
# What is a number but no figure: references to clauses, and the marks of items in a sentence.
_REFERENCE = re.compile(
    rf"第\s*[（(]?\s*(?:{_HAN_NUMERAL}|\d+(?:\.\d+)*)\s*[）)]?\s*[编章节条款项类点]"
    r"|\b(?:clauses?|articles?|sections?|chapters?|paragraphs?|items?|points?|annex|schedule)"
    r"\s+[（(]?(?:\d+(?:\.\d+)*|[ivx]+)\b[）)]?"
    r"|(?<![\w.])\d+(?:\.\d+){2,}(?![\w])|[（(]\s*\d{1,2}\s*[）)]|[①-⑳]"
    r"|(?:见|上述|前述|本协议)\s*\d+(?:\.\d+)+",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:^|(?<=[\n。；;：:]))\s*\d{1,2}[、.．](?!\d)")
_TWICE = re.compile(
    rf"((?:{_HAN_NUMERAL})|(?:{_ENGLISH_NUMERAL}))\s*[（(]\s*(?=\d[\d,.]*\s*[）)])(\d[\d,.]*)\s*[）)]",
    re.IGNORECASE,
)
_ZH_RATE = re.compile(rf"(百|千|万)分之({_HAN_NUMERAL}|\d+(?:\.\d+)?)")
_ZH_FRACTION = re.compile(rf"({_HAN_NUMERAL}|\d+)分之({_HAN_NUMERAL}|\d+)")
_EN_RATE = re.compile(
    rf"({_ENGLISH_NUMERAL}|\d+(?:\.\d+)?)\s*(?:parts?\s+)?"
    r"(?:per|in|out\s+of)\s+(?:an?\s+)?(?:(ten)[\s-]+)?(hundred|thousand)\b"
    rf"|({_ENGLISH_NUMERAL}|\d+(?:\.\d+)?)[\s-]+(?:(ten)[\s-]+)?(hundredth|thousandth)s?\b",
    re.IGNORECASE,
)
_PERMILLE = re.compile(r"(\d+(?:\.\d+)?)\s*([‰‱])")
_LEVEL = re.compile(
    r"\b(?:level|class|grade)[\s-]+([ivx]+|\d)\b|\b(first|second|third|fourth|fifth)[\s-]level\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?!RMB|CNY|USD)([A-Z]{2,6})[ -](\d{2,6})\b")
_ROMAN_NUMERAL = re.compile(r"[IVX]+")
# "每月 5 日" names a day of the month, no stretch of days: it is "the 5th of each month".
_DAY_ZH = re.compile(
    rf"(?:每个?(?:月|季度?(?:首月|末月)?|年度?)|[次当本上下首末]月)\s*的?\s*第?({_HAN_NUMERAL}|\d{{1,2}})\s*[日号](?!以?内)"
)
_ORDINALS = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
"""
_ORDINAL = {word: value for value, word in enumerate(_ORDINALS.split(), start=1)}
_DAY_EN = re.compile(
    rf"\b(\d{{1,2}}(?=st|[nr]d|th)|{'|'.join(_ORDINAL)})(?:st|[nr]d|th)?(?:\s+(?:calendar\s+)?day)?"
    r"\s+of\s+(?:each|every|the|that|any|an?)\s+(?:\w+\s+){0,3}?(?:month|quarter|year)\b",
    re.IGNORECASE,
)
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_ZH_FIGURE = re.compile(
    rf"(?<![A-Za-z\d.])({_ARABIC})\s*([万亿]?)\s*({'|'.join(form for _, form in _UNITS_ZH)})?"
    rf"|({_HAN_NUMERAL})()\s*({'|'.join(form for _, form in _UNITS_ZH)})"
)
_ANY_UNIT_EN = "|".join(form for _, form in _UNITS_EN)
_EN_FIGURE = re.compile(
    rf"(?:(?<![A-Za-z\d.])(?:rmb|cny|¥)\s*({_ARABIC})()()"
    rf"|(?<![A-Za-z\d])({_ARABIC})\s*(million|thousand)?[\s-]*((?:{_ANY_UNIT_EN}))?"
    rf"|({_ENGLISH_NUMERAL})()[\s-]+((?:{_ANY_UNIT_EN})))(?![A-Za-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """A fact that must be the same in every language.

    Attributes:
        kind: ``figure``, ``date`` or ``contact``.
        value: Its normal form, e.g. ``30 day``, ``0.05 %``, ``2019-09-09``, ``400-615-1212``.
    """

    kind: str
    value: str


def facts(text: str, lang: str) -> Counter[Fact]:
    """Return the figures, dates and contacts of a text.

    A bare "one" written as a word, numbers of clauses referred to and marks of items are left
    out: they are wording, not figures.
    """
    found: Counter[Fact] = Counter()
    text = _glued(text)
    chinese = lang.split("-")[0] in ("zh", "ja")

    def take(pattern: re.Pattern[str], make: Callable[[re.Match[str]], Fact | None]) -> None:
        nonlocal text

        def replace(match: re.Match[str]) -> str:
            fact = make(match)
            if fact is None:
                return match.group()
            found[fact] += 1
            return " \x00 "

        text = pattern.sub(replace, text)

    take(_URL, lambda m: Fact("contact", m.group().rstrip(".,;:").lower()))
    take(_EMAIL, lambda m: Fact("contact", m.group().rstrip(".").lower()))
    for pattern, order in (
        (_DATE_ZH, "ymd"),
        (_DATE_ISO, "ymd"),
        (_DATE_MDY, "mdy"),
        (_DATE_DMY, "dmy"),
    ):
        take(pattern, lambda m, order=order: _date(m, order))  # type: ignore[misc]
    take(_PHONE, lambda m: Fact("contact", m.group().removeprefix("+").replace(" ", "-")))
    text = _TWICE.sub(r"\2", text)
    text = _ITEM.sub(" \x00 ", _REFERENCE.sub(" \x00 ", text))
    take(_PERMILLE, lambda m: _percent(Fraction(m.group(1)) / (10 if m.group(2) == "‰" else 100)))
    if chinese:
        take(_ZH_RATE, _zh_rate)
        take(_DAY_ZH, _day)
        take(
            _ZH_FRACTION,
            lambda m: _percent(100 * Fraction(_number(m.group(2)), _number(m.group(1)) or 1)),
        )
        take(_ZH_FIGURE, lambda m: _figure(m, _UNITS_ZH))
    else:
        take(_EN_RATE, _en_rate)
        take(_DAY_EN, _day)
        take(_LEVEL, _level)
        take(_EN_FIGURE, lambda m: _figure(m, _UNITS_EN))
    return found


def differing(a: Counter[Fact], b: Counter[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return the facts of each side that the other side does not have.

    How often a fact is repeated is wording. A figure with no unit on one side meets the same
    figure with a unit on the other.
    """
    only_a = sorted(set(a) - set(b))
    only_b = sorted(set(b) - set(a))
    for mine, others in ((only_a, b), (only_b, a)):
        bare = {fact.value for fact in others if fact.kind == "figure" and " " not in fact.value}
        values = {fact.value.split()[0] for fact in others if fact.kind == "figure"}
        mine[:] = [
            fact
            for fact in mine
            if fact.kind != "figure" or not (fact.value.split()[0] in bare or fact.value in values)
        ]
    return only_a, only_b


def latin_keywords(text: str) -> dict[str, str]:
    """Return codes and acronyms: words with a digit or two capitals, lower case to as printed.

    Words of addresses and links are left out, they are contacts.
    """
    text = _glued(_EMAIL.sub(" ", _URL.sub(" ", text)))
    found: dict[str, str] = {}
    for word in re.findall(r"[A-Za-z][A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", text):
        capitals = sum(char.isupper() for char in word)
        if _ROMAN_NUMERAL.fullmatch(word):
            continue
        if capitals >= 2 or any(char.isdigit() for char in word):
            found.setdefault(word.lower().removesuffix("s"), word)
    return found


def _glued(text: str) -> str:
    """Write the code of a standard in one form: ISO 27001 is ISO27001."""
    return _CODE.sub(r"\1\2", text)


def han_number(numeral: str) -> int:
    """Value of a Chinese numeral (三十 is 30, 一百二十 is 120, 两万 is 20000, 二〇 is 20)."""
    if len(numeral) > 1 and all(char in _HAN_DIGITS for char in numeral):
        return int("".join(str(_HAN_DIGITS[char]) for char in numeral))
    total = section = digit = 0
    for char in numeral:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_SCALES:
            section += (digit or 1) * _HAN_SCALES[char]
            digit = 0
        else:
            total = (total + section + digit or 1) * _HAN_BIG[char]
            section = digit = 0
    return total + section + digit


def english_number(numeral: str) -> int:
    """Value of an English numeral in words (thirty-one is 31, two hundred and five is 205)."""
    total = current = 0
    for word in re.findall(r"[a-z]+", numeral.lower()):
        if word in _WORD_VALUES:
            current += _WORD_VALUES[word]
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in _WORD_SCALES:
            total += (current or 1) * _WORD_SCALES[word]
            current = 0
    return total + current


def _number(text: str) -> Fraction:
    text = text.replace(",", "")
    if text[0].isdigit():
        return Fraction(text)
    return Fraction(english_number(text) if text[0].isascii() else han_number(text))


def _shown(value: Fraction) -> str:
    return f"{float(value):.10g}" if value.denominator > 1 else str(value.numerator)


def _percent(value: Fraction) -> Fact:
    return Fact("figure", f"{_shown(value)} %")


def _date(match: re.Match[str], order: str) -> Fact | None:
    part = dict(zip(order, match.groups(), strict=True))
    month = part["m"]
    number = int(month) if month.isdigit() else _MONTH[month[:3].lower()]
    if not 1 <= number <= 12 or (part["d"] and not 1 <= int(part["d"]) <= 31):
        return None
    day = f"-{int(part['d']):02}" if part["d"] else ""
    return Fact("date", f"{part['y']}-{number:02}{day}")


def _zh_rate(match: re.Match[str]) -> Fact:
    scale = {"百": 1, "千": 10, "万": 100}[match.group(1)]
    return _percent(_number(match.group(2)) / scale)


def _en_rate(match: re.Match[str]) -> Fact:
    count, ten, scale = match.group(1, 2, 3) if match.group(1) else match.group(4, 5, 6)
    if not ten and (split := re.fullmatch(r"(.+?)[\s-]+ten", count, re.IGNORECASE)):
        count, ten = split.group(1), "ten"  # "five ten-thousandths" is not fifteen thousandths
    base = {"h": 100, "t": 1000}[scale[0].lower()] * (10 if ten else 1)
    return _percent(100 * _number(count) / base)


def _day(match: re.Match[str]) -> Fact:
    word = match.group(1).lower()
    return Fact("figure", f"{_ORDINAL.get(word) or _number(word)} of the month")


def _level(match: re.Match[str]) -> Fact | None:
    word = (match.group(1) or match.group(2)).lower()
    ordinals = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
    value = _ROMAN.get(word) or ordinals.get(word) or (int(word) if word.isdigit() else 0)
    return Fact("figure", f"{value} level") if value else None


def _figure(match: re.Match[str], units: tuple[tuple[str, str], ...]) -> Fact | None:
    groups = match.groups()
    at = next(index for index, group in enumerate(groups) if group is not None and index % 3 == 0)
    numeral, scale, unit = groups[at : at + 3]
    assert numeral is not None  # noqa: S101 - `at` is where it is
    value = _number(numeral)
    value *= {"万": 10_000, "亿": 100_000_000, "million": 1_000_000, "thousand": 1000}.get(
        (scale or "").lower(), 1
    )
    money = match.group().lower().startswith(("rmb", "cny", "¥"))
    name = (
        "yuan"
        if money
        else next(
            (name for name, form in units if unit and re.fullmatch(form, unit, re.IGNORECASE)), ""
        )
    )
    if not numeral[0].isdigit() and value <= (2 if name == "times" else 1):
        return None  # "one day", 二次: wording
    if not name and not scale:
        if "." in numeral:
            return None  # the number of a clause
        return Fact("figure", numeral.replace(",", ""))
    return Fact("figure", f"{_shown(value)} {name}".strip())
