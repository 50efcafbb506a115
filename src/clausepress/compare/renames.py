"""Terms replaced throughout a text: a brand, a party, a defined word.

What is found is general: the same words gave way to the same words at least three times and
almost everywhere. Both names then count as one token, so that what else changed is seen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from clausepress.compare.diff import Edit
from clausepress.compare.stream import HAN_NUMERAL, Token, Unit

LEAST = 3
_CONSISTENT = 0.8
_LONGEST = 12  # tokens
_WIDEST = 8  # tokens of the term around what differs
_NO_TERM = re.compile(rf"[\W_]*|.*[0-9{HAN_NUMERAL}].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rename:
    """A term that gave way to another: forms of the tokens of both."""

    old: tuple[str, ...]
    new: tuple[str, ...]


Part = tuple[Sequence[Token], Sequence[Token], Sequence[Edit], Sequence[Edit]]
"""Old tokens, new tokens, the edits between them, and these joined to words."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where words gave way to others: the part, the edit, and the kept tokens around it."""

    part: int
    edit: Edit
    floor: int
    top: int


_Words = tuple[str, ...]


def find_renames(parts: Sequence[Part]) -> list[Rename]:
    """Return the terms replaced throughout, the most frequent first, then the longest."""
    places: dict[tuple[_Words, _Words], dict[tuple[int, Edit], _Place]] = defaultdict(dict)
    for at, (old, new, edits, joined) in enumerate(parts):
        for each in (edits, joined) if edits != joined else (edits,):
            for place in _places(at, each, len(old)):
                i1, i2, j1, j2 = place.edit
                key = (_forms(old[i1:i2]), _forms(new[j1:j2]))
                places[key].setdefault((at, place.edit), place)
    found: list[Rename] = []
    told: set[tuple[int, int]] = set()  # old tokens that a rename accounts for
    for (gone, come), all_here in sorted(
        places.items(), key=lambda each: (-len(each[1]), -len(each[0][0]) - len(each[0][1]))
    ):
        here = [place for place in all_here.values() if (place.part, place.edit[0]) not in told]
        if len(here) < LEAST or not (_may_be_part(gone) and _may_be_part(come)):
            continue
        rename = _widened(gone, come, here, parts)
        if rename and _is_consistent(rename, len(here), parts):
            found.append(rename)
            told |= {(p.part, at) for p in here for at in range(p.edit[0], p.edit[1] + 1)}
    return found


def _places(part: int, edits: Sequence[Edit], size: int) -> Iterator[_Place]:
    for at, edit in enumerate(edits):
        if edit[1] - edit[0] <= _LONGEST and edit[3] - edit[2] <= _LONGEST:
            floor = edits[at - 1][1] if at else 0
            top = edits[at + 1][0] if at + 1 < len(edits) else size
            yield _Place(part, edit, floor, top)


def _may_be_part(forms: _Words) -> bool:
    return not any(_NO_TERM.fullmatch(form) for form in forms)


def _widened(
    gone: _Words, come: _Words, here: Sequence[_Place], parts: Sequence[Part]
) -> Rename | None:
    """The whole term: what differs, with the words that stand around it every time."""
    if min(sum(map(len, gone)), sum(map(len, come))) >= 2:
        return Rename(gone, come)  # a word for a word
    before = _around(here, parts, lambda place, far: place.edit[0] - 1 - far)[::-1]
    after = _around(here, parts, lambda place, far: place.edit[1] + far)
    rename = Rename((*before, *gone, *after), (*before, *come, *after))
    # One character is no term without its neighbours.
    return rename if min(len("".join(rename.old)), len("".join(rename.new))) >= 2 else None


def _around(
    here: Sequence[_Place], parts: Sequence[Part], where: Callable[[_Place, int], int]
) -> _Words:
    shared: list[str] = []
    while len(shared) < _WIDEST:
        forms = set()
        for place in here:
            at = where(place, len(shared))
            forms.add(parts[place.part][0][at].form if place.floor <= at < place.top else "")
        form = forms.pop()
        if forms or not form or _NO_TERM.fullmatch(form):
            break
        shared.append(form)
    return tuple(shared)


def _is_consistent(rename: Rename, changed: int, parts: Sequence[Part]) -> bool:
    """Whether the old name hardly stays anywhere in what both texts have."""
    stayed = 0
    for old, _, edits, _ in parts:
        forms = _forms(old)
        for at in _occurrences(forms, rename.old):
            touched = any(i1 <= at + len(rename.old) and i2 >= at for i1, i2, _, _ in edits)
            stayed += not touched
    return changed >= _CONSISTENT * (changed + stayed)


def _occurrences(forms: tuple[str, ...], term: tuple[str, ...]) -> list[int]:
    first = term[0]
    return [
        at for at, form in enumerate(forms) if form == first and forms[at : at + len(term)] == term
    ]


def is_term(token: Token) -> bool:
    """Whether a token is a name of a renamed term."""
    return token.form.startswith("\0")


def merge_terms(units: Sequence[Unit], renames: Sequence[Rename]) -> None:
    """Make each name of a renamed term one token, both names with the same form."""
    names = {rename.old: f"\0{at}" for at, rename in enumerate(renames)}
    names |= {rename.new: f"\0{at}" for at, rename in enumerate(renames)}
    by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for name in sorted(names, key=len, reverse=True):
        by_first[name[0]].append(name)
    for unit in units:
        unit.tokens = _merged(unit.tokens, by_first, names)


def _merged(
    tokens: list[Token],
    by_first: dict[str, list[tuple[str, ...]]],
    names: dict[tuple[str, ...], str],
) -> list[Token]:
    merged: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        for name in by_first.get(token.form, ()):
            last = at + len(name) - 1
            if (
                last < len(tokens)
                and _forms(tokens[at : last + 1]) == name
                and tokens[last].place == token.place
            ):
                token = Token(
                    token.unit,
                    token.start,
                    tokens[last].end,
                    names[name],
                    any(each.mark for each in tokens[at : last + 1]),
                    *token.place[1:],
                    token.bullet,
                )
                at = last
                break
        merged.append(token)
        at += 1
    return merged


def _forms(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple([token.form for token in tokens])
