"""What is wrong around <clausepress-agree>, -sms and -choices: texts, words, places, frames."""

import copy
import json

from playwright.sync_api import expect

from .press import OLD, WIDGETS, policies
from .sign_up import USUAL

MOVE = """tag => {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const place = frame.contentDocument.createElement('form');
  frame.contentDocument.body.append(place);
  place.append(document.querySelector(tag));
}"""
BACK = """tag => {
  const { contentDocument } = document.querySelector('iframe');
  document.querySelector('form').append(contentDocument.querySelector(tag));
}"""
TWICE = """tag => { const one = document.querySelector(tag); one.after(one.cloneNode(true)); }"""
FLICKER = """tag => { const one = document.querySelector(tag), place = one.parentElement;
  for (let nth = 0; nth < 20; nth++) { one.remove(); place.append(one); } }"""


def agree(form):
    form.box.check()
    form.go.click()


def test_two_policies_with_one_id(form, press):
    """What is put on record is what was shown."""
    listed = json.loads(press.file.read_text())
    terms = next(p for p in listed["policies"] if p["id"] == "terms")
    twin = copy.deepcopy(terms)
    for each in twin["versions"][0]["editions"].values():
        each |= {"title": "Other", "text_digest": "sha256:" + "e" * 64}
    listed["policies"].append(twin)
    press.publish(listed, press.editions)
    form.visit()
    expect(form.element.locator("[part~=policy]").first).to_have_text("《示例服务协议》")
    agree(form)
    form.posted()
    shown = terms["versions"][0]["editions"]["zh"]["text_digest"]
    found = [e for e in press.entries() if e["policy"] == "terms"]
    assert [e["text_digest"] for e in found] == [shown]


def test_one_document_named_twice_is_agreed_to_once(form, press):
    form.visit('name="agreement" documents="terms terms"')
    expect(form.element.locator("[part~=document]")).to_have_count(1)
    agree(form)
    assert len([v for k, v in form.posted() if k == "agreement"]) == 1
    assert len(press.entries()) == 1


def test_a_language_that_is_not_there(form, press):
    """The text that prevails stands in, and is what goes on record."""
    form.visit(lang="fr")
    expect(form.go).to_have_text("Agree and continue")
    listed = json.loads(press.file.read_text())
    for policy in listed["policies"]:
        del policy["versions"][0]["editions"]["en"]
    press.publish(listed, press.editions)
    form.visit(lang="fr")
    link = form.element.locator("[part~=policy]").first
    expect(link).to_have_text("示例服务协议")
    expect(link).to_have_attribute("lang", "zh")
    agree(form)
    form.posted()
    assert {e["lang"] for e in press.entries()} == {"zh"}


MARKUP = "<img src=x onerror='note()'><b>"


def test_markup_in_words_is_shown_as_text(form, press):
    messages = json.loads((WIDGETS / "messages" / "zh.json").read_text(encoding="utf-8"))
    markup = {key: f"{MARKUP}{text}" for key, text in messages.items()}
    form.page.route("**/messages/zh.json", lambda route: route.fulfill(json=markup))
    listed = json.loads(press.file.read_text())
    for policy in listed["policies"]:
        policy["versions"][0]["editions"]["zh"]["title"] = MARKUP
    press.publish(listed, press.editions)
    form.page.add_init_script("window.note = () => { window.noted = true; }")
    form.visit(f'{USUAL} minors="14" guardian-form separate="privacy#transfer"')
    expect(form.element).to_contain_text("<img src=x")
    expect(form.element.locator("img")).to_have_count(0)
    for tag in ("sms", "choices"):
        form.page.evaluate(
            """tag => { const one = document.createElement('clausepress-' + tag);
            one.setAttribute('policy', 'terms'); document.body.append(one); }""",
            tag,
        )
        other = form.page.locator(f"clausepress-{tag}")
        expect(other).to_contain_text("<img src=x")
        expect(other.locator("img")).to_have_count(0)
    assert not form.page.evaluate("window.noted")


def test_moved_to_another_document_and_back(form, press):
    """Our styles must not go along, so there the page's own box stands, and the form works."""
    form.visit()
    expect(form.box).to_be_visible()
    form.page.evaluate(MOVE, "clausepress-agree")
    inside = form.page.frame_locator("iframe")
    expect(inside.get_by_label("I agree")).to_be_visible()
    expect(inside.locator("#agree")).to_have_count(0)
    form.page.evaluate(BACK, "clausepress-agree")
    expect(form.box).not_to_be_checked()
    agree(form)
    form.posted()
    assert len(press.entries()) == 2


def test_the_sms_element_in_another_document_shows_its_link(shop):
    shop.visit()
    expect(shop.sms.locator("form")).to_be_visible()
    shop.page.evaluate(MOVE, "clausepress-sms")
    expect(shop.page.frame_locator("iframe").get_by_role("link")).to_be_visible()


def test_taken_away_and_put_back_many_times(form, press):
    form.visit()
    expect(form.box).to_be_visible()
    form.page.evaluate(FLICKER, "clausepress-agree")
    expect(form.element.locator("section")).to_have_count(1)
    agree(form)
    form.posted()
    assert len(press.entries()) == 2


def test_two_in_one_form_are_two_agreements(form, press):
    form.visit()
    form.page.evaluate(TWICE, "clausepress-agree")
    boxes = form.element.locator("#agree")
    expect(boxes).to_have_count(2)
    boxes.first.check()
    form.element.locator("[part~=agree]").first.click()
    assert "/account" not in form.page.url
    boxes.last.check()
    form.element.locator("[part~=agree]").last.click()
    form.posted()
    assert len(press.entries()) == 4


def test_two_sms_elements_each_with_its_own_request(shop, press):
    shop.visit()
    shop.button("全部拒绝").click()
    shop.page.evaluate(TWICE, "clausepress-sms")
    expect(shop.sms.locator("form")).to_have_count(2)
    for nth, number in enumerate(["13800138000", "13900139000"]):
        one = shop.sms.nth(nth)
        one.locator("input").fill(number)
        one.locator("[part~=submit]").click()
        expect(one.locator("dl")).to_be_visible()
    assert len([e for e in press.entries() if e["kind"] == "opt-out"]) == 2


def test_a_clock_that_is_a_year_off(form, press):
    form.page.clock.install(time="2020-01-01T00:00:00Z")
    form.visit()
    agree(form)
    form.posted()
    for entry in press.entries():
        assert entry["claimed_at"].startswith("2020-01-01")
        assert not entry["at"].startswith("2020"), "the server's own clock counts"


def test_too_many_requests_is_no_yes_and_no_end(form, press):
    cors = {"access-control-allow-origin": "*", "retry-after": "1"}
    form.page.route("**/v1/choices", lambda route: route.fulfill(status=429, headers=cors))
    form.visit()
    agree(form)
    expect(form.status).to_contain_text("表单尚未提交")
    form.page.unroute("**/v1/choices")
    form.go.click()
    form.posted()
    assert len(press.entries()) == 2


def test_ten_thousand_letters_that_nobody_wants_hold_nothing_up(shop, press):
    shop.page.goto(press.shop.origin + "/here")
    shop.page.evaluate(
        """url => { for (let n = 0; n < 10_000; n++) {
          const letter = { slot: `sms:${n}`, key: `k${n}`, at: 'x', url, lang: 'zh', body: {} };
          localStorage[`clausepress:queue:sms:${n}`] = JSON.stringify(letter); } }""",
        f"{press.server.origin}/v1/opt-outs",
    )
    asked = shop.requests()
    shop.visit()
    shop.button("全部拒绝").click()
    expect(shop.receipt).to_be_visible()
    assert asked.count("opt-outs") <= 100
    assert press.decisions() == ["refused"]


def test_a_page_whose_origin_is_not_let_in(form, press):
    form.visit()
    form.page.goto(form.page.url.replace("127.0.0.1", "localhost"))
    form.page.get_by_label("Name").fill("tea")
    agree(form)
    expect(form.status).to_contain_text("表单尚未提交")
    assert form.element.evaluate("e => e.value") == ""
    assert press.entries() == []


def test_printing_leaves_out_what_only_a_screen_can_do(shop, press):
    press.publish(policies(OLD))
    shop.visit()
    expect(shop.sms.locator("form")).to_be_visible()
    shop.page.emulate_media(media="print")
    expect(shop.sms.locator("form")).to_be_hidden()
    expect(shop.sms.locator("[part~=keyword]")).to_be_visible()


def test_agreeing_in_a_narrow_window_right_to_left_and_forced_colours(form):
    form.page.set_viewport_size({"width": 320, "height": 568})
    form.page.emulate_media(forced_colors="active")
    form.visit(f'{USUAL} minors="14" separate="privacy#transfer"')
    form.page.evaluate("document.documentElement.dir = 'rtl'")
    expect(form.box).to_be_visible()
    assert form.page.evaluate("document.documentElement.scrollWidth") <= 320
    for button in form.element.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 43.9
