"""The loader by itself: small, enough for who has chosen before, and able to say no alone."""

import pytest
from playwright.sync_api import expect

from .press import BLOCKED, wait_for

KEEPER = "**/cookies.js"
DECISION = "document.querySelector('clausepress-cookies').choice?.decision"


@pytest.fixture
def returning(shop):
    """A visitor who agreed before, on a page where the loader is all there is."""
    shop.accepted()
    shop.page.route(KEEPER, lambda route: route.abort())
    shop.url += "?no-sms"
    shop.visit()
    expect(shop.control).to_have_text("Cookie 设置")
    shop.page.wait_for_function("seen.length === 1")
    return shop


def test_it_hears_what_another_tab_decides(shop, open_tab, press):
    shop.accepted()
    shop.url += "?no-sms"
    requested = shop.requests()
    shop.visit()
    shop.page.wait_for_function("seen.length === 1")
    assert "cookies.js" not in requested
    other = open_tab().visit()
    other.control.click()
    other.button("全部拒绝").click()
    shop.page.wait_for_function(f"{DECISION} === 'refused' && seen.length === 2")
    expect(shop.control).to_have_text("Cookie 设置")
    expect(other.receipt).to_be_visible()
    assert press.decisions() == ["given", "withdrawn"]


def test_nothing_else_that_another_tab_stores_wakes_it(returning, open_tab):
    other = open_tab()
    other.page.goto(returning.press.shop.origin + "/here")
    asked = returning.requests()
    other.page.evaluate(
        """() => { for (const key of ['clausepress-receipt:x', 'nullable', 'cart'])
        localStorage[key] = '1'; }"""
    )
    returning.page.wait_for_timeout(200)
    assert asked == []


def test_a_page_from_the_cache_looks_again(shop, press):
    shop.accepted()
    shop.url += "?no-sms"
    shop.visit()
    shop.page.wait_for_function("seen.length === 1")
    shop.page.evaluate(
        """() => { const place = Object.keys(localStorage).find(k => k.includes(':cookies:'));
        const kept = JSON.parse(localStorage[place]);
        localStorage[place] = JSON.stringify({...kept, decision: 'refused', key: 'k'.repeat(22),
          purposes: {analytics: false, adverts: false}, at: new Date().toISOString()});
        dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})); }"""
    )
    shop.page.wait_for_function(f"{DECISION} === 'refused'")


def test_taking_over_changes_nothing(shop, press):
    """The choice stays in force, told once, while the rest comes."""
    shop.accepted()
    shop.url += "?no-sms"
    shop.visit()
    shop.page.wait_for_function("seen.length === 1")
    requested = shop.requests()
    shop.control.focus()
    shop.page.keyboard.press("Enter")
    expect(shop.cookies.get_by_label("分析与个性化")).to_be_checked()
    assert shop.choice() == shop.events()[0]
    assert requested.count("policies.json") == 1, "the loader's finding stands"
    shop.page.keyboard.press("Escape")
    expect(shop.control).to_be_focused()
    assert len(shop.events()) == 1
    assert len(press.entries()) == 1


def test_settings_opened_at_once_stay_open(shop):
    """The text in force may be known only after somebody has pressed the button."""
    shop.accepted()
    shop.url += "?no-sms"
    held = []

    def hold(route):
        route.continue_() if held else held.append(route)

    shop.page.route("**/policies.json", hold)
    shop.visit()
    expect(shop.control).to_be_visible()
    wait_for(lambda: shop.page.evaluate("1") and held)  # it waits to learn what is in force
    shop.control.click()
    expect(shop.cookies.get_by_label("广告")).to_be_visible()
    held[0].continue_()
    shop.page.wait_for_function(f"{DECISION} === 'given' && seen.length === 1")
    expect(shop.cookies.get_by_label("广告")).to_be_visible()


def test_without_the_rest_the_page_s_own_link_ends_the_consent(returning, press):
    returning.control.click()
    returning.page.context.route("**/form", lambda route: route.fulfill(body="form"))
    link = returning.cookies.get_by_role("link", name="form")
    with returning.page.context.expect_page():
        link.click(button="middle")
    returning.page.wait_for_function("seen.length === 2")
    assert returning.events()[1] is returning.choice() is None
    link.click()
    returning.page.wait_for_url("**/form")
    returning.visit()
    expect(returning.cookies.get_by_role("link", name="form")).to_be_visible()
    assert returning.choice() is None, "whoever goes to the form has not agreed here"
    returning.page.unroute(KEEPER)
    returning.visit()
    expect(returning.layer).to_be_visible()
    assert press.decisions() == ["given"]


def test_without_the_rest_the_page_s_own_link_leaves_a_refusal_alone(shop):
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    shop.page.route(KEEPER, lambda route: route.abort())
    shop.page.route("**/form", lambda route: route.fulfill(body="form"))
    shop.url += "?no-sms"
    shop.visit()
    shop.control.click()
    shop.cookies.get_by_role("link", name="form").click()
    shop.page.wait_for_url("**/form")
    shop.visit()
    expect(shop.control).to_be_visible()
    shop.page.wait_for_function(f"{DECISION} === 'refused'")


def test_without_the_rest_and_without_storage_the_link_leads_on(shop):
    shop.page.add_init_script(BLOCKED)
    shop.page.route(KEEPER, lambda route: route.abort())
    shop.page.route("**/form", lambda route: route.fulfill(body="form"))
    shop.visit()
    shop.cookies.get_by_role("link", name="form").click()
    shop.page.wait_for_url("**/form")
    assert shop.errors == []


def test_a_yes_that_waits_does_not_outlive_the_no_of_the_form(shop, press):
    shop.visit()
    shop.page.route("**/v1/choices", lambda route: route.abort())
    shop.button("全部同意").click()
    wait_for(shop.queue)
    shop.page.route(KEEPER, lambda route: route.abort())
    shop.page.route("**/form", lambda route: route.fulfill(body="form"))
    shop.visit()
    shop.cookies.get_by_role("link", name="form").click()
    shop.page.wait_for_url("**/form")
    shop.page.unroute(KEEPER)
    shop.page.unroute("**/v1/choices")
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert (shop.choice(), shop.queue(), press.entries()) == (None, 0, [])


def test_a_module_that_never_comes(returning):
    returning.page.unroute(KEEPER)
    held = []
    returning.page.route(KEEPER, lambda route: held.append(route))
    returning.visit()
    returning.control.click()
    expect(returning.cookies.get_by_role("link", name="form")).to_be_visible(timeout=8000)
    assert returning.choice()["decision"] == "given"
    held[0].continue_()  # it comes after all
    returning.button("全部拒绝").click()
    expect(returning.receipt).to_be_visible()
    assert returning.choice()["decision"] == "refused"


def test_who_never_chose_has_the_page_s_own_link(shop):
    shop.page.route(KEEPER, lambda route: route.abort())
    shop.visit()
    expect(shop.cookies.get_by_role("link", name="form")).to_be_visible()
    assert shop.choice() is None
