"""The canonical text reads back as the same edition, and its digest sees what matters."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from clausepress.errors import SourceError
from clausepress.text.canonical import text_digest, to_source
from clausepress.text.html import render_body
from clausepress.text.importer import import_text
from clausepress.text.importing.edits import apply_repairs
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source
from clausepress.text.visible import visible_edition, visible_source

PATH = Path("zh.md")

WORDS = st.text(
    st.one_of(
        st.sampled_from(list("甲乙丙丁。，；：“”（）()*_^<>[]{}#|\\-.、1290aIVu/ ")),
        st.characters(codec="utf-8", exclude_categories=("C", "Z")),
    ),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() != "")
NUMBERS = st.sampled_from(
    [
        "",
        "一、",
        "二、",
        "1.1 ",
        "1.1.2 ",
        "7.3. ",
        "（1）",
        "(2) ",
        "1. ",
        "2、",
        "a) ",
        "①",
        "第三条 ",
    ]
)
MARKS = st.sampled_from(["{}", "**{}**", "<u>{}</u>", "**<u>{}</u>**", "^^{}^^", "**{}", "{}</u>"])
BLOCKS = st.builds(
    lambda start, number, spans: (
        start + number + "".join(mark.format(text) for mark, text in spans)
    ),
    st.sampled_from(["", "", "- ", "## ", "### "]),
    NUMBERS,
    st.lists(st.tuples(MARKS, WORDS), min_size=1, max_size=3),
)
TABLES = st.just("| 甲 | **乙** |\n|---|---|\n| 1\\|2 | <u>b</u> |")
SOURCES = st.lists(st.one_of(BLOCKS, TABLES), min_size=1, max_size=12).map("\n\n".join)


def parse(body: str) -> Edition:
    return parse_source(f"---\ntitle: T\n---\n\n{body}\n", lang="zh", path=PATH).edition


@given(SOURCES)
def test_canonical_text_reads_back_as_the_same_edition(body: str) -> None:
    try:
        edition = parse(body)
    except SourceError:  # the generator may write a broken id or an empty heading
        return
    again = parse_source(to_source(edition), lang="zh", path=PATH).edition
    assert again == edition
    assert text_digest(again) == text_digest(edition)


LINES = st.one_of(
    WORDS,
    st.builds(lambda mark, text: mark.format(text), MARKS, WORDS),
    st.sampled_from(["| a | b |", "|---|---|", "甲\t乙", "丙\t丁", "- (1) 子", "## 二、题", ""]),
)


@given(st.lists(LINES, min_size=1, max_size=10).map("\n".join))
def test_an_import_loses_no_character_and_reads_back(raw: str) -> None:
    if not visible_source(raw):
        return
    try:
        imported = import_text(raw, lang="zh", path=PATH)
    except SourceError:  # a ragged pipe table
        return
    repaired = apply_repairs(raw, imported.repairs)
    assert visible_edition(imported.edition, title_at=imported.title_at) == visible_source(repaired)
    again = parse_source(to_source(imported.edition, ids=False), lang="zh", path=PATH).edition
    assert again == imported.edition


def test_the_digest_changes_with_words_numbers_ids_and_emphasis_only() -> None:
    base = parse("## 一、甲 {#a}\n\n1.1 乙丙 {#b}\n")
    same = parse("##   一、 甲   {#a}\n\n\n\n1.1   乙丙   {#b}\n")
    assert text_digest(same) == text_digest(base)
    for other in (
        "## 一、甲 {#a}\n\n1.1 乙丁 {#b}\n",
        "## 一、甲 {#a}\n\n1.2 乙丙 {#b}\n",
        "## 一、甲 {#a}\n\n1.1 乙丙 {#c}\n",
        "## 一、甲 {#a}\n\n1.1 **乙丙** {#b}\n",
        "## 一、甲 {#a}\n\n1.1 <u>乙丙</u> {#b}\n",
    ):
        assert text_digest(parse(other)) != text_digest(base)


def test_the_body_marks_prominent_clauses_and_escapes_the_rest() -> None:
    edition = parse(
        '1.1 甲 & <b>"乙"</b> **<u>丙</u>** [丁](../other/) [戊](https://example.com/)\n'
    )
    body = render_body(edition, html_lang="zh-Hans", prominent_label="重点条款：")
    assert (
        '<strong class="cp-prominent"><span class="cp-label">重点条款：</span><u>丙</u></strong>'
        in body
    )
    assert "甲 &amp; &lt;b&gt;&quot;乙&quot;&lt;/b&gt;" in body
    assert '<a href="../../other/">丁</a>' in body
    assert '<a href="https://example.com/" rel="external noopener">戊</a>' in body
