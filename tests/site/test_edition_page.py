"""The page of a text in real Chromium: with scripts, without them, by keyboard, on a phone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from reading_site import SHIFTED, SHIFTS

TEXT = "/zh/drive/"


@pytest.fixture(scope="module")
def origin(reading_site: Path, serving: Callable[[Path], str]) -> str:
    return serving(reading_site).rstrip("/")


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=False)
    yield context
    context.close()


def test_the_contents_follow_the_scroll(origin: str, page: Page) -> None:
    page.set_viewport_size({"width": 1400, "height": 700})
    page.goto(f"{origin}{TEXT}")
    page.locator("#password").scroll_into_view_if_needed()
    page.mouse.wheel(0, 2000)
    active = page.locator(".md-sidebar--secondary .md-nav__link--active")
    expect(active).to_contain_text("二、责任")


def test_key_clauses_alone_without_scripts(origin: str, scriptless: BrowserContext) -> None:
    page = scriptless.new_page()
    page.goto(f"{origin}{TEXT}")
    keeping, password = page.locator("#keeping"), page.locator("#password")
    expect(keeping).to_be_visible()
    page.get_by_label("只显示重点条款").check()
    expect(keeping).to_be_hidden()
    expect(password).to_be_visible()
    expect(page.locator("#liability > h2")).to_be_visible()
    expect(page.get_by_text("完整内容以全文为准")).to_be_visible()
    page.goto(f"{origin}{TEXT}#keeping")  # a link leads to its clause in any case
    expect(keeping).to_be_visible()


def test_a_clause_has_links_to_copy_and_to_follow(origin: str, browser: Browser) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{origin}{TEXT}")
    link = page.get_by_role("link", name="条款 2.1 的链接")
    assert link.get_attribute("href") == f"{origin}/zh/drive/v2/#password"
    link.press("Enter")
    box = page.get_by_role("dialog", name="条款 2.1 的链接")
    expect(box.get_by_role("link", name="固定链接")).to_be_focused()
    box.get_by_role("button", name="复制").press("Enter")
    expect(box.get_by_role("status")).to_have_text("已复制。")
    assert page.evaluate("navigator.clipboard.readText()") == link.get_attribute("href")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(link).to_be_focused()
    link.press("Enter")
    box.get_by_role("link", name="本条款的沿革").click()
    page.wait_for_url("**/zh/drive/history/#password")
    page.go_back()
    page.get_by_role("link", name="条款 1.2 的链接").press("Enter")
    page.get_by_role("dialog").get_by_role("link", name="与另一语言版本对照").click()
    page.wait_for_url("**/zh/drive/side-by-side/#sensitive")
    context.close()


def test_a_term_is_explained_where_it_stands(origin: str, page: Page) -> None:
    page.goto(f"{origin}{TEXT}")
    term = page.locator("#consent").get_by_role("link", name="个人敏感信息")
    term.press("Enter")
    box = page.get_by_role("dialog", name="个人敏感信息")
    expect(box).to_contain_text("个人敏感信息，是指一旦泄露就可能危害您的信息。")
    clause = box.get_by_role("link", name="条款：1.2")
    expect(clause).to_be_focused()
    page.keyboard.press("Escape")
    expect(term).to_be_focused()
    # Once in a chapter, and neither in the clause that defines it nor in a key clause.
    assert page.locator("#consent .cp-term").all_inner_texts() == ["青山公司", "个人敏感信息"]
    assert page.locator(":is(#sensitive, .cp-prominent) .cp-term").count() == 0


def test_scripts_leave_every_word_as_it_is(
    origin: str, page: Page, scriptless: BrowserContext
) -> None:
    words = "document.querySelector('.cp-text').textContent.replaceAll('¶', '')"
    plain = scriptless.new_page()
    for lang in ("zh", "en"):
        page.goto(f"{origin}/{lang}/drive/")
        expect(page.locator(".cp-term").first).to_be_attached()
        plain.goto(f"{origin}/{lang}/drive/")
        printed = plain.locator(".cp-text").text_content()
        assert page.evaluate(words) == printed


def test_terms_are_listed_without_scripts(origin: str, scriptless: BrowserContext) -> None:
    page = scriptless.new_page()
    page.goto(f"{origin}/en/drive/")
    page.get_by_text("Terms that this text defines (2)").click()
    page.locator(".cp-terms").get_by_role("link", name="Clause: 1.2").click()
    page.wait_for_url("**#sensitive")


def test_a_table_is_sorted_by_a_column_and_back(origin: str, page: Page) -> None:
    page.goto(f"{origin}{TEXT}")
    head = page.get_by_role("columnheader", name="字段")
    fields = page.locator("#kits tbody tr td:nth-child(3)")
    printed = fields.all_inner_texts()
    assert (printed[0], printed[-1]) == ("字段100", "字段1")
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert fields.all_inner_texts() == printed[::-1]  # as numbers, not as letters
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "none")
    assert fields.all_inner_texts() == printed


def test_a_link_to_a_clause_that_moved_leads_on_and_says_so(origin: str, page: Page) -> None:
    page.goto(f"{origin}{TEXT}#old-password")
    note = page.locator("#password").get_by_role("status")
    expect(note).to_contain_text("早先版本的条款“2.1”")
    page.wait_for_url("**#password")
    page.goto(f"{origin}{TEXT}#keeping")
    expect(note).to_be_hidden()


def test_links_to_clauses_that_are_gone_say_so_without_scripts(
    origin: str, scriptless: BrowserContext
) -> None:
    page = scriptless.new_page()
    page.set_viewport_size({"width": 800, "height": 400})
    page.goto(f"{origin}{TEXT}#old-devices")
    gone = page.locator("#old-devices")
    expect(gone).to_be_in_viewport()
    expect(gone).to_contain_text("2.2: 在版本 v2 中删除")
    page.goto(f"{origin}{TEXT}#old-password")
    page.locator("#old-password").get_by_role("link", name="自版本 v2 起为条款 2.1").click()
    page.wait_for_url("**#password")


@pytest.mark.parametrize("name", ["nowhere", "<b>", "%E6%9D", "%3Cimg%20src=x%3E"])
def test_a_link_to_no_clause_at_all_says_so(origin: str, page: Page, name: str) -> None:
    page.goto(f"{origin}{TEXT}#{name}")
    expect(page.locator("article").get_by_role("status").first).to_contain_text("本文没有条款")
    assert page.locator("article .cp-arrived *").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_box_that_opens_keeps_to_the_rules_of_accessibility(
    origin: str, browser: Browser, scheme: Any
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{origin}{TEXT}")
    page.locator("#password > .cp-permalink").press("Enter")
    expect(page.locator(".cp-popover:popover-open")).to_be_visible()
    found = Axe().run(page, {"include": [[".cp-popover:popover-open"]]})
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_nothing_moves_when_scripts_have_run(
    origin: str, browser: Browser, scriptless: BrowserContext
) -> None:
    context = browser.new_context()
    found = []
    for page in (context.new_page(), scriptless.new_page()):
        page.goto(f"{origin}{TEXT}")
        waiting = page.locator(".cp-text > :not(.cp-laid)")
        expect(waiting).to_have_count(0 if page.context is context else 3)
        names = ("keeping", "kits", "password")
        found.append([page.locator(f"#{name}").bounding_box() for name in names])
    assert found[0] == found[1]
    context.close()


def test_nothing_moves_where_a_link_leads_far_into_a_text(
    project_site: Path, serving: Callable[[Path], str], page: Page
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.add_init_script(SHIFTS)
    policy = f"{serving(project_site)}zh/privacy/"
    page.goto(f"{policy}#closure-liability")
    expect(page.locator(".cp-text > :not(.cp-laid)")).to_have_count(0)
    expect(page.locator("#closure-liability")).to_be_in_viewport()
    assert page.evaluate(SHIFTED) == []
    for fragment, led in (("", 0), ("#:~:text=%E8%B4%A3%E4%BB%BB", 1)):  # as search engines link
        page.goto("about:blank")
        page.goto(f"{policy}{fragment}")
        expect(page.locator("html.cp-led")).to_have_count(led)


def test_two_editions_stand_side_by_side_or_one_below_the_other(origin: str, page: Page) -> None:
    page.goto(f"{origin}/en/drive/side-by-side/")
    row = page.locator("#keeping")
    assert row.locator("[lang]").evaluate_all("each => each.map((one) => one.lang)") == [
        "en",
        "zh-Hans",
    ]

    def places() -> list[dict[str, float]]:
        return [each.bounding_box() or {} for each in row.locator("[lang]").all()]

    page.set_viewport_size({"width": 1200, "height": 800})
    english, chinese = places()
    assert english["y"] == chinese["y"]
    assert english["x"] + english["width"] <= chinese["x"]
    page.set_viewport_size({"width": 360, "height": 800})
    english, chinese = places()
    assert english["y"] + english["height"] <= chinese["y"]
    page.set_viewport_size({"width": 1000, "height": 800})
    page.emulate_media(media="print")
    english, chinese = places()
    assert english["y"] == chinese["y"]


def test_on_paper_only_the_text_is_left(origin: str, page: Page) -> None:
    page.goto(f"{origin}{TEXT}")
    page.emulate_media(media="print")
    for gone in (".cp-permalink", ".cp-filter", ".md-header", ".cp-forms", ".md-footer"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator("#password")).to_be_visible()
    assert page.locator("#password strong").evaluate("e => getComputedStyle(e).fontWeight") == "700"


def test_chinese_has_no_italics_and_a_system_font(origin: str, page: Page) -> None:
    page.goto(f"{origin}{TEXT}")
    style = page.locator(".cp-text").evaluate(
        """(text) => {
            const made = document.createElement("em");
            text.append(made);
            const style = getComputedStyle(made);
            return [style.fontStyle, style.lineBreak, style.fontFamily.split(",")[0]];
        }"""
    )
    assert style == ["normal", "strict", "system-ui"]
