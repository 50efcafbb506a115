"""Nothing that fails turns a no into a yes, and nothing chosen is lost."""

import copy
import json
import re

import pytest
from playwright.sync_api import expect

from .press import CHOICES, NEW, OLD, OPT_OUTS, SMS, policies, wait_for

POLICIES = "**/policies.json"
CORS = {"access-control-allow-origin": "*"}
ONLINE = "dispatchEvent(new Event('online'))"
KEY = "clausepress:cookies:privacy@"


def corrected():
    """The same version, its text put right."""
    text = copy.deepcopy(OLD)
    for edition in text["editions"].values():
        edition["text_digest"] = "sha256:" + "e" * 64
    return policies(text)


# ---- what the server will not have


@pytest.mark.parametrize("first", ["refused", "given"])
def test_a_no_about_a_corrected_text_is_sent_about_the_new_one(shop, press, first):
    if first == "given":
        shop.accepted().control.click()
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
    kept = json.loads(shop.page.evaluate("k => localStorage.getItem(k)", KEY))
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
    assert press.decisions() == ["refused"]


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
    assert press.decisions() == ["refused"]


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
    shop.offline(OPT_OUTS)
    shop.opt_out("13500135002")
    status = shop.sms.get_by_role("status")
    expect(status).to_contain_text("还没有送达")
    press.publish(corrected())
    shop.online(OPT_OUTS)
    expect(status).to_contain_text("退订已登记")
    (entry,) = press.opt_outs()
    assert entry["text_digest"] == "sha256:" + "e" * 64
    assert shop.queue() == 0


def test_a_page_open_across_a_correction_still_opts_out(shop, press):
    shop.visit()
    expect(shop.sms.get_by_label("手机号")).to_be_visible()
    press.publish(corrected())
    for number in ("13500135003", "13500135004"):
        shop.opt_out(number)
        expect(shop.sms.get_by_role("status")).to_contain_text("退订已登记")
        expect(shop.sms.get_by_label("手机号")).to_have_value("")
    assert [e["text_digest"] for e in press.opt_outs()] == ["sha256:" + "e" * 64] * 2


# ---- refusing without the rest


def test_a_consent_can_be_withdrawn_without_the_text(shop, press):
    shop.accepted()
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
        shop.accepted()
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
    assert press.decisions() == ["given"] * returning


# ---- files and addresses that are not there


def test_a_text_that_never_comes(shop, press):
    shop.accepted()
    shop.page.route(POLICIES, lambda _: None)
    shop.visit()
    shop.control.click()
    expect(shop.control).to_have_text("全部拒绝")
    expect(shop.cookies.get_by_role("link", name="form")).to_be_visible(timeout=8000)
    expect(shop.sms.get_by_role("link", name="form")).to_be_visible(timeout=8000)
    shop.cookies.get_by_role("button", name="全部拒绝").click()
    shop.chosen("refused")
    expect(shop.control).to_have_text("Cookie 设置")


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
