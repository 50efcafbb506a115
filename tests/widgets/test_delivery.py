"""Decisions reach the ledger exactly once, and no failure changes what was chosen."""

import pytest
from playwright.sync_api import expect

from .press import BLOCKED, CHOICES, wait_for


@pytest.mark.parametrize(("button", "decision"), [("全部拒绝", "refused"), ("全部同意", "given")])
def test_server_down_then_back(shop, press, button, decision):
    shop.visit()
    expect(shop.layer).to_be_visible()
    press.server.stop()
    shop.button(button).click()
    expect(shop.layer).to_be_hidden()
    expect(shop.status).to_contain_text("还没有送达")
    assert shop.choice()["decision"] == decision
    assert shop.queue() == 1
    press.server.start()
    shop.page.evaluate("dispatchEvent(new Event('online'))")
    expect(shop.receipt).to_be_visible()
    assert press.decisions() == [decision]
    assert shop.queue() == 0
    shop.visit()
    expect(shop.control).to_be_visible()
    assert len(press.entries()) == 1


def test_delivered_on_the_next_visit(shop, press):
    shop.visit()
    expect(shop.layer).to_be_visible()
    press.server.stop()
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    press.server.start()
    shop.visit()
    expect(shop.receipt).to_be_visible()
    assert press.decisions() == ["refused"]
    assert len(shop.events("clausepress-receipt")) == 1
    assert shop.queue() == 0


def test_delivered_on_a_page_without_the_element_that_asked(shop, press):
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    press.server.stop()
    shop.sms.get_by_label("手机号").fill("13500135009")
    shop.sms.get_by_role("button", name="退订", exact=True).click()
    expect(shop.sms.get_by_role("status")).to_contain_text("还没有送达")
    press.server.start()
    shop.url += "?no-sms"
    shop.visit()
    wait_for(lambda: shop.page.evaluate("1") and len(press.entries()) == 2)
    assert press.entries()[1]["kind"] == "opt-out"
    shop.page.wait_for_function("localStorage['clausepress:waits'] === undefined")


def test_answer_lost_after_the_record_was_made(shop, press):
    shop.visit()
    shop.page.route(CHOICES, lambda route: (route.fetch(), route.abort()), times=1)
    shop.button("全部同意").click()
    expect(shop.status).to_contain_text("还没有送达")
    assert len(press.entries()) == 1
    shop.page.evaluate("dispatchEvent(new Event('online'))")
    expect(shop.receipt).to_be_visible()
    assert len(press.entries()) == 1


def test_a_page_that_is_left_at_once_still_tells(shop, press):
    shop.visit()
    expect(shop.layer).to_be_visible()
    shop.page.evaluate(
        """() => { const root = document.querySelector('clausepress-cookies').shadowRoot;
        root.querySelector('[part~=refuse]').click(); location.href = '/here'; }"""
    )
    shop.page.wait_for_url("**/here")
    wait_for(lambda: len(press.entries()) == 1)


PRESS = """() => { const host = document.querySelector('clausepress-cookies');
  const layer = host.shadowRoot.querySelector('[part~=layer]');
  layer.querySelector('[part~=refuse]').click();
  return [host.choice.decision, layer.hidden, localStorage.length]; }"""


@pytest.mark.parametrize("paints", [True, False])
def test_what_a_click_did_is_shown_before_it_is_stored(shop, press, paints):
    if not paints:  # as while the page is hidden
        shop.page.add_init_script("window.requestAnimationFrame = () => 0")
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert shop.page.evaluate(PRESS) == ["refused", True, 0]
    expect(shop.receipt).to_be_visible()
    assert press.decisions() == ["refused"]


def test_of_two_clicks_before_a_paint_the_last_counts(shop, press):
    shop.visit()
    expect(shop.layer).to_be_visible()
    shop.page.evaluate(
        """() => { const host = document.querySelector('clausepress-cookies');
        host.shadowRoot.querySelector('[part~=accept]').click();
        host.ui.set({}, 'No'); }"""
    )
    expect(shop.receipt).to_be_visible()
    assert press.decisions() == ["withdrawn"]
    assert shop.choice()["decision"] == "refused"


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (500, "application/problem+json", '{"detail": "boom"}'),
        (503, "text/html", "<h1>maintenance</h1>"),
        (200, "text/html", "<h1>please log in to this network</h1>"),
        (200, "application/json", "{}"),
        (429, "application/problem+json", '{"detail": "slow down"}'),
        (408, "text/plain", ""),
    ],
)
def test_answers_that_settle_nothing_are_tried_again(shop, press, status, kind, body):
    shop.visit()
    answer = {"status": status, "content_type": kind, "body": body}
    cors = {"access-control-allow-origin": "*"}
    keys = []

    def bad(route):
        keys.append(route.request.headers["idempotency-key"])
        route.fulfill(headers=cors, **answer)

    shop.page.route(CHOICES, bad, times=2)
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: len(keys) == 2 or shop.page.evaluate("0"))  # lets the browser's events in
    expect(shop.receipt).to_have_count(0)
    shop.visit()
    expect(shop.receipt).to_be_visible()
    assert len(set(keys)) == 1, "each try carries the same key"
    assert press.decisions() == ["refused"]
    assert shop.choice()["decision"] == "refused"


def test_a_server_that_says_when_is_left_alone_until_then(shop, press):
    """In seconds or as a date."""
    shop.page.add_init_script(
        """window.sent = []; const { fetch } = window;
        window.fetch = (url, init) => { if (init?.method === 'POST') sent.push(Date.now());
          return fetch(url, init); };"""
    )
    shop.page.clock.install(time=1_800_000_000)  # Friday 2027-01-15 08:00:00 UTC
    shop.visit()
    expect(shop.layer).to_be_visible()
    cors = {"access-control-allow-origin": "*", "access-control-expose-headers": "Retry-After"}
    whens = ["60", "Fri, 15 Jan 2027 08:04:00 GMT"]

    def busy(route):
        if not whens:
            return route.continue_()
        return route.fulfill(status=503, headers={**cors, "retry-after": whens.pop(0)})

    shop.page.route(CHOICES, busy)
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    for tries in (2, 3):
        shop.page.clock.run_for(30_000)
        shop.page.evaluate("dispatchEvent(new Event('online'))")
        shop.page.clock.run_for(200_000)
        shop.page.wait_for_function("n => sent.length >= n", arg=tries)
    expect(shop.receipt).to_be_visible()
    first, second, third = shop.page.evaluate("sent.slice(0, 3)")
    assert second - first >= 60_000
    assert third >= 1_800_000_240_000
    assert press.decisions() == ["refused"]


def test_what_another_request_is_told_only_puts_the_next_try_off(shop, press):
    shop.page.clock.install()
    shop.visit()
    expect(shop.layer).to_be_visible()
    failed = []

    def busy(route):
        cors = {"access-control-allow-origin": "*", "access-control-expose-headers": "Retry-After"}
        if route.request.post_data_json["kind"] == "agreement":
            return route.fulfill(status=429, headers={**cors, "retry-after": "60"})
        if failed:
            return route.continue_()
        failed.append(route)
        return route.fulfill(status=503)

    shop.page.route(CHOICES, busy)
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.page.evaluate(
        """async (origin) => { const { post } = await import(`${origin}/widgets/core.js`);
        await post({ key: "k".repeat(22), url: `${origin}/v1/choices`, lang: "zh",
          body: { kind: "agreement" } }); }""",
        press.server.origin,
    )
    shop.page.clock.run_for(30_000)
    shop.page.clock.run_for(60_000)
    expect(shop.receipt).to_be_visible()


def problem(route):
    """The server will not have it."""
    route.fulfill(
        status=422,
        content_type="application/problem+json",
        headers={"access-control-allow-origin": "*"},
        body='{"type": "/problems/unknown-version", "detail": "No such <b>version</b>."}',
    )


def test_a_refusal_stands_when_the_server_will_not_record_it(shop, press):
    shop.visit()
    shop.page.route(CHOICES, problem)
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    assert shop.choice()["decision"] == "refused"
    assert shop.queue() == 1
    shop.visit()
    shop.chosen("refused")
    shop.control.click()
    expect(shop.layer).to_contain_text("还没有送达")
    assert press.entries() == []


def test_a_consent_the_server_will_not_record_is_none(shop, press):
    shop.visit()
    shop.page.route(CHOICES, problem)
    shop.button("全部同意").click()
    expect(shop.status).to_contain_text("No such <b>version</b>.")
    expect(shop.layer).to_be_visible()
    assert shop.choice() is None
    shop.page.wait_for_function("seen.length && seen.at(-1)[1] === null")
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert shop.choice() is None
    assert press.entries() == []


def test_a_consent_taken_back_before_it_got_through_is_never_sent(shop, press):
    shop.visit()
    expect(shop.layer).to_be_visible()
    press.server.stop()
    shop.button("全部同意").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.control.click()
    shop.button("全部拒绝").click()
    shop.page.wait_for_function("JSON.stringify(localStorage).includes('withdrawn')")
    press.server.start()
    shop.page.evaluate("dispatchEvent(new Event('online'))")
    expect(shop.receipt).to_be_visible()
    assert press.decisions() == ["withdrawn"]


NO_CHANNEL = "BroadcastChannel = () => { throw new DOMException('no', 'SecurityError'); };"
FULL = """
Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
"""


@pytest.mark.parametrize("fault", [BLOCKED + NO_CHANNEL, FULL], ids=["blocked", "full"])
def test_storage_that_throws(shop, press, fault):
    """Nothing is thrown on, and the decision is sent all the same."""
    shop.page.add_init_script(fault)
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    assert press.decisions() == ["refused"]
    assert shop.choice()["decision"] == "refused"
    shop.cookies.evaluate("e => { e.remove(); document.body.append(e); }")
    shop.chosen("refused")


@pytest.mark.parametrize("junk", ["null", "{", "[]", '{"purposes": 1}', '"given"'])
def test_spoilt_storage_is_no_choice(shop, press, junk):
    shop.visit()
    key = "clausepress:cookies:privacy@"
    shop.page.evaluate("([k, v]) => localStorage.setItem(k, v)", [key, junk])
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert shop.choice() is None
