"""Redline pages in real Chromium: by keyboard, without scripts, on a phone, dark, on paper."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from reading_site import SHIFTED, SHIFTS

from clausepress.archive.library import load_library
from clausepress.compare.redline import redline
from clausepress.compare.report import redline_json
from clausepress.compare.show_html import render_parts
from clausepress.i18n import labels
from clausepress.site.pages.compare import view_labels
from clausepress.text.model import Edition
from clausepress.text.parse import parse_source

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def origin(changed_site: Path, serving: Callable[[Path], str]) -> str:
    return serving(changed_site).rstrip("/")


def test_changes_are_stepped_through_by_keyboard_without_scripts(
    origin: str, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/en/terms/v2/changes/")
    page.get_by_role("article").get_by_role("link", name="1.1", exact=True).press("Enter")
    page.wait_for_url("**#h1")
    following = page.locator(".cp-text").get_by_role("link", name="Next change")
    following.first.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("#h1"))
    target = page.locator(".cp-removed").filter(
        has=page.locator(f"[id='{page.url.split('#')[1]}']")
    )
    expect(target).to_contain_text("Old devices")
    target.get_by_role("link", name="Previous change").press("Enter")
    page.wait_for_url("**#h1")
    page.goto(f"{origin}/en/terms/compare/")
    expect(page.locator(".cp-compare")).to_be_hidden()
    page.get_by_role("link", name="Version v1 and the text in force").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("version v1 and the text in force")
    context.close()


def test_marks_are_spoken_and_have_a_shape(origin: str, page: Page) -> None:
    page.goto(f"{origin}/en/terms/v2/changes/")
    inserted, deleted = page.locator(".cp-text ins").first, page.locator(".cp-text del").first
    expect(inserted).to_have_text("inserted: 45")
    expect(deleted).to_have_text("deleted: 30")
    page.emulate_media(media="print")
    line = "(element) => getComputedStyle(element).textDecorationLine"
    assert inserted.evaluate(line) == "underline"
    assert deleted.evaluate(line) == "line-through"
    expect(page.locator(".cp-steps").first).to_be_hidden()
    page.goto(f"{origin}/en/terms/v3/changes/")
    lost = page.locator(".cp-text .cp-emphasis-lost")
    expect(lost).to_contain_text("You bear any loss")
    assert lost.evaluate("(element) => getComputedStyle(element).borderBottomStyle") == "dotted"


def test_a_jump_finds_its_change_and_nothing_moves(
    project_site: Path, serving: Callable[[Path], str], page: Page
) -> None:
    page.add_init_script(SHIFTS)
    changes = f"{serving(project_site)}en/privacy/2021-01-25/changes/"
    page.goto(changes)
    page.locator(".cp-changed a[href='#h15']").press("Enter")  # far below what is laid out
    expect(page.locator("#h15")).to_be_in_viewport()
    folded = page.locator(".cp-folded li").last.get_attribute("id")
    page.goto("about:blank")
    page.goto(f"{changes}#{folded}")
    expect(page.locator(f"#{folded}")).to_be_in_viewport()
    assert page.evaluate(SHIFTED) == []
    page.goto(changes)
    expect(page.locator(".cp-text > :not(.cp-laid)")).to_have_count(0)


def test_marks_keep_to_the_rules_of_accessibility(origin: str, page: Page) -> None:
    page.goto(f"{origin}/zh/terms/v3/changes/")
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, {"include": [["article"]]})
        assert found.violations_count == 0, (scheme, found.generate_report())


def sample(name: str, lang: str = "zh") -> Edition:
    library = load_library(ROOT / "docs")
    versions = {each.id: each for each in library.policies["privacy"].versions}
    return versions[name].editions[lang].edition


def made(text: str) -> Edition:
    return parse_source(f"---\ntitle: 𠮷协议\n---\n\n{text}", lang="zh", path=Path("a.md")).edition


TEXT = """\
序言一句。

1.1 甲方𠮷交付**货物**，期限 30 日 <a & b>。

1.2 乙方支付价款，逾期每日加收千分之一。

| 项目 | 数量 |
|---|---|
| 纸张 | 10 |
| 墨盒 | 20 |

## 二、终止

（1）提前 15 日书面通知对方。

- 一项说明，写得稍长一些以便辨认。

（2）**<u>终止之后七日内删除全部数据。</u>**
"""
PAIRS = {
    "sample": lambda: (sample("2019-09-16"), sample("2021-01-25")),
    "english": lambda: (sample("2019-09-16", "en"), sample("2021-01-25", "en")),
    "backwards": lambda: (sample("2021-01-25"), sample("2019-09-16")),
    "edits": lambda: (
        made(TEXT),
        made(
            TEXT.replace("30 日", "45 日")
            .replace("| 纸张 | 10 |\n", "| 纸张 | 12 |\n| 硒鼓 | 5 |\n")
            .replace("**<u>终止", "终止")
            .replace("</u>**", "")
            .replace("提前 15", "提前15")
            .replace("甲方𠮷", "**甲方𠮷**")
        ),
    ),
    "moved": lambda: (
        made(TEXT),
        made(
            TEXT.replace("1.1 甲方𠮷交付**货物**，期限 30 日 <a & b>。\n\n", "")
            + "\n（3）甲方𠮷交付**货物**，期限 30 日 <a & b>。\n"
        ),
    ),
    "merged": lambda: (
        made(f"{TEXT}\n3.1 甲方负责解释；\n\n3.2 争议由法院裁决。\n\n3.3 乙方另行声明。\n"),
        made(
            TEXT.replace("| 纸张 | 10 |\n| 墨盒 | 20 |\n", "| 墨盒 | 20 |\n| 纸张 | 10 |\n")
            + "\n### 小结\n\n3.1 甲方负责解释；应由法院裁决。\n\n3.2 子丑寅卯辰巳午未。\n"
        ),
    ),
    "none": lambda: (made(TEXT), made(TEXT)),
    "all": lambda: (Edition("zh", "𠮷协议"), made(TEXT)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_browser_prints_a_redline_as_the_static_page_does(
    origin: str, page: Page, name: str
) -> None:
    old, new = PAIRS[name]()
    found = redline(old, new)
    words = labels(new.lang)
    parts = render_parts(found, old, new, words=words)
    page.goto(f"{origin}/zh/terms/compare/")
    printed = page.evaluate(
        """async ([redline, old, now, labels]) => {
            const { renderParts } = await import("/assets/redline-view.js");
            return renderParts(redline, old, now, labels);
        }""",
        [json.loads(redline_json(found, "", "")), plain(old), plain(new), view_labels(words)],
    )
    assert printed == parts._asdict()


def plain(edition: Edition) -> Any:
    """An edition as its JSON says it."""
    import msgspec

    return json.loads(msgspec.json.encode(edition))


def test_any_two_versions_are_compared_in_the_browser(origin: str, page: Page) -> None:
    page.goto(f"{origin}/en/terms/compare/")
    page.get_by_label("Older version").select_option("v1")
    page.get_by_label("Newer version").select_option("v4")
    page.get_by_role("button", name="Compare").press("Enter")
    status = page.locator(".cp-compare").get_by_role("status")
    expect(status).to_have_text("Version v4 compared with version v1:")
    expect(page).to_have_url(f"{origin}/en/terms/compare/?from=v1&to=v4")
    text = page.locator(".cp-result .cp-text")
    expect(text.locator("ins").first).to_contain_text("45")
    expect(text.locator(".cp-removed")).to_contain_text("Old devices")
    page.goto(f"{origin}/en/terms/compare/?from=v1&to=v3")
    status.get_by_role("link").click()
    page.wait_for_url("**/en/terms/v1/to-current/")
    page.goto(f"{origin}/en/terms/compare/?from=v3&to=v4")
    status.get_by_role("link").click()
    page.wait_for_url("**/en/terms/v4/changes/")


def test_what_cannot_be_compared_is_said(origin: str, page: Page) -> None:
    status = page.locator(".cp-compare").get_by_role("status")
    page.goto(f"{origin}/en/terms/compare/?from=v2&to=v2")
    expect(status).to_have_text("Both are version v2. Choose two different ones.")
    page.goto(f"{origin}/en/terms/compare/?from=<b>&to=v2")
    expect(status).to_have_text(
        "There is no version “<b>” in this language. Choose one of the list."
    )
    page.route("**/v1/edition.json", lambda route: route.abort())
    page.goto(f"{origin}/zh/terms/compare/?from=v1&to=v4")
    expect(status).to_contain_text("无法完成比较")
    expect(page.locator(".cp-result")).to_be_hidden()
