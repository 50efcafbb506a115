"""Numbers that only the numbers around them prove: letters, initials, small Roman numerals."""

from __future__ import annotations

from collections.abc import Iterable

from clausepress.text.numbers import CHAPTER_SCHEMES, IN_RUNS, Number, in_scheme


def settle_runs(numbers: Iterable[Number | None]) -> list[Number | None]:
    """Keep the numbers of `IN_RUNS` schemes where a run of them proves them.

    A run begins with ``a.``, ``A.``, ``(A)``, ``i.`` or ``1`` and counts on; two prove it. Runs
    nest, as in ``a. i. ii. b.`` A letter alone is an initial, a figure alone an amount: it becomes
    None. ``i.`` after ``h.`` is the letter unless ``ii.`` follows it; so is ``I.`` after ``H.``.

    Args:
        numbers: What `match_number` finds at each place of a text, in order.

    Returns:
        The numbers of these places, those of other schemes as they are.
    """
    settled = list(numbers)
    places = [index for index, number in enumerate(settled) if number and _readings(number)]
    runs: dict[str, list[tuple[int, Number]]] = {}
    proven: dict[int, Number] = {}
    for rank, index in enumerate(places):
        readings = _readings(settled[index])
        after = _readings(settled[places[rank + 1]]) if rank + 1 < len(places) else []
        continued = [each for each in readings if _goes_on(runs.get(each.scheme), each)]
        leads = [each for each in readings if each.values == (1,)]
        if continued and leads:
            counts_on = any(
                each.scheme == leads[0].scheme and each.values == (2,) for each in after
            )
            continued = [] if counts_on else continued
        if continued:
            run = runs[continued[0].scheme]
            run.append((index, continued[0]))
            proven.update(run)
        elif leads:
            runs[leads[0].scheme] = [(index, leads[0])]
    for index in places:
        number = settled[index]
        if index in proven:
            settled[index] = proven[index]
        elif number and number.scheme in IN_RUNS:
            settled[index] = None
    return settled


def _goes_on(run: list[tuple[int, Number]] | None, number: Number) -> bool:
    """Whether a number counts on; in a run that is proven, one may be missing or stand twice."""
    if not run:
        return False
    step = number.values[0] - run[-1][1].values[0]
    return step == 1 or (len(run) > 1 and step in (0, 2))


def _readings(number: Number | None) -> list[Number]:
    """What a number may be in a run: none for a scheme that needs none."""
    if number is None or (number.scheme not in IN_RUNS and number.scheme != "roman"):
        return []
    if number.scheme in ("bare", "colon", "upper-paren"):
        return [number]
    letter = number.printed[:-1]
    if (
        number.printed[-1] != "."
        or not letter.isascii()
        or (number.scheme == "roman" and len(letter) > 1)
    ):
        return []
    if len(letter) > 1:
        return [number]
    scheme = "upper-alpha" if letter.isupper() else "alpha-dot"
    as_letter = in_scheme(number, scheme)
    return [number, as_letter] if number.scheme == "roman-dot" else [as_letter]


def settle_letters(numbers: Iterable[Number | None]) -> list[Number | None]:
    """Tell letters in brackets from Roman numerals: (h) (i) and (u) (v), but (i) (ii) and (iv) (v).

    The reading that counts on to the next number is taken, else the one that counts on from the
    nearest before, both within one clause; where nothing tells, a Roman numeral.

    Args:
        numbers: The numbers of a text's clauses in order, None for a clause without one.

    Returns:
        The same with (i), (v) and (x) read as what they are.
    """
    settled = list(numbers)
    last: dict[str, tuple[int, int]] = {}  # by scheme: place and value
    for index, number in enumerate(settled):
        if number is None or number.scheme == "decimal" or number.scheme in CHAPTER_SCHEMES:
            last = {}
            continue
        if number.scheme not in _IN_BRACKETS:
            continue
        readings = _bracket_readings(number)
        if len(readings) > 1:
            fresh = [each for each in readings if last.get(each.scheme, ())[1:] != each.values]
            readings = fresh or readings  # no letter twice where the numeral is new
            leads = [each for each in readings if _leads(each, settled[index + 1 :])]
            before = [
                (last[each.scheme][0], each)
                for each in readings
                if each.scheme in last and last[each.scheme][1] == each.values[0] - 1
            ]
            nearest = [max(before, key=lambda found: found[0])[1]] if before else []
            number = (leads or nearest or readings)[0]
            settled[index] = number
        last[number.scheme] = (index, number.values[0])
    return settled


_IN_BRACKETS = ("roman-paren", "alpha")


def _bracket_readings(number: Number) -> list[Number]:
    """What a letter in brackets may be, a Roman numeral first."""
    if number.printed.strip("（()）") not in ("i", "v", "x"):
        return [number]
    return [in_scheme(number, scheme) for scheme in _IN_BRACKETS]


def _leads(number: Number, following: Iterable[Number | None]) -> bool:
    """Whether the next number in brackets of the same clause is the one after this."""
    for each in following:
        if each and (each.scheme == "decimal" or each.scheme in CHAPTER_SCHEMES):
            return False
        if each and each.scheme in _IN_BRACKETS:
            return any(
                other.scheme == number.scheme and other.values[0] == number.values[0] + 1
                for other in _bracket_readings(each)
            )
    return False
