"""Likeness of two words, as a slip of the pen makes them."""

from __future__ import annotations


def one_edit(one: str, other: str) -> bool:
    """Whether one character put in, left out, replaced, or two neighbours swapped, joins them.

    The restricted Damerau–Levenshtein distance (Damerau 1964) of the two is 1.
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    swapped = len(a) > 1 and len(a) == len(b) and a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or (a[1:] == b[1:] if len(a) == len(b) else a[1:] == b or a == b[1:])
