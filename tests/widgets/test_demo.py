"""The demo shop: a page of another site under a strict policy, as its visitors meet it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

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
