"""What is stored, and where there is no room for it: a no stays a no."""

import pytest
from playwright.sync_api import expect

from .press import CHOICES, wait_for

FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
TO_THE_LAST_BYTE = """() => {
for (let n = 1 << 22, i = 0; n >= 1;) try { localStorage['fill' + ++i] = 'x'.repeat(n); }
catch { n >>= 1; }
try { for (;;) localStorage.f = (localStorage.f ?? '') + 'x'; } catch { /* full */ } }"""
KEY = "clausepress:cookies:privacy@"


def test_a_refusal_that_finds_the_storage_full_is_not_undone_by_what_was_there(shop, press):
    shop.visit()
    shop.offline()
    shop.button("全部同意").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.page.evaluate(FULL + "; 0")
    shop.control.click()
    shop.button("全部拒绝").click()
    shop.page.wait_for_function("k => !(k in localStorage)", arg=KEY)
    shop.cookies.evaluate("e => { e.remove(); document.body.append(e); }")
    assert shop.choice()["decision"] == "refused"
    shop.page.unroute(CHOICES)
    shop.visit()
    expect(shop.layer).to_be_visible()
    assert shop.choice() is None
    assert "given" not in press.decisions()


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_an_element_that_takes_the_place_of_another_at_once_knows_its_no(shop, press, first):
    shop.accepted()
    shop.control.click()
    expect(shop.button("全部拒绝")).to_be_visible()
    shop.page.evaluate(
        """first => addEventListener('click', () => {
        const old = document.querySelector('clausepress-cookies');
        old.replaceWith(old.cloneNode(true)); }, {once: true, capture: first})""",
        first,
    )
    shop.button("全部拒绝").click()
    wait_for(lambda: press.decisions() == ["given", "withdrawn"])
    shop.chosen("refused")


def test_a_refusal_gets_the_room_of_what_it_replaces(shop, press):
    shop.visit()
    shop.offline()
    shop.button("全部同意").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.page.evaluate(TO_THE_LAST_BYTE)
    shop.control.click()
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.visit()
    shop.chosen("refused")


def test_a_full_storage_keeps_the_letter_of_a_refusal_too(shop, press):
    shop.accepted()
    shop.page.evaluate(TO_THE_LAST_BYTE)
    shop.offline()
    shop.control.click()
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("还没有送达")
    shop.page.unroute(CHOICES)
    shop.visit()
    shop.chosen("refused")
    wait_for(lambda: press.decisions() == ["given", "withdrawn"])


def test_an_old_value_or_another_key_does_not_replace_a_refusal(shop, press):
    shop.accepted()
    old = shop.page.evaluate("k => localStorage.getItem(k)", KEY)
    shop.control.click()
    shop.button("全部拒绝").click()
    expect(shop.status).to_contain_text("已拒绝")
    expect(shop.receipt).to_be_visible()
    tell = """([key, v]) => { localStorage.setItem(key, v);
      dispatchEvent(new StorageEvent('storage', {key})); }"""
    shop.page.evaluate(tell, [KEY, old])
    assert shop.choice()["decision"] == "refused"
    shop.page.evaluate("([k]) => dispatchEvent(new StorageEvent('storage', {key: k}))", ["theirs"])
    assert shop.choice()["decision"] == "refused"


def test_an_event_of_another_key_is_none_of_ours(shop, press):
    shop.accepted()
    shop.page.evaluate(
        """k => { localStorage.removeItem(k);
        dispatchEvent(new StorageEvent('storage', {key: 'theirs'})); }""",
        KEY,
    )
    assert shop.choice()["decision"] == "given"


@pytest.mark.parametrize("junk", ["5", "null", '{"body": {}}', '{"url": "/"}'])
def test_what_is_no_letter_of_ours_waits_for_nobody(shop, junk):
    shop.accepted()
    shop.page.evaluate(
        """v => { localStorage['clausepress:queue:sms:x'] = v;
        localStorage['clausepress:waits'] = '1'; }""",
        junk,
    )
    shop.visit()
    shop.page.wait_for_function("!('clausepress:waits' in localStorage)")
    assert shop.queue() == 0
