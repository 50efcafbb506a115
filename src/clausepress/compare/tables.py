"""Cutting two streams where their tables pair, so that tables are compared row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from clausepress.compare.diff import Codes
from clausepress.compare.stream import Token

_TABLES_LIKE = 0.3
_ROWS_LIKE = 0.45
_SAME_FIRST_CELL = 0.3
_CELLS = 40_000  # old rows times new ones above which rows are paired in order only

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of both streams that is compared by itself.

    Attributes:
        old: Start and end in the old tokens.
        new: Start and end in the new tokens.
        row: Whether it is a row that the other text does not have there.
        stood: Where such a row of the new text, with every word and mark, stood in the old table.
    """

    old: Range
    new: Range
    row: bool = False
    stood: Range | None = None


def cut_at_tables(old: Sequence[Token], new: Sequence[Token], codes: Codes) -> Iterator[Cut]:
    """Yield the stretches of two streams, in order: text between tables, rows, cells."""
    i = j = 0
    for mine, theirs in _pair_tables(old, new, codes):
        yield Cut((i, mine[0]), (j, theirs[0]))
        yield from _rows(old, new, mine, theirs, codes)
        i, j = mine[1], theirs[1]
    yield Cut((i, len(old)), (j, len(new)))


def _pair_tables(
    old: Sequence[Token], new: Sequence[Token], codes: Codes
) -> list[tuple[Range, Range]]:
    mine, theirs = list(_tables(old)), list(_tables(new))
    if not mine or not theirs:
        return []
    a = [codes.encode(old[i:k]) for i, k in mine]
    b = [codes.encode(new[i:k]) for i, k in theirs]
    return [
        (mine[x], theirs[y])
        for x, y in pair_in_order(
            len(a),
            len(b),
            lambda x, y: float(Indel.normalized_similarity(a[x], b[y])),
            _TABLES_LIKE,
        )
    ]


def _tables(tokens: Sequence[Token]) -> Iterator[Range]:
    yield from _stretches(tokens, 0, len(tokens), lambda t: (t.unit, t.block) if t.row >= 0 else ())


def _rows(
    old: Sequence[Token], new: Sequence[Token], mine: Range, theirs: Range, codes: Codes
) -> Iterator[Cut]:
    rows_a = list(_stretches(old, *mine, lambda t: (t.row,)))
    rows_b = list(_stretches(new, *theirs, lambda t: (t.row,)))
    a = [codes.encode(old[i:k]) for i, k in rows_a]
    b = [codes.encode(new[i:k]) for i, k in rows_b]
    first_a = [_first_cell(old, row, codes) for row in rows_a]
    first_b = [_first_cell(new, row, codes) for row in rows_b]

    def like(x: int, y: int) -> float:
        if a[x] == b[y]:
            return 2.0
        same = _SAME_FIRST_CELL if first_a[x] == first_b[y] else 0.0
        return float(Indel.normalized_similarity(a[x], b[y])) + same

    pairs = pair_in_order(len(a), len(b), like, _ROWS_LIKE)
    left = _left(rows_a, [x for x, _ in pairs], old)
    come = _left(rows_b, [y for _, y in pairs], new)
    stood = {
        there: here
        for words, rows in come.items()
        for here, there in zip(left.get(words, ()), rows, strict=False)
    }
    x = y = 0
    i, j = mine[0], theirs[0]
    for p, q in [*pairs, (len(a), len(b))]:
        for row in rows_a[x:p]:
            yield Cut(row, (j, j), row=True)
            i = row[1]
        for row in rows_b[y:q]:
            yield Cut((i, i), row, row=True, stood=stood.get(row))
            j = row[1]
        if p < len(a):
            yield from _cells(old, new, rows_a[p], rows_b[q])
            i, j = rows_a[p][1], rows_b[q][1]
        x, y = p + 1, q + 1


def _left(
    rows: Sequence[Range], paired: Sequence[int], tokens: Sequence[Token]
) -> dict[tuple[tuple[int, str, bool], ...], list[Range]]:
    """The rows that are not paired, by what stands in them."""
    found: dict[tuple[tuple[int, str, bool], ...], list[Range]] = {}
    for at, row in enumerate(rows):
        if at not in paired:
            words = tuple((t.cell, t.form, t.mark) for t in tokens[row[0] : row[1]])
            found.setdefault(words, []).append(row)
    return found


def _cells(old: Sequence[Token], new: Sequence[Token], mine: Range, theirs: Range) -> Iterator[Cut]:
    """Cell by cell; rows with other columns are compared whole."""
    a = {old[i].cell: (i, k) for i, k in _stretches(old, *mine, lambda t: (t.cell,))}
    b = {new[i].cell: (i, k) for i, k in _stretches(new, *theirs, lambda t: (t.cell,))}
    if max(a) != max(b):
        yield Cut(mine, theirs)
        return
    i, j = mine[0], theirs[0]
    for cell in range(max(a) + 1):
        here, there = a.get(cell, (i, i)), b.get(cell, (j, j))
        yield Cut(here, there)
        i, j = here[1], there[1]


def _first_cell(tokens: Sequence[Token], row: Range, codes: Codes) -> str:
    return codes.encode([t for t in tokens[row[0] : row[1]] if t.cell == 0])


def _stretches(
    tokens: Sequence[Token], start: int, end: int, key: Callable[[Token], tuple[int, ...]]
) -> Iterator[Range]:
    """Stretches of tokens with one key, those with an empty key left out."""
    at = start
    while at < end:
        name = key(tokens[at])
        last = at + 1
        while last < end and key(tokens[last]) == name:
            last += 1
        if name:
            yield at, last
        at = last


def pair_in_order(
    rows: int, columns: int, like: Callable[[int, int], float], least: float
) -> list[tuple[int, int]]:
    """Return the pairs, in order on both sides, whose likenesses have the greatest sum."""
    if rows * columns > _CELLS:
        return [(at, at) for at in range(min(rows, columns)) if like(at, at) >= least]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    value = [[like(x, y) for y in range(columns)] for x in range(rows)]
    for x in range(rows - 1, -1, -1):
        for y in range(columns - 1, -1, -1):
            best[x][y] = max(best[x + 1][y], best[x][y + 1])
            if value[x][y] >= least:
                best[x][y] = max(best[x][y], best[x + 1][y + 1] + value[x][y])
    pairs: list[tuple[int, int]] = []
    x = y = 0
    while x < rows and y < columns:
        if value[x][y] >= least and best[x][y] == best[x + 1][y + 1] + value[x][y]:
            pairs.append((x, y))
            x, y = x + 1, y + 1
        elif best[x][y] == best[x + 1][y]:
            x += 1
        else:
            y += 1
    return pairs
