"""Every difference between the two real privacy policies, found by reading both by hand.

The list was made with difflib over normalised characters and read against both texts. No sentence
of them is copied here: a difference is told by its clause, its class and the few characters that
differ.
"""

import functools
from pathlib import Path

import pytest

from clausepress.compare.model import FOLDED, Hunk, Redline
from clausepress.compare.redline import redline
from clausepress.text.model import Edition
from clausepress.text.sources import open_source

SOURCES = Path(__file__).parents[3] / "shared" / "sources"
pytestmark = pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the real documents are not beside the project"
)

TRUE = [  # clause now, class, old, new
    ("preface", "renamed-term", "京东云", "京东智联云"),
    ("preface", "wording", "019091120", "202101151"),
    ("preface", "wording", "2019 年 9 月 9", "2021 年 1 月 18"),
    ("preface", "wording", "2019 年 9 月 16", "2021 年 1 月 25"),
    ("preface", "wording", "您", "其"),
    ("part-1", "added", "", "计算有限公司"),
    ("part-1", "added", "", "或称“京东智联云”"),
    ("二、", "removed", "个", ""),
    ("1.", "added", "", "1."),
    ("2.", "added", "", "2."),
    ("4.2.3", "added", "", "提供"),
    ("4.2.6", "added", "", "将"),
    ("4.2.7", "wording", "故", "报"),
    ("4.3.2", "removed", "有", ""),
    ("4.4", "removed", "会", ""),
    ("5.1.5", "renumbered", "", ""),
    ("5.1.6", "renumbered", "", ""),
    ("5.1.6", "added", "", "与"),
    ("5.1.6", "wording", "、", "和"),
    ("5.1.6", "removed", "、个人", ""),
    ("6.2.2", "removed", "后", ""),
    ("8.1", "removed", "是", ""),
]


@functools.cache
def editions() -> tuple[Edition, Edition]:
    names = ("privacy-policy.2019-09-16.zh.txt", "privacy-policy.2021-01-25.zh.txt")
    old, new = (open_source(SOURCES / name, Path("docs")).edition for name in names)
    return old, new


@functools.cache
def found() -> Redline:
    return redline(*editions())


def told(hunk: Hunk) -> tuple[str, str, str, str]:
    ref = hunk.new_clause or hunk.old_clause
    assert ref
    old, new = (span.text if span else "" for span in (hunk.old, hunk.new))
    return (ref.number or ref.id, hunk.kind, old, new)


def test_every_difference_is_a_hunk_of_its_own_and_nothing_else_is() -> None:
    rest = [told(hunk) for hunk in found().shown()]
    for each in TRUE:
        assert each in rest
        rest.remove(each)
    # The new clause and the paragraph of the annex that is bold no longer.
    assert [(kind, clause) for clause, kind, *_ in rest] == [
        ("added", "5.1.4"),
        ("emphasis-lost", "2、"),
    ]
    assert len(found().shown()) <= 30


def test_the_rename_is_told_once_with_its_count() -> None:
    (term,) = [hunk for hunk in found().hunks if hunk.kind == "renamed-term"]
    assert term.count == 104


def test_the_new_clause_is_one_insertion_with_both_tables() -> None:
    (clause,) = [h for h in found().hunks if h.old_clause is None]
    assert clause.new
    assert clause.new.start == 0
    rows = [line for line in clause.new.text.split("\n") if line.count("\t") == 2]
    assert len(rows) == (1 + 6) + (1 + 4)
    assert (clause.new.text[:2], clause.new.text[-2:]) == ("为了", "公司")


def test_lines_broken_at_random_are_folded() -> None:
    assert {hunk.kind for hunk in found().hunks} >= FOLDED
    assert found().counts["layout"] == 10
    assert found().counts["width"] == 17  # （1） and (1) fifteen times, a comma twice


def test_turned_around_the_differences_are_the_same() -> None:
    old, new = editions()
    back = redline(new, old)
    swap = {"added": "removed", "removed": "added"}
    mine = sorted((swap.get(h.kind, h.kind), *told(h)[:1:-1]) for h in found().shown())
    theirs = sorted((h.kind, *told(h)[2:]) for h in back.shown())
    assert [each for each in theirs if each[0][0] != "e"] == [
        each for each in mine if each[0][0] != "e"
    ]
    assert back.counts["emphasis-gained"] == 1


@pytest.mark.parametrize("name", ["privacy-policy.en", "user-agreement.202003041.zh"])
def test_other_real_texts_do_not_differ_from_themselves(name: str) -> None:
    text = open_source(SOURCES / f"{name}.txt", Path("docs")).edition
    assert redline(text, text).hunks == ()
