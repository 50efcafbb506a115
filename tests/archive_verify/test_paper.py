"""`verify --paper`: where a sealed copy and a version part, its look set aside."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.compare.paper import PaperReport, compare_paper, read_paper, version_text
from clausepress.errors import SourceError
from clausepress.text.parse import parse_source

PAGES = """隐私政策                      机密

本政策说明我们怎样
处理您的信息。

1．范围
1.1  我们在中国境内提
- 1 -
\f隐私政策                      机密
供服务。
1.2 我们收集您的手机号码 {number} 天。
字段     用途
手机号码  登录
地址     送货
2. 联系
2.1 您可以写信给客服。
- 2 -
"""


def text(frozen: Path) -> str:
    return PAGES.replace("{number}", "60")


def test_line_ends_pages_width_and_spaces_are_set_aside(frozen: Path) -> None:
    edition = version_text("privacy/2020-01-01/zh", frozen)
    paper = "隐私政策\n" + text(frozen)
    report = compare_paper(edition, paper, "x")
    assert report.differences == ()
    assert report.set_aside["page"] == 4
    assert report.set_aside["width"] == 1
    assert report.set_aside["space"] >= 2


def test_each_other_word_is_shown_with_its_clause(frozen: Path) -> None:
    edition = version_text("privacy/2020-01-01/zh", frozen)
    paper = "隐私政策\n" + text(frozen).replace("60", "90").replace("送货", "广告")
    first, second = compare_paper(edition, paper, "x").differences
    assert (first.number, first.version, first.paper) == ("1.2", "60", "90")
    assert (second.number, second.version, second.paper) == ("1.2", "送货", "广告")


def test_words_that_only_one_has_are_shown(frozen: Path) -> None:
    edition = version_text("privacy/2020-01-01/zh", frozen)
    paper = "隐私政策\n" + text(frozen).replace("2.1 您可以写信给客服。", "")
    paper += "另行约定。\n"
    found = compare_paper(edition, paper, "x").differences
    assert "2.1" in "".join(each.version for each in found)
    assert "另行约定" in "".join(each.paper for each in found)


@given(st.integers(0, 200), st.sampled_from(["\n", " ", "\f", "　", "\n\n"]))
def test_white_space_between_han_characters_is_never_a_difference(at: int, space: str) -> None:
    clauses = "1.1 我们收集您的手机号码与收货地址。\n\n1.2 您可以随时撤回同意。\n"
    source = f"---\ntitle: 题目\n---\n\n{clauses}"
    edition = parse_source(source, lang="zh", path=Path("zh.md")).edition
    words = "题目1.1 我们收集您的手机号码与收货地址。1.2 您可以随时撤回同意。"
    at = at % len(words)
    while words[at].isascii():
        at -= 1
    paper = words[:at] + space + words[at:]
    assert compare_paper(edition, paper, "x").differences == ()
    other = paper.replace("撤回", "拒绝")
    assert len(compare_paper(edition, other, "x").differences) == 1 or "撤回" not in paper


def agreement(paper: str) -> PaperReport:
    """A paper against a short agreement."""
    source = "---\ntitle: 服务协议\n---\n\n1.1 我们提供服务。\n\n1.2 由法院管辖。\n\n云上公司\n"
    edition = parse_source(source, lang="zh", path=Path("zh.md")).edition
    return compare_paper(edition, paper, "x")


WORDS = "服务协议\n1.1 我们提供服务。\n1.2 由法院管辖。\n云上公司\n"


@pytest.mark.parametrize(
    "block",
    [
        "（以下无正文）\n\n甲方（盖章）：云上公司\n乙方（签字）：____\n日期：2024年6月1日\n",
        "甲方（盖章）：        乙方（签字）：\n\n____年__月__日    ____年__月__日\n",
        "（本页无正文，为《服务协议》签署页）\n法定代表人或授权代表（签字）：\n签订日期：\n",
        "云下公司（公章）\n2024年6月1日\n",
        "Signed by Cloud Co., Ltd.\nFor and on behalf of the customer\nDate: 1 June 2024\n",
        "Party A (seal): Cloud Ltd.\nAuthorised signatory:\nName: ____\nJune 1, 2024\n",
    ],
)
def test_signatures_and_seals_at_the_end_are_shown_apart(block: str) -> None:
    report = agreement(WORDS + block)
    assert report.differences == ()
    assert report.seal == tuple(" ".join(each.split()) for each in block.split("\n") if each)
    assert report.set_aside["seal"] == len(report.seal)
    other = agreement(WORDS.replace("法院", "仲裁") + block)
    assert [each.paper for each in other.differences] == ["仲裁"]
    assert other.seal == report.seal


@pytest.mark.parametrize(
    "line",
    [
        "甲方有权随时解除本协议",
        "甲方：有权随时解除本协议。",
        "生效日期：2024年6月1日",
        "我们将信息提供给云下公司",
        "We give your data to Cloud Ltd.",
        "Signed or not, all of it applies",
        "By using it you agree",
        "日期：2024年6月1日" * 9,
    ],
)
def test_what_is_no_signature_is_not_set_aside(line: str) -> None:
    report = agreement(f"{WORDS}{line}\n")
    assert report.differences
    assert report.seal == ()


def test_lines_of_the_text_are_no_seal() -> None:
    assert agreement(WORDS).seal == ()
    assert agreement(WORDS.replace("云上公司\n", "云上\n公司\n")).differences == ()
    gone = agreement(WORDS.replace("云上公司\n", "")).differences
    assert [each.version for each in gone] == ["云上公司"]
    assert agreement(f"日期：2024年6月1日\n{WORDS}").differences  # not at the end


@given(st.text(st.characters(categories=["Lo", "Nd", "Po"]), min_size=1, max_size=30))
def test_a_sentence_at_the_end_is_never_set_aside(words: str) -> None:
    assert agreement(f"{WORDS}甲方：{words}。\n").seal == ()


HEADED = """{0}
1.1 我们提供
第 1 页 / 2 页
\f{0}
服务。
1.2 由法院管辖。
云上公司
第 2 页 / 2 页
"""


def test_a_running_header_that_holds_the_title_is_the_title_too() -> None:
    report = agreement(HEADED.format("服务协议（签署版）"))
    assert report.differences == ()
    assert report.set_aside["page"] == 4
    for title in ("服务协议", "服务\n协议"):
        beside = agreement(HEADED.format("服务协议（签署版）").replace("1.1", f"{title}\n1.1"))
        assert beside.differences == ()
    (gone,) = agreement(HEADED.format("签署版")).differences
    assert (gone.version, gone.paper) == ("服务协议", "")


def test_a_pdf_is_refused_with_the_way_to_its_text(tmp_path: Path) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    with pytest.raises(SourceError, match="pdftotext"):
        read_paper(path, "zh")


def test_a_link_that_a_line_end_cut_is_no_difference() -> None:
    source = "---\ntitle: Policy\n---\n\n1. See https://shop.example/rights for your rights.\n"
    edition = parse_source(source, lang="en", path=Path("en.md")).edition
    paper = "Policy\n1. See https://shop.exam\nple/rights for your rights.\n"
    report = compare_paper(edition, paper, "x")
    assert report.differences == ()
    assert report.set_aside["space"] >= 1


def test_a_bare_number_inside_a_page_is_text() -> None:
    source = "---\ntitle: Policy\n---\n\n1. We keep it for days:\n\n30\n\nThen it goes.\n"
    edition = parse_source(source, lang="en", path=Path("en.md")).edition
    paper = "Policy\n1. We keep it for days:\n{}\nThen it\fgoes.\n2\n"
    assert compare_paper(edition, paper.format(30), "x").differences == ()
    (only,) = compare_paper(edition, paper.format(31), "x").differences
    assert (only.version, only.paper) == ("30", "31")


def test_marks_of_markdown_are_no_words() -> None:
    source = "---\ntitle: Policy\n---\n\n1. **<u>Read</u>** [our site](https://shop.example/).\n"
    edition = parse_source(source, lang="en", path=Path("en.md")).edition
    paper = "<div align=center>Policy</div>\n# 1. **Read** [our site](https://shop.example/).\n"
    assert compare_paper(edition, paper, "x").differences == ()
