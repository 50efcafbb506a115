"""Which clauses differ between two forms of one edition: its body, its JSON, its source.

All three are brought to the same shape, the words and marks of each clause as a body shows them,
so that a body can be compared with the text that it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from html.parser import HTMLParser
from typing import NamedTuple

from clausepress.archive.verifying.model import ClauseDifference
from clausepress.i18n import available_languages, labels
from clausepress.text.html import render_body
from clausepress.text.ids import aliases
from clausepress.text.model import PREFACE_ID, Edition

_AROUND = 20  # characters shown on both sides of a difference
_SHOWN = 80  # characters of a difference shown
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr"})


class Part(NamedTuple):
    """What a body shows of one clause.

    Attributes:
        number: Its number as printed.
        words: Its words, number included, runs of white space as one space.
        marks: Its tags and attributes.
    """

    number: str
    words: str
    marks: tuple[str, ...]


def edition_parts(edition: Edition) -> dict[str, Part]:
    """Return what a body made from an edition shows of each clause, by clause id."""
    lang = edition.lang if edition.lang in available_languages() else "en"
    words = labels(lang)
    body = render_body(
        edition,
        html_lang=words.html_lang,
        prominent_label=words("Key clause:"),
        aliases=aliases(edition),
    )
    return body_parts(body)


def body_parts(body: str) -> dict[str, Part]:
    """Return what a body shows of each clause, by clause id; what is in none has the id empty."""
    reader = _Reader()
    with suppress(AssertionError):  # how html.parser refuses an altered "<![": keep what was read
        reader.feed(body)
        reader.close()
    return {
        name: Part("".join(number).strip(), " ".join("".join(words).split()), tuple(marks))
        for name, (number, words, marks) in reader.parts.items()
    }


def differences(
    frozen: Mapping[str, Part], found: Mapping[str, Part]
) -> tuple[ClauseDifference, ...]:
    """Return the clauses that differ, in the order of what was frozen, then added ones."""
    differing = []
    for name in dict.fromkeys([*frozen, *found]):
        before, now = frozen.get(name, _NOTHING), found.get(name, _NOTHING)
        if before.words == now.words and before.marks == now.marks:
            continue
        marks_only = before.words == now.words and name in frozen and name in found
        old, new = _excerpts(before.words, now.words)
        differing.append(
            ClauseDifference(name, before.number or now.number, old, new, marks_only=marks_only)
        )
    return tuple(differing)


_NOTHING = Part("", "", ())


def _excerpts(old: str, new: str) -> tuple[str, str]:
    """Both texts around what differs."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return _excerpt(old, start, len(old) - end), _excerpt(new, start, len(new) - end)


def _excerpt(text: str, start: int, end: int) -> str:
    end = min(end, start + _SHOWN)
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    return ("…" if first else "") + text[first:last] + ("…" if last < len(text) else "")


class _Reader(HTMLParser):
    """Sorts words and tags of a body by the innermost clause; wrong nesting does no harm."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: dict[str, tuple[list[str], list[str], list[str]]] = {}
        self._open: list[tuple[str, str, bool]] = [("", "", False)]  # tag, clause id, spoken label

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        _, clause, label = self._open[-1]
        kind = (given.get("class") or "").split()
        if "cp-clause" in kind or "cp-preface" in kind:
            clause = given.get("id") or PREFACE_ID
        label = label or "cp-label" in kind
        if not label:
            shown = " ".join(f"{name}={value}" for name, value in attrs)
            self._part(clause)[2].append(f"{tag} {shown}")
        if tag not in _VOID:
            self._open.append((tag, clause, label))
        if tag in ("p", "li", "td", "th", "tr") or "cp-number" in kind:
            self._part(clause)[1].append(" ")
        self._in_number = "cp-number" in kind

    def handle_endtag(self, tag: str) -> None:
        self._in_number = False
        if any(each[0] == tag for each in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        _, clause, label = self._open[-1]
        if label:
            return
        if data.strip():
            self._part(clause)[1].append(data)
            if self._in_number:
                self._part(clause)[0].append(data)

    def _part(self, clause: str) -> tuple[list[str], list[str], list[str]]:
        return self.parts.setdefault(clause, ([], [], []))

    _in_number = False
