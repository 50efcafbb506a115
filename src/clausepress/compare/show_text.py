"""A redline for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausepress.compare.model import FOLDED, ClausePair, ClauseRef, Hunk, HunkClass, Redline, Span
from clausepress.compare.stream import clause_text, clauses_of
from clausepress.text.model import Clause, Edition

CONTEXT = 16
"""Characters shown around a difference."""


def render_text(redline: Redline, old: Edition, new: Edition, *, everything: bool = False) -> str:
    """Return a redline as lines: counts first, then each clause with its differences.

    Removed words stand as ``[-…-]``, new ones as ``{+…+}``, line ends as ``⏎``.

    Args:
        redline: What `redline` returned for the two editions.
        old: The edition before.
        new: The edition now.
        everything: Show folded classes too, which change no word.
    """
    before, after = clauses_of(old), clauses_of(new)
    hunks = {hunk.id: hunk for hunk in redline.hunks}
    lines = [_summary(redline, everything=everything)]
    for pair in redline.clauses:
        shown = [
            hunk
            for hunk in (hunks[name] for name in pair.hunks)
            if everything or hunk.kind not in FOLDED
        ]
        if shown:
            lines += ["", _title(pair)]
            lines += [f"  {line}" for hunk in shown for line in _lines(hunk, before, after)]
    return "\n".join(lines) + "\n"


def _summary(redline: Redline, *, everything: bool) -> str:
    shown = {kind: n for kind, n in redline.counts.items() if kind not in FOLDED}
    folded = {kind: n for kind, n in redline.counts.items() if kind in FOLDED}
    parts = [_sum(shown, "difference") if shown else "no difference"]
    if folded:
        how = "" if everything else ", shown with --all"
        parts.append(f"{_sum(folded, 'more')} (no word changed{how})")
    return "\n".join(parts)


def _sum(counts: Mapping[HunkClass, int], noun: str) -> str:
    total = sum(counts.values())
    plural = "s" if total != 1 and noun != "more" else ""
    each = ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items(), key=lambda k: -k[1]))
    return f"{total} {noun}{plural}: {each}"


def _title(pair: ClausePair) -> str:
    if pair.old is None or pair.new is None:
        return _name(pair.old or pair.new)
    old, new = _name(pair.old), _name(pair.new)
    return new if old == new else f"{old} → {new}"


def _name(ref: ClauseRef | None) -> str:
    return (ref.number or ref.id) if ref else ""


def _lines(hunk: Hunk, before: Mapping[str, Clause], after: Mapping[str, Clause]) -> Iterator[str]:
    if hunk.kind in ("moved", "renumbered"):
        old, new = _name(hunk.old_clause), _name(hunk.new_clause)
        yield hunk.kind if old == new else f"{hunk.kind}: {old} → {new}"
    elif hunk.kind == "renamed-term":
        times = "once" if hunk.count == 1 else f"{hunk.count} times"
        yield f"renamed-term: {_change(hunk)} {times}"
    elif hunk.old_clause is None or hunk.new_clause is None:
        whole = hunk.new or hunk.old
        opened, closed = ("{+", "+}") if hunk.new else ("[-", "-]")
        yield f"{hunk.kind}, the whole clause:"
        for line in (whole.text if whole else "").split("\n"):
            yield f"  {opened}{line}{closed}"
    else:
        lead, tail = _around(hunk, before, after)
        yield f"{hunk.kind}: {lead}{_change(hunk)}{tail}".replace("\n", "⏎")


def _change(hunk: Hunk) -> str:
    old, new = hunk.old.text if hunk.old else "", hunk.new.text if hunk.new else ""
    if hunk.kind.startswith("emphasis"):
        return f"{{~{new}~}}"
    return (f"[-{old}-]" if old else "") + (f"{{+{new}+}}" if new else "")


def _around(
    hunk: Hunk, before: Mapping[str, Clause], after: Mapping[str, Clause]
) -> tuple[str, str]:
    """Text before and behind a difference, from the text that has it."""
    ref, span, clauses = hunk.new_clause, hunk.new, after
    if not (span and span.text):
        ref, span, clauses = hunk.old_clause, hunk.old, before
    if ref is None or span is None:
        return "", ""
    clause = clauses[ref.id]
    return _context(clause, span)


def _context(clause: Clause, span: Span) -> tuple[str, str]:
    shift = len(clause.number)
    text = clause.number + clause_text(clause)
    start, end = span.start + shift, span.end + shift
    lead, tail = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return (
        ("…" if start > CONTEXT else "") + lead,
        tail + ("…" if end + CONTEXT < len(text) else ""),
    )
