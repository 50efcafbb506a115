"""A redline for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from clausepress.compare.model import FOLDED, ClausePair, Hunk, HunkClass, Redline, Span
from clausepress.compare.printed import clause_name, printed
from clausepress.compare.stream import clause_text, clauses_of
from clausepress.text.model import Clause, Edition
from clausepress.text.numbers import gap

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
    for pairs in _clauses(redline):
        shown = [
            hunk
            for hunk in (hunks[name] for name in pairs[0].hunks)
            if everything or hunk.kind not in FOLDED
        ]
        if shown:
            lines += ["", _title(pairs, before, after)]
            lines += [f"  {line}" for hunk in shown for line in _lines(hunk, before, after)]
    return "\n".join(lines) + "\n"


def _clauses(redline: Redline) -> Iterable[list[ClausePair]]:
    """The pairs of each clause of the new text, several where clauses were merged into it."""
    found: dict[tuple[str, str], list[ClausePair]] = {}
    for pair in redline.clauses:
        key = ("new", pair.new.id) if pair.new else ("old", pair.old.id if pair.old else "")
        found.setdefault(key, []).append(pair)
    return found.values()


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


def _title(
    pairs: Sequence[ClausePair], before: Mapping[str, Clause], after: Mapping[str, Clause]
) -> str:
    old = ", ".join(clause_name(pair.old, before) for pair in pairs if pair.old)
    new = clause_name(pairs[0].new, after) if pairs[0].new else old
    return new if old in ("", new) else f"{old} → {new}"


def _lines(hunk: Hunk, before: Mapping[str, Clause], after: Mapping[str, Clause]) -> Iterator[str]:
    if hunk.kind == "moved" and hunk.new:
        yield f"moved, a row of the table: {hunk.new.text}"
    elif hunk.kind in ("moved", "renumbered"):
        old = clause_name(hunk.old_clause, before) if hunk.old_clause else ""
        new = clause_name(hunk.new_clause, after) if hunk.new_clause else ""
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
    old, new = printed(hunk.old_clause, hunk.old), printed(hunk.new_clause, hunk.new)
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
    return _context(clauses[ref.id], span)


def _context(clause: Clause, span: Span) -> tuple[str, str]:
    number, own = clause.number, clause_text(clause)
    between = gap(number, own)
    text = f"{number}{between}{own}"
    start, end = (
        at + len(number) + (len(between) if at > 0 or at == span.start == 0 else 0)
        for at in (span.start, span.end)
    )
    lead, tail = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return (
        ("…" if start > CONTEXT else "") + lead,
        tail + ("…" if end + CONTEXT < len(text) else ""),
    )
