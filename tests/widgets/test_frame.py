"""An element in a frame on another site's page: the messages, who gets them, who may frame it."""

from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from . import sign_up

PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>Page</title>
<link rel="icon" href="data:,"><script>window.heard = []; window.events = [];
addEventListener('message', (e) => heard.push(e.data));
for (const name of ['clausepress-receipt', 'clausepress-agree', 'clausepress-withdraw'])
  addEventListener(name, (e) => events.push([name, e.target.id, e.detail]));</script>
<script type="module" src="{origin}/widgets/embed.js"></script>
<main><iframe id="ours" title="Frame" src="{src}"></iframe>
<iframe id="other" src="{shop}/frame"></iframe>
<iframe id="beside" src="{origin}/policies.json"></iframe></main></html>"""


class Host:
    """A page of the shop with a frame of ours and one of another."""

    def __init__(self, page, press, element, parent="", at="", wait="load", **attributes):
        shop = press.shop.origin
        query = urlencode({"parent": parent or shop, "lang": "zh", **attributes})
        src = f"{press.server.origin}/v1/frame/{element}?{query}"
        sign_up.FILES.clear()
        sign_up.FILES[""] = PAGE.format(
            origin=press.server.origin, src=src.replace("&", "&amp;"), shop=at or shop
        )
        page.goto(f"{at or shop}/app/", wait_until=wait)
        self.page = page
        self.frame = page.frame_locator("#ours")
        self.element = self.frame.locator(f"clausepress-{element}")

    def heard(self, kind):
        return [m for m in self.page.evaluate("heard") if m.get("type") == kind]

    def height(self):
        return self.page.locator("#ours").bounding_box()["height"]


def test_a_number_is_entered_in_a_frame_that_grows_with_it(page, press):
    host = Host(page, press, "sms", policy="privacy")
    expect(host.element.locator("form")).to_be_visible()
    expect(host.element).to_contain_text("TDexample")
    page.wait_for_function("document.querySelector('#ours').offsetHeight > 200")
    before = host.height()
    host.element.locator("input").fill("13800138000")
    host.element.locator("[part~=submit]").click()
    expect(host.element.locator("dl")).to_be_visible()
    page.wait_for_function(f"document.querySelector('#ours').offsetHeight > {before}")
    page.frames[1].wait_for_function("document.documentElement.scrollHeight - innerHeight <= 1")
    page.wait_for_function("events.length > 0")
    (entry,) = press.entries()
    assert page.evaluate("events.map(e => [e[0], e[1], e[2].id])") == [
        ["clausepress-receipt", "ours", entry["id"]]
    ]
    assert [m["clausepress"] for m in host.heard("ready")] == [1]


def test_a_frame_gets_its_height_when_the_page_s_script_comes_late(page, press):
    held = []
    page.route("**/embed.js", lambda route: held.append(route))
    host = Host(page, press, "sms", policy="privacy", wait="commit")
    expect(host.element.locator("form")).to_be_visible()
    page.wait_for_timeout(200)
    held[0].continue_()
    page.wait_for_function("document.querySelector('#ours').offsetHeight > 200")


def test_agreeing_in_a_frame_gives_the_page_the_receipts(page, press, tmp_path):
    press.publish(*sign_up.published(sign_up.write_docs(tmp_path / "docs")))
    host = Host(page, press, "agree", documents="terms privacy")
    host.element.locator("#agree").check()
    host.element.locator("[part~=agree]").click()
    page.wait_for_function("events.some(e => e[0] === 'clausepress-agree')")
    ids = page.evaluate("events.find(e => e[0] === 'clausepress-agree')[2].map(r => r.id)")
    assert sorted(ids) == sorted(e["id"] for e in press.entries())


def test_colours_come_by_message_and_nothing_else_does(page, press):
    host = Host(page, press, "sms", policy="privacy")
    expect(host.element.locator("form")).to_be_visible()
    page.evaluate(
        """() => document.querySelector('#ours').contentWindow.postMessage({ clausepress: 1,
        type: 'theme', properties: { '--clausepress-text': 'rgb(1, 2, 3)', 'display': 'none',
        '--clausepress-line': 7 } }, '*')"""
    )
    expect(host.element.locator("section")).to_have_css("color", "rgb(1, 2, 3)")
    expect(host.element.locator("form")).to_be_visible()


def test_messages_from_anyone_but_the_parent_are_ignored(page, press):
    host = Host(page, press, "sms", policy="privacy")
    expect(host.element.locator("form")).to_be_visible()
    sent = """() => parent.frames[0].postMessage({ clausepress: 1, type: 'theme',
        properties: { '--clausepress-text': 'rgb(1, 2, 3)' } }, '*')"""
    next(f for f in page.frames if f.url.endswith("/frame")).evaluate(sent)
    page.evaluate(
        """() => { const { contentWindow } = document.querySelector('#ours');
        contentWindow.postMessage({type: 'theme'}, '*');
        contentWindow.postMessage({clausepress: 1, type: 'theme',
          properties: {'--clausepress-surface': 'rgb(4, 5, 6)'}}, '*'); }"""
    )
    expect(host.element.locator("section")).to_have_css("background-color", "rgb(4, 5, 6)")
    expect(host.element.locator("section")).not_to_have_css("color", "rgb(1, 2, 3)")


def test_another_frame_cannot_speak_for_ours(page, press):
    host = Host(page, press, "sms", policy="privacy")
    expect(host.element.locator("form")).to_be_visible()
    others = [f for f in page.frames if f.url.endswith(("/frame", "/policies.json"))]
    for message in (
        "{clausepress: 1, type: 'event', name: 'clausepress-agree', detail: []}",
        "{clausepress: 1, type: 'height', height: 9000}",
        "null",
        "'clausepress'",
    ):
        for frame in others:
            frame.evaluate(f"parent.postMessage({message}, '*')")
    page.wait_for_function("heard.filter(m => m === 'clausepress').length === 2")
    assert page.evaluate("events") == []
    for each in page.locator("iframe").all():
        assert each.bounding_box()["height"] < 1000


def test_our_frame_speaks_of_what_is_done_in_it_and_of_no_choice_of_cookies(page, press):
    host = Host(page, press, "sms", policy="privacy")
    expect(host.element.locator("form")).to_be_visible()
    page.evaluate("addEventListener('clausepress-choice', (e) => events.push(e.type))")
    tell = "n => parent.postMessage({clausepress: 1, type: 'event', name: 'clausepress-' + n}, '*')"
    for name in ("choice", "receipt"):
        page.frames[1].evaluate(tell, name)
    page.wait_for_function("events.length > 0")
    assert page.evaluate("events[0][0]") == "clausepress-receipt"


def test_a_hostile_parent_gets_no_page_and_no_message(page, press):
    """It names a parent that is let in, and is none."""
    hostile = press.shop.origin.replace("127.0.0.1", "localhost")
    host = Host(page, press, "sms", at=hostile, parent=press.shop.origin, policy="privacy")
    page.wait_for_load_state("networkidle")
    expect(host.frame.locator("clausepress-sms")).to_have_count(0)
    assert page.evaluate("heard") == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("sms?policy=privacy", 403),
        ("sms?policy=privacy&parent=https://other.example", 403),
        ("sms?policy=privacy&parent=*", 403),
        ("cookies?policy=privacy&parent={shop}", 404),
    ],
)
def test_who_may_not_frame_what(press, path, status):
    url = f"{press.server.origin}/v1/frame/{path.format(shop=press.shop.origin)}"
    with pytest.raises(HTTPError) as refused:
        urlopen(url, timeout=10)
    assert refused.value.code == status
    assert "frame-ancestors 'none'" in refused.value.headers["Content-Security-Policy"]


def test_what_the_address_says_is_no_markup(press):
    query = urlencode(
        {"parent": press.shop.origin, "policy": '"><script>x</script>', "onclick": "x", "lang": "<"}
    )
    with urlopen(f"{press.server.origin}/v1/frame/sms?{query}", timeout=10) as answer:
        text = answer.read().decode()
        policy = answer.headers["Content-Security-Policy"]
    assert "<script>x" not in text
    assert "onclick" not in text
    assert f"frame-ancestors {press.shop.origin};" in policy


def test_without_javascript_there_is_a_link_to_the_form(browser, press):
    page = browser.new_context(java_script_enabled=False).new_page()
    host = Host(page, press, "sms", policy="privacy")
    link = host.frame.get_by_role("link")
    expect(link).to_have_attribute("target", "_blank")
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value.locator("form")).to_be_visible()
    page.context.close()
