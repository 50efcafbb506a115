"""Contacts: e-mail addresses, telephone numbers and hosts that cannot be, or differ by a slip."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations

from clausepress.text.lint.likeness import one_edit
from clausepress.text.lint.model import Example, Hit, Severity, at_piece, rule
from clausepress.text.lint.view import HAN, Piece, View

_ADDRESS = re.compile(
    r"(?<![\w.+@/-])[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII
)
# Top-level domains that do not exist and lie one slip beside one that does (IANA root zone).
_SLIPS = "con|cmo|ocm|comm|vom|xom|cim|cpm|coom|nte|ogr|rog|ner|nett|orgg|cnn"
_BROKEN_ADDRESS = re.compile(
    rf"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.(?:{_SLIPS})\b"
    r"|[\w.+-]+(?:@@+|＠|@\.)[\w.-]+"
    r"|[\w+-][\w.+-]*@[\w-]+(?:\.[\w-]+)*(?:\.\.+|[,，。]|\. )(?:com|cn|net|org)\b"
    r"|[\w.+-]+\.@[\w-]+\.\w+"
    r"|[A-Za-z][\w.+-]*(?: @ ?|@ )[\w-]+\.(?:com|cn|net|org)\b",
    re.ASCII,
)
_NO_DOMAIN = re.compile(
    rf"(?:邮箱|邮件|[Ee]-?mail)[{HAN}\w ]{{0,8}}[：:]?\s*([\w.+-]+@[\w-]+)(?![\w.@-])", re.ASCII
)
# "E-mail: privacy.larkspur.example": a host with neither @ nor path
_NO_AT = re.compile(
    r"(?:邮箱|[Ee]-?mail)(?: address)?\s*[：:]\s*((?!www\.)[\w-]+(?:\.[\w-]+)+)"
    r"(?=[\s,;，；。]|\.?$)(?!\s*[@/])",
    re.ASCII,
)
_PHONE_WORD = r"(?:电话|热线|致电|拨打|手机号?码?|客服|传真|(?i:\btel\b|\bphone|\bcall\b|\bfax\b))"
_PHONE = re.compile(
    rf"{_PHONE_WORD}[{HAN}\w ]{{0,12}}?[：:]?\s*"
    r"((?:\+?86[ -]?)?(?:1\d{8,12}|[48]00(?:[ -]?\d){5,9}|0\d{2,3}-\d{5,9}))(?![\d-])"
)


@rule(
    "contact-shape",
    Severity.ERROR,
    "An e-mail address or a telephone number that cannot be one: name@example.con, eleven digits "
    "less one.",
    fix="compare it with the real address or number",
    example=Example(
        "en",
        "1. Contact\n\nPlease write to the office at office@example.con for a copy.",
        "1. Contact\n\nPlease write to the office at office@example.com for a copy.",
    ),
)
def contact_shape(view: View) -> Iterator[Hit]:
    """Look for slips in addresses, and count the digits of numbers of mainland China."""
    for piece in view.pieces:
        for found in _BROKEN_ADDRESS.finditer(piece.text):
            yield at_piece(view, piece, found.start(), f"{found.group()} is no e-mail address")
        for found in _NO_DOMAIN.finditer(piece.text):
            yield at_piece(view, piece, found.start(1), f"{found.group(1)} is no e-mail address")
        for found in _NO_AT.finditer(piece.text):
            yield at_piece(view, piece, found.start(1), f"{found.group(1)} has no @")
        for found in _PHONE.finditer(piece.text):
            digits = re.sub(r"\D", "", found.group(1).removeprefix("+86"))
            digits = digits.removeprefix("86") if found.group(1).startswith(("86", "+")) else digits
            if not _possible(digits):
                yield at_piece(
                    view, piece, found.start(1), f"{found.group(1)} is no telephone number"
                )


def _possible(digits: str) -> bool:
    """Whether digits have a length that mobile, 400/800 or area numbers have in China."""
    if digits.startswith("1"):
        return len(digits) == 11 or len(digits) <= 6
    if digits.startswith(("400", "800")):
        return len(digits) == 10
    # Beijing, Shanghai, … have an area code of three digits, other places one of four.
    area = 3 if re.match(r"010|02\d", digits) else 4
    return len(digits) - area in {7, 8}


_NUMBER = re.compile(
    r"(?<![\w./+-])(?!(?:19|20)\d\d-)(?:\+?86[ -])?(?:\d{3,4}-){1,2}\d{3,8}(?![\w/-])|(?<!\d)1"
    r"[3-9]\d{9}(?!\d)"
)
_HOST = re.compile(
    r"(?<![\w@.-])(?:https?://)?((?:[a-z0-9-]+\.)+(?:com|cn|net|org|io|example))\b",
    re.IGNORECASE | re.ASCII,
)
_LABEL = re.compile(rf"([{HAN}]{{2,8}}|[A-Za-z][A-Za-z ]{{2,20}})\s*(?:[：:]|为|是)?\s*$")


def _said(view: View, pattern: re.Pattern[str]) -> dict[str, tuple[Piece, int, str]]:
    """The first place of each contact: piece, offset, label before it."""
    found: dict[str, tuple[Piece, int, str]] = {}
    for piece in view.pieces:
        for each in pattern.finditer(piece.text):
            label = _LABEL.search(piece.text[: each.start()])
            text = each.group(each.lastindex or 0).lower()
            found.setdefault(text, (piece, each.start(), label.group(1) if label else ""))
    return found


def _addresses_slip(one: str, other: str) -> bool:
    """Whether two addresses are one with a slip; short names differ on purpose."""
    (local, domain), (name, host) = one.split("@"), other.split("@")
    names = [each.rpartition(".")[0] for each in (domain, host)]
    if (local == name or min(map(len, names)) >= _LONG) and _hosts_slip(domain, host):
        return True  # no two hosts of one text are so alike, whoever reads there
    return domain == host and min(len(local), len(name)) >= 5 and _letters_slip(local, name)


_LONG = 6  # characters of a host before its last label: those of mail.com and gmail.com are fewer


def _letters_slip(one: str, other: str) -> bool:
    """Whether two names differ by one letter that is neither a digit nor a plural's s."""
    digits = re.sub(r"\D", "", one) != re.sub(r"\D", "", other)
    return one_edit(one, other) and not digits and one + "s" != other and other + "s" != one


def _hosts_slip(one: str, other: str) -> bool:
    """Whether two hosts differ by one letter in the name before the last label."""
    (name, _, top), (word, _, end) = (
        each.removeprefix("www.").rpartition(".") for each in (one, other)
    )
    return top == end and min(len(name), len(word)) >= 4 and _letters_slip(name, word)


def _numbers_slip(one: str, other: str, *, labelled: bool) -> bool:
    """Whether two numbers are one with a slip.

    Lines of one house are numbered on: a difference in the last two digits is none, unless both
    numbers stand under the same label, or a hotline has the same digits in another order.
    """
    a, b = (re.sub(r"\D", "", each) for each in (one, other))
    if a == b or min(len(a), len(b)) < 7 or not one_edit(a, b):
        return False
    swapped = a.startswith(("400", "800")) and sorted(a) == sorted(b)
    return labelled or swapped or len(a) != len(b) or a[:-2] != b[:-2]


@rule(
    "contact-differs",
    Severity.WARNING,
    "Two e-mail addresses, telephone numbers or hosts that differ by one character.",
    fix="compare both with the real one",
    example=Example(
        "en",
        "1. Contact\n\nPlease write to privacy@larkspur.example.\n\n2. Deletion\n\nPlease write to"
        " pivacy@larkspur.example.",
        "1. Contact\n\nPlease write to privacy@larkspur.example.\n\n2. Deletion\n\nPlease write to"
        " privacy@larkspur.example.",
    ),
)
def contact_differs(view: View) -> Iterator[Hit]:
    """Compare the contacts of each kind with each other."""
    kinds: tuple[tuple[re.Pattern[str], Callable[[str, str, bool], bool]], ...] = (
        (_ADDRESS, lambda one, other, _: _addresses_slip(one, other)),
        (_HOST, lambda one, other, _: _hosts_slip(one, other)),
        (_NUMBER, lambda one, other, same: _numbers_slip(one, other, labelled=same)),
    )
    for pattern, slip in kinds:
        said = _said(view, pattern)
        if len(said) > _MANY:
            continue  # a directory, where neighbours are alike by nature
        for (one, (_, _, label)), (other, (piece, at, also)) in combinations(said.items(), 2):
            if slip(one, other, _same_label(label, also)):
                yield at_piece(view, piece, at, f"“{other}”; elsewhere “{one}”")


def _same_label(one: str, other: str) -> bool:
    """Whether two labels are one: 客服热线, or 也可致电客服热线."""
    short = min(one, other, key=len)
    return bool(short) and (one == other or (len(short) >= 4 and one[-4:] == other[-4:] == short))


_MANY = 60
