"""Dates: days the calendar does not have, and days in the wrong order."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from clausepress.text.lint.model import Example, Hit, Severity, at_line, at_piece, rule
from clausepress.text.lint.view import View

_DATE_ZH = r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"
_MONTHS = tuple(name.lower() for name in calendar.month_name)[1:]
_SHORT = tuple(name[:3].capitalize() for name in _MONTHS)
_MONTH = "|".join(
    [each.capitalize() for each in _MONTHS]
    + [rf"{each}\.?" for each in ("Sept", *_SHORT)]  # the longer first
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATE_EN = (
    rf"(?:{_DAY} (?:of )?({_MONTH}),? (\d{{4}})|({_MONTH}) {_DAY},? (\d{{4}})"
    r"|(\d{4})-(\d\d)-(\d\d))"
)
# Told to be stated, but not compared: a month alone, or 03.04.2025, which reads in two ways.
_LOOSE_EN = rf"(?:(?:{_MONTH}),? \d{{4}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})"
_MONTH_ZH = r"\d{4}\s*年\s*\d{1,2}\s*月(?!\s*\d)"
UPDATED = {
    "zh": re.compile(
        r"(?:更新|发布|修订|修改|公布|更改)(?:日期|时间|于)?\s*(?:为|是)?[：:]?\s*"
        rf"(?:{_DATE_ZH}|{_MONTH_ZH})"
    ),
    "en": re.compile(
        r"(?i:updated|revised|reviewed|modified|published|posted|issued?|released?|amended"
        r"|last changed|version)"
        rf"(?:[^.\n]{{0,24}}?{_DATE_EN}|[^\n]{{0,12}}?{_LOOSE_EN})"
    ),
}
"""How a text states its last update, by language."""
EFFECTIVE = {
    "zh": re.compile(
        rf"(?:生效|施行|实施)(?:日期|时间|于)?\s*(?:为|是)?[：:]?\s*{_DATE_ZH}"
        rf"|自\s*{_DATE_ZH}[^。\n]{{0,4}}(?:生效|施行|实施)"
    ),
    "en": re.compile(
        r"(?i:effective|in(?:to)? force|takes? effect|in effect|applies from)"
        rf"[^.\n]{{0,24}}?(?:{_DATE_EN}|{_LOOSE_EN})"
        r"|\([^()\n]{0,12}[“\"]Effective Date[”\"]\)"
    ),
}
"""How a text states its date of effect, by language."""
SIGNED = {
    "zh": re.compile(r"(?:签[订署字约]|订立)\s*(?:日期|时间)\s*(?:为|是)?[：:]"),
    "en": re.compile(
        r"(?m)^\W{0,4}(?i:date|dated|date of (?:this )?(?:agreement|signature))\s*:?\s*"
        rf"{_DATE_EN}"
        rf"|(?i:\b(?:made|entered into|signed|dated)(?: as of| on)?)\s+{_DATE_EN}"
    ),
}
"""How a contract states the day of its signing, by language; a form leaves the day open."""


def find_date(view: View, patterns: dict[str, re.Pattern[str]]) -> re.Match[str] | None:
    """Return the first place of the raw file where a text states one of its dates."""
    text = "\n".join(view.lines)
    if not view.is_zh:
        return patterns["en"].search(text)
    return patterns["zh"].search(re.sub(_HAN_DATE, _in_figures, text))


def _in_figures(found: re.Match[str]) -> str:
    """Return 二〇二六年四月十五日 as 2026年4月15日."""
    year = "".join(str(_HAN_VALUE[char]) for char in found.group(1))
    return f"{year}年{_han(found.group(2))}月{_han(found.group(3))}日"


def _date(parts: tuple[str | None, ...]) -> dt.date | None:
    """The date of a match's groups, None when there is none or the calendar has no such day."""
    said = [part for part in parts if part]
    if len(said) < 3:
        return None
    if said[0][0].isalpha():
        month, day, year = _month(said[0]), int(said[1]), int(said[2])
    elif said[1][0].isalpha():
        day, month, year = int(said[0]), _month(said[1]), int(said[2])
    else:
        year, month, day = (int(part) for part in said[:3])
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name[:3].lower()))


@rule(
    "date-order",
    Severity.ERROR,
    "The text takes effect before it was last updated.",
    fix="correct one of the dates",
    example=Example(
        "zh",
        "示例云隐私政策\n\n文档版号：202601011\n\n更新日期：2026年1月8日\n\n生效日期：2026年1月1"
        "日\n\n一、范围\n\n"
        "1.1 联系邮箱：a@example.cn。",
        "示例云隐私政策\n\n文档版号：202601011\n\n更新日期：2026年1月1日\n\n生效日期：2026年1月8"
        "日\n\n一、范围\n\n"
        "1.1 联系邮箱：a@example.cn。",
        whole=True,
    ),
)
def date_order(view: View) -> Iterator[Hit]:
    """Compare the two dates as printed."""
    updated, effective = find_date(view, UPDATED), find_date(view, EFFECTIVE)
    one = _date(updated.groups()) if updated else None
    other = _date(effective.groups()) if effective else None
    if one and other and effective and other < one:
        line = effective.string.count("\n", 0, effective.start()) + 1
        yield at_line(view, line, f"takes effect on {other}, updated on {one}")


_RANGE = {
    "zh": re.compile(
        rf"(?<!\d){_DATE_ZH}(?:起|\s)*(?:至|到|—+|－|~|～|-(?=\s*\d{{4}}))\s*{_DATE_ZH}(?!\d)"
        rf"|自\s*{_DATE_ZH}\s*(?:起|开始|生效|施行)[，,]?\s*(?:至|到|于)?\s*{_DATE_ZH}"
        r"\s*(?:止|为止|结束|终止|届满|到期)"
    ),
    "en": re.compile(
        rf"\b(?:(?i:from)\s+(?:and including )?{_DATE_EN}\s+(?:up )?(?:to|until|through|till)"
        rf"|(?i:between)\s+{_DATE_EN}\s+and"
        r"|(?i:starts|begins|commences|runs|takes effect|effective)(?: on| from)?\s+"
        rf"{_DATE_EN},? (?:and|but) (?:shall |will )?(?:continues?|ends?|expires?|terminates?"
        r"|lasts?|runs|remains? in (?:force|effect))(?: until| on| to| through| up to)?)"
        rf"\s+{_DATE_EN}\b"
    ),
}


@rule(
    "date-range",
    Severity.ERROR,
    "A period that ends before it begins.",
    fix="correct one of the two dates",
    example=Example(
        "zh",
        "一、期限\n\n1.1 活动自 2026 年 3 月 1 日至 2026 年 2 月 10 日进行。",
        "一、期限\n\n1.1 活动自 2026 年 2 月 10 日至 2026 年 3 月 1 日进行。",
    ),
)
def date_range(view: View) -> Iterator[Hit]:
    """Compare both ends of each period given by two full dates."""
    for piece in view.pieces:
        for found in _RANGE["zh" if view.is_zh else "en"].finditer(piece.text):
            said = [part for part in found.groups() if part]
            begin, end = _date(tuple(said[:3])), _date(tuple(said[3:]))
            if begin and end and end < begin:
                yield at_piece(view, piece, found.start(), f"from {begin} to {end}")
        for found in _DAYS_ZH.finditer(piece.text) if view.is_zh else ():
            month, day, last_month, last_day = (int(part) for part in found.groups())
            if _backwards((month, day), (last_month, last_day)):
                yield at_piece(view, piece, found.start(), f"“{found.group()}” runs backwards")


_DAYS_ZH = re.compile(
    r"(?<![\d年月])(?<!年 )(\d{1,2})\s*月\s*(\d{1,2})\s*日?(?:起|\s)*(?:至|到|—+|－|~|～)\s*"
    r"(\d{1,2})\s*月\s*(\d{1,2})\s*日"
)
_MOST_BACK = 60  # days; a period that ends earlier than that before its start spans the new year


def _backwards(begin: tuple[int, int], end: tuple[int, int]) -> bool:
    """Whether a period between two days of the year ends a little before it begins.

    A whole year (1 April to 31 March) and a winter (1 November to 31 March) are in order.
    """
    one, other = (_date(("2024", str(month), str(day))) for month, day in (begin, end))
    return one is not None and other is not None and 1 < (one - other).days <= _MOST_BACK


_HAN_DATE = (
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_FULL = {
    "zh": re.compile(
        r"(?<!\d)(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
        r"|(?<![\w./-])([12]\d{3})[-/](\d{1,2})[-/](\d{1,2})(?![\w/-])"
    ),
    "en": re.compile(rf"(?<![\w./-]){_DATE_EN}(?![\w/-])"),
}
_DAY_OF_MONTH = {
    "zh": re.compile(
        r"(?<!\d)(?<!\d年)(?<!\d年 )(?<!\d 年)(?<!\d 年 )(\d{1,2})\s*月\s*(\d{1,2})\s*日"
    ),
    "en": re.compile(rf"\b(?:({_MONTH}) {_DAY}\b|{_DAY} ({_MONTH}))(?![a-z])(?!,? \d{{4}})"),
}
# Day first or month first; impossible only when neither reading is a day.
_NUMERIC = re.compile(r"(?<![\w./-])(\d{1,2})[./](\d{1,2})[./]((?:19|20)\d\d)(?![\w/-])")
_HAN_VALUE = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"〇": 0}


def _impossible(view: View, text: str) -> Iterator[re.Match[str]]:
    """Yield every date of a text that no calendar has."""
    lang = "zh" if view.is_zh else "en"
    for found in _NUMERIC.finditer(text) if not view.is_zh else ():
        day, month, year = found.groups()
        if not (_date((year, month, day)) or _date((year, day, month))):
            yield found
    yield from (found for found in _FULL[lang].finditer(text) if _date(found.groups()) is None)
    for found in _DAY_OF_MONTH[lang].finditer(text):
        one, other = (part for part in found.groups() if part)
        if one[0].isalpha() or other[0].isalpha():
            name, day = (one, other) if one[0].isalpha() else (other, one)
            month = _month(name)
        else:
            month, day = int(one), other
        if _date(("2024", str(month), day)) is None:  # a leap year: 29 February may be right
            yield found
    for found in re.finditer(_HAN_DATE, text) if view.is_zh else ():
        if _date(tuple(re.findall(r"\d+", _in_figures(found)))) is None:
            yield found


def _han(text: str) -> int:
    """The value of a Chinese number below one hundred: 十, 十二, 三十, 三十一."""
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return sum(_HAN_VALUE[char] for char in text) if len(text) == 1 else 0
    return 10 * (_HAN_VALUE[tens[-1]] if tens else 1) + (_HAN_VALUE[ones[0]] if ones else 0)


@rule(
    "date-impossible",
    Severity.ERROR,
    "A date that the calendar does not have.",
    fix="correct the date",
    example=Example(
        "zh",
        "一、范围\n\n1.1 本政策于 2026 年 2 月 30 日发布。",
        "一、范围\n\n1.1 本政策于 2026 年 2 月 28 日发布。",
    ),
)
def date_impossible(view: View) -> Iterator[Hit]:
    """Check each date of the text, with and without its year."""
    for piece in view.pieces:
        for found in _impossible(view, piece.text):
            yield at_piece(view, piece, found.start(), f"{found.group().strip()} is no date")
