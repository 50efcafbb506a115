"""`verify --paper`: where a sealed copy and a version part, its look set aside."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausepress.compare.paper import compare_paper, read_paper, version_text
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
