"""What is decided, copied or taken away while something else is still on its way."""

import pytest
from playwright.sync_api import expect

from .press import NEW, OLD, policies, wait_for
from .test_gate import SECOND, allow, ran, with_other_policy
from .test_gate_faults import END, PLACE, agreed, choose, gated

__all__ = ["gated"]

KEY = "clausepress:cookies:privacy@"
API = "src => import(src.replace('clausepress.js', 'api.js')).then(() => 0)"
SRC = "document.querySelector('script[type=module]').src"
HELD = """kind => one.insertAdjacentHTML('beforebegin', `<script type="text/plain"
  data-purpose="analytics" data-type="${kind}" src="/held.js"></script>`)"""
FOR = 'data-purpose="analytics"'
KINDS = ("text/javascript ", "text/jscript", "text/JavaScript1.5", "application/x-ecmascript")
ELEMENT = '<clausepress-cookies policy="privacy"><a href="/form">form</a></clausepress-cookies>'
ROUTE = f"""() => {{ window.before = document.body.cloneNode(true);
  const body = document.createElement('body'); body.innerHTML = '{ELEMENT}';
  document.body.replaceWith(body); }}"""
BACK = "() => document.body.replaceWith(before)"
SHADOW = """addEventListener('DOMContentLoaded', () => { const app = document.createElement('div');
  document.body.append(app); window.root = app.attachShadow({mode: 'open'});
  root.append(document.querySelector('clausepress-cookies')); })"""


def standing_by(tab):
    """A returning visitor's tab: the loader alone."""
    agreed(tab).visit()
    expect(tab.page.locator("#chart")).to_be_visible()
    return tab


def hold(tab, pattern="**/policies.json"):
    """The first request is kept waiting."""
    held = []
    tab.page.route(pattern, lambda route: route.continue_() if held else held.append(route))
    return held


def come(tab, held):
    wait_for(lambda: tab.page.evaluate("1") and held)
    for route in held:
        route.continue_()
    tab.page.wait_for_timeout(200)


def test_the_loader_puts_no_yes_in_force_that_another_tab_took_back(gated, open_tab):
    other = open_tab()
    standing_by(gated)
    other.visit()
    held = hold(gated)
    gated.page.route("**/cookies*.js", lambda route: route.fulfill(status=404))
    gated.visit()
    choose(other, "全部拒绝")
    other.chosen("refused")
    come(gated, held)
    assert (gated.choice(), ran(gated)) == (None, [])


@pytest.mark.parametrize("how", [f"localStorage['{KEY}'] = 0", "localStorage.clear()"])
def test_a_tab_that_stands_by_tells_that_its_consent_has_ended(gated, open_tab, how):
    standing_by(gated)
    other = open_tab().visit()
    other.page.evaluate(how)
    expect(gated.page.locator("#chart")).to_have_count(0)
    assert gated.events()[-1] is None
    expect(gated.layer).to_be_visible()


def api(tab):
    tab.page.evaluate(API, tab.page.evaluate(SRC))


def has_some(tab):
    """A visitor back on the page, who allowed one purpose of two."""
    tab.visit()
    allow(tab, "分析与个性化")
    expect(tab.receipt).to_be_visible()
    tab.visit()
    expect(tab.page.locator("#chart")).to_be_visible()
    return tab


@pytest.mark.parametrize("comes", [True, False], ids=["comes", "fails"])
@pytest.mark.parametrize("what", ["refuse", f"localStorage['{KEY}'] = 0"], ids=["no", "end"])
def test_a_yes_on_its_way_comes_too_late(gated, open_tab, press, what, comes):
    other = open_tab()
    has_some(gated)
    other.visit()
    always = gated.page.get_by_role("button", name="始终允许")
    expect(always).to_be_visible()
    api(gated)
    held = hold(gated)
    always.click()
    gated.page.evaluate(
        "() => { clausepress.set({adverts: true}, 'On').catch(({message}) => said = message); }"
    )
    if what == "refuse":
        choose(other, "全部拒绝")
        expect(other.receipt).to_be_visible()
    else:
        other.page.evaluate(what)
    expect(gated.page.locator("#chart")).to_have_count(0)
    held[0].continue_() if comes else held[0].abort()
    gated.page.wait_for_function("globalThis.said")
    expect(always).to_be_enabled()
    gated.page.wait_for_timeout(100)
    assert gated.page.locator("iframe").get_attribute("src") is None
    assert not any(e["purposes"].get("adverts") for e in press.entries())


def test_what_the_page_says_at_once_on_a_return_is_said(gated, press):
    """While it is not known yet whether what was allowed before still counts."""
    held = hold(has_some(gated))
    gated.page.goto(gated.url)
    api(gated)
    gated.page.evaluate("() => { clausepress.set({adverts: true}, 'Save'); }")
    come(gated, held)
    wait_for(lambda: gated.page.evaluate("1") and len(press.entries()) == 2)
    assert gated.choice()["purposes"] == {"analytics": False, "adverts": True}
    gated.page.evaluate(
        """() => { const {ui} = document.querySelector('clausepress-cookies');
        ui.set({adverts: true}, 'On'); ui.set({}, 'Off');
        ui.set({adverts: true}, 'On'); ui.set({analytics: true}, 'Other'); }"""
    )
    expect(gated.page.locator("#chart")).to_be_visible()
    assert gated.choice()["purposes"] == {"analytics": True, "adverts": False}


def test_always_with_two_policies_overrules_no_later_no_of_either(gated, open_tab, press):
    with_other_policy(press, "adverts")
    tabs = (gated, open_tab())
    for tab in tabs:
        tab.url = gated.url
        tab.page.add_init_script(f"addEventListener('DOMContentLoaded', () => ({SECOND})('other'))")
    gated.visit()
    for _ in range(2):  # one layer at a time, whichever comes first
        gated.page.locator("[part~=layer]:visible [part~=refuse]").click()
    wait_for(lambda: gated.page.evaluate("1") and len(press.entries()) == 2)
    for tab in tabs:
        tab.visit()
    always = gated.page.get_by_role("button", name="始终允许")
    expect(always).to_be_visible()
    held = hold(gated)
    always.click()
    second = tabs[1].page.locator("[policy=other]")
    second.locator("[part~=control]").click()
    second.locator("[part~=refuse]").click()
    expect(second.locator("[part~=status] a")).to_be_visible()
    come(gated, held)
    expect(always).to_be_enabled()
    assert gated.page.locator("iframe").get_attribute("src") is None
    assert ("other", "given") not in {(e["policy"], e["decision"]) for e in press.entries()}


def test_an_element_of_another_policy_ends_nothing_that_one_gone_has_said(gated, press):
    with_other_policy(press, "adverts")
    gated.visit()
    allow(gated, "分析与个性化")
    expect(gated.page.locator("#chart")).to_be_visible()
    gated.page.evaluate("document.querySelector('clausepress-cookies').remove()")
    gated.page.evaluate(SECOND, "other")
    gated.page.locator("[policy=other] [part~=accept]").click()
    expect(gated.page.locator("[policy=other] [part~=status] a")).to_be_visible()
    gated.page.evaluate(
        """() => { const other = document.querySelector('[policy=other]');
        other.replaceWith(other.cloneNode(true)); }"""
    )
    expect(gated.page.locator("[policy=other] [part~=control]")).to_be_visible()
    gated.page.wait_for_timeout(100)
    expect(gated.page.locator("#chart")).to_be_visible()
    assert gated.page.locator("iframe").get_attribute("src") is None, "the first one's no"


def test_what_is_said_for_an_element_that_has_gone_is_not_acknowledged(gated, press):
    standing_by(gated)
    api(gated)
    said = gated.page.evaluate(
        """() => { const host = document.querySelector('clausepress-cookies');
        setTimeout(() => host.remove());
        return clausepress.withdraw('Log out').then(() => 'done', ({message}) => message); }"""
    )
    assert "taken from the page" in said
    gated.visit()
    always = gated.page.locator(PLACE).get_by_role("button", name="始终允许")
    assert press.decisions() == ["given"]
    choose(gated, "全部拒绝")
    expect(always).to_be_visible()
    gated.page.evaluate(
        """() => { const old = document.querySelector('clausepress-cookies');
        old.replaceWith(old.cloneNode(true)); }"""
    )
    always.click()
    expect(gated.page.frame_locator("iframe").get_by_text("frame")).to_be_visible()
    gated.chosen("given")


def test_a_no_is_heard_whatever_the_page_makes_of_what_is_around_it(gated):
    gated.url += "?attributes=consent-mode%3D'one%3Danalytics'"
    agreed(gated).page.evaluate(
        """() => { dataLayer.push = () => { throw new Error('mine'); };
        dispatchEvent(new CustomEvent('clausepress-choice', {detail: {}}));
        addEventListener('click', () => document.querySelector('clausepress-cookies').remove(),
          {capture: true, once: true}); }"""
    )
    gated.control.evaluate("e => e.getRootNode().host.open()")
    gated.button("全部拒绝").click()
    expect(gated.page.locator("#chart")).to_have_count(0)
    expect(gated.page.locator(PLACE)).to_be_visible()


def test_a_page_written_anew_hears_a_no(gated):
    agreed(gated).page.evaluate(
        """html => { document.open(); document.write(html); document.close(); }""",
        f"""<!doctype html><html lang="zh"><link rel="icon" href="data:,">
        <script>window.ran = []; window.note = (what) => ran.push(what);</script>
        <script type="module" src="{gated.press.server.origin}/widgets/clausepress.js"></script>
        {ELEMENT}<template data-purpose="analytics"><p id="chart">chart</p></template>""",
    )
    expect(gated.page.locator("#chart")).to_be_visible()
    choose(gated, "全部拒绝")
    expect(gated.page.locator("#chart")).to_have_count(0)


def test_the_yes_of_an_element_that_has_gone_ends_when_its_successor_asks_anew(gated, press):
    standing_by(gated).page.evaluate("document.querySelector('clausepress-cookies').remove()")
    press.publish(policies(NEW, OLD))
    gated.page.evaluate("html => document.body.insertAdjacentHTML('afterbegin', html)", ELEMENT)
    expect(gated.layer).to_be_visible()
    expect(gated.page.locator("#chart")).to_have_count(0)


def test_a_copy_of_a_page_brings_nothing_twice_and_nothing_back(gated):
    agreed(gated)
    for _ in range(2):
        gated.page.evaluate(ROUTE)
        expect(gated.page.locator("#chart")).to_have_count(0)
        gated.page.evaluate(BACK)
        expect(gated.control).to_be_visible()
    gated.page.wait_for_timeout(100)
    expect(gated.page.locator("#chart")).to_have_count(1)
    assert ran(gated).count("template") == 1
    gated.page.evaluate(ROUTE)
    choose(gated, "全部拒绝")
    gated.chosen("refused")
    gated.page.evaluate(BACK)
    expect(gated.page.locator("#chart")).to_have_count(0)


def test_a_no_stops_every_type_of_script_that_a_browser_runs(gated):
    gated.visit()
    expect(gated.layer).to_be_visible()
    held = hold(gated, "**/held.js")
    for kind in KINDS:
        gated.page.evaluate(HELD, kind)
    gated.button("全部同意").click()
    wait_for(lambda: gated.page.evaluate("1") and held)
    choose(gated, "全部拒绝")
    gated.chosen("refused")
    for route in held:
        route.fulfill(body="note('held')", content_type="text/javascript")
    gated.page.wait_for_timeout(100)
    assert ran(gated) == []


def test_a_page_put_together_anew_while_scripts_wait_loses_none(gated):
    gated.visit()
    expect(gated.layer).to_be_visible()
    nested = """<template data-purpose="adverts"><script type="text/plain" data-purpose="analytics"
      data-type="module">note("nested " + !this)</script></template>"""
    gated.page.evaluate(END.format(nested.replace("</script>", "<\\/script>")))
    held = hold(gated, "**/slow.js")
    gated.button("全部同意").click()
    wait_for(lambda: gated.page.evaluate("1") and held)
    gated.page.evaluate("document.querySelector('main').innerHTML += '<p>more</p>'")
    held[0].continue_()
    gated.page.wait_for_function("ran.includes('nested true')")
    gated.page.wait_for_timeout(150)
    expect(gated.page.locator("#chart")).to_have_count(1)
    assert sorted(ran(gated)) == sorted(
        [
            *("one", "slow anonymous", "module true", "adverts", "both", "two"),
            *("template", "nested true"),
        ]
    )


def test_a_successor_in_a_shadow_root_speaks_for_itself(gated, open_tab):
    gated.page.add_init_script(SHADOW)
    gated.visit()
    gated.button("全部拒绝").click()
    expect(gated.receipt).to_be_visible()
    gated.page.evaluate("root.firstChild.replaceWith(root.firstChild.cloneNode(true))")
    choose(gated, "全部同意")
    expect(gated.page.locator("#chart")).to_be_visible()
    gated.page.evaluate("root.firstChild.replaceWith(root.firstChild.cloneNode(true))")
    expect(gated.control).to_be_visible()
    other = open_tab()
    other.page.goto(gated.press.shop.origin + "/here")
    other.page.evaluate("localStorage.clear()")
    expect(gated.page.locator("#chart")).to_have_count(0)


def test_what_a_template_brought_goes_though_it_has_gone_itself(gated, open_tab):
    """Only its marks remember it; the no is said in another tab, when the element has gone, too."""
    gated.visit()
    expect(gated.layer).to_be_visible()
    gated.page.evaluate(
        END.format('<template data-purpose="analytics"><p id="map"></p></template>')
    )
    gated.button("全部同意").click()
    expect(gated.page.locator("#map")).to_have_count(1)
    expect(gated.receipt).to_be_visible()
    gated.page.evaluate(
        """() => { document.querySelector('body > template').remove();
        document.querySelector('clausepress-cookies').remove(); }"""
    )
    gated.page.context.new_cdp_session(gated.page).send("HeapProfiler.collectGarbage")
    other = open_tab()
    other.url = gated.url
    choose(other.visit(), "全部拒绝")
    expect(gated.page.locator("#map")).to_have_count(0)


def test_an_element_put_back_for_another_policy_is_asked_about_that(gated, press):
    with_other_policy(press, "adverts")
    gated.visit()
    gated.button("全部拒绝").click()
    expect(gated.receipt).to_be_visible()
    api(gated)
    gated.page.evaluate(
        """() => { const one = document.querySelector('clausepress-cookies'), home = one.parentNode;
        one.remove(); one.setAttribute('policy', 'other'); home.prepend(one); }"""
    )
    expect(gated.layer).to_be_visible()
    gated.page.evaluate("clausepress.set({adverts: true}, 'On')")
    assert gated.choice()["purposes"] == {"adverts": True}
