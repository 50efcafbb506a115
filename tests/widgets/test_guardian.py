"""<clausepress-agree> where a guardian agrees for a minor, and where an account is named."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from . import sign_up
from .press import CHOICES, wait_for

MINORS = f'{sign_up.USUAL} minors="14" guardian-form separate="privacy#marketing"'


@pytest.fixture
def minor(form):
    form.visit(MINORS)
    form.element.get_by_label("我未满 14 周岁").check()
    return form


def fill_in(form):
    form.element.get_by_label("我是父亲或母亲").check()
    form.element.get_by_label("监护人的联系方式").fill("parent@example.com")


def test_a_guardian_agrees_in_the_place_of_a_minor(minor, press):
    fill_in(minor)
    minor.element.get_by_label("代其表示同意").check()
    minor.go.click()
    posted = minor.posted()
    entries = press.entries()
    assert {(e["kind"], e["mode"], e["decision"]) for e in entries} == {
        ("guardian-consent", "written", "given")
    }
    assert {e["policy"] for e in entries} == {"terms", "privacy"}
    assert {v for k, v in posted if k == "agreement"} == {e["id"] for e in entries}
    assert "parent@example.com" not in json.dumps(entries)
    minor.visit()
    kept = minor.page.evaluate("JSON.stringify(localStorage)")
    assert "parent@example.com" not in kept


def test_what_is_missing_is_told_and_nothing_is_recorded(minor, press):
    minor.box.check()
    minor.go.click()
    expect(minor.element.get_by_label("我是父亲或母亲")).to_be_focused()
    minor.element.get_by_label("我是其他监护人").check()
    minor.go.click()
    expect(minor.element.get_by_label("监护人的联系方式")).to_be_focused()
    minor.element.get_by_label("监护人的联系方式").fill("  ")
    minor.go.click()
    assert "/account" not in minor.page.url
    assert press.entries() == []


def test_a_minor_is_asked_for_no_separate_consent(form, press):
    form.visit(MINORS)
    own = form.element.locator("[part~=separate] input")
    own.check()
    form.element.get_by_label("我未满 14 周岁").check()
    expect(own).to_be_hidden()
    fill_in(form)
    form.box.check()
    form.go.click()
    form.posted()
    assert "consent" not in {e["kind"] for e in press.entries()}


def test_whoever_turns_out_to_be_of_age_agrees_anew(minor, press):
    minor.page.route("**/account", lambda route: route.abort())
    fill_in(minor)
    minor.box.check()
    # On record, yet the form does not get away.
    minor.page.evaluate("document.forms[0].addEventListener('submit', e => e.preventDefault())")
    minor.go.click()
    expect(minor.status).to_contain_text("已登记")
    minor.element.get_by_label("我已年满 14 周岁").check()
    expect(minor.element.locator("#guardian-contact")).to_be_hidden()
    expect(minor.box).to_be_checked()
    minor.go.click()
    expect(minor.status).to_contain_text("已登记")
    kinds = [e["kind"] for e in press.entries()]
    assert sorted(kinds) == [
        *["agreement"] * 2,
        *["guardian-consent"] * 2,
        *["withdrawal"] * 2,
    ]


def record(minor, held):
    fill_in(minor)
    minor.box.check()
    minor.page.route(CHOICES, lambda r: r.continue_() if len(held) == 2 else held.append(r))
    minor.go.click()
    wait_for(lambda: minor.page.evaluate("1") and len(held) == 2)


def test_nobody_types_over_what_is_being_recorded(minor, press):
    held = []
    record(minor, held)
    contact = minor.element.locator("#guardian-contact")
    contact.press_sequentially("1")
    contact.blur()
    for route in held:
        route.continue_()
    assert len([v for k, v in minor.posted() if k == "agreement"]) == 2
    assert {e["kind"] for e in press.entries()} == {"guardian-consent"}


def test_what_is_filled_in_all_the_same_is_agreed_to_anew(minor, press):
    """As a password manager does: the yes under way is taken back once it is on record."""
    held = []
    record(minor, held)
    minor.element.locator("#guardian-contact").evaluate(
        "e => { e.value = 'x@example.com'; e.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    for route in held:
        route.continue_()
    wait_for(lambda: minor.page.evaluate("1") and len(press.entries()) == 4)
    assert press.decisions() == ["given"] * 2 + ["withdrawn"] * 2
    assert minor.told("clausepress-agree") == []
    minor.go.click()
    assert len([v for k, v in minor.posted() if k == "agreement"]) == 2


def test_reset_forgets_the_guardian(minor):
    fill_in(minor)
    minor.page.get_by_role("button", name="Reset").click()
    expect(minor.element.locator("#guardian-contact")).to_be_hidden()
    expect(minor.element.locator("#guardian-contact")).to_have_value("")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_guardian_s_form_is_accessible(form, lang):
    form.visit(MINORS, lang=lang)
    form.element.locator("input[value=minor]").check()
    expect(form.element.locator("#guardian-contact")).to_be_visible()
    results = Axe().run(form.page)
    assert results.violations_count == 0, results.response
    form.page.set_viewport_size({"width": 320, "height": 568})
    assert form.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_account_that_the_host_vouches_for(form, press):
    """This server knows no key of the host's, so it says no; what was sent is what a host asked."""
    subject = "s" * 22
    form.visit(f'{sign_up.USUAL} subject="{subject}" account-token="a.b.c"')
    sent = []
    form.page.on("request", lambda r: r.method == "POST" and sent.append(r.post_data_json))
    form.box.check()
    form.go.click()
    expect(form.status).to_contain_text("没有登记，表单尚未提交")
    assert {(each["subject"], each["account_token"]) for each in sent} == {(subject, "a.b.c")}
    assert press.entries() == []
