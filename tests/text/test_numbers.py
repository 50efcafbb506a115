"""Letters and small Roman numerals with a full stop: numbers in a run, text elsewhere."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clausepress.text.canonical import to_source
from clausepress.text.model import Clause
from clausepress.text.number_runs import settle_letters, settle_runs
from clausepress.text.numbers import match_number
from clausepress.text.parse import parse_source

Outline = list["str | Outline"]


def settled(*texts: str) -> list[str]:
    """Scheme of each number of lines of text, "" for none."""
    numbers = settle_runs(match_number(text) for text in texts)
    return [number.scheme if number else "" for number in numbers]


@pytest.mark.parametrize(
    ("lines", "schemes"),
    [
        (["i. one", "ii. two", "iii. three"], ["roman-dot"] * 3),
        (["a. one", "b. two"], ["alpha-dot"] * 2),
        (["A. Definitions", "1. one", "B. Fees"], ["upper-alpha", "dot", "upper-alpha"]),
        (["a. 甲", "b.乙"], ["alpha-dot"] * 2),
        (["A. Definitions", "C. Fees"], ["", ""]),
        (["J. Smith wrote this.", "K. Miller too."], ["", ""]),
        (["a. m. opening", "b. p."], ["", ""]),
        (["e. g. this", "i. e. that"], ["", ""]),
        (["h. eight", "i. nine", "j. ten"], ["", "", ""]),
        ([f"{letter}. x" for letter in "abcdefghij"], ["alpha-dot"] * 10),
        (["a. x", "i. y", "ii. z", "b. x"], ["alpha-dot", "roman-dot", "roman-dot", "alpha-dot"]),
        (["iv. four", "v. five"], ["", ""]),
        ([f"{letter}. x" for letter in "ABCDEFGHIJ"], ["upper-alpha"] * 10),
        (["V. Five", "6. Six", "IX. Nine"], ["roman", "dot", "roman"]),
        (["1 Scope", "1.1 a", "2 Fees"], ["bare", "decimal", "bare"]),
        (["1 总则", "2　费用", "4 附则"], ["bare"] * 3),
        (["1 Scope", "3 Fees"], ["", ""]),
        (["2 Fees"], [""]),
        (["1 个月内付清", "2 个月内退还"], ["", ""]),
        (["1 January", "2 February"], ["", ""]),
        (["1 We keep your data.", "2 We delete it."], ["", ""]),
        (["1：甲", "2：乙"], ["colon"] * 2),
        (["1：10 的比例"], [""]),
        (["(A) one", "(B) two", "(D) four"], ["upper-paren"] * 3),
        (["A) one", "B) two"], ["upper-paren"] * 2),
        (["(C) 2026 Example"], [""]),
        (["A. one", "B. two", "B. again"], ["upper-alpha"] * 3),
    ],
)
def test_a_run_of_siblings_proves_a_letter(lines: list[str], schemes: list[str]) -> None:
    assert settled(*lines) == schemes


LETTERS = [f"({chr(ord('a') + value)})" for value in range(26)]
ROMANS = ["(i)", "(ii)", "(iii)", "(iv)", "(v)", "(vi)", "(vii)", "(viii)", "(ix)", "(x)", "(xi)"]


def read(*printed: str) -> str:
    """How numbers in brackets are read: a letter each, ``r`` Roman, ``a`` alphabetic."""
    settled = settle_letters(match_number(f"{each} x") for each in printed)
    return "".join(number.scheme[0] for number in settled if number)


@pytest.mark.parametrize(
    ("printed", "schemes"),
    [
        ("(h) (i) (j)", "aaa"),
        ("(i) (ii) (iii)", "rrr"),
        ("(u) (v) (w) (x)", "aaaa"),
        ("(iv) (v)", "rr"),
        ("(ix) (x) (xi)", "rrr"),
        ("(a) (i) (ii) (b)", "arra"),
        ("(u) (i) (ii) (iii) (iv) (v) (w)", "arrrraa"),
        ("(u) (i) (ii) (iii) (iv) (v) (v) (w)", "arrrrraa"),
        ("(a) (i) (b)", "ara"),
        ("i) ii) iii)", "rrr"),
        ("（h） （i）", "aa"),
    ],
)
def test_letters_in_brackets_are_roman_where_they_count_so(printed: str, schemes: str) -> None:
    assert read(*printed.split()) == schemes


@given(st.integers(2, 26), st.integers(2, 11), st.integers(1, 26))
@example(24, 9, 1)  # (ix) (b) … (w) (x)
def test_a_list_is_read_alike_from_end_to_end(letters: int, romans: int, at: int) -> None:
    assert read(*LETTERS[:letters]) == "a" * letters
    assert read(*ROMANS[:romans]) == "r" * romans
    at = min(at, letters)
    nested = [*LETTERS[:at], *ROMANS[:romans], *LETTERS[at:letters]]
    if (romans, at) not in {(4, 21), (9, 23)}:  # (iv) (v): the letter shows by what follows only
        assert read(*nested) == "a" * at + "r" * romans + "a" * (letters - at)


def outline(clauses: tuple[Clause, ...]) -> Outline:
    found: Outline = []
    for clause in clauses:
        found.append(clause.number)
        if clause.children:
            found.append(outline(clause.children))
    return found


def test_mixed_schemes_nest_and_keep_their_numbers() -> None:
    body = "1. A\n\na. B\n\ni. C\n\nii. D\n\nb. E\n\n2. F\n\na. G\n\nb. H\n\nE. Smith\n"
    edition = parse_source(f"---\ntitle: T\n---\n\n{body}", lang="en", path=Path("en.md")).edition
    assert outline(edition.clauses) == ["1.", ["a.", ["i.", "ii."], "b."], "2.", ["a.", "b."]]


def test_a_wrapped_line_that_opens_with_a_letter_stays_in_its_paragraph() -> None:
    source = "---\ntitle: T\n---\n\nThis was written by\nJ. Smith of the shop.\n"
    edition = parse_source(source, lang="en", path=Path("en.md")).edition
    assert len(edition.preface) == 1


PRINTED = """
a. b. c. i. ii. v. h. j. A. B. I. 1. 1 2 3 (A) (B) (D) (i) (ii) (v) (a) 1： 2： § 第一条 1.1
"""
LINES = st.lists(
    st.builds("{} text".format, st.sampled_from(PRINTED.split())) | st.just("1 Text"),
    min_size=1,
    max_size=12,
)


@given(LINES, st.sampled_from(["\n", "\n\n"]))
def test_what_is_proven_once_is_proven_in_the_canonical_text(lines: list[str], gap: str) -> None:
    source = "---\ntitle: T\n---\n\n" + gap.join(lines)
    edition = parse_source(source, lang="en", path=Path("en.md")).edition
    again = parse_source(to_source(edition), lang="en", path=Path("en.md")).edition
    assert again == edition
