"""Several tabs of one visitor, and several elements on one page: the later no counts in all."""

import copy

from playwright.sync_api import expect

from .press import BLOCKED, CHOICES, OLD, OPT_OUTS, policies, wait_for

DECISION = "document.querySelector('clausepress-cookies').choice?.decision"
KEY = "clausepress:cookies:privacy@"


def test_blocked_tabs_do_not_swap_choices(shop, open_tab, press):
    other = open_tab()
    for tab in (shop, other):
        tab.page.add_init_script(BLOCKED)
        tab.visit()
        expect(tab.layer).to_be_visible()
        tab.offline()
    other.button("全部拒绝").click()
    shop.page.wait_for_function(f"{DECISION} === 'refused'")
    # A message that was held up: an older yes of a third tab.
    other.page.evaluate(
        """place => new BroadcastChannel(place).postMessage({key: 'k'.repeat(22), kept: {
          version: '2021-01-25', lang: 'zh', text_digest: '', control: {}, key: 'k'.repeat(22),
          purposes: {analytics: true, adverts: true}, decision: 'given',
          at: new Date(0).toISOString()}})""",
        KEY,
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
        tab.offline()
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
        tab.online()
    wait_for(lambda: shop.page.evaluate("1") and "refused" in press.decisions())
    assert press.decisions()[-1] in ("refused", "withdrawn")
    assert "given" not in press.decisions()


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
    assert press.decisions() == ["given", "withdrawn"]
    shop.page.wait_for_function(f"{DECISION} === 'refused'")


def test_a_held_up_yes_of_another_tab_is_never_sent(shop, open_tab, press):
    other = open_tab()
    for tab in (shop, other):
        tab.page.add_init_script(BLOCKED)
        tab.visit()
        expect(tab.layer).to_be_visible()
    shop.offline()
    shop.button("全部同意").click()
    expect(shop.status).to_contain_text("还没有送达")
    expect(other.layer).to_be_hidden()
    other.control.click()
    other.button("全部拒绝").click()
    expect(other.receipt).to_be_visible()
    shop.online()
    shop.page.wait_for_timeout(300)
    assert press.decisions() == ["withdrawn"]
    assert shop.choice()["decision"] == "refused"


def test_an_opt_out_sent_by_another_tab_is_told_here_too(shop, open_tab, press):
    shop.visit()
    shop.page.context.route(OPT_OUTS, lambda route: route.abort())
    shop.opt_out("13500135005")
    expect(shop.sms.get_by_role("status")).to_contain_text("还没有送达")
    shop.page.context.unroute(OPT_OUTS)
    other = open_tab().visit()
    for tab in (shop, other):
        expect(tab.sms.get_by_role("status")).to_contain_text("退订已登记")
    assert len(press.opt_outs()) == 1


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
