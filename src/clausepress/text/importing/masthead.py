"""Number and dates as a text prints them, in the many shapes of mastheads."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from clausepress.text.importing.model import Imported, ImportNote
from clausepress.text.numbers import match_number

_LIMIT = 160  # characters of a line that can state facts; a longer one is running text
_GAP = re.compile(r"[\s|*(（）)】：:为是–—-]*")
_NUMBER = re.compile(
    r"(?:文档版号|文档编号|版本编号|版本号|(?<![\w一-鿿])版本)[\s*|]*[：:][\s*|]*([^\s*|，,；;）)】]+)"
    r"|(?:\bdocument\s+(?:no\.?|number)|\bversion(?:\s*(?:no\.?|number))?)[\s*|]*[：:][\s*|]*"
    r"([^\s*|,;)\]]+)"
    r"|^[\s#*(（]*version\s+(v?\d[\w.-]*)",
    re.IGNORECASE,
)
_UPDATED = (
    re.compile(
        r"(?:更新|修订|修改)(?:日期|时间)|最近更新|最后更新"
        r"|\b(?:last|date)\s+(?:of\s+last\s+)?(?:updated?|revised|revision|modified)(?:\s+on)?"
        r"|\b(?:update|revision)\s+date|^[\s#*(（]*updated(?:\s+on)?",
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(
        r"(?:发布|公布)(?:日期|时间)"
        r"|\b(?:publication|release|issue)\s+date|\bdate\s+of\s+(?:publication|issue)"
        r"|^[\s#*(（]*(?:published|released|posted)(?:\s+on)?",
        re.IGNORECASE | re.MULTILINE,
    ),
)
_EFFECTIVE = (
    re.compile(
        r"(?:生效|施行|实施)(?:日期|时间)"
        r"|\beffective(?:\s+(?:date|from|as\s+of|on|since))?|\bdate\s+effective"
        r"|\b(?:in|into)\s+effect\s+(?:from|since|on)",
        re.IGNORECASE | re.MULTILINE,
    ),
)
_HAN_ZERO = "〇零○Ο"
_HAN_DIGIT = {char: value for value, char in enumerate("零一二三四五六七八九")} | dict.fromkeys(
    _HAN_ZERO, 0
)
_MONTH_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTHS = {name: value for value, name in enumerate(_MONTH_NAMES.split("|"), start=1)}
_MONTH = rf"({_MONTH_NAMES})[a-z]*\.?"
_HAN = f"[{_HAN_ZERO}一二三四五六七八九十]"
_DATE = re.compile(
    r"(?P<y>\d{4})\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})(?!\d)"
    rf"|(?P<hy>{_HAN}{{4}})\s*年\s*(?P<hm>{_HAN}{{1,2}})\s*月\s*(?P<hd>{_HAN}{{1,3}})\s*日?"
    rf"|(?P<em>{_MONTH})\s+(?P<ed>\d{{1,2}})(?:[dhnrst]{{2}})?\s*,?\s*(?P<ey>\d{{4}})"
    rf"|(?P<gd>\d{{1,2}})(?:[dhnrst]{{2}})?\s+(?:of\s+)?(?P<gm>{_MONTH})\s*,?\s*(?P<gy>\d{{4}})",
    re.IGNORECASE,
)
_UNREADABLE = re.compile(
    rf"\d{{1,4}}\s*[年./-]\s*\d{{1,2}}(?:\s*[月./-]\s*\d{{0,4}}日?)?"
    rf"|{_HAN}{{2,4}}年{_HAN}{{1,3}}月|{_MONTH}\s+\d{{4}}",
    re.IGNORECASE,
)


def read_facts(raw: str, imported: Imported) -> None:
    """Read number and dates where they are printed into ``imported``; note those that are not.

    Only short lines without a clause number are looked at, or a sentence about another version
    would be read; and a document number has a digit.
    A printed date that is no date of the calendar, or leaves day and month open, is a note.
    """
    lines = [line if _may_state_facts(line) else "" for line in raw.split("\n")]
    folded = [unicodedata.normalize("NFKC", line) for line in lines]
    for line, fold in zip(lines, folded, strict=True):
        found = _NUMBER.search(fold)
        group = found.lastindex or 0 if found else 0
        if found and re.search(r"[\d一二三四五六七八九十]", found.group(group)):
            same = len(fold) == len(line)  # then the printed characters stand at the same place
            imported.number = line[slice(*found.span(group))] if same else found.group(group)
            break
    else:
        imported.notes.append(ImportNote(0, "number-missing", "no document number is printed"))
    imported.updated_on = _date(folded, _UPDATED, "updated_on", imported.notes)
    imported.effective_on = _date(folded, _EFFECTIVE, "effective_on", imported.notes)


def _may_state_facts(line: str) -> bool:
    return len(line) <= _LIMIT and match_number(line.lstrip("#*- \t\u3000")) is None


def _date(
    lines: list[str], labels: tuple[re.Pattern[str], ...], name: str, notes: list[ImportNote]
) -> dt.date | None:
    stated: dt.date | None = None
    faults: list[ImportNote] = []
    for label in labels:
        for index, line in enumerate(lines):
            for found in label.finditer(line):
                if stated:
                    break
                value = line[found.end() :]
                if not re.sub(r"[\s:：|*]", "", value):  # the date stands on a line of its own
                    below = (each for each in lines[index + 1 : index + 3] if each.strip())
                    value = next(below, "")
                stated, fault = _read_date(_GAP.sub("", value, count=1))
                if fault:
                    words = f"{found.group().strip()}: {fault}; write {name} into version.yml"
                    faults.append(ImportNote(index + 1, "date-wrong", words))
    if not stated and not faults:
        faults.append(ImportNote(0, "date-missing", f"no {name} is printed"))
    notes.extend(faults)
    return stated


def _read_date(text: str) -> tuple[dt.date | None, str]:
    """The date a text begins with, or what is wrong with it; neither when it begins with none."""
    if date := _DATE.match(text):
        try:
            return _value(date), ""
        except (KeyError, ValueError):
            return None, f"{date.group()} is not a date of the calendar"
    odd = _UNREADABLE.match(text)
    return None, f"{odd.group()} does not state one day" if odd else ""


def _value(found: re.Match[str]) -> dt.date:
    part = found.groupdict()
    if part["y"]:
        return dt.date(int(part["y"]), int(part["m"]), int(part["d"]))
    if part["hy"]:
        year = int("".join(str(_HAN_DIGIT[char]) for char in part["hy"]))
        return dt.date(year, _han(part["hm"]), _han(part["hd"]))
    first = "e" if part["em"] else "g"
    month = _MONTHS[part[f"{first}m"][:3].lower()]
    return dt.date(int(part[f"{first}y"]), month, int(part[f"{first}d"]))


def _han(numeral: str) -> int:
    """Value of a day or month: 九, 十, 十二, 二十, 三十一, 〇九."""
    if "十" in numeral:
        tens, ones = numeral.split("十", 1)
        if len(tens) > 1 or len(ones) > 1:
            raise ValueError(numeral)
        return (_HAN_DIGIT[tens] if tens else 1) * 10 + (_HAN_DIGIT[ones] if ones else 0)
    return int("".join(str(_HAN_DIGIT[char]) for char in numeral))
