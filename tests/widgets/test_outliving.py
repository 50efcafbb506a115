"""A refusal that outlives the browser's storage, in the cookie that the API sets."""

import base64
import time

import pytest
from playwright.sync_api import expect

from .press import OLD, policies, wait_for

YES = base64.b64encode(b'{"purposes": {"analytics": true}, "subject": "s"}').decode()
PLACE = "Object.keys(localStorage).find(k => k.startsWith('clausepress:cookies:'))"
NAMED = f"JSON.parse(localStorage[{PLACE}]).labels.zh"


@pytest.fixture
def choose(shop, press):
    """Refuse, wait until it is kept, then clear the storage as a browser does in time."""

    def refused():
        shop.visit()
        shop.button("全部拒绝").click()
        expect(shop.receipt).to_be_visible()
        (found,) = wait_for(lambda: shop.page.evaluate("1") and shop.page.context.cookies())
        assert (found["name"], found["httpOnly"]) == ("clausepress.privacy.127.0.0.1", False)
        shop.page.evaluate("localStorage.clear()")
        return shop

    return refused


@pytest.fixture
def refuse_on_the_form(open_tab, press):
    """Say no to all where there is no script, in another tab."""

    def refused():
        form = open_tab()
        form.url = f"{press.server.origin}/v1/forms/cookies?policy=privacy&lang=zh"
        form.visit().page.get_by_role("button", name="全部拒绝").click()
        form.page.wait_for_url("**/v1/receipts/**")

    return refused


def test_it_is_not_asked_again(choose, shop, press):
    choose()
    shop.visit()
    expect(shop.control).to_have_text("Cookie 设置")
    shop.chosen("refused")
    assert shop.choice()["purposes"] == dict.fromkeys(("analytics", "adverts"), False)
    expect(shop.layer).to_be_hidden()
    shop.page.wait_for_function("seen.length === 1")
    assert len(press.entries()) == 1
    shop.page.wait_for_function(NAMED)

    shop.url += "?no-sms"
    shop.page.goto("about:blank")
    requested = shop.requests()
    shop.visit()
    shop.chosen("refused")
    assert "cookies.js" not in requested, "in the storage again, so the loader is enough"


def test_a_later_consent_is_of_the_same_person(choose, shop, press):
    choose()
    shop.visit()
    shop.control.click()
    expect(shop.layer.get_by_role("link", name="查看回执")).to_be_visible()
    shop.button("全部同意").click()
    assert wait_for(lambda: press.entries()[1:])[0]["decision"] == "given"
    subject = shop.page.evaluate("JSON.parse(localStorage['clausepress:subject'])")
    held = press.ledger.state("subject", subject).standings
    assert {standing.receipt for standing in held} == {press.entries()[1]["id"]}


def test_a_consent_ends_with_the_storage(shop, press):
    shop.accepted()
    shop.page.evaluate("localStorage.clear()")
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert shop.choice() is None
    assert shop.page.context.cookies() == []


def test_what_is_chosen_next_clears_it_at_once(shop, press):
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    wait_for(lambda: shop.page.evaluate("1") and shop.page.context.cookies())
    press.server.stop()
    shop.control.click()
    shop.button("全部同意").click()
    wait_for(lambda: shop.page.evaluate("1") and not shop.page.context.cookies())


def test_an_answer_that_comes_late_leaves_nothing_behind(shop, press):
    """The no was on its way into the cookie when the yes was said."""
    shop.visit()
    held = []
    shop.page.route("**/v1/kept", lambda route: held.append(route))
    shop.button("全部拒绝").click()
    wait_for(lambda: shop.page.evaluate("1") and held)
    shop.control.click()
    shop.button("全部同意").click()
    shop.chosen("given")
    with shop.page.expect_response("**/v1/kept") as answer:
        held[0].continue_()
    assert "set-cookie" in answer.value.all_headers()
    wait_for(lambda: shop.page.evaluate("document.cookie === ''"))


def test_a_no_on_the_form_ends_what_is_stored(shop, refuse_on_the_form, press):
    """Also a yes that still waits, and one that a wrong clock has dated in the future."""
    data = policies(OLD)
    data["policies"][0]["cookies"]["purposes"][1]["clears"] = ["counted"]
    press.publish(data)
    shop.page.clock.install(time=time.time() + 365 * 86_400)
    shop.page.route("**/v1/choices", lambda route: route.abort())
    shop.visit()
    shop.button("全部同意").click()
    wait_for(shop.queue)
    shop.page.evaluate("localStorage.counted = 1")
    refuse_on_the_form()
    shop.page.unroute("**/v1/choices")
    shop.page.evaluate("dispatchEvent(new Event('online'))")  # a tab that has not heard of it
    shop.visit()
    shop.chosen("refused")
    shop.page.wait_for_function("localStorage.counted === undefined")
    expect(shop.control).to_have_text("Cookie 设置")
    expect(shop.layer).to_be_hidden()
    shop.control.click()
    expect(shop.layer.get_by_role("link", name="查看回执")).to_be_visible()
    wait_for(lambda: shop.page.evaluate("1") and not shop.queue())
    # The yes may have got through unanswered: whoever said it takes it back.
    assert press.decisions() == ["refused", "withdrawn"]
    assert shop.choice()["at"] < shop.page.evaluate("new Date().toISOString()")


def test_a_no_on_the_form_reaches_an_open_tab_and_the_record(
    shop, open_tab, refuse_on_the_form, press
):
    """Though that tab's clock is ahead; and the ledger's yes is of another name than the no."""
    shop.page.clock.install(time=time.time() + 365 * 86_400)
    shop.accepted()
    refuse_on_the_form()
    open_tab().visit().chosen("refused")
    shop.chosen("refused")
    expect(shop.status).not_to_contain_text("已开启")
    _, _, last = wait_for(lambda: press.entries()[2:] and press.entries())
    assert (last["decision"], last["surface"]) == ("withdrawn", "form")
    assert last["purposes"] == {"analytics": False, "adverts": False}
    subject = shop.page.evaluate("JSON.parse(localStorage['clausepress:subject'])")
    held = press.ledger.state("subject", subject).standings
    assert {standing.receipt for standing in held} == {last["id"]}


def test_a_no_on_the_form_too_long_for_a_cookie_still_counts(shop, refuse_on_the_form, press):
    data = policies(OLD)
    data["policies"][0]["cookies"]["purposes"] += [
        {"id": f"{'partner' * 8}{nth:02}", "required": False, "label": {"zh": "伙", "en": "P"}}
        for nth in range(48)
    ]
    press.publish(data)
    shop.accepted()
    refuse_on_the_form()
    shop.visit()
    shop.chosen("refused")


def test_an_older_no_in_the_cookie_does_not_hold_back_a_yes(shop, press):
    """Set by an answer that came when the page was gone."""
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    (older,) = wait_for(lambda: shop.page.evaluate("1") and shop.page.context.cookies())
    shop.page.route("**/v1/choices", lambda route: route.abort())
    shop.control.click()
    shop.button("全部同意").click()
    wait_for(shop.queue)
    shop.page.goto("about:blank")
    shop.page.context.add_cookies([older])
    shop.page.unroute("**/v1/choices")
    shop.visit()
    expect(shop.receipt).to_be_visible()
    assert shop.choice()["decision"] == "given"
    assert press.decisions() == ["refused", "given"]
    assert shop.page.context.cookies() == []


def test_who_goes_to_the_form_and_says_nothing_has_still_refused(shop, press):
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    wait_for(lambda: shop.page.evaluate("1") and shop.page.context.cookies())
    shop.page.evaluate(f"localStorage[{PLACE}] = 0")  # as of who went to the form
    shop.visit()
    shop.chosen("refused")


def test_reading_sets_none_and_a_spoilt_one_is_no_choice(shop):
    for junk in ("", "x", "bnVsbA==", "e30=", "eyJwdXJwb3NlcyI6MX0=", YES):
        shop.visit()
        expect(shop.layer).to_be_visible()
        assert shop.choice() is None
        assert len(shop.page.context.cookies()) == bool(junk)
        shop.page.evaluate(
            "v => { document.cookie = 'clausepress.privacy.127.0.0.1=x' + v; }", junk
        )


def test_in_the_page_s_other_language_the_control_is_named(shop, open_tab):
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    other = open_tab(lang="en").visit()
    expect(other.control).to_have_text("Cookie settings")
    other.page.wait_for_function(NAMED.replace("zh", "en"))
    other.url += "?no-sms"
    other.page.goto("about:blank")
    requested = other.requests()
    other.visit()
    expect(other.control).to_have_text("Cookie settings")
    assert requested == ["en?no-sms", "clausepress.js"]
