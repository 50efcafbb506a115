"""Equal buttons, keyboard, screen readers, strict policies, small screens, print."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .press import Shop

SHARE = 0.3  # of a small telephone's screen
SCHEMES = [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")]


def focused(page):
    """The text or part of what has the focus, inside shadow roots too."""
    return page.evaluate(
        """() => { let e = document.activeElement;
        while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
        return e.id || e.textContent.trim() || e.parentElement.textContent.trim(); }"""
    )


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_three_buttons_are_equal(open_tab, lang, width):
    tab = open_tab(lang=lang)
    tab.page.set_viewport_size({"width": width, "height": 568})
    tab.visit()
    for shown in ("[part~=settings]", "[part~=save]"):  # the first layer, then the settings
        expect(tab.layer.locator(shown)).to_be_visible()
        looks = tab.layer.locator("[part~=action]").evaluate_all(
            """all => all.map(e => {
              const s = getComputedStyle(e), r = e.getBoundingClientRect();
              const look = [s.backgroundColor, s.color, s.font, s.border].join();
              return {w: r.width, h: r.height, look};
            })"""
        )
        assert len(looks) == 3
        assert len({one["look"] for one in looks}) == 1
        for size in ("w", "h"):
            sizes = [one[size] for one in looks]
            assert max(sizes) - min(sizes) <= 1
        assert min(one["h"] for one in looks) >= 44
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab.layer.locator("[part~=action]").nth(2).click()


def test_keyboard_alone(shop, press):
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert shop.page.evaluate("document.activeElement === document.body"), "focus is not taken"
    order = []
    for _ in range(4):
        shop.page.keyboard.press("Tab")
        order.append(focused(shop.page))
    assert order == ["《示例隐私政策》", "全部拒绝", "全部同意", "设置"]
    shop.page.keyboard.press("Enter")
    first = shop.cookies.get_by_label("分析与个性化")
    expect(first).to_be_focused()
    shop.page.keyboard.press("Escape")
    assert focused(shop.page) == "设置"
    shop.page.keyboard.press("Enter")
    expect(first).to_be_focused()
    shop.page.keyboard.press("Space")
    for _ in range(4):
        shop.page.keyboard.press("Tab")
    assert focused(shop.page) == "保存选择"
    shop.page.keyboard.press("Enter")
    assert focused(shop.page) == "Cookie 设置"
    expect(shop.receipt).to_be_visible()
    assert press.entries()[0]["purposes"] == {"analytics": True, "adverts": False}
    shop.page.keyboard.press("Tab")
    assert focused(shop.page) == "here", "nothing holds the focus in"


def test_focus_is_never_under_the_layer(shop):
    shop.page.set_viewport_size({"width": 320, "height": 568})
    shop.visit()
    expect(shop.layer).to_be_visible()
    expect(shop.sms.get_by_label("手机号")).to_be_visible()
    shop.page.wait_for_function(
        "getComputedStyle(document.documentElement).scrollPaddingBlockEnd !== 'auto'"
    )
    top = shop.layer.bounding_box()["y"]
    for _ in range(16):
        shop.page.keyboard.press("Tab")
        if focused(shop.page) == "退订":
            break
    box = shop.sms.get_by_role("button", name="退订", exact=True).bounding_box()
    assert box["y"] + box["height"] <= top


@pytest.mark.parametrize(("lang", "scheme"), SCHEMES)
def test_axe_finds_nothing(open_tab, lang, scheme):
    tab = open_tab(lang=lang)
    tab.page.emulate_media(color_scheme=scheme)
    tab.visit()
    expect(tab.layer).to_be_visible()
    expect(tab.sms.locator("form")).to_be_visible()

    def check():
        results = Axe().run(tab.page)
        assert results.violations_count == 0, results.generate_report()

    check()
    tab.layer.locator("[part~=settings]").click()
    expect(tab.layer.locator("fieldset")).to_be_visible()
    check()
    tab.layer.locator("[part~=refuse]").click()
    expect(tab.receipt).to_be_visible()
    tab.sms.locator("input").fill("13800138000")
    tab.sms.locator("[part~=submit]").click()
    expect(tab.sms.locator("dl")).to_be_visible()
    check()


def test_strict_policy_and_trusted_types(page, press):
    tab = Shop(page, press, own=True).visit()
    tab.button("设置").click()
    tab.button("全部同意").click()
    expect(tab.receipt).to_be_visible()
    tab.sms.locator("input").fill("13800138000")
    tab.sms.locator("[part~=submit]").click()
    expect(tab.sms.locator("dl")).to_be_visible()
    assert tab.control.evaluate("e => getComputedStyle(e).position") == "fixed"
    with tab.page.expect_download():
        tab.sms.get_by_role("button", name="下载回执").click()
    assert page.evaluate("violations") == []
    assert tab.errors == []
    styled = """() => [...document.querySelectorAll('*')].filter(e =>
      e.shadowRoot?.querySelector('[style]')).length"""
    assert page.evaluate(styled) == 0


def test_the_first_layer_is_eleven_elements(shop):
    """With the script's own, and the page's link."""
    shop.visit()
    expect(shop.layer).to_be_visible()
    count = "e => 2 + [e, e.shadowRoot].flatMap(one => [...one.querySelectorAll('*')]).length"
    assert shop.cookies.evaluate(count) == 11


def test_the_first_layer_claims_no_more_than_it_is(shop):
    """A named region, not a dialog that would be modal; still, small, as dark and as the page."""
    shop.page.set_viewport_size({"width": 320, "height": 568})
    shop.page.emulate_media(reduced_motion="reduce", color_scheme="light")
    shop.visit()
    region = shop.cookies.get_by_role("region", name="Cookie 选择")
    expect(region).to_be_visible()
    look = """e => { const s = getComputedStyle(e); return {
      modal: e.ariaModal, moving: e.getRootNode().getAnimations().length, dir: s.direction,
      surface: s.backgroundColor, share: e.offsetHeight / innerHeight,
      refuse: e.querySelector('button').getBoundingClientRect().left }; }"""
    light = region.evaluate(look)
    assert (light["modal"], light["moving"], light["dir"]) == (None, 0, "ltr")
    assert light["share"] <= SHARE
    shop.page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    shop.page.evaluate("document.documentElement.dir = 'rtl'")
    dark = region.evaluate(look)
    assert dark["dir"] == "rtl"
    assert dark["refuse"] > light["refuse"]
    assert dark["surface"] != light["surface"]


def test_hidden_in_print(shop):
    shop.visit()
    expect(shop.layer).to_be_visible()
    shop.page.emulate_media(media="print")
    expect(shop.layer).to_be_hidden()
    shop.page.emulate_media(media="screen")
    shop.button("全部拒绝").click()
    shop.visit()
    expect(shop.control).to_be_visible()
    shop.page.emulate_media(media="print")
    expect(shop.control).to_be_hidden()


def test_forced_colours_keep_edges(shop):
    shop.page.emulate_media(forced_colors="active")
    shop.visit()
    expect(shop.layer).to_be_visible()
    width, style = shop.button("全部拒绝").evaluate(
        "e => [getComputedStyle(e).borderTopWidth, getComputedStyle(e).borderTopStyle]"
    )
    assert (width, style) == ("1px", "solid")


def test_without_javascript_the_link_is_there(browser, press):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(press.shop.origin + "/shop/zh")
    expect(page.get_by_role("link", name="form")).to_have_count(2)
    page.context.close()


def test_nothing_global_and_nothing_stored_before_a_choice(shop):
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert (
        shop.page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length")
        == 0
    )
    leaked = shop.page.evaluate(
        """() => {
          const f = document.createElement('iframe');
          document.body.append(f);
          const usual = new Set([...Object.keys(f.contentWindow), 'seen', 'violations']);
          f.remove();
          return Object.keys(window).filter(k => !usual.has(k));
        }"""
    )
    assert leaked == []
