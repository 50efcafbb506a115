"""Mailboxes and telephone numbers in running text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(
    r"(?<![\w.-])(?!\d{4}-(?:19|20)\d\d(?![\d-]))"  # 2019-2021 are years
    r"(?:(?:\+?\d{1,3}[- ])?\(?\d{3,4}\)?-\d{3,8}(?:-\d{3,4})?|1[3-9]\d{9}|[48]00\d{7})"
    r"(?![\d-]|\.\d)",
    re.ASCII,
)
# A short number is one only where a telephone is spoken of: 95118, but not 10,000 元.
_SHORT_NUMBER = re.compile(
    r"(?<![\w.,-])\+?\d[\d -]{3,16}(?<=\d)"
    r"(?![\d-]|[.,]\d|\s*(?:[元万亿人次天日年月周个条项%]|小时|分钟))",
    re.ASCII,
)
_TELEPHONE = re.compile(
    r"电话|热线|致电|拨打|客服|传真|\b(?:tele)?phone\b|\bhotline\b|\bcall(?:ing)?\b|\btel\b|\bfax\b",
    re.IGNORECASE,
)
_LINE = re.compile(r"[^。；;\n\t]+")


def contacts_of(text: str) -> frozenset[str]:
    """Return the contacts a text names, each in comparable form."""
    plain = unicodedata.normalize("NFKC", text)
    return frozenset(comparable(plain[start:end]) for start, end in _places(plain))


def comparable(contact: str) -> str:
    """Return a mailbox in lower case, a number as its digits without China's code (+86)."""
    plain = unicodedata.normalize("NFKC", contact).strip()
    if not re.fullmatch(r"[+(]*\d[\d() -]*", plain):
        return plain.casefold()
    return re.sub(r"\D", "", re.sub(r"^\(?(?:\+|00)86\)?", "", plain))


def without_contacts(text: str) -> str:
    """Return a text (in NFKC) with a dash for each contact."""
    plain = unicodedata.normalize("NFKC", text)
    kept, at = [], 0
    for start, end in sorted(_places(plain)):
        if start >= at:
            kept += [plain[at:start], "–"]
            at = end
    return "".join([*kept, plain[at:]])


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every contact; one may be found twice."""
    for pattern in (_MAILBOX, _NUMBER):
        for match in pattern.finditer(text):
            yield match.span()
    for line in _LINE.finditer(text):
        if _TELEPHONE.search(line[0]):
            for match in _SHORT_NUMBER.finditer(text, line.start(), line.end()):
                if sum(char.isdigit() for char in match[0]) >= 5:
                    yield match.span()
