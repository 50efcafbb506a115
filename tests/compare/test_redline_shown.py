"""The redline as text, as HTML, as JSON, and the command that prints it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import msgspec
import pytest
from click.testing import CliRunner
from redline_samples import TEXT, changed, edition

from clausepress.cli import cli
from clausepress.compare.redline import redline
from clausepress.compare.report import SCHEMA_FILE, redline_json, redline_schema_json
from clausepress.compare.show_html import render_html
from clausepress.compare.show_text import render_text
from clausepress.compare.stream import clause_text, clauses_of
from clausepress.errors import ClausepressError
from clausepress.i18n import labels

OLD = edition()
MOVED = TEXT.replace("2.1 青山公司对您的数据加密保存，密钥每 90 日更换一次。\n\n", "") + (
    "\n3.4 青山公司对您的数据加密保存，密钥每 90 日更换一次。\n"
)
NEW = changed(
    ("30 日", "60 日"),
    ("**", ""),
    ("（1）导", "(1)导"),
    ("| 乙地核验公司 | 实名核验 | 姓名、证件号码 |\n", ""),
    ("3.2 任何一方可以提前 15 日书面通知对方终止本协议。\n\n", ""),
    ("10 GB", "<b>10</b> GB"),
    text=MOVED,
)
FOUND = redline(OLD, NEW)


class Read(HTMLParser):
    """Reads a fragment: its ids, its links, its text inside and outside deletions."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.kept = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if (found.get("href") or "").startswith("#"):
            self.links.append(str(found["href"])[1:])
        if tag != "br":
            cls = found.get("class") or ""
            self.open.append("skip" if tag == "del" or "cp-label" in cls else tag)

    def handle_endtag(self, tag: str) -> None:
        last = self.open.pop()
        assert last in (tag, "skip")

    def handle_data(self, data: str) -> None:
        if "skip" not in self.open:
            self.kept += data


def read(html: str) -> Read:
    page = Read()
    page.feed(html)
    assert page.open == []
    return page


def test_html_holds_the_whole_new_text_and_an_anchor_for_every_hunk() -> None:
    html = render_html(FOUND, OLD, NEW, words=labels("zh"))
    page = read(html)
    text = page.kept[: page.kept.index("全角")]
    squeezed = re.sub(r"\s", "", text)
    for clause in clauses_of(NEW).values():
        for line in clause_text(clause).split("\n"):
            assert re.sub(r"\s", "", line) in squeezed
    assert len(page.ids) == len(set(page.ids))
    assert {hunk.id for hunk in FOUND.hunks} <= set(page.ids)
    assert set(page.links) <= set(page.ids)
    assert "<b>10</b>" not in html  # text is text


def test_html_says_in_words_what_it_shows() -> None:
    html = render_html(FOUND, OLD, NEW, words=labels("zh"))
    for tag in ("ins", "del"):
        opened = re.findall(rf"<{tag} [^>]*>(.{{0,24}})", html)
        assert opened
        assert all(each.startswith('<span class="cp-label">') for each in opened)
    for words in ("新增：", "删除：", "失去加粗划线", "自第 2.1 条移至此处"):
        assert words in html
    renumbered = changed(("3.3 终止", "3.4 终止"))
    page = render_html(redline(OLD, renumbered), OLD, renumbered, words=labels("zh"))
    assert "原编号 3.3" in page
    assert "emphasis lost" in render_html(FOUND, OLD, NEW, words=labels("en"))
    assert "style=" not in html


def test_html_leads_from_the_old_place_to_the_new_one_and_back() -> None:
    page = read(render_html(FOUND, OLD, NEW, words=labels("zh")))
    assert {"c3-4", "old-c2-1"} <= set(page.links) & set(page.ids)


def test_html_keeps_an_edit_inside_words_that_lost_emphasis() -> None:
    new = changed(("**", ""), ("税款由您", "税款由贵方"))
    html = render_html(redline(OLD, new), OLD, new, words=labels("zh"))
    assert re.search(r"<ins [^>]*>.*?贵方", html)
    assert "失去加粗划线" in html


def test_text_tells_counts_first_and_folds_what_changes_no_word() -> None:
    text = render_text(FOUND, OLD, NEW)
    assert text.startswith("6 differences: ")
    assert "1 more: 1 width (no word changed, shown with --all)" in text
    assert "逾期超过 [-30-]{+60+} 日的" in text
    assert "moved: 2.1 → 3.4" in text
    assert "{~本条所称费用不含税款，税款由您自行承担。~}" in text
    assert "(1)" not in text
    assert "[-（1）-]{+(1)+}" in render_text(FOUND, OLD, NEW, everything=True)
    assert render_text(redline(OLD, OLD), OLD, OLD) == "no difference\n"


def test_a_number_is_parted_from_its_text_as_on_a_page() -> None:
    old, new = edition("1.1 30 日内应当付清。"), edition("1.1 30 日内必须付清。")
    assert "1.1 30 日内[-应当-]{+必须+}付清。" in render_text(redline(old, new), old, new)
    whole = "1.1 The parties first negotiate; failing that, a court decides."
    split = whole.replace("; failing", ".\n\n1.2 Failing")
    one, two = edition(whole, "en"), edition(split, "en")
    assert "{+1.2 Failing+}" in render_text(redline(one, two), one, two)
    assert "[-1.2 Failing-]" in render_text(redline(two, one), two, one)
    html = render_html(redline(two, one), two, one, words=labels("en"))
    assert "1.2 Failing</del>" in html


def test_a_table_row_that_moved_is_told_above_its_clause() -> None:
    row = "| 甲地短信公司 | 发送通知 | 手机号码 |\n"
    new = changed((row, ""), ("姓名、地址 |\n", f"姓名、地址 |\n{row}"))
    found = redline(OLD, new)
    html = render_html(found, OLD, new, words=labels("zh"))
    assert '<p class="cp-note" id="h1">表格行移位：甲地短信公司 发送通知 手机号码</p>' in html
    assert "cp-moved" not in html  # the clause itself did not move
    assert "<ins" not in html
    assert "<del" not in html
    assert "moved, a row of the table: 甲地短信公司\t发送" in render_text(found, OLD, new)


def test_a_merge_is_told_once_under_all_its_numbers() -> None:
    merged = changed(("\n\n3.2 任何", "任何"), ("3.3 ", "3.2 "))
    text = render_text(redline(OLD, merged), OLD, merged)
    assert text.count("[-3.2-]") == 1
    assert "\n3.1, 3.2 → 3.1\n" in text


def test_a_clause_without_a_number_is_named_by_its_first_words() -> None:
    old = edition("前言甲\n\n## 适用范围\n\n本条款适用于全部用户。")
    new = edition("前言乙\n\n## 适用范围\n\n本条款适用于部分用户。")
    text = render_text(redline(old, new), old, new)
    assert "\n适用范围\n" in text
    assert "part-1" not in text
    assert "preface" not in text


def test_a_clause_that_is_gone_keeps_the_level_it_had() -> None:
    old = edition("## 1.1 赔偿责任\n\n甲方承担全部损失。")
    new = edition("## 一、总则\n\n### 1.1 会员积分\n\n每年清零一次，过期作废。")
    html = render_html(redline(old, new), old, new, words=labels("zh"))
    assert re.search(r'id="old-c1-1">.*<h2><span class="cp-number">.*赔偿责任.*</h2>', html)
    assert re.search(r"<h3>.*会员积分.*</h3>", html)


def test_json_is_as_its_published_schema_says() -> None:
    assert SCHEMA_FILE.read_bytes() == redline_schema_json()
    data = msgspec.json.decode(redline_json(FOUND, "a", "b"))
    jsonschema.validate(data, msgspec.json.decode(redline_schema_json()))
    assert data["schema"] == "clausepress.redline/1"
    assert {hunk["class"] for hunk in data["hunks"]} == set(data["counts"])


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    old, new = tmp_path / "old.zh.md", tmp_path / "new.zh.md"
    old.write_text(f"---\ntitle: 数据托管协议\n---\n\n{TEXT}", "utf-8")
    new.write_text(f"---\ntitle: 数据托管协议\n---\n\n{TEXT.replace('30 日', '60 日')}", "utf-8")
    return str(old), str(new)


@pytest.mark.parametrize("form", ["text", "html", "json"])
def test_the_command_prints_and_writes(files: tuple[str, str], form: str, tmp_path: Path) -> None:
    printed = CliRunner().invoke(cli, ["redline", *files, "--format", form])
    assert printed.exit_code == 1
    out = tmp_path / "out"
    written = CliRunner().invoke(cli, ["redline", *files, "--format", form, "--output", str(out)])
    assert (written.exit_code, written.output) == (1, "")
    assert out.read_text("utf-8") == printed.output
    assert "60" in printed.output
    assert CliRunner().invoke(cli, ["redline", files[0], files[0]]).exit_code == 0


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfeA\0B\0C", b"---\ntitle: [\n---\n"])
def test_a_file_that_cannot_be_read_is_no_difference(
    files: tuple[str, str], content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "bad.zh.md"
    if content is not None:
        path.write_bytes(content)
    for pair in ((str(path), files[0]), (files[0], str(path))):
        error = CliRunner().invoke(cli, ["redline", *pair]).exception
        assert isinstance(error, ClausepressError)
        assert error.exit_code == 2
        assert "bad.zh.md" in str(error)
        assert "\n  fix: " in str(error)


def test_the_command_refuses_two_languages(files: tuple[str, str], tmp_path: Path) -> None:
    other = tmp_path / "new.en.md"
    other.write_text("---\ntitle: Terms\n---\n\n1.1 Fees are due monthly.\n", "utf-8")
    result = CliRunner().invoke(cli, ["redline", files[0], str(other)])
    assert result.exit_code == 2
    assert "a redline is of one language" in result.output
