"""<clausepress-sms> end to end."""

import json
import re

import pytest
from playwright.sync_api import expect

from clausepress.archive.model import Sms
from clausepress.site.sms import reply_code, reply_path

from .press import OLD, OPT_OUTS, Shop, down, policies, wait_for

PATH = reply_path("privacy")


@pytest.fixture
def form(shop):
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    return shop


def opted_out(press):
    return [e for e in press.entries() if e["kind"] == "opt-out"]


def ask(form, number):
    form.sms.get_by_label("手机号").fill(number)
    form.sms.get_by_role("button", name="退订", exact=True).click()


def test_opting_out_gives_a_receipt(form, press):
    expect(form.sms).to_contain_text("直接回复 TDexample 即可退订")
    ask(form, "138 0013 8000")
    status = form.sms.get_by_role("status")
    expect(status).to_contain_text("退订已登记")
    (entry,) = opted_out(press)
    assert entry["channel"] == "sms"
    assert "13800138000" not in json.dumps(entry)
    expect(form.sms.locator("[part~=receipt-id]")).to_have_text(entry["id"])
    expect(form.sms.locator("time")).to_have_attribute("datetime", entry["at"])
    expect(form.sms.get_by_role("link", name="查看回执")).to_have_attribute(
        "href", f"{press.server.origin}/v1/receipts/{entry['id']}?lang=zh"
    )
    with form.page.expect_download() as download:
        form.sms.get_by_role("button", name="下载回执").click()
    assert download.value.suggested_filename == f"receipt-{entry['id']}.json"
    saved = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert saved["id"] == entry["id"]
    assert json.loads(saved["entry"]) == entry
    assert form.events("clausepress-receipt")[-1] == saved
    kept = form.page.evaluate("JSON.stringify(localStorage)")
    assert not re.search(r"138\s*0013\s*8000", kept), "no number stays behind"


def test_same_answer_for_a_number_known_already(form, press):
    said = []
    for _ in range(2):
        ask(form, "13900139000")
        expect(form.sms.locator("[part~=receipt-id]")).to_be_visible()
        said.append(form.sms.get_by_role("status").inner_text())
        form.visit()
    assert said[0] == said[1]
    assert len(opted_out(press)) == 2


def test_copying(form, press, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    form.sms.get_by_role("button", name="复制 TDexample").click()
    expect(form.sms.get_by_role("status")).to_have_text("已复制。")
    assert form.page.evaluate("navigator.clipboard.readText()") == "TDexample"
    ask(form, "13700137000")
    form.sms.get_by_role("button", name="复制回执").click()
    expect(form.sms.get_by_role("status")).to_have_text("已复制。")
    copied = json.loads(form.page.evaluate("navigator.clipboard.readText()"))
    assert copied["id"] == opted_out(press)[0]["id"]


def test_copying_not_allowed_says_so(form):
    form.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    form.sms.get_by_role("button", name="复制 TDexample").click()
    expect(form.sms.get_by_role("status")).to_contain_text("手动复制")


def test_empty_field_is_refused_here(form, press):
    ask(form, "   ")
    expect(form.sms.get_by_role("status")).to_have_text("请填写手机号。")
    expect(form.sms.get_by_label("手机号")).to_be_focused()
    expect(form.sms.get_by_label("手机号")).to_have_attribute("aria-invalid", "true")
    assert opted_out(press) == []


def test_a_number_that_cannot_be_can_be_corrected(form, press):
    ask(form, "12")
    expect(form.sms.get_by_role("status")).to_contain_text("这不是可用的电话号码")
    assert form.queue() == 0
    ask(form, "13600136000")
    expect(form.sms.get_by_role("status")).to_contain_text("退订已登记")
    expect(form.sms.get_by_label("手机号")).to_have_attribute("aria-invalid", "false")
    assert len(opted_out(press)) == 1


def test_the_server_s_reason_is_shown(form):
    form.page.route(
        OPT_OUTS,
        lambda route: route.fulfill(
            status=422,
            content_type="application/problem+json",
            headers={"access-control-allow-origin": "*"},
            body='{"type": "/problems/idempotency-mismatch", "detail": "<i>Not from here.</i>"}',
        ),
    )
    ask(form, "13600136000")
    expect(form.sms.get_by_role("status")).to_contain_text("<i>Not from here.</i>")


def test_in_a_shadow_root_the_page_s_language_counts(shop):
    shop.visit()
    shop.page.evaluate(
        """() => { const inside = document.querySelector('clausepress-sms').cloneNode();
        const around = document.body.appendChild(document.createElement('div'));
        around.id = 'around'; around.attachShadow({mode: 'open'}).append(inside); }"""
    )
    expect(shop.page.locator("#around section")).to_contain_text("退订")


def test_pressing_twice_while_the_server_is_down_makes_one_record(form, press):
    press.server.stop()
    ask(form, "13500135000")
    status = form.sms.get_by_role("status")
    expect(status).to_contain_text("还没有送达")
    ask(form, "13500135000")
    expect(status).to_contain_text("还没有送达")
    form.page.evaluate("localStorage.clear()")
    press.server.start()
    form.page.evaluate("dispatchEvent(new Event('online'))")
    expect(status).to_contain_text("退订已登记")
    assert len(opted_out(press)) == 1


def test_asked_again_on_the_next_visit_it_is_the_same_request(form, press):
    keys = down(form.page, OPT_OUTS)
    ask(form, "13500135001")
    status = form.sms.get_by_role("status")
    expect(status).to_contain_text("还没有送达")
    form.visit()
    expect(status).to_contain_text("还没有送达")
    before = len(keys)
    for spelling in (
        "135-0013 5001",
        "\uff11\uff13\uff15\uff10\uff10\uff11\uff13\uff15\uff10\uff10\uff11",
    ):
        ask(form, spelling)
    wait_for(lambda: form.page.evaluate("1") and len(keys) > before)
    form.page.unroute(OPT_OUTS)
    form.page.evaluate("dispatchEvent(new Event('online'))")
    expect(status).to_contain_text("退订已登记")
    assert form.queue() == 0
    assert len(set(keys)) == 1
    assert len(opted_out(press)) == 1


@pytest.mark.parametrize(
    ("first", "then", "made"),
    [
        ("\u0661\u0663\u0668" + "\u0660" * 8, "\u0661\u0663\u0669" + "\u0660" * 8, 2),
        ("13800138000（张三）", "13800138000", 1),  # the first is no number
    ],
    ids=["digits", "letters"],
)
def test_other_letters_and_digits_are_another_request(shop, press, first, then, made):
    down(shop.page, OPT_OUTS)
    shop.visit()
    for number in (first, then):
        shop.opt_out(number)
        expect(shop.sms.get_by_role("status")).to_contain_text("还没有送达")
    shop.online(OPT_OUTS)
    wait_for(lambda: shop.page.evaluate("1") and shop.queue() == 0)
    assert len(opted_out(press)) == made


def test_an_earlier_request_leaves_what_is_being_typed(form, press):
    down(form.page, OPT_OUTS)
    ask(form, "13500135002")
    status = form.sms.get_by_role("status")
    expect(status).to_contain_text("还没有送达")
    form.visit()
    expect(status).to_contain_text("还没有送达")
    form.sms.get_by_label("手机号").fill("13500135003")
    form.page.unroute(OPT_OUTS)
    form.page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: form.page.evaluate("1") and form.queue() == 0)
    expect(form.sms.get_by_label("手机号")).to_have_value("13500135003")
    expect(status).not_to_contain_text("退订已登记")
    ask(form, "13500135003")
    expect(status).to_contain_text("退订已登记")
    assert len(opted_out(press)) == 2


def test_the_keyword_goes_into_a_message_by_a_link(form):
    link = form.sms.get_by_role("link", name="在手机上发送 TDexample")
    expect(link).to_have_attribute("href", "sms:?&body=TDexample")
    expect(form.sms.locator("svg")).to_have_count(0)


@pytest.fixture
def numbered(page, press):
    """A policy whose messages always come from one number, and the square that a build makes."""
    texts = policies(OLD)
    (policy,) = texts["policies"]
    policy["sms"] |= {"number": "106900001", "keyword": "TD&<1>"}
    press.publish(texts, {PATH: json.loads(reply_code(Sms(**policy["sms"])))})
    page.route(f"**/{PATH}", lambda r: r.fulfill(json=press.editions[PATH]))
    return policy["sms"]


def test_a_square_for_a_phone_s_camera(shop, numbered):
    shop.visit()
    link = shop.sms.locator("[part~=write]")
    expect(link).to_have_attribute("href", "sms:106900001?&body=TD%26%3C1%3E")
    square = shop.sms.get_by_role("img")
    expect(square).to_be_visible()
    assert "h1v1h-1z" in square.locator("path").get_attribute("d")


def test_no_square_on_a_phone(browser, press, numbered):
    context = browser.new_context(has_touch=True, is_mobile=True)
    tab = Shop(context.new_page(), press).visit()
    expect(tab.sms.locator("[part~=write]")).to_be_visible()
    expect(tab.sms.locator("svg")).to_have_count(0)
    context.close()


def test_without_the_square_the_words_say_it(shop, numbered):
    shop.page.route(f"**/{PATH}", lambda route: route.fulfill(status=404))
    shop.visit()
    expect(shop.sms.locator("[part~=write]")).to_be_visible()
    expect(shop.sms.locator("[part~=qr]")).to_be_hidden()


def test_the_mailing_list(form, press):
    form.page.evaluate(
        """() => { const one = document.querySelector('clausepress-sms').cloneNode(true);
        document.querySelector('clausepress-sms').remove();
        one.setAttribute('channel', 'email');
        document.querySelector('main').append(one); }"""
    )
    status = form.sms.get_by_role("status")
    form.sms.get_by_label("电子邮箱").fill("nobody")
    expect(form.sms).not_to_contain_text("TDexample")
    form.sms.get_by_role("button", name="退订", exact=True).click()
    expect(status).to_contain_text("这不是可用的邮箱地址")
    form.sms.get_by_label("电子邮箱").fill("a.b@example.com")
    form.sms.get_by_role("button", name="退订", exact=True).click()
    expect(status).to_contain_text("不会再向这个邮箱发送")
    (entry,) = opted_out(press)
    assert entry["channel"] == "email"
    assert "example.com" not in form.page.evaluate("JSON.stringify(localStorage)")


def test_in_a_narrow_window_right_to_left_and_forced_colours(shop, numbered):
    shop.page.set_viewport_size({"width": 320, "height": 568})
    shop.page.emulate_media(forced_colors="active")
    shop.visit()
    shop.page.evaluate("document.documentElement.dir = 'rtl'")
    expect(shop.sms.get_by_role("img")).to_be_visible()
    assert shop.page.evaluate("document.documentElement.scrollWidth") <= 320
    for control in shop.sms.locator("button, input").all():
        assert control.bounding_box()["height"] >= 43.9
