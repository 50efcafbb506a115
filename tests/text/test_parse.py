"""Structure from printed numbers, numbers kept literally, marks that never leak."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.errors import SourceError
from clausepress.text.canonical import to_source
from clausepress.text.model import Clause, Edition, Paragraph, Run, Table, plain
from clausepress.text.numbers import match_number
from clausepress.text.parse import parse_source

PATH = Path("zh.md")


def parse(body: str) -> Edition:
    return parse_source(f"---\ntitle: T\n---\n\n{body}", lang="zh", path=PATH).edition


def outline(clauses: tuple[Clause, ...]) -> list[object]:
    """Numbers as nested lists: each clause's number followed by its children, when it has any."""
    found: list[object] = []
    for clause in clauses:
        found.append(clause.number or plain(clause.heading))
        if clause.children:
            found.append(outline(clause.children))
    return found


@pytest.mark.parametrize(
    ("text", "printed", "values"),
    [
        ("一、适用范围", "一、", (1,)),
        ("二十一、其他", "二十一、", (21,)),
        ("一百零三、其他", "一百零三、", (103,)),
        ("（一）总则", "（一）", (1,)),
        ("第三条 定义", "第三条", (3,)),
        ("1.1 本政策", "1.1", (1, 1)),
        ("7.3.1. 如果", "7.3.1.", (7, 3, 1)),
        ("4.1 年度报告", "4.1", (4, 1)),
        ("1、适用范围", "1、", (1,)),
        ("2. 条件", "2.", (2,)),
        ("(1) first", "(1)", (1,)),
        ("（12）十二", "（12）", (12,)),
        ("a) one", "a)", (1,)),
        ("③第三", "③", (3,)),
        ("⑵第二", "⑵", (2,)),
        ("㈢第三", "㈢", (3,)),
        ("⒊第三", "⒊", (3,)),
        ("一. 总则", "一.", (1,)),
        ("Ⅳ、其他", "Ⅳ、", (4,)),
        ("第二部分 付款", "第二部分", (2,)),
        ("第二条（付款）买方应当付款。", "第二条", (2,)),
        ("第二条【付款】买方应当付款。", "第二条", (2,)),
        ("ARTICLE IV. FEES", "ARTICLE IV.", (4,)),
        ("SECTION 2. FEES", "SECTION 2.", (2,)),
        ("Article 2 – Fees", "Article 2 –", (2,)),
        ("Section 2 - Fees", "Section 2 -", (2,)),
        ("Section 2.01. The price", "Section 2.01.", (2, 1)),
        ("Part C: Fees", "Part C:", (3,)),
        ("Part D: Fees", "Part D:", (4,)),
        ("§ 2 Fees", "§ 2", (2,)),
        ("§2. The price is due.", "§2.", (2,)),
        ("iii) third", "iii)", (3,)),
        ("IX. Notification", "IX.", (9,)),
        ("(iv) four", "(iv)", (4,)),
        ("1) one", "1)", (1,)),
        ("10000. 丙", "10000.", (10000,)),
        ("Section 2. Fees", "Section 2.", (2,)),
        ("Article IV Data", "Article IV", (4,)),
        ("2）二", "2）", (2,)),
        ("B. Sharing", "B.", (2,)),
        ("１．１ 全角", "１．１", (1, 1)),
    ],
)
def test_a_printed_number_is_recognised_as_it_stands(
    text: str, printed: str, values: tuple[int, ...]
) -> None:
    number = match_number(text)
    assert number is not None
    assert (number.printed, number.values) == (printed, values)


@pytest.mark.parametrize(
    "text",
    [
        "2021 年 1 月 25 日",
        "2.5万元以上",
        "3.5%的费用",
        "I am",
        "一切权利",
        "第三方",
        "400-615-1212",
        "192.168.0.1",
        "1.2 小时内回复",
        "J. K. Smith",
        "Section 3 applies to you.",
        "Section 2.01 of the plan applies.",
        "Article 2 – as amended – applies.",
        "第三条（退款）的约定适用于订单。",
        "第三条（二）项除外。",
        "§ 3 applies to you.",
        "二.五倍",
    ],
)
def test_a_sentence_that_opens_with_a_figure_is_not_a_clause(text: str) -> None:
    assert match_number(text) is None


def test_structure_follows_numbers_whatever_the_heading_marks_say() -> None:
    edition = parse(
        "### 2、 账户\n\n#### 2.1 注册\n\n##### 2.1.1 资格\n\n（1）甲\n\n(2) 乙\n\n"
        "### 2.1.2 认证\n\n(1) 丙\n\na) 丁\n\n## 2.2 安全\n\n2.2.1 戊\n\n## 3、守则\n"
    )
    assert outline(edition.clauses) == [
        "2、",
        ["2.1", ["2.1.1", ["（1）", "(2)"], "2.1.2", ["(1)", ["a)"]]], "2.2", ["2.2.1"]],
        "3、",
    ]


def test_mixed_chapter_schemes_stand_side_by_side() -> None:
    edition = parse("## V. Five\n\n5.1 a\n\n## 6. Six\n\n6.1 b\n\n## IX. Nine\n\n9.1 c\n")
    assert outline(edition.clauses) == ["V.", ["5.1"], "6.", ["6.1"], "IX.", ["9.1"]]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            "1. A\n\n1.1 a\n\n2. B\n\n2.1 b\n\n3. C\n\n3.1 c\n",
            ["1.", ["1.1"], "2.", ["2.1"], "3.", ["3.1"]],
        ),
        (
            "1. 甲\n\n1.1 乙：\n\n1. 子\n\n2. 丑\n\n1.2 丙\n\n2. 丁\n\n3. 戊\n\n（1）己\n",
            ["1.", ["1.1", ["1.", "2."], "1.2"], "2.", "3.", ["（1）"]],
        ),
        (
            "1、甲\n\n正文。\n\n2、乙\n\n2.1 丙\n\n3、丁\n",
            ["1、", "2、", ["2.1"], "3、"],
        ),
        (
            "一、甲\n\n1. 乙\n\n1.1 丙\n\n2. 丁\n\n2.1 戊\n\n二、己\n\n1. 庚\n",
            ["一、", ["1.", ["1.1"], "2.", ["2.1"]], "二、", ["1."]],
        ),
        ("V. A\n\n5.1 a\n\n6. B\n\n6.1 b\n\nIX. C\n", ["V.", ["5.1"], "6.", ["6.1"], "IX."]),
        ("1 A\n\n1.1 a\n\n2 B\n\n2.1 b\n", ["1", ["1.1"], "2", ["2.1"]]),
        ("1. A\n\n2. B\n\n1. A\n\n1.1 a\n\n2. B\n", ["1.", "2.", "1.", ["1.1"], "2."]),
    ],
)
def test_a_plain_number_is_a_chapter_where_it_holds_its_own_decimals(
    body: str, wanted: list[object]
) -> None:
    assert outline(parse(body).clauses) == wanted


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3)), min_size=1, max_size=6))
def test_chapters_decimals_and_their_lists_nest_whatever_their_counts(
    chapters: list[tuple[int, int]],
) -> None:
    lines: list[str] = []
    wanted: list[object] = []
    for chapter, (decimals, items) in enumerate(chapters, start=1):
        lines.append(f"{chapter}. 章")
        inner: list[object] = []
        for decimal in range(1, decimals + 1):
            lines.append(f"{chapter}.{decimal} 条")
            inner.append(f"{chapter}.{decimal}")
            # A list before the next chapter might be taken to count on to it.
            if items and decimal < decimals:
                lines += [f"{item}. 项" for item in range(1, items + 1)]
                inner.append([f"{item}." for item in range(1, items + 1)])
        wanted += [f"{chapter}.", inner]
    assert outline(parse("\n\n".join(lines) + "\n").clauses) == wanted


def test_the_word_of_a_number_that_comes_first_is_the_outer_one() -> None:
    edition = parse(
        "## Article I. A\n\nSection 1.01. a\n\nSection 1.02. b\n\n## Article II. B\n\n"
        "Section 2.01. c\n\n(i) d\n\n(ii) e\n"
    )
    assert outline(edition.clauses) == [
        "Article I.",
        ["Section 1.01.", "Section 1.02."],
        "Article II.",
        ["Section 2.01.", ["(i)", "(ii)"]],
    ]
    law = parse("第一章 甲\n\n第一条 乙\n\n第二条 丙\n\n（一）丁\n\n第二章 戊\n\n第三条 己\n")
    assert outline(law.clauses) == [
        "第一章",
        ["第一条", "第二条", ["（一）"]],
        "第二章",
        ["第三条"],
    ]
    headed = parse("## 第一章 甲\n\n## 第一条 乙\n\n## 第二章 丙\n\n第二条 丁\n")
    assert outline(headed.clauses) == ["第一章", ["第一条"], "第二章", ["第二条"]]


@pytest.mark.parametrize(
    ("title", "raised"),
    [
        ("附件一：价目表", True),
        ("**附件 A**", False),
        ("**附件一**", True),
        ("Annex I: Prices", True),
        ("SCHEDULE 1", True),
        ("Exhibit B – Prices", True),
        ("附件一所列的价格不含税。", False),
        ("Schedule 1 lists the prices.", False),
    ],
)
def test_an_annex_holds_its_own_list(title: str, raised: bool) -> None:
    edition = parse(f"## 一、甲\n\n1.1 乙\n\n{title}\n\n1. 丙\n\n2. 丁\n")
    name = title.strip("*")
    wanted = ["一、", ["1.1"], name, ["1.", "2."]] if raised else ["一、", ["1.1", ["1.", "2."]]]
    assert outline(edition.clauses) == wanted


def test_a_list_of_annexes_is_no_heading() -> None:
    edition = parse("## 一、附件\n\n附件一：价目表\n\n附件二：名单\n\n## 二、其他\n\n甲。\n")
    assert outline(edition.clauses) == ["一、", "二、"]


def test_headings_deeper_than_a_source_can_write_read_back_as_they_are() -> None:
    edition = parse("一、0\n\n## 1.1 0\n\n### 0\n\n第三条 0\n\n## 1.1 0\n\n### 0\n")
    assert parse_source(to_source(edition), lang="zh", path=PATH).edition == edition


def test_letters_and_roman_numerals_are_told_apart_by_their_neighbours() -> None:
    edition = parse("1. a\n\n(i) b\n\n(ii) c\n\n2. d\n\n(h) e\n\n(i) f\n\n(j) g\n")
    assert outline(edition.clauses) == ["1.", ["(i)", "(ii)"], "2.", ["(h)", "(i)", "(j)"]]
    lettered = parse("## A. a\n\n## B. b\n\n## C. c\n\n## D. d\n")
    assert outline(lettered.clauses) == ["A.", "B.", "C.", "D."]


def test_an_annex_keeps_its_own_numbers_after_items_of_another_list() -> None:
    edition = parse("## 附件\n\n1. 甲\n\n- (1) 子\n\n- (2) 子\n\n2. 乙\n\n1. 丙\n")
    assert outline(edition.clauses) == ["附件", ["1.", ["(1)", "(2)"], "2.", "1."]]


def test_a_misprinted_decimal_stays_where_it_is_printed() -> None:
    edition = parse("## 五、共享\n\n5.1 甲\n\n5.2 转让\n\n5.1.1 误印\n\n5.3 乙\n")
    assert outline(edition.clauses) == ["五、", ["5.1", "5.2", ["5.1.1"], "5.3"]]


def test_unnumbered_paragraphs_belong_to_the_clause_above() -> None:
    edition = parse("序。\n\n## 一、甲\n\n1.1 乙\n\n续。\n\n- 点一\n\n- 点二\n")
    assert edition.preface == (Paragraph((Run("序。"),)),)
    blocks = edition.clauses[0].children[0].blocks
    assert [(plain(b.runs), b.bullet) for b in blocks if isinstance(b, Paragraph)] == [
        ("乙", False),
        ("续。", False),
        ("点一", True),
        ("点二", True),
    ]


def test_ids_are_explicit_or_derived_and_never_repeat() -> None:
    edition = parse("## 一、甲 {#scope}\n\n1.1 乙\n\n1.1 丙\n\n（1）丁\n")
    assert [clause.id for clause in edition.walk()] == ["scope", "c1-1", "c1-1-r2", "c1-1-r2-1"]


def test_emphasis_is_kept_and_a_label_is_not_prominent() -> None:
    edition = parse("1.1 甲**<u>乙</u>**丙“**同意**{.label}”。\n")
    runs = edition.clauses[0].blocks[0]
    assert isinstance(runs, Paragraph)
    assert runs.runs == (
        Run("甲"),
        Run("乙", bold=True, underline=True),
        Run("丙“"),
        Run("同意", bold=True, label=True),
        Run("”。"),
    )
    assert [each.text for each in edition.prominent()] == ["乙"]


def test_a_number_inside_bold_is_still_a_number() -> None:
    (clause,) = parse("**4.1.1 When you** create\n").clauses
    assert (clause.number, clause.number_bold) == ("4.1.1", True)
    assert clause.blocks == (Paragraph((Run("When you", bold=True), Run(" create"))),)


def test_html_in_a_source_is_text() -> None:
    (block,) = parse("<script>alert(1)</script>\n").preface
    assert isinstance(block, Paragraph)
    assert plain(block.runs) == "<script>alert(1)</script>"


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_a_link_that_could_run_code_is_text(href: str) -> None:
    (block,) = parse(f"[甲]({href})\n").preface
    assert isinstance(block, Paragraph)
    assert [run.href for run in block.runs] == [""]


def test_a_table_keeps_its_cells_and_escaped_bars() -> None:
    edition = parse(
        "1.1 如下：\n\n| 场景 | 机构 |\n|---|---|\n| 扫脸 | 甲\\|乙 |\n| **推送** | 丙 |\n"
    )
    table = edition.clauses[0].blocks[1]
    assert isinstance(table, Table)
    assert [plain(cell) for cell in table.header] == ["场景", "机构"]
    assert [[plain(cell) for cell in row] for row in table.rows] == [
        ["扫脸", "甲|乙"],
        ["推送", "丙"],
    ]


def test_lines_of_one_paragraph_join_without_a_space_in_chinese() -> None:
    edition = parse("法律允许的范围\n内尽可能\n\nin the\nnext line\n")
    texts = [plain(block.runs) for block in edition.preface if isinstance(block, Paragraph)]
    assert texts == ["法律允许的范围内尽可能", "in the next line"]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("1.1 甲\n", 1, "there is no front matter"),
        ("---\ntitle: T\n", 1, "has no end"),
        ("---\ntitle: [\n---\n甲\n", 2, "not valid YAML"),
        ("---\nname: T\n---\n甲\n", 2, "name: the file contains unknown field 'name'"),
        ("---\ntitle: T\ntitle: U\n---\n甲\n", 3, "stands twice"),
        ("---\ntitle: T\n---\n\n1.1 甲 {#a}\n\n1.2 乙 {#a}\n", 7, "two clauses have the id 'a'"),
        ("---\ntitle: T\n---\n\n1.1 甲 {#1a}\n", 5, "is not an id"),
        ("---\ntitle: T\n---\n\n## {#a}\n", 5, "this heading has no text"),
        ("---\ntitle: T\n---\n\n| a | b |\n|---|---|\n| c |\n", 7, "has 1 cells, the header has 2"),
        ("---\ntitle: T\n---\n\n", None, "no text after the front matter"),
        ("---\ntitle: T\n---\n\n甲\x00乙\n", 5, "control character U+0000"),
        ("---\ntitle: T\n---\n\n甲\u202e乙\n", 5, "control character U+202E"),
        ("---\ntitle: T\n---\n\n| a | b |\n|---|---|\n| c | d | e\n", 7, "has 3 cells"),
    ],
)
def test_a_fault_names_file_line_and_fix(source: str, line: int | None, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_source(source, lang="zh", path=PATH)
    assert words in str(caught.value)
    assert caught.value.line == line
    assert "\n  fix: " in str(caught.value)
