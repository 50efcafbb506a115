"""<clausepress-choices>: what was chosen here, its receipts, and how it is taken back."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from clausepress.ledger import verify_receipt

from . import sign_up
from .press import BLOCKED, CHOICES, NEW, Shop, down, policies, wait_for

ELEMENT = """(more) => {
  document.querySelector('clausepress-choices')?.remove();
  const element = document.createElement('clausepress-choices');
  element.lang = document.documentElement.lang;
  for (const [name, value] of Object.entries(more)) element.setAttribute(name, value);
  const link = element.appendChild(document.createElement('a'));
  link.href = link.textContent = 'form';
  document.querySelector('main').append(element);
}"""


class Page:
    """The element on a page, with names for what is in it."""

    def __init__(self, page, **more):
        self.page = page
        page.evaluate(ELEMENT, more)
        self.element = page.locator("clausepress-choices")
        self.rows = self.element.locator("[part~=list] > [part~=choice]")
        self.earlier = self.element.locator("[part~=earlier] > [part~=choice]")
        self.status = self.element.locator("[part~=status]")
        expect(self.element.locator("section")).to_be_visible()

    def press(self, name, row=0):
        self.rows.nth(row).get_by_role("button", name=name, exact=True).click()

    def receipt(self, row=0):
        self.rows.nth(row).locator("[part~=details] > summary").click()
        return self.rows.nth(row).locator("[part~=card]")


@pytest.fixture
def chosen(shop):
    shop.accepted()
    return shop


@pytest.fixture
def agreed(form):
    form.visit(f'{sign_up.USUAL} separate="privacy#transfer"')
    form.element.locator("[part~=separate] input").check()
    form.box.check()
    form.go.click()
    form.posted()
    form.visit()
    return form


def test_nothing_yet(shop):
    shop.visit()
    here = Page(shop.page)
    expect(here.element).to_contain_text("还没有保存任何选择")
    expect(here.rows).to_have_count(0)


def test_what_was_chosen_when_and_on_which_text(chosen, press):
    here = Page(chosen.page)
    (entry,) = press.entries()
    row = here.rows
    expect(row).to_have_count(1)
    expect(row.locator("h2")).to_have_text("Cookie 选择：同意")
    expect(row.locator("time").first).to_have_attribute("datetime", entry["at"])
    link = row.locator("[part~=policy]").first
    expect(link).to_have_text("《示例隐私政策》")
    expect(link).to_have_attribute("href", f"{press.server.origin}/zh/privacy/2021-01-25/")
    expect(row).to_contain_text("版号：202101151，中文")
    expect(row.locator("li")).to_have_text(["分析与个性化：已允许", "广告：已允许"])
    results = Axe().run(chosen.page)
    assert results.violations_count == 0, results.response


def test_the_receipt_to_view_copy_download_and_check(chosen, press, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    here = Page(chosen.page)
    card = here.receipt()
    (entry,) = press.entries()
    expect(card.locator("[part~=receipt-id]")).to_have_text(entry["id"])
    expect(card.locator("dl")).to_contain_text(entry["text_digest"])
    card.get_by_role("button", name="复制回执").click()
    expect(card.get_by_role("status")).to_have_text("已复制。")
    copied = json.loads(chosen.page.evaluate("navigator.clipboard.readText()"))
    with chosen.page.expect_download() as download:
        card.get_by_role("button", name="下载回执").click()
    saved = download.value.path().read_bytes()
    assert json.loads(saved) == copied
    assert verify_receipt(saved, press.ledger.verifier_key).record == entry
    card.locator("summary").click()
    assert json.loads(card.locator("pre").inner_text()) == copied
    card.get_by_role("button", name="核验回执").click()
    expect(card.get_by_role("status")).to_contain_text("核验通过")


def test_printing_leaves_the_receipt_alone_on_the_paper(chosen):
    here = Page(chosen.page)
    card = here.receipt()
    chosen.page.evaluate("window.print = () => {}")
    chosen.page.clock.install()
    for _ in range(2):  # printing that is not allowed has no end
        chosen.page.clock.run_for(50_000)
        card.get_by_role("button", name="打印回执").click()
    chosen.page.clock.run_for(10_000)  # the first sheet's time is over
    paper = chosen.page.locator("clausepress-print")
    expect(paper).to_have_count(1)
    expect(paper).to_be_hidden()
    chosen.page.emulate_media(media="print")
    expect(paper).to_be_visible()
    expect(paper.locator("pre")).to_be_visible()
    expect(chosen.page.locator("main")).to_be_hidden()
    chosen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(paper).to_have_count(0)
    expect(chosen.page.locator("main")).to_be_visible()


FORGED = {
    "与日志中的记录不一致": """receipt => {
        receipt.entry = receipt.entry.replace('"given"', '"refused"');
        receipt.record = JSON.parse(receipt.entry); }""",
    "内容与日志": "receipt => { receipt.record.decision = 'refused'; }",
    "签名不正确": """receipt => { receipt.proof = receipt.proof.replace(/\\n(\\d+)\\n/,
        (_, size) => `\\n${+size + 1}\\n`); }""",
    "不是一份完整的回执": "receipt => { receipt.proof = 'none'; }",
}


@pytest.mark.parametrize("told", FORGED)
def test_a_receipt_that_was_altered(chosen, told):
    chosen.page.evaluate(
        """forge => { for (const name of Object.keys(localStorage)) {
            if (!name.startsWith('clausepress-receipt:')) continue;
            const held = JSON.parse(localStorage[name]);
            eval(`(${forge})`)(held.receipt);
            localStorage[name] = JSON.stringify(held); } }""",
        FORGED[told],
    )
    card = Page(chosen.page).receipt()
    card.get_by_role("button", name="核验回执").click()
    expect(card.get_by_role("status")).to_contain_text("核验未通过")
    expect(card.get_by_role("status")).to_contain_text(told)


def test_a_receipt_of_another_log_is_not_taken_for_ours(chosen, press):
    """It may be sound in itself: whose log it is of, it cannot say."""
    other = press.ledger.verifier_key.split("+")
    key = "+".join(["other.example", *other[1:]])
    card = Page(chosen.page, **{"log-key": key}).receipt()
    card.get_by_role("button", name="核验回执").click()
    expect(card.get_by_role("status")).to_contain_text("不是由本网站的日志签发的")


def test_a_browser_without_ed25519_says_so(chosen):
    chosen.page.evaluate(
        """() => { crypto.subtle.importKey = () =>
            Promise.reject(new DOMException('no', 'NotSupportedError')); }"""
    )
    card = Page(chosen.page).receipt()
    card.get_by_role("button", name="核验回执").click()
    expect(card.get_by_role("status")).to_contain_text("此浏览器无法核验")


def test_without_the_log_s_key_nothing_is_said_to_be_good(chosen):
    chosen.page.route("**/v1/log/*", lambda route: route.abort())
    card = Page(chosen.page).receipt()
    card.get_by_role("button", name="核验回执").click()
    expect(card.get_by_role("status")).to_contain_text("无法核验")


def test_cookies_are_taken_back_by_one_press_and_chosen_anew(chosen, press):
    here = Page(chosen.page)
    keys = down(chosen.page, CHOICES)
    here.press("撤回")
    wait_for(lambda: chosen.page.evaluate("1") and keys)
    here.press("撤回")
    expect(here.status).to_have_text("已撤回。")
    chosen.page.unroute(CHOICES)
    chosen.page.evaluate("dispatchEvent(new Event('online'))")
    expect(here.rows.locator("h2")).to_have_text("Cookie 选择：撤回")
    assert len(set(keys)) == 1
    assert chosen.choice()["purposes"] == {"analytics": False, "adverts": False}
    here.element.locator("[part~=earlier] > summary").click()
    expect(here.earlier.locator("h2")).to_have_text("Cookie 选择：同意")
    expect(here.earlier.get_by_role("button", name="撤回")).to_have_count(0)
    here.press("更改选择")
    chosen.button("全部同意").click()
    expect(here.rows.locator("h2")).to_have_text("Cookie 选择：同意")
    assert press.decisions() == ["given", "withdrawn", "given"]


@pytest.mark.parametrize("gone", [True, False])
def test_cookies_are_taken_back_by_what_has_taken_the_place_of_the_element(chosen, press, gone):
    chosen.visit()
    held = []
    chosen.page.route("**/cookies.js", lambda route: held.append(route))
    here = Page(chosen.page)
    here.press("撤回")
    wait_for(lambda: chosen.page.evaluate("1") and held)
    chosen.page.evaluate(
        """gone => { const old = document.querySelector('clausepress-cookies');
        gone ? old.remove() : old.replaceWith(old.cloneNode(true)); }""",
        gone,
    )
    for route in held:
        route.continue_()
    chosen.page.unroute("**/cookies.js")
    wait_for(lambda: chosen.page.evaluate("1") and press.decisions() == ["given", "withdrawn"])
    expect(here.status).to_contain_text("已撤回")


def test_a_no_that_is_not_on_record_does_not_stand_in_for_the_withdrawal(chosen, press):
    """As of who went to the form when the texts did not come, and said nothing there."""
    chosen.page.route("**/policies.json", lambda route: route.abort())
    chosen.page.route("**/form", lambda route: route.fulfill(body="form"))
    chosen.visit()
    chosen.control.click()
    expect(chosen.button("全部拒绝")).to_be_visible()
    chosen.cookies.get_by_role("link", name="form").click()
    chosen.page.wait_for_url("**/form")
    chosen.page.unroute("**/policies.json")
    chosen.visit()
    chosen.chosen("refused")
    here = Page(chosen.page)
    here.press("撤回")
    expect(here.rows.get_by_role("button", name="撤回")).to_have_count(0)
    assert press.decisions() == ["given", "refused"]


def test_agreements_and_consents_each_by_itself(agreed, press):
    here = Page(agreed.page)
    titles = here.rows.locator("h2")
    expect(titles).to_have_count(3)
    assert sorted(titles.all_inner_texts()) == [
        "单独同意：同意",
        "同意协议：同意",
        "同意协议：同意",
    ]
    row = here.rows.filter(has_text="单独同意")
    row.get_by_role("button", name="撤回").click()
    expect(here.status).to_have_text("已撤回。")
    expect(here.rows.filter(has_text="同意协议")).to_have_count(2)
    *_, last = press.entries()
    assert (last["kind"], last["purpose"], last["policy"]) == ("withdrawal", "transfer", "privacy")
    here.rows.filter(has_text="撤回：撤回").get_by_role("button", name="重新同意").click()
    expect(here.status).to_contain_text("已登记")
    *_, last = press.entries()
    assert (last["kind"], last["mode"], last["purpose"]) == ("consent", "separate", "transfer")
    assert len(press.entries()) == 5


def test_taking_back_the_agreement_ends_the_consents_under_it(agreed, press):
    here = Page(agreed.page)
    row = here.rows.filter(has_text="同意协议").filter(has_text="示例隐私政策")
    row.get_by_role("button", name="撤回").click()
    expect(here.status).to_have_text("已撤回。")
    expect(here.rows.filter(has_text="单独同意")).to_have_count(0)
    expect(here.rows).to_have_count(2)
    assert press.entries()[-1]["kind"] == "withdrawal"
    assert "purpose" not in press.entries()[-1]


def test_a_withdrawal_while_the_server_is_down_arrives_later_once(agreed, press):
    here = Page(agreed.page)
    keys = down(agreed.page, CHOICES)
    own = here.rows.filter(has_text="单独同意")
    own.get_by_role("button", name="撤回").click()
    expect(here.status).to_contain_text("还没有送达")
    own.get_by_role("button", name="撤回").click()
    wait_for(lambda: agreed.page.evaluate("1") and len(keys) > 1)
    agreed.visit()
    Page(agreed.page)
    expect(own).to_contain_text("还没有送达")
    before = len(keys)
    own.get_by_role("button", name="撤回").click()
    wait_for(lambda: agreed.page.evaluate("1") and len(keys) > before)
    agreed.page.unroute(CHOICES)
    agreed.page.evaluate("dispatchEvent(new Event('online'))")
    expect(here.status).to_have_text("已撤回。")
    expect(own.filter(has_text="还没有送达")).to_have_count(0)
    assert len(set(keys)) == 1
    assert [e["kind"] for e in press.entries()].count("withdrawal") == 1


def test_a_yes_that_is_not_on_record_is_none_and_is_asked_for_once(agreed, press):
    here = Page(agreed.page)
    here.rows.filter(has_text="单独同意").get_by_role("button", name="撤回").click()
    expect(here.status).to_have_text("已撤回。")

    def lose(route):  # recorded, but the answer never comes
        route.fetch()
        route.abort()

    agreed.page.route(CHOICES, lose)
    again = here.rows.filter(has_text="撤回：撤回").get_by_role("button", name="重新同意")
    again.click()
    expect(here.status).to_contain_text("没有登记成功")
    assert agreed.page.evaluate("Object.keys(localStorage).some(k => k.includes('queue'))") is False
    agreed.page.unroute(CHOICES)
    held = []
    agreed.page.route(CHOICES, lambda route: held.append(route))
    again.click()
    again.click()
    wait_for(lambda: agreed.page.evaluate("1") and held)
    held[0].continue_()
    expect(here.status).to_contain_text("已登记")
    assert len(held) == 1
    assert [e["kind"] for e in press.entries()].count("consent") == 2


def test_a_text_that_is_published_no_more_is_named_and_not_linked(chosen, press):
    press.publish(policies(NEW))
    chosen.page.reload()
    here = Page(chosen.page)
    expect(here.rows).to_contain_text("没有发布与此一致的文本")
    expect(here.rows.locator("[part~=policy]")).to_have_count(0)


def test_without_the_list_of_texts_the_choices_are_there(chosen):
    chosen.page.route("**/policies.json", lambda route: route.fulfill(status=500))
    chosen.page.reload()
    here = Page(chosen.page)
    expect(here.rows).to_contain_text("privacy（版号：2021-01-25")


def test_cookies_are_withdrawn_without_the_list_of_texts(chosen, press):
    chosen.page.route("**/policies.json", lambda route: route.fulfill(status=500))
    chosen.page.reload()
    here = Page(chosen.page)
    here.rows.locator("[part~=withdraw]").click()
    wait_for(lambda: len(press.entries()) == 2)
    assert press.entries()[1]["decision"] == "withdrawn"
    chosen.chosen("refused")


def test_a_blocked_store_shows_what_this_page_has(shop):
    shop.page.add_init_script(BLOCKED)
    shop.visit()
    here = Page(shop.page)
    expect(here.element).to_contain_text("不允许本网站保存数据")
    shop.button("全部拒绝").click()
    expect(here.rows.locator("h2")).to_have_text("Cookie 选择：拒绝")


def test_a_full_store_shows_what_this_page_has(shop):
    shop.visit()
    shop.page.evaluate(
        """() => { let size = 1 << 20; while (size) try {
            localStorage['x' + Math.random()] = 'x'.repeat(size); } catch { size >>= 1; } }"""
    )
    here = Page(shop.page)
    shop.button("全部拒绝").click()
    expect(here.rows.locator("h2")).to_have_text("Cookie 选择：拒绝")


def test_what_is_not_ours_in_the_store_is_passed_over(chosen):
    chosen.page.evaluate(
        """() => {
        const place = 'clausepress-receipt:';
        const name = Object.keys(localStorage).find((one) => one.startsWith(place));
        const {api} = JSON.parse(localStorage[name]), at = '2026-01-01T00:00:00Z';
        const entry = JSON.stringify({kind: 'agreement', at, documents: [null]});
        const damaged = JSON.stringify({api, receipt: {id: '4', entry}});
        for (const [nth, text] of ['{', '1', '{"receipt":{"entry":"{}"}}', damaged].entries())
            localStorage[place + nth] = text; }"""
    )
    expect(Page(chosen.page).rows).to_have_count(1)


def test_words_of_a_receipt_are_text(chosen):
    chosen.page.evaluate(
        """() => { for (const name of Object.keys(localStorage)) {
            if (!name.startsWith('clausepress-receipt:')) continue;
            const held = JSON.parse(localStorage[name]);
            held.receipt.entry = JSON.stringify({...JSON.parse(held.receipt.entry),
              kind: '<img src=x>', decision: '<i>', lang: '<b>', at: '<u>', label: '<s>x</s>'});
            localStorage[name] = JSON.stringify(held); } }"""
    )
    here = Page(chosen.page)
    here.receipt()
    expect(here.element).to_contain_text("<img src=x>：<i>")
    expect(here.element.locator("img, i, b, u, s")).to_have_count(0)


def test_other_tabs_are_told(chosen, open_tab):
    other = open_tab().visit()
    here = Page(other.page)
    expect(here.rows).to_have_count(1)
    chosen.control.click()
    chosen.button("全部拒绝").click()
    expect(here.rows.locator("h2")).to_have_text("Cookie 选择：撤回")


def test_removed_added_again_moved_and_twice(chosen):
    here = Page(chosen.page)
    chosen.page.evaluate(
        """() => { const one = document.querySelector('clausepress-choices');
        one.remove(); document.querySelector('main').prepend(one);
        document.querySelector('main').append(one.cloneNode(true)); }"""
    )
    expect(here.rows).to_have_count(2)
    expect(here.element.locator("section")).to_have_count(2)


def test_in_a_narrow_window_right_to_left_and_forced_colours(chosen):
    page = chosen.page
    page.set_viewport_size({"width": 320, "height": 568})
    page.emulate_media(forced_colors="active")
    page.evaluate("document.documentElement.dir = 'rtl'")
    here = Page(page)
    here.receipt().locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for button in here.rows.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 43.9


def test_without_the_module_the_page_s_own_links_stand(chosen):
    chosen.page.route("**/choices.js", lambda route: route.abort())
    with chosen.page.expect_event("requestfailed"):
        chosen.page.evaluate(ELEMENT, {})
    expect(chosen.page.locator("clausepress-choices a")).to_be_visible()


def test_as_a_site_serves_it_under_the_strictest_policy(page, press):
    press.built = True
    tab = Shop(page, press, own=True).visit()
    tab.button("全部同意").click()
    expect(tab.receipt).to_be_visible()
    here = Page(page)
    card = here.receipt()
    card.get_by_role("button", name="核验回执").click()
    expect(card.get_by_role("status")).to_contain_text("核验通过")
    here.press("撤回")
    expect(here.rows.locator("h2")).to_have_text("Cookie 选择：撤回")
    assert page.evaluate("violations") == []
    assert tab.errors == []
