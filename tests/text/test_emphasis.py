"""Emphasis: every mark with a partner counts, no other does, and none leaks into another block."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clausepress.text.inline import join_runs, parse_inline, render_inline, unbalanced_marks
from clausepress.text.model import Edition, Paragraph, Run, Runs, Table, block_runs, number_run
from clausepress.text.parse import parse_source
from clausepress.text.spread import spread_marks


def parse(body: str) -> Edition:
    return parse_source(f"---\ntitle: T\n---\n\n{body}", lang="zh", path=Path("zh.md")).edition


def blocks(edition: Edition) -> list[Runs]:
    """The runs of each block in printed order, a clause's number with its first block."""
    found = [tuple(block_runs(block)) for block in edition.preface]
    for clause in edition.walk():
        own = [tuple(block_runs(block)) for block in clause.blocks]
        first = clause.heading or (own.pop(0) if own else ())
        found += [(number_run(clause), *first), *own]
    return found


def marked(body: str) -> list[str]:
    """What is prominent, block by block, numbers left out."""
    edition = parse(body)
    return [each.text for each in edition.prominent()]


def shape(source: str) -> list[tuple[str, str]]:
    """Text and emphasis of each run: b bold, u underline, l label, a link."""
    flags = [("b", "bold"), ("u", "underline"), ("l", "label"), ("a", "href")]
    return [
        (run.text, "".join(short for short, name in flags if getattr(run, name)))
        for run in parse_inline(source)
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**<u>甲</u>**乙", [("甲", "bu"), ("乙", "")]),
        ("<u>**甲**</u>乙", [("甲", "bu"), ("乙", "")]),
        ("^^**甲**^^乙", [("甲", "bu"), ("乙", "")]),
        ("**^^甲^^**乙", [("甲", "bu"), ("乙", "")]),
        ("<u>甲**乙</u>丙**", [("甲", "u"), ("乙", "bu"), ("丙", "b")]),
        ("***甲***乙", [("甲", "b"), ("乙", "")]),
        ("**提示：**请", [("提示：", "b"), ("请", "")]),
        ("甲**“乙”**丙", [("甲", ""), ("“乙”", "b"), ("丙", "")]),
        ("甲（**乙**）。", [("甲（", ""), ("乙", "b"), ("）。", "")]),
        ("**甲 **乙** 丙**", [("甲 乙 丙", "b")]),
        ("**a **b** c", [("**a ", ""), ("b", "b"), (" c", "")]),
        ("[**甲**](https://a.cn)", [("甲", "ba")]),
        ("**[甲](https://a.cn)**", [("甲", "ba")]),
        ("**甲[乙](https://a.cn)**", [("甲", "b"), ("乙", "ba")]),
        ("[甲**](https://a.cn)乙**", [("甲**", "a"), ("乙**", "")]),
        ("^^^甲^^^", [("^^^甲^^^", "")]),
        ("自__年__月，姓名：__甲__", [("自__年__月，姓名：__甲__", "")]),
        ("**甲****乙**", [("甲乙", "b")]),
    ],
)
def test_marks_nest_in_either_order_and_end_where_they_end(
    source: str, expected: list[tuple[str, str]]
) -> None:
    assert shape(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("“**同意**{.label}”", [("“", ""), ("同意", "bl"), ("”", "")]),
        ("<u>**同意**</u>{.label}", [("同意", "bul")]),
        ("**甲“****同意**{.label}**”乙**", [("甲“", "b"), ("同意", "bl"), ("”乙", "b")]),
        ("**甲<u>乙**{.label}丙</u>", [("甲", "bl"), ("乙", "bul"), ("丙", "u")]),
    ],
)
def test_a_label_covers_the_span_that_closes_before_it_and_no_more(
    source: str, expected: list[tuple[str, str]]
) -> None:
    assert shape(source) == expected


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        ("甲**乙", ["**"]),
        ("**甲**乙**", ["**"]),
        ("<u>甲", ["<u>"]),
        ("甲</u>", ["</u>"]),
        ("[甲**](https://a.cn)**", ["**", "**"]),
        ("**甲**，^^乙^^，[**丙**](https://a.cn)", []),
        ("5 ** 3，138****8000，________", []),
    ],
)
def test_marks_without_a_partner_are_told(source: str, marks: list[str]) -> None:
    assert unbalanced_marks(source) == marks


@pytest.mark.parametrize("stray", ["1、披露信息；**", "1、**甲**乙**", "1、<u>甲", "1、甲</u>"])
def test_a_stray_mark_never_leaks_over_the_text_that_follows(stray: str) -> None:
    assert blocks(parse(f"{stray}\n\n2、其后\n"))[1] == (Run("2、"), Run("其后"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("**甲。\n\n乙。\n\n丙。**\n\n丁。", ["甲。乙。丙。"]),
        ("**1.1 甲。\n\n1.2 乙。**\n\n1.3 丙。", ["甲。", "乙。"]),
        ("1.1 **甲。\n\n1.2 乙。\n\n1.3 丙**。\n\n1.4 丁。", ["甲。", "乙。", "丙"]),
        (
            "1.1 甲。**但下列除外：\n\n（1）乙；\n\n（2）丙。**\n\n丁。",
            ["但下列除外：", "乙；", "丙。"],
        ),
        ("1.1 甲：\n\n- **乙；\n\n- 丙；\n\n- 丁。**\n\n戊。", ["乙；丙；丁。"]),
        ("<u>甲。\n\n乙。</u>", ["甲。乙。"]),
        ("^^甲。\n\n乙。^^", ["甲。乙。"]),
        ("<u>**1、甲。\n\n2、乙。**</u>", ["甲。", "乙。"]),
        ("**甲。\n\n*乙*\n\n丙。**", ["甲。*乙*丙。"]),
    ],
)
def test_emphasis_runs_on_over_paragraphs_items_and_whole_clauses(
    body: str, expected: list[str]
) -> None:
    assert marked(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "1.1 甲**乙。\n\n1.2 丙。\n\n1.3 丁**戊。",
        "1.1 甲**乙。\n\n1.2 丙。\n\n1.3 丁。**",
        "1.1 **甲。\n\n1.2 丙。\n\n1.3 丁**戊。",
        "1.1 甲。**乙。\n\n1.2 丙。\n\n1.3 丁。**",
        "1.1 甲。**乙：\n\n（1）丙。\n\n1.2 丁。**",
        "（1）甲。**乙。\n\n（2）丙。**",
        "1.1 甲**乙：\n\n（1）丙。**",
        "1、甲；**\n\n2、乙\n\n3、丙**丁",
        "**甲\n\n## 一、题\n\n丙**",
        "**甲\n\n| 乙 |\n|---|\n| 丙 |\n\n丁**",
        "**甲\n\n丙\n\n**丁",
        "甲<u>乙\n\n丙</u>丁",
        "**甲" + "\n\n乙" * 41 + "**",
    ],
)
def test_marks_that_do_not_enclose_a_whole_stretch_are_characters(body: str) -> None:
    assert marked(body) == []
    assert any(mark in run.text for runs in blocks(parse(body)) for run in runs for mark in "*<")


def test_a_block_with_emphasis_of_its_own_shows_that_an_open_mark_is_stray() -> None:
    assert marked("**甲。\n\n**乙。**\n\n丙。**") == ["乙。"]


def test_a_cell_keeps_its_marks_to_itself() -> None:
    (table,) = parse("| **甲 | 乙** |\n|---|---|\n| **丙** | <u>丁 |\n").preface
    assert isinstance(table, Table)
    assert [[cell[0] for cell in row] for row in (table.header, *table.rows)] == [
        [Run("**甲"), Run("乙**")],
        [Run("丙", bold=True), Run("<u>丁")],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "138****8000",
        "5 ** 3 与 2 ** 4",
        "密码 ******",
        "[云](下称我们)",
        "[云](javascript:x)",
        "甲 ^^ 乙",
    ],
)
def test_what_encloses_nothing_is_no_mark(text: str) -> None:
    (block,) = parse(f"甲：{text}。\n").preface
    assert block == Paragraph((Run(f"甲：{text}。"),))


RUNS = st.lists(
    st.builds(Run, st.text("甲a *^<>[]{}.u", max_size=4), st.booleans(), st.booleans())
).map(lambda runs: join_runs(tuple(runs)))


@given(RUNS)
@example((Run("A. ", bold=True), Run("乙", underline=True)))
@example((Run("甲"), Run(" 乙", bold=True)))
def test_any_runs_can_be_written_white_space_beside_a_mark_too(runs: Runs) -> None:
    assert parse_inline(render_inline(runs)) == runs


def test_underlines_may_nest_and_neighbouring_bold_spans_join() -> None:
    (block,) = parse("<u>甲 ^^乙^^ <u>丙</u> 丁</u>**戊****己**\n").preface
    assert block == Paragraph((Run("甲 乙 丙 丁", underline=True), Run("戊己", bold=True)))


SPANS = st.sampled_from(
    [
        "甲乙",
        "data ",
        "。",
        "（注）",
        "**丙丁**",
        "<u>戊</u>",
        "^^己^^",
        "**<u>庚</u>**",
        "<u>**辛**</u>",
    ]
)
LINES = st.builds(
    "{}{}".format,
    st.sampled_from(["", "", "1.1 ", "1.2 ", "（1）", "2、", "- ", "## 一、"]),
    st.lists(SPANS, min_size=1, max_size=5).map("首".join).map("文{}尾".format),
)
MARKS = st.sampled_from(["**", "^^", "<u>", "</u>"])


@given(st.lists(LINES, min_size=2, max_size=7), st.data())
def test_one_stray_mark_changes_no_block_but_its_own(lines: list[str], data: st.DataObject) -> None:
    struck = data.draw(st.integers(0, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[struck])))
    changed = f"{lines[struck][:at]}{data.draw(MARKS)}{lines[struck][at:]}"
    sources: list[str | None] = [*lines]
    sources[struck] = changed
    assert spread_marks(sources) == sources
    assert spread_marks(lines) == lines


@given(st.lists(LINES, min_size=3, max_size=7), st.data())
def test_stray_marks_inside_sentences_do_not_find_each_other(
    lines: list[str], data: st.DataObject
) -> None:
    """Marks in the middle of words, in any two blocks: neither begins nor ends a stretch."""
    first = data.draw(st.integers(0, len(lines) - 2))
    second = data.draw(st.integers(first + 1, len(lines) - 1))
    mark = data.draw(st.sampled_from([("**", "**"), ("<u>", "</u>"), ("^^", "^^")]))
    plain = [line.replace("**", "").replace("^^", "") for line in lines]
    plain[first] = f"{plain[first]}左{mark[0]}右"
    plain[second] = f"{plain[second]}左{mark[1]}右"
    assert spread_marks(plain) == plain


@given(st.lists(LINES, min_size=1, max_size=5), st.lists(LINES, max_size=4), st.data())
def test_a_stray_mark_outside_a_long_span_leaves_the_span_whole(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    body = ["1.1 **甲。", "1.2 乙。", "（1）丙。**"]
    struck = data.draw(st.integers(0, len(before) - 1))
    at = data.draw(st.integers(0, len(before[struck])))
    before[struck] = f"{before[struck][:at]}{data.draw(MARKS)}{before[struck][at:]}"
    spread = spread_marks([*before, *body, *after])
    assert spread[len(before) : len(before) + 3] == [
        "1.1 **甲。**",
        "**1.2 乙。**",
        "**（1）丙。**",
    ]
    assert spread[: len(before)] == before
