"""Content that waits for consent, on pages that are badly written, busy, or in haste."""

import asyncio
import copy
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from starlette.responses import StreamingResponse
from starlette.routing import Route

from .press import OLD, Shop, policies, wait_for
from .test_gate import LATER, SECOND, all_ran, allow, ran, signals

END = "() => document.body.insertAdjacentHTML('beforeend', `{}`)"
PLACE = "[part=clausepress-placeholder]"


@pytest.fixture
def gated(page, press):
    press.built = True
    tab = Shop(page, press)
    tab.url = f"{press.shop.origin}/gated/zh"
    yield tab
    assert not tab.errors


def choose(tab, label):
    """In the settings, once something was chosen."""
    tab.control.click()
    tab.button(label).click()


def agreed(tab):
    tab.visit()
    tab.button("全部同意").click()
    expect(tab.page.locator("#chart")).to_be_visible()
    expect(tab.page.frame_locator("iframe").get_by_text("frame")).to_be_visible()
    return tab


FIRST = """<script type="text/plain" data-purpose="analytics" src="/slow.js" nomodule></script>
  <script type="text/plain" data-purpose="analytics" src="http://"></script>
  <script type="text/plain" data-purpose="analytics" src="/slow.js" data-type="text/x"></script>
  <script type="text/plain" data-purpose=" analytics " src="/slow.js" onload="note('onload')">
  </script>"""
TEMPLATE = """<template data-purpose="analytics">
  <script type="text/plain" data-purpose="adverts">note("nested")</script>
  <script type="text/plain">note("plain")</script></template>"""


def test_scripts_that_bring_no_word_end_nothing_and_those_in_templates_wait_for_their_own(gated):
    gated.visit()
    expect(gated.layer).to_be_visible()
    gated.page.evaluate(
        "([first, last]) => { one.insertAdjacentHTML('beforebegin', first);"
        "document.body.insertAdjacentHTML('beforeend', last); }",
        [FIRST, TEMPLATE],
    )
    allow(gated, "分析与个性化")
    gated.page.wait_for_function("ran.some((one) => one.startsWith('module'))")
    assert ran(gated) == [
        *("slow null", "onload", "one", "slow anonymous"),
        *("two", "template", "module true"),
    ]
    choose(gated, "全部同意")
    gated.page.wait_for_function("ran.includes('nested')")
    assert "plain" not in ran(gated)


def test_no_page_keeps_a_no_from_being_heard(gated):
    agreed(gated).cookies.evaluate(
        "e => e.addEventListener('clausepress-choice', (event) => event.stopPropagation())"
    )
    choose(gated, "全部拒绝")
    expect(gated.page.locator("#chart")).to_have_count(0)
    choose(gated, "全部同意")
    expect(gated.page.locator("#chart")).to_be_visible()
    gated.control.click()
    gated.button("全部拒绝").evaluate(
        "e => { const { host } = e.getRootNode(); e.click(); host.remove(); }"
    )
    expect(gated.page.locator("#chart")).to_have_count(0)
    assert gated.page.evaluate(LATER) is False


def test_a_no_stops_a_script_whose_file_is_on_its_way(gated):
    held = []
    gated.page.route("**/slow.js", lambda route: held.append(route))
    gated.visit()
    gated.button("全部同意").click()
    wait_for(lambda: gated.page.evaluate("1") and held)
    choose(gated, "全部拒绝")
    expect(gated.page.locator("#chart")).to_have_count(0)
    with gated.page.expect_event("requestfinished", lambda r: r.url.endswith("slow.js")):
        held[0].continue_()
    gated.page.unroute("**/slow.js")
    gated.page.wait_for_timeout(100)
    assert ran(gated) == ["one"]
    choose(gated, "全部同意")
    assert all_ran(gated, 7)[:3] == ["one", "slow anonymous", "adverts"]


def test_a_no_reaches_frames_that_are_out_of_the_page_or_were_shown_once(gated):
    agreed(gated).page.evaluate("window.f = document.querySelector('iframe'); f.remove()")
    choose(gated, "全部拒绝")
    expect(gated.page.locator("#chart")).to_have_count(0)
    asked = gated.requests()
    gated.page.evaluate("document.body.append(f)")
    once = gated.page.get_by_role("button", name="仅显示这一次")
    expect(once).to_be_visible()
    assert "frame" not in asked
    once.click()
    expect(gated.page.frame_locator("iframe").get_by_text("frame")).to_be_visible()
    steps = gated.page.evaluate("history.length")
    choose(gated, "全部同意")
    expect(gated.page.locator("#chart")).to_be_visible()
    choose(gated, "全部拒绝")
    expect(once).to_be_visible()
    held = "[f.isConnected, f.hidden, f.getAttribute('src'), f.contentWindow.location.href]"
    assert gated.page.evaluate(held) == [True, True, None, "about:blank"]
    assert gated.page.evaluate("history.length") == steps, "no way back into the frame"


def test_a_placeholder_goes_where_its_frame_goes(gated):
    gated.visit()
    expect(gated.page.locator(PLACE)).to_be_visible()
    gated.page.evaluate("document.querySelector('h1').before(document.querySelector('iframe'))")
    expect(gated.page.locator(f"{PLACE} + iframe + h1")).to_have_count(1)
    gated.page.evaluate("document.querySelector('iframe').remove()")
    expect(gated.page.locator(PLACE)).to_have_count(0)


def test_where_no_placeholder_can_be_had_there_is_a_link(gated):
    gated.visit()
    bad = '<iframe data-purpose="adverts" data-src="http://"></iframe>'
    gated.page.evaluate(END.format(bad))
    expect(gated.page.locator(PLACE).get_by_text("http://")).to_be_visible()
    gated.page.route("**/placeholder*.js", lambda route: route.fulfill(status=404))
    gated.visit()
    link = gated.page.get_by_role("link", name="地图", exact=True)
    expect(link).to_have_attribute("href", "/frame")
    assert gated.page.locator("iframe").is_hidden()


def test_always_for_one_service_is_one_record_and_stays_one_service(gated, press):
    data = policies(OLD)
    data["policies"][0]["cookies"]["purposes"][1]["services"] = [
        {"id": name, "label": {"zh": label, "en": name}}
        for name, label in {"maps": "路线图", "heat": "热图"}.items()
    ]
    press.publish(data)
    gated.visit()
    gated.button("全部拒绝").click()
    expect(gated.receipt).to_be_visible()
    gated.page.evaluate(END.format('<iframe data-purpose="maps" data-src="/frame"></iframe>'))
    always = gated.page.locator(PLACE).last.get_by_role("button", name="始终允许")
    expect(always).to_be_visible()
    always.evaluate("e => { e.click(); e.click(); }")
    expect(gated.page.locator("iframe").last).to_be_visible()
    expect(gated.receipt).to_be_visible()
    gated.control.click()
    gated.button("保存选择").click()
    wait_for(lambda: gated.page.evaluate("1") and len(press.entries()) > 2)
    _, allowed, saved = press.entries()
    assert allowed["services"] == saved["services"] == {"maps": True, "heat": False}
    assert allowed["purposes"] == saved["purposes"] == {"analytics": False, "adverts": False}
    gated.control.click()
    whole = gated.cookies.get_by_label("分析与个性化")
    gated.cookies.get_by_label("热图").check()
    expect(whole).to_be_checked()
    gated.cookies.get_by_label("热图").uncheck()
    gated.cookies.get_by_label("路线图").uncheck()
    expect(whole).not_to_be_checked()


def test_consent_mode_of_two_policies(gated, press):
    data = policies(OLD)
    other = {**copy.deepcopy(data["policies"][0]), "id": "other"}
    press.publish({**data, "policies": [*data["policies"], other]})
    gated.page.add_init_script("window.dataLayer = [{event: 'gtm.js'}].concat(null, 'x')")
    gated.url += "?attributes=" + quote("consent-mode='one=analytics' gate")
    gated.visit()
    expect(gated.layer).to_be_visible()
    gated.page.evaluate(SECOND, "other")
    second = gated.page.locator("[policy=other]")
    second.evaluate("e => e.setAttribute('consent-mode', 'one=analytics two=adverts')")
    gated.page.locator("[policy=privacy] [part~=refuse]").click()
    gated.page.wait_for_function("dataLayer.length === 6")
    second.locator("[part~=accept]").click()
    gated.page.wait_for_function("dataLayer.at(-1)[2]?.two === 'granted'")
    gated.page.evaluate("dataLayer.splice(0, 3)")
    assert signals(gated) == [
        ["consent", "default", {"one": "denied"}],
        ["consent", "default", {"two": "denied"}],
        ["consent", "update", {"one": "denied"}],
        ["consent", "update", {"one": "denied", "two": "granted"}],
    ]


def test_what_a_template_has_shown_goes_alone_and_comes_whole(gated):
    all_ran(agreed(gated), 7)
    gated.page.evaluate(
        """() => { const place = document.createElement('div'); document.body.append(place);
        place.innerHTML = '<p id="own">own</p>';
        place.prepend(document.querySelector('template')); }"""
    )
    choose(gated, "全部拒绝")
    expect(gated.page.locator("#chart")).to_have_count(0)
    expect(gated.page.locator("#own")).to_be_visible()
    choose(gated, "全部同意")
    expect(gated.page.locator("div > #chart")).to_be_visible()
    assert all_ran(gated, 8).count("template") == 2


def test_nothing_is_taken_before_all_of_it_has_come(gated, press):
    agreed(gated)
    head = f"""<!doctype html><html lang="zh"><link rel="icon" href="data:,">
      <script>window.ran = []; window.note = (what) => ran.push(what);</script>
      <script type="module" async src="{press.server.origin}/widgets/clausepress.js"></script>
      <clausepress-cookies policy="privacy" gate></clausepress-cookies>
      <script type="text/plain" data-purpose="analytics">note("half"); /* {"x" * 70_000}"""
    rest = '*/ note("whole")</script><p id="end"></p>'

    async def parts():
        for part in (head, rest, "</html>"):
            yield part
            await asyncio.sleep(0.4)

    routes = press.shop.app.router.routes
    routes.append(
        Route("/parts", lambda _: StreamingResponse(parts(), media_type="text/html; charset=utf-8"))
    )
    try:
        gated.page.goto(f"{press.shop.origin}/parts")
    finally:
        routes.pop()
    expect(gated.page.locator("#end")).to_have_count(1)
    assert all_ran(gated, 2) == ["half", "whole"]
