"""Chinese words of two characters that an edit of one character would cut in half.

There is no dictionary: a character that neither text ever prints without the same neighbour makes a
word with it there.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausepress.compare.diff import Edit
from clausepress.compare.stream import HAN_NUMERAL, Token

_LEAST = 2  # occurrences that make a habit


def whole_words(
    edits: Sequence[Edit], old: Sequence[Token], new: Sequence[Token], before: str, after: str
) -> list[Edit]:
    """Return the edits, each of one Chinese character for another as one of words.

    Args:
        edits: The edits between two streams, in order.
        old: Tokens of the old stream.
        new: Tokens of the new one.
        before: The whole old text.
        after: The whole new text.
    """
    found: list[Edit] = []
    for at, edit in enumerate(edits):
        i1, i2, j1, j2 = edit
        found.append(edit)
        if i2 - i1 != 1 or j2 - j1 != 1 or not (_is_han(old[i1]) and _is_han(new[j1])):
            continue
        floor = found[at - 1][1] + 1 if at else 0  # edits do not touch
        top = edits[at + 1][0] - 1 if at + 1 < len(edits) else len(old)
        gone, come = old[i1].form, new[j1].form
        if i2 < top and _touch(old[i1], old[i2]) and _touch(new[j1], new[j2]):
            form = old[i2].form
            if _is_habit(before, gone, gone + form) and _is_habit(after, come, come + form):
                found[at] = (i1, i2 + 1, j1, j2 + 1)
                continue
        if floor < i1 and _touch(old[i1 - 1], old[i1]) and _touch(new[j1 - 1], new[j1]):
            form = old[i1 - 1].form
            if _is_habit(before, gone, form + gone) and _is_habit(after, come, form + come):
                found[at] = (i1 - 1, i2, j1 - 1, j2)
    return found


def _is_habit(text: str, char: str, word: str) -> bool:
    count = text.count(char)
    return count >= _LEAST and text.count(word) == count


def _touch(a: Token, b: Token) -> bool:
    """Whether two tokens are Chinese characters side by side."""
    return _is_han(a) and _is_han(b) and a.place == b.place and a.end == b.start


def _is_han(token: Token) -> bool:
    form = token.form
    return len(form) == 1 and "\u3400" <= form <= "\u9fff" and form not in HAN_NUMERAL
