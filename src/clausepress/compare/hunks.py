"""Hunks made of edits, and of what differs without a word changing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, zip_longest

from clausepress.compare.diff import Edit
from clausepress.compare.model import ClauseRef, Hunk, HunkClass, Span
from clausepress.compare.renames import Rename, is_term
from clausepress.compare.stream import NUMBER, Token, Unit, squeezed, tokenise
from clausepress.compare.tables import Cut

Placed = tuple[int, Hunk]
"""A hunk and the place in the new stream it stands at."""


def reference(unit: Unit) -> ClauseRef:
    """Return how a hunk names a clause."""
    return ClauseRef(unit.clause.id, unit.clause.number)


def span(unit: Unit, start: int, end: int) -> Span:
    """Return a stretch of a clause's own text."""
    return Span(unit.slice(start, end), start, end)


def whole_hunk(old: Unit | None, new: Unit | None) -> Hunk:
    """Return the hunk of a clause that only one edition has."""
    return Hunk(
        "",
        "added" if new else "removed",
        reference(old) if old else None,
        reference(new) if new else None,
        span(old, 0, len(old.text)) if old else None,
        span(new, 0, len(new.text)) if new else None,
    )


def number_span(unit: Unit) -> Span:
    """Return the printed number as a stretch before the text."""
    return span(unit, -len(unit.clause.number), 0)


def number_look(a: Unit, b: Unit) -> HunkClass:
    """Class of two numbers that are the same, yet printed in another way."""
    same = squeezed(a.clause.number) == squeezed(b.clause.number)
    return "width" if same else "list-mark"


def first_line(unit: Unit) -> Span:
    """Return the first line of a clause."""
    end = unit.text.find("\n")
    return span(unit, 0, end if end >= 0 else len(unit.text))


def edit_hunks(
    edit: Edit,
    old: Sequence[Token],
    new: Sequence[Token],
    olds: Sequence[Unit],
    news: Sequence[Unit],
    leads: tuple[Unit, Unit],
) -> Iterator[Hunk]:
    """Yield an edit as hunks, one for each clause it reaches into.

    Args:
        edit: The edit, in tokens of the two streams.
        old: Tokens of the old clauses of a group.
        new: Tokens of the new ones.
        olds: All units of the old text.
        news: All units of the new text.
        leads: The first clause of the group in both, for a stream without tokens.
    """
    i1, i2, j1, j2 = edit
    gone = [_cover(list(part), olds) for _, part in groupby(old[i1:i2], lambda t: t.unit)]
    come = [_cover(list(part), news) for _, part in groupby(new[j1:j2], lambda t: t.unit)]
    starts_line = (j1 == j2 and _starts_line(old, i1)) or (i1 == i2 and _starts_line(new, j1))
    here = _point(old, i2, olds, leads[0], starts_line=starts_line and not gone)
    there = _point(new, j2, news, leads[1], starts_line=starts_line and not come)
    for mine, theirs in zip_longest(gone, come):
        kind: HunkClass = "wording" if mine and theirs else "added" if theirs else "removed"
        a, b = mine or here, theirs or there
        yield Hunk("", kind, reference(a[0]), reference(b[0]), span(*a), span(*b))


def moved_rows(
    cuts: Sequence[Cut],
    old: Sequence[Token],
    new: Sequence[Token],
    olds: Sequence[Unit],
    news: Sequence[Unit],
) -> dict[Edit, tuple[Hunk, ...]]:
    """Return what is told of the edits of rows that moved within their table as they are.

    The hunk stands at the new place; the edit at the old one tells nothing.

    Args:
        cuts: The stretches of the two streams.
        old: Tokens of the old clauses of a group.
        new: Tokens of the new ones.
        olds: All units of the old text.
        news: All units of the new text.
    """
    rows = {cut.old: cut for cut in cuts if cut.row}
    told: dict[Edit, tuple[Hunk, ...]] = {}
    for cut in cuts:
        if cut.stood:
            a, b = _cover(old[slice(*cut.stood)], olds), _cover(new[slice(*cut.new)], news)
            before, after = span(*a), span(*b)
            if before.text == after.text:
                hunk = Hunk("", "moved", reference(a[0]), reference(b[0]), before, after)
                left = rows[cut.stood]
                told[*left.old, *left.new] = ()
                told[*cut.old, *cut.new] = (hunk,)
    return told


def _cover(tokens: Sequence[Token], units: Sequence[Unit]) -> tuple[Unit, int, int]:
    return units[tokens[0].unit], tokens[0].start, tokens[-1].end


def _starts_line(tokens: Sequence[Token], at: int) -> bool:
    return at == 0 or tokens[at - 1].place != tokens[at].place


def _point(
    tokens: Sequence[Token], at: int, units: Sequence[Unit], lead: Unit, *, starts_line: bool
) -> tuple[Unit, int, int]:
    """Where something that is not there would stand: on the line it belongs to."""
    if not tokens:
        return lead, 0, 0
    if at == len(tokens) or (at > 0 and not starts_line):
        before = tokens[at - 1]
        return units[before.unit], before.end, before.end
    after = tokens[at]
    return units[after.unit], after.start, after.start


def quiet_hunks(
    old: Sequence[Token],
    new: Sequence[Token],
    edits: Sequence[Edit],
    olds: Sequence[Unit],
    news: Sequence[Unit],
    renames: Sequence[Rename],
) -> list[Placed]:
    """Return what differs where the words are the same: looks, borders, emphasis, renamed terms."""
    found: list[Placed] = []
    names = {("".join(rename.old), "".join(rename.new)) for rename in renames}
    pairs = list(_kept(edits, len(old), len(new)))
    for i, j in pairs:
        a, b = old[i], new[j]
        before = olds[a.unit].slice(a.start, a.end)
        after = news[b.unit].slice(b.start, b.end)
        if before != after:
            kind = _look(a, before, after, names)
            found.append((j, _hunk(kind, a, b, a.start, b.start, olds, news)))
    found = _runs(found)
    for (h, k), (i, j) in pairwise(pairs):
        if (h + 1, k + 1) == (i, j):
            found += _gap(old[h], old[i], new[k], new[j], j, olds, news)
    found += _bullets(pairs, old, new, olds, news)
    found += _emphasis(pairs, old, new, olds, news)
    return found


def _kept(edits: Sequence[Edit], old: int, new: int) -> Iterator[tuple[int, int]]:
    """Places of the tokens both streams have."""
    i = j = 0
    for i1, i2, j1, j2 in [*edits, (old, old, new, new)]:
        yield from zip(range(i, i1), range(j, j1), strict=True)
        i, j = i2, j2


def _look(token: Token, before: str, after: str, names: set[tuple[str, str]]) -> HunkClass:
    if is_term(token):
        pair = (_name(before), _name(after))
        if pair[0] != pair[1]:
            return "renamed-term" if pair in names else "wording"
    if "".join(before.split()) == "".join(after.split()):
        return "space"
    is_number = token.form.startswith("(") and squeezed(before) != squeezed(after)
    return "list-mark" if is_number else "width"


def _name(text: str) -> str:
    return "".join(form for _, _, form in tokenise(text))


def _hunk(
    kind: HunkClass,
    a: Token,
    b: Token,
    a_start: int,
    b_start: int,
    olds: Sequence[Unit],
    news: Sequence[Unit],
) -> Hunk:
    one, other = olds[a.unit], news[b.unit]
    return Hunk(
        "",
        kind,
        reference(one),
        reference(other),
        span(one, a_start, a.end),
        span(other, b_start, b.end),
    )


def _runs(found: list[Placed]) -> list[Placed]:
    """Join tokens of another width that stand side by side."""
    joined: list[Placed] = []
    for at, hunk in found:
        both = _joined(joined[-1][1], hunk) if joined else None
        if both:
            joined[-1] = (joined[-1][0], both)
        else:
            joined.append((at, hunk))
    return joined


def _joined(a: Hunk, b: Hunk) -> Hunk | None:
    """Two hunks of width as one, where both touch in both texts."""
    same = (a.kind, a.old_clause, a.new_clause) == (b.kind, b.old_clause, b.new_clause)
    if not same or a.kind != "width" or not (a.old and a.new and b.old and b.new):
        return None
    if (a.old.end, a.new.end) != (b.old.start, b.new.start):
        return None
    old = Span(a.old.text + b.old.text, a.old.start, b.old.end)
    new = Span(a.new.text + b.new.text, a.new.start, b.new.end)
    return Hunk("", "width", a.old_clause, a.new_clause, old, new)


def _gap(
    h: Token, i: Token, k: Token, j: Token, at: int, olds: Sequence[Unit], news: Sequence[Unit]
) -> Iterator[Placed]:
    """White space or a border that only one text has between two tokens."""
    if NUMBER in (h.block, k.block) and h.unit == i.unit and k.unit == j.unit:
        return  # between a number and its text
    inside_old, inside_new = h.place == i.place, k.place == j.place
    if inside_old and inside_new and i.start - h.end == j.start - k.end:
        return
    old = span(olds[i.unit], h.end if h.unit == i.unit else i.start, i.start)
    new = span(news[j.unit], k.end if k.unit == j.unit else j.start, j.start)
    if inside_old != inside_new:
        kind: HunkClass = "layout"
    elif inside_old and old.text != new.text:
        kind = "space"
    else:
        return
    yield at, Hunk("", kind, reference(olds[i.unit]), reference(news[j.unit]), old, new)


def _bullets(
    pairs: Sequence[tuple[int, int]],
    old: Sequence[Token],
    new: Sequence[Token],
    olds: Sequence[Unit],
    news: Sequence[Unit],
) -> Iterator[Placed]:
    """Items whose list mark only one text has: told at their first token."""
    for i, j in pairs:
        a, b = old[i], new[j]
        if a.bullet != b.bullet and _starts_line(old, i) and _starts_line(new, j):
            yield j, _hunk("list-mark", a, b, a.start, b.start, olds, news)


def _emphasis(
    pairs: Sequence[tuple[int, int]],
    old: Sequence[Token],
    new: Sequence[Token],
    olds: Sequence[Unit],
    news: Sequence[Unit],
) -> Iterator[Placed]:
    """Stretches of the same words that gained or lost their mark, one for each clause."""

    def change(pair: tuple[int, int]) -> tuple[int, int, int]:
        a, b = old[pair[0]], new[pair[1]]
        return (b.mark - a.mark, a.unit, b.unit)

    for (gain, _, _), group in groupby(pairs, change):
        part = list(group)
        if not gain or not any(_is_word(new[j]) for _, j in part):
            continue
        (i1, j1), (i2, j2) = part[0], part[-1]
        kind: HunkClass = "emphasis-gained" if gain > 0 else "emphasis-lost"
        a, b = old[i1], new[j1]
        yield j1, _hunk(kind, old[i2], new[j2], a.start, b.start, olds, news)


def _is_word(token: Token) -> bool:
    return is_term(token) or token.form[0].isalnum()
