"""Sentences and inline items of a clause, and which of them another language lacks."""

from __future__ import annotations

import re

from clausepress.text.alignment.features import Terms, joined, likeness

_STEPS = ((1, 0), (0, 1), (1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1))
_SHORTEST = 30  # Latin characters of a sentence worth reporting; a Han character counts three
_SAID = 0.6  # share of a sentence's terms found in the other clause that makes it said there
_HARDLY = 0.4  # the same, for a sentence joined to another
_TOO_LONG = 1.3  # times the expected length at which a group has a sentence too many
_SHOWS = 0.5  # share of a missing sentence's length by which the clause must be too short
_FAR = 120  # sentences off the diagonal: a clause of thousands is not searched whole
_END = re.compile(
    r"(?<=[。！？])(?![”’」』）)])|(?<=[。！？][”’」』）)])|(?<=[.!?])\s+(?=[“\"'(A-Z0-9*])|\n"
)
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|Co|Ltd|Inc|No|Art|cf|vs|[A-Z])\.)$")
_INLINE = re.compile(r"[（(]\s*(\d{1,2})\s*[）)]|([①-⑳])")


def sentences(text: str) -> list[str]:
    """Split a text into sentences; a block ends one too."""
    found: list[str] = []
    for part in _END.split(text):
        part = part.strip()
        if not part:
            continue
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def inline_items(text: str) -> list[str]:
    """Return the items a sentence counts off, (1) … (2) …; empty when fewer than two."""
    starts: list[tuple[int, int]] = []
    for found in _INLINE.finditer(text):
        value = int(found.group(1)) if found.group(1) else ord(found.group(2)) - ord("①") + 1
        if value == len(starts) + 1:
            starts.append(found.span())
    if len(starts) < 2:
        return []
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return [text[start:end].strip() for (_, start), end in zip(starts, ends, strict=True)]


def unmatched_sentences(
    a: list[str], b: list[str], terms_a: list[Terms], terms_b: list[Terms], ratio: float
) -> tuple[list[int], list[int]]:
    """Return the sentences of each side that the other side does not say.

    Sentences are paired in order, up to three with up to three, as translators join and cut them
    (Gale and Church 1993). One that stays alone is reported only if the other clause as a whole
    lacks much of what it says; one that was joined to a neighbour only if the other side is also
    too short to hold it. Free wording of a sentence is not a missing one.

    Args:
        a: Sentences of one text.
        b: Sentences of the other.
        terms_a: Their weighed features.
        terms_b: The same of the other.
        ratio: Characters of the second edition for one of the first.
    """
    lost: tuple[list[int], list[int]] = ([], [])
    whole_a, whole_b = joined(*terms_a), joined(*terms_b)
    alone: tuple[list[int], list[int]] = ([], [])

    def settle() -> None:
        # A sentence left alone on each side at one place is one sentence, freely worded.
        if not (alone[0] and alone[1]):
            lost[0].extend(k for k in alone[0] if _unsaid(a[k], terms_a[k], whole_b, _SAID))
            lost[1].extend(k for k in alone[1] if _unsaid(b[k], terms_b[k], whole_a, _SAID))
        alone[0].clear()
        alone[1].clear()

    for rows, columns in _paired(a, b, terms_a, terms_b, ratio):
        if not columns:
            alone[0].extend(rows)
        elif not rows:
            alone[1].extend(columns)
        else:
            settle()
            size_a = sum(map(_size, (a[k] for k in rows))) * ratio
            size_b = sum(map(_size, (b[k] for k in columns)))
            if len(rows) > 1 and size_a > _TOO_LONG * size_b:
                lost[0].extend(k for k in rows if _unsaid(a[k], terms_a[k], whole_b, _HARDLY))
            if len(columns) > 1 and size_b > _TOO_LONG * size_a:
                lost[1].extend(k for k in columns if _unsaid(b[k], terms_b[k], whole_a, _HARDLY))
    settle()
    excess = sum(map(_size, b)) - sum(map(_size, a)) * ratio
    return (
        [k for k in lost[0] if -excess >= _SHOWS * _size(a[k]) * ratio],
        [k for k in lost[1] if excess >= _SHOWS * _size(b[k])],
    )


def _paired(
    a: list[str], b: list[str], terms_a: list[Terms], terms_b: list[Terms], ratio: float
) -> list[tuple[range, range]]:
    """Groups of sentences that say the same, in order; one side is empty for a sentence alone."""
    best: dict[tuple[int, int], tuple[float, int, int]] = {(0, 0): (0.0, 0, 0)}
    for i in range(len(a) + 1):
        for j in range(max(0, i - _FAR), min(len(b), i + _FAR) + 1):
            options = []
            for back_a, back_b in _STEPS:
                came = best.get((i - back_a, j - back_b))
                if came is None:
                    continue
                value = came[0]
                if back_a and back_b:
                    size_a = sum(map(_size, a[i - back_a : i])) * ratio
                    size_b = sum(map(_size, b[j - back_b : j]))
                    fit = min(size_a, size_b) / max(size_a, size_b, 1)
                    one, other = joined(*terms_a[i - back_a : i]), joined(*terms_b[j - back_b : j])
                    worth = likeness(one, other, doubt=2, prior=0.25) - 0.3 + 0.15 * (fit - 0.5)
                    value += worth * (back_a + back_b) / 2 - 0.04 * (back_a + back_b - 2)
                options.append((value, back_a, back_b))
            if options:
                best[i, j] = max(options)
    groups: list[tuple[range, range]] = []
    i, j = len(a), len(b)
    while (i or j) and (i, j) in best:
        _, back_a, back_b = best[i, j]
        groups.append((range(i - back_a, i), range(j - back_b, j)))
        i, j = i - back_a, j - back_b
    return groups[::-1]


def _unsaid(text: str, terms: Terms, other: Terms, need: float) -> bool:
    if text.endswith((":", "：")):
        return False  # the opening of a list says little of its own
    total = sum(terms.values())
    said = sum(min(value, other.get(term, 0.0)) for term, value in terms.items())
    wide = sum(ord(char) >= 0x2E80 for char in text)
    return len(text) + 2 * wide >= _SHORTEST and said < need * total


def _size(text: str) -> int:
    return sum(not char.isspace() for char in text)
