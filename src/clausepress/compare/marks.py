"""Runs of text with the differences marked in them, as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from clausepress.compare.model import Hunk
from clausepress.compare.printed import printed
from clausepress.text.model import Run


@dataclass(frozen=True, slots=True)
class Marks:
    """Spoken labels of marks, in the reader's language.

    Attributes:
        insert: Said before inserted words.
        delete: Said before deleted words.
        prominent: Said before a prominent clause.
        gained: Said before words that gained emphasis.
        lost: Said before words that lost it.
    """

    insert: str
    delete: str
    prominent: str
    gained: str
    lost: str

    def inserted(self, html: str, hunk: str = "") -> str:
        """Inserted words; ``hunk`` is the id of the first mark of a hunk."""
        return f'<ins class="cp-ins"{_id(hunk)}>{_spoken(self.insert)}{html}</ins>'

    def deleted(self, html: str, hunk: str = "") -> str:
        """Deleted words; a line end among them is a line end."""
        text = html.replace("\n", "<br>").replace("\t", " ")
        return f'<del class="cp-del"{_id(hunk)}>{_spoken(self.delete)}{text}</del>'


def marked_runs(
    runs: Sequence[Run], start: int, hunks: Sequence[Hunk], marks: Marks, side: str = ""
) -> str:
    """Return the runs of one line as HTML.

    Args:
        runs: The line.
        start: Offset of its first character in the clause's own text.
        hunks: Hunks of the clause, in order.
        marks: The labels.
        side: ``added`` or ``removed`` when the whole clause is.
    """
    end = start + sum(len(run.text) for run in runs)
    if side:
        text = _plain(runs, start, start, end, marks)
        if not text:
            return ""
        return marks.inserted(text) if side == "added" else marks.deleted(text)
    parts: list[str] = []
    at = start
    stress = [hunk for hunk in hunks if hunk.kind.startswith("emphasis")]
    for hunk in hunks:
        if hunk.new is None or hunk in stress or hunk.kind in ("renamed-term", "moved"):
            continue
        first, last = max(hunk.new.start, start), min(hunk.new.end, end)
        opens = first == hunk.new.start and (first < end or hunk.new.end == end)
        if first < last or (first == last and opens):
            parts.append(_plain(runs, start, at, first, marks, stress))
            text = _plain(runs, start, first, last, marks, stress)
            parts += _difference(hunk, text, marks, opens=opens)
            at = last
    parts.append(_plain(runs, start, at, end, marks, stress))
    return "".join(parts)


def _difference(hunk: Hunk, text: str, marks: Marks, *, opens: bool) -> Iterator[str]:
    """A hunk on one line; the line it begins on bears its id and the words that are gone."""
    name = hunk.id if opens else ""
    gone = printed(hunk.old_clause, hunk.old) if opens else ""
    if gone:
        yield marks.deleted(escape(gone), name)
        name = ""
    if text:
        yield marks.inserted(text, name)


def _plain(
    runs: Sequence[Run],
    start: int,
    first: int,
    last: int,
    marks: Marks,
    stress: Sequence[Hunk] = (),
) -> str:
    """Characters from one offset to another as HTML, emphasis and changes of it marked."""
    parts: list[str] = []
    at = start
    for run in runs:
        cuts = {max(first, at), min(last, at + len(run.text))}
        for hunk in stress:
            if hunk.new:
                cuts |= {hunk.new.start, hunk.new.end}
        inside = sorted(
            cut for cut in cuts if max(first, at) <= cut <= min(last, at + len(run.text))
        )
        for here, there in pairwise(inside):
            text = _run(run, run.text[here - at : there - at], marks)
            change = next((h for h in stress if h.new and h.new.start <= here < h.new.end), None)
            parts.append(_stressed(change, here, text, marks) if change else text)
        at += len(run.text)
    return "".join(parts)


def _run(run: Run, piece: str, marks: Marks) -> str:
    text = escape(piece)
    if run.prominent:
        label = _spoken(marks.prominent)
        return f'<strong class="cp-prominent">{label}<u>{text}</u></strong>'
    return f'<b class="cp-button">{text}</b>' if run.label else text


def _stressed(hunk: Hunk, at: int, text: str, marks: Marks) -> str:
    label = marks.gained if hunk.kind == "emphasis-gained" else marks.lost
    opens = hunk.new is not None and hunk.new.start == at
    spoken = _spoken(label) if opens else ""
    return f'<span class="cp-{hunk.kind}"{_id(hunk.id if opens else "")}>{spoken}{text}</span>'


def _spoken(label: str) -> str:
    return f'<span class="cp-label">{escape(label)} </span>'


def _id(hunk: str) -> str:
    return f' id="{hunk}"' if hunk else ""
