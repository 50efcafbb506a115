"""Token differences of two streams: anchored, slid to where a person would cut, joined to words.

Streams are strings of one character a token (`Codes.encode`). Of several longest common
subsequences it is that found from the end by leaving out tokens of the old stream first, then of
the new one: what rapidfuzz does, and ``overrides/assets/redline/lcs.js`` likewise.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from clausepress.compare.stream import Token

Edit = tuple[int, int, int, int]
"""Old start and end, new start and end, in tokens: what is between them differs."""

LARGEST = 10  # characters that a joined edit may be larger than the smallest edit in it
LARGEST_SEARCH = 20_000_000
"""Old times new tokens above which no longest common subsequence is searched for."""
_GRAM = 4  # tokens of an anchor
_CONFETTI = 0.4  # share of kept tokens below which a passage counts as rewritten

_SENTENCE_END = frozenset("。；！？;!?.")
_CLOSERS = frozenset('，、：,:）)》】」”"’%')
_OPENERS = frozenset("（(《【「“")
_LINKS = frozenset("./?&=@:#%_+~-")  # what holds a link or a mailbox together
_LATIN = re.compile("[A-Za-z0-9]")


@dataclass(slots=True)
class Codes:
    """One character for each form."""

    known: dict[str, str]

    def encode(self, tokens: Sequence[Token]) -> str:
        """Return tokens as a string of one character each, equal where the forms are."""
        known = self.known
        for token in tokens:
            if token.form not in known:
                size = len(known) + 0x100
                known[token.form] = chr(size if size < 0xD800 else size + 0x800)
        return "".join([known[token.form] for token in tokens])


def diff(old: str, new: str) -> list[Edit]:
    """Return the edits between two encoded streams, in order, none touching the next."""
    edits: list[Edit] = []
    for edit in _edits(old, new, 0, 0):
        if edits and edits[-1][1] == edit[0] and edits[-1][3] == edit[2]:
            edits[-1] = (edits[-1][0], edit[1], edits[-1][2], edit[3])
        else:
            edits.append(edit)
    return edits


def _edits(old: str, new: str, i: int, j: int) -> list[Edit]:
    """Edits of two streams that begin at ``i`` and ``j``."""
    head = _common_prefix(old, new)
    old, new, i, j = old[head:], new[head:], i + head, j + head
    tail = _common_prefix(old[::-1], new[::-1])
    old, new = old[: len(old) - tail], new[: len(new) - tail]
    if not old or not new:
        return [(i, i + len(old), j, j + len(new))] if old or new else []
    edits: list[Edit] = []
    at, to = 0, 0
    anchors = _anchors(old, new)
    for a, b in anchors:
        if a < at or b < to:
            continue  # inside the match before
        edits += _edits(old[at:a], new[to:b], i + at, j + to)
        size = _common_prefix(old[a:], new[b:])
        at, to = a + size, b + size
    if anchors:
        return edits + _edits(old[at:], new[to:], i + at, j + to)
    if len(old) * len(new) > LARGEST_SEARCH:
        return [(i, i + len(old), j, j + len(new))]
    return [
        (i + op.src_start, i + op.src_end, j + op.dest_start, j + op.dest_end)
        for op in Indel.opcodes(old, new)
        if op.tag != "equal"
    ]


def _anchors(old: str, new: str) -> list[tuple[int, int]]:
    """Places of runs of tokens that occur once in each stream, in the order of both."""
    mine, theirs = _once(old), _once(new)
    pairs = [(at, theirs[gram]) for gram, at in mine.items() if gram in theirs]
    return [pairs[k] for k in increasing([b for _, b in pairs])]


def _once(stream: str) -> dict[str, int]:
    found: dict[str, int] = {}
    again: set[str] = set()
    for at in range(len(stream) - _GRAM + 1):
        gram = stream[at : at + _GRAM]
        if gram in found:
            again.add(gram)
        else:
            found[gram] = at
    return {gram: at for gram, at in found.items() if gram not in again}


def increasing(values: Sequence[int]) -> list[int]:
    """Return the indices of a longest increasing subsequence of distinct values."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, value in enumerate(values):
        place = bisect_left(tails, value)
        before.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            ends.append(at)
        else:
            tails[place] = value
            ends[place] = at
    chain: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(at)
        at = before[at]
    return chain[::-1]


def _common_prefix(old: str, new: str) -> int:
    limit = min(len(old), len(new))
    if old[:limit] == new[:limit]:
        return limit
    low, high = 0, limit
    while high - low > 1:
        middle = (low + high) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle
    return low


def slide(edits: Sequence[Edit], old: Sequence[Token], new: Sequence[Token]) -> list[Edit]:
    """Return the edits with each pure insertion or deletion at its most natural borders.

    ``a b`` in ``x a b a y`` can be cut in two ways; a person cuts at a line, a sentence, a comma,
    brackets that close, in this order.
    """
    slid: list[Edit] = []
    for at, (i1, i2, j1, j2) in enumerate(edits):
        floor_i, floor_j = (slid[-1][1], slid[-1][3]) if slid else (0, 0)
        top_i, top_j = (
            (edits[at + 1][0], edits[at + 1][2]) if at + 1 < len(edits) else (len(old), len(new))
        )
        if i1 == i2:
            back = min(i1 - floor_i, j1 - floor_j) if slid else min(i1, j1)
            move = _best(new, j1, j2, back, min(top_i - i2, top_j - j2))
        elif j1 == j2:
            back = min(i1 - floor_i, j1 - floor_j) if slid else min(i1, j1)
            move = _best(old, i1, i2, back, min(top_i - i2, top_j - j2))
        else:
            move = 0
        slid.append((i1 + move, i2 + move, j1 + move, j2 + move))
    return slid


def _best(tokens: Sequence[Token], start: int, end: int, back: int, on: int) -> int:
    """How far to slide a stretch, by the weight of the borders at both its ends."""
    choices = [0]
    for move in range(1, back + 1):
        if tokens[start - move].form != tokens[end - move].form:
            break
        choices.append(-move)
    for move in range(1, on + 1):
        if tokens[start + move - 1].form != tokens[end + move - 1].form:
            break
        choices.append(move)
    if len(choices) == 1:
        return 0
    return max(
        sorted(choices, key=abs),
        key=lambda move: border(tokens, start + move) + border(tokens, end + move),
    )


def border(tokens: Sequence[Token], at: int) -> int:
    """Weight of the border before a token: how natural it is to cut there."""
    if at <= 0 or at >= len(tokens):
        return 8
    before, after = tokens[at - 1], tokens[at]
    if before.unit != after.unit:
        return 9
    if before.place != after.place:
        return 8
    if before.form in _SENTENCE_END:
        return 5
    if after.form in _CLOSERS or before.form in _OPENERS:
        return 0 if after.form in "，、,：:" else -1
    if before.form in _CLOSERS:
        return 3
    return 2 if after.form in _OPENERS else 1


def join(edits: Sequence[Edit], old: Sequence[Token], new: Sequence[Token]) -> list[Edit]:
    """Return the edits with crumbs between them taken in, so that a person reads words.

    A single Chinese character, short word or mark inside a link between two edits is taken in, as
    long as no edit becomes more than `LARGEST` characters larger by it; a passage that kept only
    crumbs is one edit. Lines are never joined.
    """
    size = _sizes(old, new)
    joined = _join_crumbs(list(edits), old, new, size)
    return _join_rewritten(joined, old)


Size = Callable[[Edit], int]


def _sizes(old: Sequence[Token], new: Sequence[Token]) -> Size:
    def size(edit: Edit) -> int:
        i1, i2, j1, j2 = edit
        gone = sum(token.end - token.start for token in old[i1:i2])
        come = sum(token.end - token.start for token in new[j1:j2])
        return max(gone, come)

    return size


def _join_crumbs(
    edits: list[Edit], old: Sequence[Token], new: Sequence[Token], size: Size
) -> list[Edit]:
    joined: list[Edit] = []
    smallest: list[int] = []  # of the edits joined into each
    for edit in edits:
        own = size(edit)
        if joined:
            last = joined[-1]
            both = (last[0], edit[1], last[2], edit[3])
            least = min(smallest[-1], own)
            crumb = edit[0] - last[1] == 1 and _is_crumb(old, last[1])
            one_line = _one_line(old, both[0], both[1]) and _one_line(new, both[2], both[3])
            if crumb and one_line and size(both) - least <= LARGEST:
                joined[-1], smallest[-1] = both, least
                continue
        joined.append(edit)
        smallest.append(own)
    return joined


def _is_crumb(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token is one character or short word, or a mark inside a link."""
    token = tokens[at]
    if token.form not in _LINKS:
        return len(token.form) <= 3 and token.form[0].isalnum()
    if not 0 < at < len(tokens) - 1:
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    touch = before.end == token.start and token.end == after.start
    return touch and bool(_LATIN.match(before.form) and _LATIN.match(after.form))


def _one_line(tokens: Sequence[Token], start: int, end: int) -> bool:
    return start == end or tokens[start].place == tokens[end - 1].place


def _join_rewritten(edits: list[Edit], old: Sequence[Token]) -> list[Edit]:
    """Join three or more edits that leave only crumbs of a passage between them."""
    joined: list[Edit] = []
    at = 0
    while at < len(edits):
        end = at + 1
        kept = 0
        best = at + 1
        while end < len(edits) and _within(old, edits[end - 1][1], edits[end][0]):
            kept += edits[end][0] - edits[end - 1][1]
            end += 1
            first, last = edits[at], edits[end - 1]
            whole = max(last[1] - first[0], last[3] - first[2])
            if end - at < 3:
                continue
            if kept >= _CONFETTI * whole:
                break
            best = end
        first, last = edits[at], edits[best - 1]
        joined.append((first[0], last[1], first[2], last[3]))
        at = best
    return joined


def _within(old: Sequence[Token], start: int, end: int) -> bool:
    """Whether an island is at most two tokens inside a sentence."""
    return end - start <= 2 and all(
        token.form not in _SENTENCE_END and token.place == old[start].place
        for token in old[start:end]
    )
