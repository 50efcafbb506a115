"""Nothing that fails turns a no into a yes, and nothing chosen is lost."""

import copy
import json
import re

import pytest
from playwright.sync_api import expect

from .press import BLOCKED, NEW, OLD, SMS, policies, wait_for

CHOICES = "**/v1/choices"
OPT_OUTS = "**/v1/opt-outs"
POLICIES = "**/policies.json"
CORS = {"access-control-allow-origin": "*"}
ONLINE = "dispatchEvent(new Event('online'))"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
TO_THE_LAST_BYTE = """() => {
for (let n = 1 << 22, i = 0; n >= 1;) try { localStorage['fill' + ++i] = 'x'.repeat(n); }
catch { n >>= 1; }
try { for (;;) localStorage.f = (localStorage.f ?? '') + 'x'; } catch { /* full */ } }"""
DECISION = "document.querySelector('clausepress-cookies').choice?.decision"


def corrected():
    """The same version, its text put right."""
    text = copy.deepcopy(OLD)
    for edition in text["editions"].values():
        edition["text_digest"] = "sha256:" + "e" * 64
    return policies(text)


def offline(page, pattern=CHOICES):
    page.route(pattern, lambda route: route.abort())


def online(page, pattern=CHOICES):
    page.unroute(pattern)
    page.evaluate(ONLINE)


def key(press):
    return "clausepress:cookies:privacy@"


def accepted(shop):
    """A visitor whose consent is on record."""
    shop.visit()
    shop.button("全部同意").click()
    expect(shop.receipt).to_be_visible()
    return shop


def decisions(press):
    return [e["decision"] for e in press.entries()]


def opt_outs(press):
    return [e for e in press.entries() if e["kind"] == "opt-out"]


def ask(shop, number):
    shop.sms.get_by_label("手机号").fill(number)
    shop.sms.get_by_role("button", name="退订", exact=True).click()


# ---- storage


def test_a_refusal_that_finds_the_storage_full_is_not_undone_by_what_was_there(shop, press):
    shop.visit()
    offline(shop.page)
    shop.button("全部同意").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.page.evaluate(FULL + "; 0")
    shop.control.click()
    shop.button("全部拒绝").click()
    shop.page.wait_for_function("k => !(k in localStorage)", arg=key(press))
    shop.cookies.evaluate("e => { e.remove(); document.body.append(e); }")
    assert shop.choice()["decision"] == "refused"
    shop.page.unroute(CHOICES)
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert shop.choice() is None
    assert "given" not in decisions(press)


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_an_element_that_takes_the_place_of_another_at_once_knows_its_no(shop, press, first):
    accepted(shop)
    shop.control.click()
    expect(shop.button("全部拒绝")).to_be_visible()
    shop.page.evaluate(
        """first => addEventListener('click', () => {
        const old = document.querySelector('clausepress-cookies');
        old.replaceWith(old.cloneNode(true)); }, {once: true, capture: first})""",
        first,
    )
    shop.button("全部拒绝").click()
    wait_for(lambda: decisions(press) == ["given", "withdrawn"])
    shop.chosen("refused")


def test_a_refusal_gets_the_room_of_what_it_replaces(shop, press):
    shop.visit()
    offline(shop.page)
    shop.button("全部同意").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.page.evaluate(TO_THE_LAST_BYTE)
    shop.control.click()
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.visit()
    shop.chosen("refused")


def test_a_full_storage_keeps_the_letter_of_a_refusal_too(shop, press):
    accepted(shop)
    shop.page.evaluate(TO_THE_LAST_BYTE)
    offline(shop.page)
    shop.control.click()
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.page.unroute(CHOICES)
    shop.visit()
    shop.chosen("refused")
    wait_for(lambda: decisions(press) == ["given", "withdrawn"])


def test_an_old_value_or_another_key_does_not_replace_a_refusal(shop, press):
    shop.visit()
    shop.button("全部同意").click()
    expect(shop.receipt).to_be_visible()
    old = shop.page.evaluate("k => localStorage.getItem(k)", key(press))
    shop.control.click()
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("已拒绝")
    expect(shop.receipt).to_be_visible()
    tell = """([key, v]) => { localStorage.setItem(key, v);
      dispatchEvent(new StorageEvent('storage', {key})); }"""
    shop.page.evaluate(tell, [key(press), old])
    assert shop.choice()["decision"] == "refused"
    shop.page.evaluate("([k]) => dispatchEvent(new StorageEvent('storage', {key: k}))", ["theirs"])
    assert shop.choice()["decision"] == "refused"


def test_an_event_of_another_key_is_none_of_ours(shop, press):
    accepted(shop)
    shop.page.evaluate(
        """k => { localStorage.removeItem(k);
        dispatchEvent(new StorageEvent('storage', {key: 'theirs'})); }""",
        key(press),
    )
    assert shop.choice()["decision"] == "given"


@pytest.mark.parametrize("junk", ["5", "null", '{"body": {}}'])
def test_what_is_no_letter_of_ours_waits_for_nobody(shop, junk):
    accepted(shop)
    shop.page.evaluate(
        """v => { localStorage['clausepress:queue:sms:x'] = v;
        localStorage['clausepress:waits'] = '1'; }""",
        junk,
    )
    shop.visit()
    shop.page.wait_for_function("!('clausepress:waits' in localStorage)")
    assert shop.queue() == 0


# ---- what the server will not have


@pytest.mark.parametrize("first", ["refused", "given"])
def test_a_no_about_a_corrected_text_is_sent_about_the_new_one(shop, press, first):
    if first == "given":
        accepted(shop).control.click()
    else:
        shop.visit()
    expect(shop.layer).to_be_visible()
    keys = []
    shop.page.on(
        "request",
        lambda r: (
            "choices" in r.url and r.method == "POST" and keys.append(r.headers["idempotency-key"])
        ),
    )
    press.publish(corrected())
    shop.button("全部拒绝").click()
    before = 1 if first == "given" else 0
    entry = wait_for(lambda: press.entries()[before:])[-1]
    assert entry["text_digest"] == "sha256:" + "e" * 64
    assert entry["decision"] == ("withdrawn" if first == "given" else "refused")
    expect(shop.receipt).to_have_attribute("href", re.compile(entry["id"]))
    assert len(press.entries()) == before + 1
    assert len(set(keys)) == 2
    kept = json.loads(shop.page.evaluate("k => localStorage.getItem(k)", key(press)))
    assert kept["text_digest"] == entry["text_digest"]
    shop.page.evaluate(ONLINE)
    shop.visit()
    shop.chosen("refused")
    assert len(set(keys)) == 2


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (403, "text/html", "<h1>blocked</h1>"),
        (404, "application/problem+json", '{"type": "about:blank", "detail": "Nothing here."}'),
        (422, "application/problem+json", '{"type": "/problems/unknown-policy", "detail": {}}'),
        (422, "application/problem+json", '{"type": "/problems/unknown-version", "detail": []}'),
    ],
)
def test_a_no_the_server_refuses_is_kept_for_the_next_load(shop, press, status, kind, body):
    tries = []
    shop.visit()

    def answer(route):
        tries.append(1)
        route.fulfill(status=status, content_type=kind, body=body, headers=CORS)

    shop.page.route(CHOICES, answer)
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.page.evaluate(ONLINE)
    shop.page.wait_for_timeout(200)
    assert len(tries) == 1
    assert shop.queue() == 1
    shop.page.unroute(CHOICES)
    shop.visit()
    expect(shop.receipt).to_be_visible()
    assert decisions(press) == ["refused"]


@pytest.mark.parametrize("body", ['{"id": "x"}', '{"id": "ok", "status": "queued"}'])
def test_what_is_no_receipt_settles_nothing(shop, press, body):
    shop.visit()
    made = {"status": 201, "content_type": "application/json", "headers": CORS, "body": body}
    shop.page.route(CHOICES, lambda route: route.fulfill(**made))
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.page.unroute(CHOICES)
    shop.visit()
    expect(shop.receipt).to_be_visible()
    assert decisions(press) == ["refused"]


def test_a_yes_is_not_put_about_another_text(shop, press):
    shop.visit()
    expect(shop.layer).to_be_visible()
    press.publish(policies(NEW))
    shop.button("全部同意").click()
    expect(shop.layer).to_contain_text("202603011")
    assert shop.choice() is None
    assert press.entries() == []
    assert shop.queue() == 0


def test_a_detail_that_is_no_text_is_said_in_general(shop):
    shop.visit()
    shop.page.route(
        CHOICES,
        lambda route: route.fulfill(
            status=422,
            content_type="application/problem+json",
            headers=CORS,
            body='{"type": "/problems/inconsistent-decision", "detail": {"a": 1}}',
        ),
    )
    shop.button("全部同意").click()
    expect(shop.status).to_contain_text("服务器没有说明原因")


# ---- text messages


def test_an_opt_out_made_offline_outlives_a_correction(shop, press):
    shop.visit()
    offline(shop.page, OPT_OUTS)
    ask(shop, "13500135002")
    status = shop.sms.get_by_role("status")
    expect(status).to_contain_text("还没有送达")
    press.publish(corrected())
    online(shop.page, OPT_OUTS)
    expect(status).to_contain_text("退订已登记")
    (entry,) = opt_outs(press)
    assert entry["text_digest"] == "sha256:" + "e" * 64
    assert shop.queue() == 0


def test_a_page_open_across_a_correction_still_opts_out(shop, press):
    shop.visit()
    expect(shop.sms.get_by_label("手机号")).to_be_visible()
    press.publish(corrected())
    for number in ("13500135003", "13500135004"):
        ask(shop, number)
        expect(shop.sms.get_by_role("status")).to_contain_text("退订已登记")
        expect(shop.sms.get_by_label("手机号")).to_have_value("")
    assert [e["text_digest"] for e in opt_outs(press)] == ["sha256:" + "e" * 64] * 2


# ---- refusing without the rest


def test_a_consent_can_be_withdrawn_without_the_text(shop, press):
    accepted(shop)
    shop.page.route(POLICIES, lambda route: route.fulfill(status=503, body="down"))
    shop.visit()
    shop.control.click()
    shop.cookies.get_by_role("button", name="全部拒绝").click()
    shop.chosen("refused")
    wait_for(lambda: shop.page.evaluate("1") and len(press.entries()) == 2)
    assert press.entries()[1]["decision"] == "withdrawn"
    assert press.entries()[1]["label"] == "全部拒绝"
    shop.page.unroute(POLICIES)
    shop.visit()
    shop.chosen("refused")


@pytest.mark.parametrize("returning", [True, False])
def test_following_the_page_s_own_link_is_no_consent(shop, press, returning):
    if returning:
        accepted(shop)
    shop.page.route(POLICIES, lambda route: route.abort())
    shop.visit()
    if returning:
        shop.control.click()
    shop.page.route("**/form", lambda route: route.fulfill(body="form"))
    shop.cookies.get_by_role("link", name="form").click()
    shop.page.wait_for_url("**/form")
    shop.page.unroute(POLICIES)
    shop.visit()
    shop.chosen("refused")
    assert shop.queue() == 0
    assert decisions(press) == ["given"] * returning


# ---- order


def test_blocked_tabs_do_not_swap_choices(shop, open_tab, press):
    other = open_tab()
    for tab in (shop, other):
        tab.page.add_init_script(BLOCKED)
        tab.visit()
        expect(tab.layer).to_be_visible()
        offline(tab.page)
    other.button("全部拒绝").click()
    shop.page.wait_for_function(f"{DECISION} === 'refused'")
    # A message that was held up: an older yes of a third tab.
    other.page.evaluate(
        """place => new BroadcastChannel(place).postMessage({key: 'k'.repeat(22), kept: {
          version: '2021-01-25', lang: 'zh', text_digest: '', control: {}, key: 'k'.repeat(22),
          purposes: {analytics: true, adverts: true}, decision: 'given',
          at: new Date(0).toISOString()}})""",
        key(press),
    )
    for tab in (shop, other):
        tab.page.wait_for_timeout(100)
        assert tab.choice()["decision"] == "refused"


def test_two_tabs_at_the_same_moment_agree_on_no(shop, open_tab, press):
    other = open_tab()
    for tab in (shop, other):
        tab.page.add_init_script(BLOCKED)
        tab.visit()
        expect(tab.layer).to_be_visible()
        offline(tab.page)
        tab.page.evaluate(
            """() => { const D = Date; Date = class extends D { constructor(...a)
            { a.length ? super(...a) : super(1.8e12); } static now() { return 1.8e12; } }; }"""
        )
        # What it hears comes late.
        tab.page.evaluate(
            """() => { const tell = BroadcastChannel.prototype.postMessage;
            BroadcastChannel.prototype.postMessage = function (m) {
              setTimeout(() => tell.call(this, m), 1500); }; }"""
        )
    shop.button("全部拒绝").click(no_wait_after=True)
    other.button("全部同意").click(no_wait_after=True)
    other.chosen("refused")
    shop.page.wait_for_timeout(500)  # it hears the other, which was later
    assert {tab.choice()["decision"] for tab in (shop, other)} == {"refused"}
    for tab in (shop, other):
        online(tab.page)
    wait_for(lambda: shop.page.evaluate("1") and "refused" in decisions(press))
    assert decisions(press)[-1] in ("refused", "withdrawn")
    assert "given" not in decisions(press)


def test_a_no_waits_for_the_yes_of_another_tab(shop, open_tab, press):
    """A yes already under way arrives first, whatever tab the no is from."""
    other = open_tab()
    for tab in (shop, other):
        tab.visit()
        expect(tab.layer).to_be_visible()
    held = []
    shop.page.route(CHOICES, lambda route: held.append(route))
    shop.button("全部同意").click()
    wait_for(lambda: shop.page.evaluate("1") and held)
    expect(other.layer).to_be_hidden()
    other.control.click()
    other.button("全部拒绝").click()
    other.page.wait_for_timeout(300)
    assert press.entries() == []
    held[0].continue_()
    expect(other.receipt).to_be_visible()
    assert decisions(press) == ["given", "withdrawn"]
    shop.page.wait_for_function(f"{DECISION} === 'refused'")


def test_a_held_up_yes_of_another_tab_is_never_sent(shop, open_tab, press):
    other = open_tab()
    for tab in (shop, other):
        tab.page.add_init_script(BLOCKED)
        tab.visit()
        expect(tab.layer).to_be_visible()
    offline(shop.page)
    shop.button("全部同意").click()
    expect(shop.status).to_contain_text("还没有送达")
    expect(other.layer).to_be_hidden()
    other.control.click()
    other.button("全部拒绝").click()
    expect(other.receipt).to_be_visible()
    online(shop.page)
    shop.page.wait_for_timeout(300)
    assert decisions(press) == ["withdrawn"]
    assert shop.choice()["decision"] == "refused"


def test_an_opt_out_sent_by_another_tab_is_told_here_too(shop, open_tab, press):
    shop.visit()
    shop.page.context.route(OPT_OUTS, lambda route: route.abort())
    ask(shop, "13500135005")
    expect(shop.sms.get_by_role("status")).to_contain_text("还没有送达")
    shop.page.context.unroute(OPT_OUTS)
    other = open_tab().visit()
    for tab in (shop, other):
        expect(tab.sms.get_by_role("status")).to_contain_text("退订已登记")
    assert len(opt_outs(press)) == 1


# ---- files that never come


def test_a_text_that_never_comes(shop, press):
    accepted(shop)
    shop.page.route(POLICIES, lambda _: None)
    shop.visit()
    shop.control.click()
    expect(shop.control).to_have_text("全部拒绝")
    expect(shop.cookies.get_by_role("link", name="form")).to_be_visible(timeout=8000)
    expect(shop.sms.get_by_role("link", name="form")).to_be_visible(timeout=8000)
    shop.cookies.get_by_role("button", name="全部拒绝").click()
    shop.chosen("refused")
    expect(shop.control).to_have_text("Cookie 设置")


# ---- several elements, wrong attributes


def test_two_policies_on_one_page(shop, press):
    data = policies(OLD)
    data["policies"].append({**copy.deepcopy(data["policies"][0]), "id": "other"})
    press.publish(data)
    page = shop.page
    page.goto(press.shop.origin + "/here")
    body = "".join(
        f'<clausepress-cookies policy="{p}"></clausepress-cookies>' for p in ("privacy", "other")
    )
    show = """([html, src]) => { document.documentElement.lang = 'zh';
      document.body.innerHTML = html; return import(src); }"""
    page.evaluate(show, [body, press.server.origin + "/widgets/clausepress.js"])
    for _ in range(2):
        page.locator("[part~=layer]:visible [part~=refuse]").click()
    expect(page.locator("[part~=layer]:visible")).to_have_count(0)
    wait_for(lambda: page.evaluate("1") and len(press.entries()) == 2)
    assert {e["policy"] for e in press.entries()} == {"privacy", "other"}

    def each_opens():
        for policy in ("privacy", "other"):
            one = page.locator(f"[policy={policy}]")
            one.locator("[part~=control]").click()
            expect(one.locator("[part~=layer]")).to_be_visible()
            page.keyboard.press("Escape")
            expect(page.locator("[part~=layer]:visible")).to_have_count(0)

    each_opens()
    page.locator("[policy=privacy] [part~=control]").click()
    page.locator("[policy=other] [part~=control]").click()
    expect(page.locator("[part~=layer]:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("[policy=privacy] [part~=layer]")).to_be_visible()

    page.goto(press.shop.origin + "/here")
    page.evaluate(show, [body, press.server.origin + "/widgets/clausepress.js"])
    expect(page.locator("[part~=layer]")).to_have_count(0)
    each_opens()


@pytest.mark.parametrize("base", ["http://[", "mailto:x"])
def test_a_base_that_is_no_address(shop, press, base):
    said = []
    shop.page.on("console", lambda m: m.type == "error" and said.append(m.text))
    shop.page.goto(press.shop.origin + "/here")
    shop.page.evaluate(
        """([base, sms, src]) => {
          document.documentElement.lang = 'zh';
          document.body.innerHTML =
            `<clausepress-cookies policy="privacy"></clausepress-cookies>${sms}`;
          for (const e of document.body.children) e.setAttribute('base', base);
          return import(src);
        }""",
        [base, SMS, press.server.origin + "/widgets/clausepress.js"],
    )
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    expect(shop.sms.locator("form")).to_be_visible()
    assert any(f'base="{base}"' in text for text in said)
