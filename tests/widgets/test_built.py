"""The files that a site serves do what the sources do: whole visits, under the strictest policy."""

import json

import pytest
from playwright.sync_api import expect

from .press import CHOICES, WIDGETS, Shop, wait_for


@pytest.fixture
def tab(page, press):
    """A page of our own site, under the strictest policy a page can have, with the built files."""
    press.built = True
    tab = Shop(page, press, own=True)
    yield tab
    assert not tab.errors
    assert page.evaluate("violations") == []


def test_a_first_visit_asks_for_three_files(tab, press):
    requested = tab.requests()
    tab.visit()
    tab.button("全部拒绝").click()
    expect(tab.receipt).to_be_visible()
    files = [name for name in requested if name not in ("zh", "choices", "kept", "sms.zh.js")]
    assert sorted(files) == ["clausepress.js", "cookies.zh.js", "policies.json"]
    tab.control.click()
    tab.cookies.get_by_label("分析与个性化").check()
    tab.button("保存选择").click()
    expect(tab.receipt).to_be_visible()
    changed = wait_for(lambda: press.entries()[1:])[0]
    assert changed["purposes"] == {"analytics": True, "adverts": False}
    assert requested.count("settings.zh.js") == 1


def test_without_the_settings_all_can_be_taken_back(tab, press):
    tab.page.route("**/settings.zh.js", lambda route: route.abort())
    tab.accepted()
    tab.control.click()
    tab.button("全部拒绝").click()
    expect(tab.status).to_contain_text("已拒绝")
    expect(tab.receipt).to_be_visible()
    assert press.decisions() == ["given", "withdrawn"]


def test_a_later_visit_asks_for_the_loader_alone(shop, press):
    press.built = True
    shop.url += "?no-sms"
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    requested = shop.requests()
    shop.visit()
    expect(shop.control).to_have_text("Cookie 设置")
    assert requested == ["zh?no-sms", "clausepress.js"]
    shop.control.click()
    shop.button("全部同意").click()
    expect(shop.receipt).to_be_visible()
    assert press.decisions() == ["refused", "given"]


def test_two_elements_share_one_queue(tab, press):
    tab.visit()
    tab.sms.get_by_label("手机号").fill("13800138000")
    tab.sms.get_by_role("button", name="退订", exact=True).click()
    expect(tab.sms.locator("dl")).to_be_visible()
    tab.button("全部拒绝").click()
    expect(tab.receipt).to_be_visible()
    assert len(press.entries()) == 2


def test_in_english(page, press):
    press.built = True
    tab = Shop(page, press, lang="en-GB").visit()
    tab.button("Refuse all").click()
    expect(tab.receipt).to_have_text("View receipt")
    tab.sms.get_by_label("Phone number").fill("12")
    tab.sms.get_by_role("button", name="Unsubscribe", exact=True).click()
    expect(tab.sms.get_by_role("status")).to_contain_text("not a usable telephone number")


def test_an_element_is_in_the_language_of_its_file_and_two_languages_know_one_person(form, press):
    press.built = True
    files, yeses = [], []
    form.page.route("**/agree.zh.js", lambda r: files.append(r))
    form.page.route(CHOICES, lambda r: r.continue_() if yeses else yeses.append(r))
    form.visit(f'documents="terms" subject="{"s" * 22}"')
    wait_for(lambda: form.page.evaluate("1") and files)
    form.page.evaluate("document.documentElement.lang = 'en'")
    files[0].continue_()
    expect(form.element.locator("[part~=policy]")).to_have_text("《示例服务协议》")
    expect(form.element.locator("section")).to_have_attribute("lang", "zh")
    form.box.check()
    form.go.click()
    wait_for(lambda: form.page.evaluate("1") and yeses)
    form.element.evaluate("e => e.replaceWith(e.cloneNode(true))")
    expect(form.go).to_have_text("Agree and continue")
    form.box.check()
    form.go.click()
    expect(form.status).to_contain_text("Recording")
    yeses[0].continue_()
    form.posted()
    entries = [(entry["decision"], entry["lang"]) for entry in press.entries()]
    assert entries == [("given", "zh"), ("withdrawn", "zh"), ("given", "en")]


def test_every_language_has_every_word():
    words = [json.loads(file.read_text("utf-8")) for file in WIDGETS.glob("messages/*.json")]
    assert len(words) == 2
    assert words[0].keys() == words[1].keys()
