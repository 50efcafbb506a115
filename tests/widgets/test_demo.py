"""The demo shop: pages of another site under a strict policy, as its visitors meet them."""

import datetime as dt
import runpy
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from . import sign_up
from .press import OLD, WIDGETS, policies

RECEIPTS = runpy.run_path(str(WIDGETS / "demo" / "receipts.py"))
SAMPLES = Path(__file__).parents[2] / "docs"
DOCUMENTS = ["user-agreement", "privacy"]

SHIFT = """window.shift = 0;
new PerformanceObserver(l => { for (const e of l.getEntries()) shift += e.value; })
  .observe({type: 'layout-shift', buffered: true});"""


@pytest.mark.parametrize("path", ["/", "/en.html"])
def test_the_demo_works_and_asks_no_third_party(shop, press, path):
    shop.url = press.demo_origin + path
    shop.page.add_init_script(SHIFT)
    hosts = set()
    shop.page.on("request", lambda request: hosts.add("/".join(request.url.split("/")[:3])))
    shop.visit()
    expect(shop.layer).to_be_visible()
    expect(shop.sms.locator("form")).to_be_visible()
    assert shop.page.evaluate("shift") == 0, "nothing on the page moved"
    results = Axe().run(shop.page)
    assert results.violations_count == 0, results.generate_report()
    shop.layer.locator("[part~=refuse]").click()
    expect(shop.receipt).to_be_visible()
    shop.sms.locator("input").fill("13800138000")
    shop.sms.locator("[part~=submit]").click()
    expect(shop.sms.locator("dl")).to_be_visible()
    assert {e["kind"] for e in press.entries()} == {"cookies", "opt-out"}
    assert hosts <= {press.demo_origin, press.server.origin}
    assert shop.page.evaluate("violations") == []


@pytest.fixture(scope="module")
def samples():
    return sign_up.published(SAMPLES)


@pytest.mark.parametrize(
    ("path", "name", "adult"),
    [
        ("/sign-up.html", "用户名", "我已年满 18 周岁"),
        ("/sign-up.en.html", "User name", "I am 18 or older"),
    ],
)
def test_signing_up(page, press, samples, path, name, adult):
    press.publish(*samples)
    page.add_init_script(SHIFT)
    page.add_init_script("addEventListener('securitypolicyviolation', e => console.error(e))")
    said = []
    page.on("console", lambda message: message.type == "error" and said.append(message.text))
    page.goto(press.demo_origin + path)
    page.get_by_label(name).fill("tea")
    box = page.locator("#agree")
    expect(box).to_be_visible()
    assert page.evaluate("shift") == 0, "nothing on the page moved"
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.get_by_label(adult).check()
    box.check()
    page.locator("[part~=agree]").click()
    page.wait_for_url("**/account")
    entries = press.entries()
    assert {e["policy"] for e in entries} == set(DOCUMENTS)
    for entry in entries:
        expect(page.locator("main")).to_contain_text(entry["id"])
    assert said == []


def test_signing_up_without_javascript(browser, press, samples):
    press.publish(*samples)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(press.demo_origin + "/sign-up.html")
    page.get_by_label("用户名").fill("tea")
    page.get_by_role("button", name="同意并继续").click()
    assert page.url.endswith("/sign-up.html"), "the box is required"
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="同意并继续").click()
    page.wait_for_url("**/account")
    assert {(e["policy"], e["label"]) for e in press.entries()} == {
        (document, "同意并继续") for document in DOCUMENTS
    }
    page.context.close()


def test_what_the_shop_s_server_does_not_take(press, samples):
    press.publish(*samples)
    origin = press.server.origin
    check, refused = RECEIPTS["check"], RECEIPTS["NotAgreed"]
    agreed = RECEIPTS["current"](origin, DOCUMENTS)
    ids = RECEIPTS["record"](origin, agreed, "en", "Agree and continue")
    assert set(check(origin, ids, DOCUMENTS)) == set(DOCUMENTS)

    for wrong in ([], ids[:1], ["0" * 26], ["../log/key"]):
        with pytest.raises(refused):
            check(origin, wrong, DOCUMENTS)
    earlier = RECEIPTS["record"](origin, "privacy@2019-09-16", "zh", "同意并继续")
    with pytest.raises(refused, match="not in force"):
        check(origin, earlier, ["privacy"])
    with pytest.raises(refused, match="no privacy@1999"):
        RECEIPTS["record"](origin, "privacy@1999", "zh", "同意并继续")
    check.__globals__["FRESH"] = dt.timedelta(0)
    try:
        with pytest.raises(refused, match="fresh"):
            check(origin, ids, DOCUMENTS)
    finally:
        check.__globals__["FRESH"] = dt.timedelta(hours=1)
    press.publish(policies(OLD))
    with pytest.raises(refused):
        check(origin, ids, DOCUMENTS)
