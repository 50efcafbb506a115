"""Terms that a text defines itself."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.text.definitions import defined_terms
from clausepress.text.model import Edition, Paragraph, Run
from clausepress.text.parse import parse_source


def terms(text: str, lang: str = "zh") -> list[tuple[str, str, str]]:
    edition = parse_source(
        f"---\ntitle: 条款\n---\n\n{text}\n", lang=lang, path=Path("a.md")
    ).edition
    return [(each.term, each.clause_id, each.quote) for each in defined_terms(edition)]


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("zh", "青山有限公司（以下简称“青山”）发布本条款。", ["青山"]),
        ("zh", "网址（a.example，以下称“本站”或“本网站”）。", ["本站", "本网站"]),
        ("zh", "青山有限公司（“我们”，或称“青山”）发布。", ["我们", "青山"]),
        ("zh", "服务（以下称“云盘”，见附件）。", ["云盘"]),
        ("zh", "敏感信息，是指泄露后会危害您的信息。", ["敏感信息"]),
        ("zh", "您应知悉。“终端”系指手机。", ["终端"]),
        ("zh", "这是指您的行为。", []),
        ("zh", "他说（“好”）。", []),
        ("zh", "公司（成立于“九十年代”）发布。", []),
        ("en", "Green Hill Ltd. (“we” or the “Company”) agrees.", ["we", "Company"]),
        ("en", "the services (hereinafter collectively “our Services”) run.", ["our Services"]),
        ("en", "Read on. “Device” means a telephone.", ["Device"]),
        ("en", "Personal data refers to information about you.", ["Personal data"]),
        ("en", "Closing the account means that you lose it.", []),
        ("en", "It refers to that.", []),
        ("en", "the firm (founded as “Hill”) agrees.", []),
    ],
)
def test_what_is_a_definition(lang: str, text: str, found: list[str]) -> None:
    assert [term for term, _, _ in terms(text, lang)] == found


def test_a_term_has_its_clause_and_the_sentence_that_defines_it() -> None:
    text = "序言。\n\n## 一、定义 {#definitions}\n\n1.1 您好。终端，是指手机。谢谢。 {#device}"
    assert terms(text) == [("终端", "device", "终端，是指手机。")]


def test_of_two_definitions_the_first_counts_and_long_ones_are_cut() -> None:
    long = "说明" * 300 + "（以下称“云盘”）" + "说明" * 300
    [(term, _, quote)] = terms(f"{long}。\n\n另有服务（以下称“云盘”）。")
    assert term == "云盘"
    assert len(quote) <= 302
    assert quote.startswith("…")
    assert "（以下称“云盘”）" in quote


PIECES = st.lists(
    st.sampled_from(
        ["（", "）", "(", ")", "“", "”", "是指", "以下称", "；", "，", "。", "the ", "云", "A b"]
    )
    | st.text(max_size=4),
    max_size=20,
).map("".join)


@given(PIECES, st.sampled_from(["zh", "en"]))
def test_every_term_stands_in_its_quote_and_every_quote_in_the_text(text: str, lang: str) -> None:
    edition = Edition(lang, "条款", preface=(Paragraph((Run(text),)),))
    for each in defined_terms(edition):
        assert each.term in each.quote
        assert each.quote.strip("…") in text
