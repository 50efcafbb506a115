"""Dated pages and announcements in real Chromium, from a site that no server computes for."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from dated_samples import write_policy
from playwright.sync_api import Browser, BrowserContext, Page, expect
from reading_site import SHIFTED, SHIFTS

from clausepress.archive.lifecycle import today
from clausepress.site.build import build_site

TODAY = today()
DAY = dt.timedelta(days=1)
CONFIG = """site_name: Policies
theme: {name: material, language: zh, palette: [
  {media: "(prefers-color-scheme: light)", scheme: default},
  {media: "(prefers-color-scheme: dark)", scheme: slate}]}
plugins: [clausepress]
"""


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, serving: Callable[[Path], str]) -> str:
    """A site with a policy of two dated versions and one announced, and one without dates."""
    folder = tmp_path_factory.mktemp("dated")
    (folder / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    write_policy(
        folder / "docs",
        {"id": "v1", "effective_on": "2019-09-16"},
        {"id": "v2", "effective_on": "2021-01-25", "langs": "zh"},
        {
            "id": "v3",
            "announced_on": TODAY - DAY,
            "effective_on": TODAY + 9 * DAY,
            "material_kinds": ["sharing"],
            "change_note": {"zh": "新增一家接收方。", "en": "One more recipient."},
        },
    )
    write_policy(folder / "docs", {"id": "v1", "effective_on": TODAY - DAY}, name="new")
    undated = ({"id": "a", "order": 1}, {"id": "b", "order": 2})
    write_policy(folder / "docs", *undated, name="undated")
    partly = ({"id": "a", "order": 1}, {"id": "b", "order": 2, "effective_on": "2021-01-25"})
    write_policy(folder / "docs", *partly, name="partly")
    same = ({"id": name, "effective_on": "2021-01-25"} for name in ("v1", "v2"))
    write_policy(folder / "docs", *same, name="same-day")
    return serving(build_site(folder / "mkdocs.yml")).rstrip("/")


def say(date: dt.date) -> str:
    return f"{date.day} {date:%B} {date.year}"


def test_a_day_is_asked_for_by_keyboard(origin: str, page: Page) -> None:
    page.goto(f"{origin}/en/terms/as-of/")
    picker = page.get_by_label("Date")
    picker.focus()
    page.keyboard.type("06012020")
    page.keyboard.press("Enter")
    status = page.locator(".cp-asof").get_by_role("status")
    expect(status).to_have_text("On 1 June 2020, version v1 applied. Read version v1")
    page.wait_for_url("**#2020-06-01")
    expect(page.locator("tr[aria-current]")).to_contain_text("16 September 2019")
    status.get_by_role("link").click()
    page.wait_for_url(f"{origin}/en/terms/v1/")


def test_an_address_holds_the_day(origin: str, page: Page) -> None:
    status = page.locator(".cp-asof").get_by_role("status")
    soon = TODAY + 9 * DAY
    answers = {
        "2019-09-15": "On 15 September 2019, no version was in force: "
        "the first took effect on 16 September 2019.",
        "2019-09-16": "On 16 September 2019, version v1 applied. Read version v1",
        "2021-01-24": "On 24 January 2021, version v1 applied. Read version v1",
        "2021-01-25": "On 25 January 2021, version v2 applied. Read version v2",
        f"{TODAY}": f"Today, {say(TODAY)}, version v2 applies. Read version v2",
        f"{soon - DAY}": f"On {say(soon - DAY)}, version v2 will apply, as far as is announced. "
        "Read version v2",
        f"{soon}": f"On {say(soon)}, version v3 will apply, as far as is announced. "
        "Read version v3",
        "9999-12-31": "On 31 December 9999, version v3 will apply, as far as is announced. "
        "Read version v3",
        "2021-02-29": "“2021-02-29” is not a date. Write it like 2021-01-25.",
        "%E0%A4%A": "“%E0%A4%A” is not a date. Write it like 2021-01-25.",
    }
    for name, expected in answers.items():
        page.goto(f"{origin}/en/terms/as-of/#{name}")
        expect(status).to_have_text(expected)
    page.goto(f"{origin}/en/undated/as-of/#2020-06-01")
    expect(status).to_have_text(
        "No version states the day it took effect, so none can be told by date."
    )


def test_what_no_text_states_is_not_told(origin: str, page: Page) -> None:
    status = page.locator(".cp-asof").get_by_role("status")
    page.goto(f"{origin}/en/partly/as-of/#2020-06-01")
    expect(status).to_have_text(
        "Which version applied on 1 June 2020 cannot be told: "
        "the first stated effective date is 25 January 2021."
    )
    rows = page.locator(".cp-periods tbody tr")
    expect(rows.nth(1)).to_contain_text("Not stated", ignore_case=True)
    expect(rows.nth(2)).to_have_text("Before 25 January 2021: not stated.")
    page.goto(f"{origin}/en/partly/as-of/#2021-06-01")
    expect(status).to_have_text(
        "On 1 June 2021, version b applied. "
        "Other versions state no effective date: see the table. Read version b"
    )
    page.goto(f"{origin}/en/same-day/as-of/#2021-06-01")
    expect(status).to_have_text("On 1 June 2021, version v2 applied. Read version v2")
    expect(rows.nth(1)).to_contain_text("Replaced on its first day, 25 January 2021")


def test_today_is_the_day_in_china(origin: str, browser: Browser) -> None:
    context = browser.new_context(timezone_id="America/New_York")
    page = context.new_page()
    page.clock.set_fixed_time(dt.datetime(2021, 1, 24, 16, 0, tzinfo=dt.UTC))
    page.goto(f"{origin}/zh/terms/as-of/#2021-01-25")
    status = page.locator(".cp-asof").get_by_role("status")
    expect(status).to_have_text("今天（2021年1月25日）适用的是版本 v2。 阅读版本 v2")
    page.clock.set_fixed_time(dt.datetime(2021, 1, 24, 15, 59, tzinfo=dt.UTC))
    page.reload()
    expect(status).to_have_text("按目前已公布的内容，2021年1月25日将适用版本 v2。 阅读版本 v2")
    context.close()


def test_without_scripts_every_period_is_there_and_notices_stay(
    origin: str, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/en/terms/as-of/")
    expect(page.locator(".cp-asof")).to_be_hidden()
    rows = page.locator(".cp-periods tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.nth(0)).to_contain_text("no end known")
    expect(rows.nth(1)).to_contain_text("v2 (Chinese)")
    expect(rows.nth(1)).to_contain_text(say(TODAY + 8 * DAY))
    expect(rows.nth(3)).to_have_text("Before 16 September 2019: nothing in force.")
    expect(page.locator(".cp-announce")).to_have_count(2)
    expect(page.locator(".cp-announce button").first).to_be_hidden()
    page.goto(f"{origin}/zh/undated/as-of/")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("未载明")
    context.close()


def test_putting_a_notice_away_tells_nobody(
    origin: str, page: Page, context: BrowserContext
) -> None:
    page.goto(f"{origin}/en/")
    important, plain = page.locator(".cp-announce").all()
    expect(important).to_contain_text(f"takes effect on {say(TODAY + 9 * DAY)}.")
    expect(important).to_contain_text("Important changes: who receives personal information.")
    expect(important.get_by_text("One more recipient.")).to_be_hidden()
    important.get_by_text("What changed").click()
    expect(important.get_by_text("One more recipient.")).to_be_visible()
    changes = important.get_by_role("link", name="See every change")
    assert changes.get_attribute("href") == "terms/v3/changes/"
    expect(plain).to_contain_text("took effect")
    kept = page.evaluate("JSON.stringify(localStorage)")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    important.get_by_role("button", name="Put this notice away").press("Enter")
    expect(page.locator(".cp-announce")).to_have_count(1)
    expect(page.locator(".cp-announce button")).to_be_focused()
    assert asked == []
    assert context.cookies() == []
    assert kept != page.evaluate("JSON.stringify(localStorage)")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('notice'))") == [
        "clausepress:notice:terms/v3/announced"
    ]
    page.add_init_script(SHIFTS)
    page.goto(f"{origin}/zh/terms/")
    expect(page.locator(".cp-announce")).to_have_count(1)
    assert page.evaluate(SHIFTED) == []
    page.locator(".cp-announce button").click()
    expect(page.locator(".md-banner")).to_have_count(0)
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_keep_to_the_rules_of_accessibility(
    origin: str, browser: Browser, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{origin}/zh/terms/as-of/#2020-06-01")
    expect(page.locator("tr[aria-current]")).to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    found = Axe().run(page, {"include": [[".cp-asof"], [".cp-periods"], [".md-banner"]]})
    assert found.violations_count == 0, found.generate_report()
    context.close()
