"""Key facts of the policy page, and two editions side by side, as a reader's program sees them."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from changed_site import write, write_site

from clausepress.i18n import labels
from clausepress.site.build import build_site
from clausepress.site.figures import shown_fact
from clausepress.text.alignment.facts import Fact


@pytest.fixture(scope="module")
def site(reading_site: Path) -> Path:
    return reading_site


def html(site: Path, url: str) -> str:
    return (site / url / "index.html").read_text(encoding="utf-8")


def words(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def row(page: str, name: str) -> str:
    return page.split(f'<div class="cp-pair cp-pair--differs" id="{name}">')[1].split("cp-pair")[0]


def test_the_top_tells_what_the_data_has_and_nothing_else(site: Path) -> None:
    top = words(html(site, "zh/drive").split("<article")[1].split("cp-text")[0])
    for told in ("202302011", "2023年3月1日", "青山有限公司", "约5分钟"):
        assert told in top
    assert "文件保存三十日。 条款：1.1" in top
    assert "In short" not in html(site, "en/drive")  # no summary in English, so none
    undated = words(html(site, "zh/notice").split("<article")[1].split("cp-text")[0])
    assert undated.count("未载明") == 3
    foot = words(html(site, "zh/drive").split("cp-colophon")[1])
    assert "privacy@example.com" in foot
    assert "400-000-0000" in foot
    assert re.search("sha256:[0-9a-f]{64}", foot)


def test_differences_are_flagged_in_the_words_of_the_page(site: Path) -> None:
    english = html(site, "en/drive/side-by-side")
    assert "Only in English: 45 days" in row(english, "keeping")
    assert "Only in Chinese: 30 days" in row(english, "keeping")
    assert "A key clause only in Chinese" in row(english, "password")
    assert "There is no such clause in English." in row(english, "only-chinese")
    assert "仅见于英语版本：45天" in row(html(site, "zh/drive/side-by-side"), "keeping")
    listed = re.findall(r'<a href="#([^"]+)">', english.split("Clauses that differ (3)")[1])[:3]
    assert listed == ["keeping", "password", "only-chinese"]


def test_the_frame_is_in_one_language_and_each_cell_says_its_own(site: Path) -> None:
    page = html(site, "en/drive/side-by-side").split("<article")[1].split("</article>")[0]
    frame = re.sub(r'<(div|p|dd|a)[^>]* lang="zh-Hans".*?</\1>', "", page, flags=re.DOTALL)
    assert not re.findall("[\u4e00-\u9fff]+", frame)
    assert 'lang="zh-Hans"' in page


def test_every_version_with_two_languages_has_the_page_and_no_other(site: Path) -> None:
    found = {path.parent.relative_to(site).as_posix() for path in site.rglob("side-by-side/*.html")}
    drive = {f"{lang}/drive{at}" for lang in ("zh", "en") for at in ("", "/v1", "/v2")}
    assert found == {f"{each}/side-by-side" for each in drive}
    for each in drive:
        assert "side-by-side/" in html(site, each)
    assert "side-by-side/" not in html(site, "zh/notice")


def test_links_lead_on_from_where_the_page_is(tmp_path: Path) -> None:
    config = write_site(tmp_path)
    for lang, text in (
        ("zh", "1. 见[须知](../notice/#a)和[官网](https://a.example/)。"),
        ("en", "1. See the [notice](../notice/#a) and the [site](https://a.example/)."),
    ):
        write(tmp_path / f"docs/links/v1/{lang}.md", f"---\ntitle: T\n---\n\n{text}\n")
        write(tmp_path / f"docs/notice/v1/{lang}.md", "---\ntitle: N\n---\n\n1. A. {#a}\n")
    for name in ("links", "notice"):
        facts = {"id": name, "kind": "notice", "prevails": "zh"}
        write(tmp_path / f"docs/{name}/policy.yml", json.dumps(facts))
        write(tmp_path / f"docs/{name}/v1/version.yml", '{"id": "v1"}')
    site = build_site(config)
    for url, up in (("zh/links/side-by-side", "../.."), ("zh/links/v1/side-by-side", "../../..")):
        page = html(site, url)
        assert f'href="{up}/notice/#a"' in page
        assert f'href="{up}/../en/notice/#a"' in page
        assert page.count('href="https://a.example/"') == 2


@pytest.mark.parametrize(
    ("kind", "value", "english", "chinese"),
    [
        ("figure", "1 day", "1 day", "1天"),
        ("figure", "30 day", "30 days", "30天"),
        ("figure", "15 workday", "15 working days", "15个工作日"),
        ("figure", "2 month", "2 months", "2个月"),
        ("figure", "0.05 %", "0.05%", "0.05%"),
        ("figure", "1000 yuan", "CN¥1,000.00", "¥1,000.00"),
        ("figure", "3 times", "3 times", "3次"),
        ("figure", "3 level", "level 3", "3级"),
        ("figure", "2 copy", "2 copies", "2份"),
        ("figure", "5 of the month", "day 5 of the month", "每月5日"),
        ("figure", "12", "12", "12"),
        ("date", "2019-09-09", "9 September 2019", "2019年9月9日"),
        ("date", "2019-09", "2019-09", "2019-09"),
        ("contact", "a 1@b.example", "a 1@b.example", "a 1@b.example"),
    ],
)
def test_a_figure_is_told_in_the_readers_words(
    kind: str, value: str, english: str, chinese: str
) -> None:
    fact = Fact(kind, value)
    assert (shown_fact(fact, labels("en")), shown_fact(fact, labels("zh"))) == (english, chinese)
