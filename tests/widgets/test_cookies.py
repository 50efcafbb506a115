"""<clausepress-cookies> as a visitor meets it."""

from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from .press import NEW, OLD, policies, version


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

    shop.url += "?no-sms"
    requested = shop.requests()
    shop.visit()
    expect(shop.control).to_have_text("Cookie 设置")
    expect(shop.layer).to_have_count(0)
    assert shop.choice() == event
    assert len(press.entries()) == 1
    assert requested == ["zh?no-sms", "clausepress.js"]


def test_accepting_is_stored_and_told_on_the_next_visit_without_the_ui(shop, press):
    shop.visit()
    shop.button("全部同意").click()
    expect(shop.receipt).to_be_visible()
    (entry,) = press.entries()
    assert entry["decision"] == "given"
    assert entry["purposes"] == {"analytics": True, "adverts": True}

    shop.url += "?no-sms"
    requested = shop.requests()
    shop.visit()
    shop.page.wait_for_function("seen.length > 0")
    assert shop.choice()["purposes"] == {"analytics": True, "adverts": True}
    assert requested == ["zh?no-sms", "clausepress.js", "policies.json"]


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
    assert [e["decision"] for e in press.entries()] == ["given", "withdrawn"]
    assert press.entries()[0]["surface"] == "preferences"
    assert [e["decision"] for e in shop.events()] == ["given", "refused"]


def test_saving_with_nothing_ticked_is_a_refusal(shop, press):
    shop.visit()
    shop.button("设置").click()
    shop.button("保存选择").click()
    expect(shop.receipt).to_be_visible()
    assert [e["decision"] for e in press.entries()] == ["refused"]


def test_a_new_text_ends_a_consent(shop, press):
    shop.visit()
    shop.button("全部同意").click()
    expect(shop.receipt).to_be_visible()
    press.publish(policies(NEW, OLD))
    shop.visit()
    expect(shop.layer).to_contain_text("您先前的同意不再有效")
    expect(shop.layer).to_contain_text("202603011")
    assert shop.choice() is None
    assert shop.events() == []
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    assert [e["version"] for e in press.entries()] == ["2021-01-25", "2026-03-01"]
    assert press.entries()[1]["decision"] == "refused"


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
          kept.at = new Date(Date.now() - 181 * 864e5).toISOString();
          localStorage[key] = JSON.stringify(kept);
        }"""
    )
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert shop.choice()["decision"] == "refused", "asked again, and refused until answered"


def test_a_new_purpose_is_asked_about(shop, press):
    shop.visit()
    shop.button("全部同意").click()
    expect(shop.receipt).to_be_visible()
    data = policies(OLD)
    label = {"zh": "调查", "en": "Surveys"}
    data["policies"][0]["cookies"]["purposes"].append(
        {"id": "surveys", "required": False, "label": label}
    )
    press.publish(data)
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert shop.choice() is None


def test_unknown_text_in_force_means_no_consent(shop, press):
    shop.visit()
    shop.button("全部同意").click()
    expect(shop.receipt).to_be_visible()
    shop.page.route("**/policies.json", lambda route: route.fulfill(status=503, body="down"))
    shop.visit()
    expect(shop.control).to_be_visible()
    assert shop.choice() is None
    assert shop.events() == []


def test_without_policies_the_page_s_own_link_stays(shop):
    shop.page.route("**/policies.json", lambda route: route.abort())
    shop.visit()
    expect(shop.cookies.get_by_role("link", name="form")).to_be_visible()
    expect(shop.sms.get_by_role("link", name="form")).to_be_visible()
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
    assert [e["decision"] for e in press.entries()] == ["given"], "a later choice of one's own wins"
    shop.visit()
    shop.page.wait_for_function("seen.length > 0")
    assert shop.choice()["decision"] == "given"


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
