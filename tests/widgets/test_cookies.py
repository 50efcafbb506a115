"""<clausepress-cookies> as a visitor meets it."""

from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from .press import NEW, OLD, Shop, policies, version, wait_for


def test_refusing_is_stored_shown_and_not_asked_again(shop, press):
    shop.visit()
    expect(shop.layer).to_contain_text("《示例隐私政策》（版号：202101151）")
    link = shop.layer.get_by_role("link")
    assert link.get_attribute("href") == f"{press.server.origin}/zh/privacy/2021-01-25/"
    shop.button("全部拒绝").click()
    expect(shop.layer).to_be_hidden()
    expect(shop.receipt).to_have_text("查看回执")

    (entry,) = press.entries()
    assert entry["decision"] == "refused"
    assert entry["purposes"] == {"analytics": False, "adverts": False}
    assert (entry["label"], entry["surface"], entry["lang"]) == ("全部拒绝", "banner", "zh")
    href = f"{press.server.origin}/v1/receipts/{entry['id']}?lang=zh"
    assert shop.receipt.get_attribute("href") == href
    with urlopen(href) as answer:
        assert answer.status == 200
    (event,) = shop.events()
    assert event == shop.choice()
    assert event["decision"] == "refused"
    assert event["version"] == "2021-01-25"
    assert shop.events("clausepress-receipt")[0]["id"] == entry["id"]

    shop.page.goto("about:blank")  # what this page still asks for is not the next one's
    shop.url += "?no-sms"
    requested = shop.requests()
    shop.visit()
    expect(shop.control).to_have_text("Cookie 设置")
    expect(shop.layer).to_have_count(0)
    assert shop.choice() == event
    assert len(press.entries()) == 1
    assert requested == ["zh?no-sms", "clausepress.js"]


def test_accepting_is_stored_and_told_on_the_next_visit_without_the_ui(shop, press):
    shop.accepted()
    (entry,) = press.entries()
    assert entry["decision"] == "given"
    assert entry["purposes"] == {"analytics": True, "adverts": True}

    shop.url += "?no-sms"
    requested = shop.requests()
    shop.visit()
    shop.page.wait_for_function("seen.length > 0")
    assert shop.choice()["purposes"] == {"analytics": True, "adverts": True}
    assert requested == ["zh?no-sms", "clausepress.js", "material.js", "policies.json"]


def test_settings_save_one_purpose_and_a_later_refusal_withdraws_it(shop, press):
    shop.visit()
    shop.button("设置").click()
    required = shop.cookies.get_by_label("记住您的身份")
    expect(required).to_be_checked()
    expect(required).to_be_disabled()
    for purpose in ("分析与个性化", "广告"):
        expect(shop.cookies.get_by_label(purpose)).not_to_be_checked()
    shop.cookies.get_by_label("分析与个性化").check()
    shop.button("保存选择").click()
    expect(shop.receipt).to_be_visible()
    assert shop.choice()["purposes"] == {"analytics": True, "adverts": False}

    shop.control.click()
    expect(shop.cookies.get_by_label("分析与个性化")).to_be_checked()
    expect(shop.layer.get_by_role("link", name="查看回执")).to_be_visible()
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("已拒绝")
    expect(shop.receipt).to_be_visible()
    assert press.decisions() == ["given", "withdrawn"]
    assert press.entries()[0]["surface"] == "preferences"
    assert [e["decision"] for e in shop.events()] == ["given", "refused"]


def test_saving_with_nothing_ticked_is_a_refusal(shop, press):
    shop.visit()
    shop.button("设置").click()
    shop.button("保存选择").click()
    expect(shop.receipt).to_be_visible()
    assert press.decisions() == ["refused"]


def test_a_new_text_ends_a_consent(shop, press):
    shop.accepted()
    press.publish(policies(NEW, OLD))
    shop.visit()
    expect(shop.layer).to_contain_text("您先前的同意不再有效")
    expect(shop.layer).to_contain_text("202603011")
    changes = shop.layer.get_by_role("link", name="查看此后的修改")
    wanted = f"{press.server.origin}/zh/privacy/2021-01-25/to-current/"
    assert changes.get_attribute("href") == wanted
    assert shop.choice() is None
    assert shop.events() == []
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    assert [e["version"] for e in press.entries()] == ["2021-01-25", "2026-03-01"]
    assert press.entries()[1]["decision"] == "refused"


def test_a_new_text_that_asks_about_the_same_leaves_a_consent_alone(shop, press):
    digest = "sha256:" + "5" * 64
    press.publish(policies(OLD, digest=digest))
    shop.accepted()
    press.publish(policies(NEW, OLD, digest=digest))
    shop.visit()
    shop.page.wait_for_function("seen.length > 0")
    assert shop.choice()["decision"] == "given"
    expect(shop.layer).to_have_count(0)


def test_a_purpose_that_is_gone_is_named(shop, press):
    shop.accepted()
    data = policies(OLD, digest="sha256:" + "5" * 64)
    data["policies"][0]["cookies"]["purposes"].pop()
    press.publish(data)
    shop.visit()
    expect(shop.layer).to_contain_text("不再询问的用途：广告。")


def test_the_site_says_for_how_long_a_refusal_is_left_alone(shop):
    shop.visit()
    shop.cookies.evaluate("e => e.setAttribute('quiet', '30')")
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    until = shop.page.evaluate(
        """() => { const kept = JSON.parse(Object.entries(localStorage).find(([k]) =>
        k.startsWith('clausepress:cookies:'))[1]); return kept.until - Date.parse(kept.at); }"""
    )
    assert until == 30 * 86_400_000


def test_a_new_text_does_not_reopen_a_refusal_for_180_days(shop, press):
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    press.publish(policies(NEW, OLD))
    shop.visit()
    expect(shop.control).to_be_visible()
    expect(shop.layer).to_have_count(0)
    assert shop.choice()["decision"] == "refused"

    shop.page.evaluate(
        """() => {
          const key = Object.keys(localStorage).find(k => k.startsWith('clausepress:cookies:'));
          const kept = JSON.parse(localStorage[key]);
          kept.until -= 181 * 864e5;
          localStorage[key] = JSON.stringify(kept);
        }"""
    )
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert shop.choice()["decision"] == "refused", "asked again, and refused until answered"


def test_a_new_purpose_is_asked_about(shop, press):
    shop.accepted()
    data = policies(OLD)
    label = {"zh": "调查", "en": "Surveys"}
    data["policies"][0]["cookies"]["purposes"].append(
        {"id": "surveys", "required": False, "label": label}
    )
    data["policies"][0]["cookies"]["digest"] = "sha256:" + "5" * 64
    press.publish(data)
    shop.visit()
    expect(shop.layer).to_contain_text("新增用途：调查。")
    expect(shop.layer.get_by_text("查看此后的修改")).to_have_count(0)  # of the same version
    assert shop.choice() is None


def test_unknown_text_in_force_means_no_consent(shop, press):
    shop.accepted()
    shop.page.route("**/policies.json", lambda route: route.fulfill(status=503, body="down"))
    with shop.page.expect_response("**/policies.json"):
        shop.visit()
    expect(shop.control).to_be_visible()
    assert shop.choice() is None
    assert shop.events() == []


def test_without_policies_the_page_s_own_link_stays(shop):
    shop.page.route("**/policies.json", lambda route: route.abort())
    shop.visit()
    for element in (shop.cookies, shop.sms):
        expect(element.locator("slot:not([name])")).to_have_count(1)
        expect(element.get_by_role("link", name="form")).to_be_visible()
    assert shop.choice() is None


def test_global_privacy_control_is_an_answer(shop, press):
    shop.page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
    )
    shop.visit()
    expect(shop.status).to_contain_text("GPC")
    expect(shop.layer).to_be_hidden()
    choice = shop.choice()
    assert choice["decision"] == "refused"
    assert choice["signal"] == "gpc"
    assert choice["purposes"] == {"analytics": False, "adverts": False}
    assert shop.page.evaluate("localStorage.length") == 0
    shop.control.click()
    shop.button("全部同意").click()
    expect(shop.receipt).to_be_visible()
    assert press.decisions() == ["given"], "a later choice of one's own wins"
    shop.visit()
    shop.page.wait_for_function("seen.length > 0")
    assert shop.choice()["decision"] == "given"


def test_global_privacy_control_holds_against_an_older_yes(shop, press):
    shop.accepted()
    shop.page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
    )
    shop.visit()
    expect(shop.status).to_contain_text("GPC")
    assert shop.choice()["signal"] == "gpc"
    assert [e["decision"] for e in shop.events()] == ["refused"]
    assert len(press.entries()) == 1
    shop.control.click()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    shop.control.click()
    shop.button("全部同意").click()
    wait_for(lambda: len(press.entries()) == 3)
    assert press.decisions() == ["given", "withdrawn", "given"]
    shop.visit()
    shop.chosen("given")


def test_global_privacy_control_holds_back_a_yes_that_waits_and_clears_what_it_left(shop, press):
    data = policies(OLD)
    data["policies"][0]["cookies"]["purposes"][1]["clears"] = ["counted"]
    press.publish(data)
    shop.page.route("**/v1/choices", lambda route: route.abort())
    shop.visit()
    shop.button("全部同意").click()
    wait_for(shop.queue)
    shop.page.evaluate("localStorage.counted = 1")
    shop.page.unroute("**/v1/choices")
    shop.page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
    )
    shop.visit()
    expect(shop.status).to_contain_text("GPC")
    shop.page.wait_for_function("localStorage.counted === undefined")
    # What is sent next arrives; the yes, which was before it in the queue, has not been sent.
    shop.sms.get_by_label("手机号").fill("13500135009")
    shop.sms.get_by_role("button", name="退订", exact=True).click()
    wait_for(press.entries)
    assert [e["kind"] for e in press.entries()] == ["opt-out"]


def test_markup_in_policies_is_text(shop, press):
    evil = "<img src=x onerror='document.title=1'>"
    data = policies(version("2021-01-25", evil, evil, evil, "effective"), analytics=evil)
    press.publish(data)
    shop.visit()
    expect(shop.layer).to_contain_text(evil)
    shop.button("设置").click()
    expect(shop.layer.get_by_label(evil)).to_be_visible()
    expect(shop.cookies.locator("img")).to_have_count(0)
    assert shop.page.title() == "Page"


def test_removed_and_added_again_it_goes_on(shop, press):
    shop.visit()
    expect(shop.layer).to_be_visible()
    shop.cookies.evaluate("e => { window.kept = e; e.remove(); }")
    shop.page.evaluate("document.body.prepend(kept)")
    expect(shop.layer).to_have_count(1)
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    shop.cookies.evaluate("e => { e.remove(); document.body.append(e); }")
    expect(shop.control).to_have_count(1)
    expect(shop.layer).to_have_count(0)
    assert shop.choice()["decision"] == "refused"
    assert len(shop.events()) == 1
    assert len(press.entries()) == 1


@pytest.mark.parametrize("before", ["", "全部同意", "全部拒绝"])
def test_moved_to_another_document_and_back_it_takes_a_no(shop, press, before):
    shop.visit()
    expect(shop.layer).to_be_visible()
    if before:
        shop.button(before).click()
        expect(shop.receipt).to_be_visible()
    shop.cookies.evaluate(
        """e => { const frame = document.body.appendChild(document.createElement('iframe'));
            frame.contentDocument.body.append(e); window.moved = e; }"""
    )
    shop.page.wait_for_function("moved.shadowRoot.querySelector('slot:not([name])')")
    shop.page.evaluate("document.body.append(moved)")
    if before:
        shop.control.click()
    shop.button("全部拒绝").click()
    wait_for(lambda: len(press.entries()) == 1 + bool(before))
    assert press.entries()[-1]["decision"] == ("withdrawn" if before == "全部同意" else "refused")
    shop.chosen("refused")


def test_two_tabs_agree(shop, open_tab):
    shop.visit()
    other = open_tab().visit()
    expect(other.layer).to_be_visible()
    shop.button("全部同意").click()
    expect(other.layer).to_be_hidden()
    other.page.wait_for_function("seen.length === 1")
    assert other.choice() == shop.choice()
    other.control.click()
    other.button("全部拒绝").click()
    shop.page.wait_for_function(
        "document.querySelector('clausepress-cookies').choice.decision === 'refused'"
    )
    assert other.choice() == shop.choice()
    third = open_tab().visit()
    third.page.wait_for_function("seen.length === 1")
    assert third.choice() == shop.choice()


def test_what_another_tab_decides_takes_no_focus(shop, open_tab):
    shop.visit()
    shop.button("全部同意").click()
    expect(shop.control).to_be_focused()
    other = open_tab().visit()
    other.control.click()
    other.button("全部拒绝").click()
    shop.page.wait_for_function(
        "document.querySelector('clausepress-cookies').choice.decision === 'refused'"
    )
    expect(shop.layer).to_be_hidden()
    assert shop.control.evaluate("e => e.getRootNode().activeElement === e")


def test_open_from_the_page_and_back(shop):
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.control).to_be_focused()
    shop.page.locator("#here").focus()
    shop.cookies.evaluate("e => e.open()")
    expect(shop.cookies.get_by_label("分析与个性化")).to_be_focused()
    shop.page.keyboard.press("Escape")
    expect(shop.layer).to_be_hidden()
    expect(shop.page.locator("#here")).to_be_focused()


@pytest.mark.parametrize(
    ("declared", "shown"), [("en-GB", "Refuse all"), ("zh-Hant", "全部拒绝"), ("fr", "Refuse all")]
)
def test_language_comes_from_the_page(open_tab, declared, shown):
    tab = open_tab(lang=declared).visit()
    expect(tab.button(shown)).to_be_visible()


def test_own_attributes(shop, press):
    """An element may name its language, its site and its API."""
    shop.page.goto(press.shop.origin + "/here")
    shop.page.evaluate(
        """([origin]) => {
          const e = document.createElement('clausepress-cookies');
          const given = {policy: 'privacy', lang: 'en', base: origin, api: origin + '/v1'};
          for (const [name, value] of Object.entries(given)) e.setAttribute(name, value);
          document.body.append(e);
          return import(origin + '/widgets/clausepress.js');
        }""",
        [press.server.origin],
    )
    shop.button("Refuse all").click()
    expect(shop.receipt).to_have_text("View receipt")
    assert press.entries()[0]["lang"] == "en"


CLEARS = ["_count", "_count_*", "__Host-count", "c*"]  # the last would cover our own names, too
COOKIES = """() => {
  const past = (name, rest) => { document.cookie = name + '=1;Max-Age=999' + rest; };
  past('_count', ';Path=/'); past('_count', ';Path=/shop'); past('_count_x1', ''); past('kept', '');
  past('_count', ';Path=/;Domain=shop.example.test'); past('_count', ';Path=/;Domain=example.test');
  past('__Host-count', ';Path=/;Secure');
  localStorage.countState = 1; localStorage.basket = 1; }"""
THEIRS = "document.cookie.split('; ').filter((one) => !one.startsWith('clausepress.'))"


@pytest.mark.parametrize("how", ["settings", "all"])
def test_what_a_purpose_left_behind_goes_when_it_is_taken_back(page, press, how):
    """On the host and the domains above it, at the root and below; nothing else."""
    data = policies(OLD)
    data["policies"][0]["cookies"]["purposes"][1]["clears"] = CLEARS
    press.publish(data)
    host = "https://www.shop.example.test"

    def answer(route):
        got = page.request.fetch(route.request.url.replace(host, press.shop.origin))
        body = got.text().replace(press.server.origin, host)
        route.fulfill(response=got, body=body)

    def from_press(route):
        headers = {**route.request.headers, "origin": press.shop.origin}
        url = route.request.url.replace(host, press.server.origin)
        got = route.fetch(url=url, headers=headers)
        route.fulfill(response=got)

    page.route(host + "/**", from_press)
    page.route(host + "/shop/**", answer)
    tab = Shop(page, press)
    tab.url = host + "/shop/zh"
    tab.visit()
    tab.button("全部同意").click()
    expect(tab.layer).to_be_hidden()
    page.evaluate(COOKIES)
    assert page.evaluate(f"{THEIRS}.length") == 7
    tab.control.click()
    if how == "settings":
        tab.cookies.get_by_label("分析与个性化").uncheck()
        tab.button("保存选择").click()
    else:
        tab.button("全部拒绝").click()
    page.wait_for_function(f"{THEIRS}.join() === 'kept=1'")
    assert page.evaluate("[localStorage.countState ?? null, localStorage.basket]") == [None, "1"]
    assert page.evaluate("Object.keys(localStorage).some((key) => key.startsWith('clausepress:'))")
    wait_for(lambda: page.evaluate("1") and len(press.entries()) == 2)


API = """origin => import(origin + '/widgets/api.js')"""


def test_the_page_s_own_scripts(shop, press):
    shop.visit()
    expect(shop.layer).to_be_visible()
    shop.page.evaluate(API, press.server.origin)
    shop.page.evaluate("() => { clausepress.ready.then((choice) => window.first = choice); }")
    assert shop.page.evaluate("clausepress.get('analytics')") is False
    shop.page.evaluate("clausepress.set({analytics: true}, '打开统计')")
    shop.page.wait_for_function("window.first?.decision === 'given'")
    assert shop.page.evaluate("[clausepress.get('analytics'), clausepress.get('adverts')]") == [
        True,
        False,
    ]
    expect(shop.layer).to_be_hidden()
    expect(shop.receipt).to_be_visible()
    (entry,) = press.entries()
    assert (entry["label"], entry["surface"]) == ("打开统计", "page")
    shop.visit()
    shop.page.wait_for_function("seen.length > 0")
    shop.page.evaluate(API, press.server.origin)
    assert shop.page.evaluate("clausepress.ready.then((choice) => choice.decision)") == "given"
    shop.page.evaluate("clausepress.withdraw()")
    wait_for(lambda: shop.page.evaluate("1") and len(press.entries()) == 2)
    assert press.entries()[1]["decision"] == "withdrawn"
    assert shop.page.evaluate("clausepress.get('analytics')") is False
