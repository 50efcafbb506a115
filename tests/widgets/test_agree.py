"""<clausepress-agree> in a real form of another site: first on record, then sent."""

import json
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from clausepress.ledger import verify_receipt

from . import sign_up
from .press import CHOICES, wait_for

SEPARATE = f'{sign_up.USUAL} separate="privacy#transfer privacy#marketing"'


def agree(form):
    form.box.check()
    form.go.click()


def kinds(press):
    return [(e["kind"], e["decision"], e["policy"]) for e in press.entries()]


def digest_of(press, policy):
    (found,) = (p for p in json.loads(press.file.read_text())["policies"] if p["id"] == policy)
    return found["versions"][0]["editions"]["zh"]["text_digest"]


def test_it_is_on_record_before_the_form_goes(form, press):
    form.visit()
    expect(form.box).not_to_be_checked()
    links = form.element.locator("[part~=document] [part~=policy]")
    expect(links).to_have_text(["《示例服务协议》", "《示例隐私政策》"])
    assert links.first.get_attribute("href") == f"{press.server.origin}/zh/terms/1/"
    expect(form.element).to_contain_text("版号：N1")
    expect(form.element.locator("time").first).to_have_text("2024年1月1日")
    expect(form.go).to_have_text("同意并继续")
    form.element.locator("summary").first.click()
    expect(form.element.locator("[part~=prominent]")).to_have_count(2)
    form.box.check()
    form.go.click()
    posted = form.posted()

    terms, privacy = sorted(press.entries(), key=lambda e: e["policy"], reverse=True)
    assert sorted(posted) == sorted(
        [["name", "tea"], ["agreement", terms["id"]], ["agreement", privacy["id"]]]
    )
    for entry in (terms, privacy):
        assert entry["text_digest"] == digest_of(press, entry["policy"])
    assert terms["policy"] == "terms"
    assert terms["prominent_shown"] == ["loss", "court"]
    assert privacy["prominent_shown"] == []
    for entry in (terms, privacy):
        assert (entry["kind"], entry["decision"], entry["mode"]) == (
            "agreement",
            "given",
            "express",
        )
        assert (entry["label"], entry["surface"]) == ("同意并继续", "sign-up")
        assert (entry["version"], entry["lang"]) == ("1", "zh")
        assert entry["widget"]


def test_unticked_is_invalid_and_nothing_is_recorded(form, press):
    form.visit()
    form.go.click()
    expect(form.box).to_be_focused()
    assert form.page.evaluate("document.forms[0].checkValidity()") is False
    form.page.evaluate("document.forms[0].noValidate = true")
    form.go.click()
    expect(form.status).to_have_text("如果同意，请先勾选。")
    form.box.check()
    assert form.page.evaluate("document.forms[0].checkValidity()") is True
    assert press.entries() == []
    assert "/account" not in form.page.url


def test_what_else_is_wrong_with_the_form_is_told_before_anything_is_recorded(form, press):
    form.visit()
    form.page.get_by_label("Name").fill("")
    agree(form)
    expect(form.page.get_by_label("Name")).to_be_focused()
    assert press.entries() == []


def test_a_failing_server_is_never_a_yes_and_a_retry_is_the_same_request(form, press):
    form.visit()
    keys = []

    def lose(route):  # recorded, but the answer never comes
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 2:
            return route.continue_()
        route.fetch()
        return route.abort()

    form.page.route(CHOICES, lose)
    agree(form)
    expect(form.status).to_contain_text("没有登记成功，表单尚未提交")
    assert form.element.evaluate("e => e.value") == ""
    assert len(press.entries()) == 2
    assert form.told("clausepress-agree") == []
    form.go.click()
    posted = form.posted()
    assert len(press.entries()) == 2
    assert {v for k, v in posted if k == "agreement"} == {e["id"] for e in press.entries()}
    assert len(keys) == 4
    assert len(set(keys)) == 2


def test_of_what_took_two_tries_the_page_is_told_once_and_of_all(form, press):
    form.visit()
    form.page.evaluate("document.forms[0].addEventListener('submit', e => e.preventDefault())")
    form.page.route(
        CHOICES,
        lambda r: r.fulfill(status=503) if '"privacy"' in r.request.post_data else r.continue_(),
    )
    agree(form)
    expect(form.status).to_contain_text("没有登记成功")
    form.page.unroute(CHOICES)
    form.go.click()
    expect(form.status).to_have_text("您的同意已登记。")
    (told,) = form.told("clausepress-agree")
    assert {each["id"] for each in told} == {each["id"] for each in press.entries()}


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (500, "text/html", "<h1>oops</h1>"),
        (200, "text/html", "<h1>log in to this network</h1>"),
        (422, "application/problem+json", '{"type": "/problems/unknown-policy", "detail": "<i>"}'),
    ],
)
def test_no_answer_but_a_receipt_is_a_yes(form, press, status, kind, body):
    form.visit()
    cors = {"access-control-allow-origin": "*"}
    form.page.route(
        CHOICES, lambda r: r.fulfill(status=status, content_type=kind, body=body, headers=cors)
    )
    agree(form)
    expect(form.status).to_contain_text("表单尚未提交")
    expect(form.element.locator("i")).to_have_count(0)
    assert press.entries() == []
    form.page.unroute(CHOICES)
    form.go.click()
    assert len([v for k, v in form.posted() if k == "agreement"]) == 2
    assert len(press.entries()) == 2


def test_a_text_corrected_meanwhile_is_put_anew(form, press, tmp_path):
    form.visit(SEPARATE)
    form.box.check()
    docs = sign_up.write_docs(tmp_path / "docs", more="全部")
    press.publish(*sign_up.published(docs))
    form.go.click()
    expect(form.status).to_contain_text("文本刚刚更新")
    expect(form.box).not_to_be_checked()
    expect(form.element.locator("[part~=separate]").first).to_contain_text("同意全部")
    agree(form)
    form.posted()
    # The boxes were empty again: what had got through is taken back.
    assert kinds(press)[:2] == [
        ("agreement", "given", "terms"),
        ("withdrawal", "withdrawn", "terms"),
    ]
    assert {(e["policy"], e["text_digest"]) for e in press.entries()[2:]} == {
        (policy, digest_of(press, policy)) for policy in ("terms", "privacy")
    }
    assert len(press.entries()) == 4


def test_a_clause_that_is_gone_meanwhile_is_asked_no_more(form, press, tmp_path, monkeypatch):
    form.visit(SEPARATE)
    form.box.check()
    for lang, text in sign_up.PRIVACY.items():
        kept = [line for line in text.splitlines() if "#marketing" not in line]
        monkeypatch.setitem(sign_up.PRIVACY, lang, "\n".join(kept))
    press.publish(*sign_up.published(sign_up.write_docs(tmp_path / "docs")))
    form.go.click()
    expect(form.status).to_contain_text("文本刚刚更新")
    expect(form.element.locator("[part~=separate]")).to_have_count(1)
    agree(form)
    assert len([v for k, v in form.posted() if k == "agreement"]) == 2


def test_separate_consents_are_asked_on_their_own(form, press):
    form.visit(SEPARATE)
    boxes = form.element.locator("[part~=separate] input")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        expect(box).not_to_be_checked()
    expect(form.element.locator("[part~=separate]").first).to_contain_text("向境外提供信息的")
    boxes.nth(1).check()
    agree(form)
    posted = form.posted()
    own = [e for e in press.entries() if e["mode"] == "separate"]
    assert [(e["policy"], e["prominent_shown"]) for e in own] == [("privacy", ["marketing"])]
    assert own[0]["label"] == "我单独同意本条"
    assert ["agreement-marketing", own[0]["id"]] in posted
    assert "agreement-transfer" not in dict(map(tuple, posted))
    assert len([e for e in press.entries() if e["mode"] == "express"]) == 2


def test_emptying_a_box_takes_back_what_was_recorded(form, press):
    form.visit(SEPARATE)
    form.page.evaluate("document.forms[0].addEventListener('submit', e => e.preventDefault())")
    marketing = form.element.locator("[part~=separate] input").nth(1)
    marketing.check()
    agree(form)
    expect(form.status).to_have_text("您的同意已登记。")
    assert len(press.entries()) == 3
    marketing.uncheck()
    wait_for(lambda: form.page.evaluate("1") and len(press.entries()) == 4)
    assert kinds(press)[-1] == ("withdrawal", "withdrawn", "privacy")
    assert press.entries()[-1]["mode"] == "separate"
    assert "agreement-marketing" not in form.page.evaluate(
        "[...new FormData(document.forms[0]).keys()]"
    )


def test_refusing_is_one_press_and_leaves(form, press):
    form.visit(f'{sign_up.USUAL} leave="/away"')
    sizes = [b.bounding_box() for b in (form.no, form.go)]
    assert {(round(s["width"]), round(s["height"])) for s in sizes} == {
        (round(sizes[0]["width"]), round(sizes[0]["height"]))
    }
    assert sizes[0]["height"] >= 44
    look = (
        "e => { const s = getComputedStyle(e); return [s.backgroundColor, s.color, s.font] + ''; }"
    )
    assert form.no.evaluate(look) == form.go.evaluate(look)
    form.no.click()
    form.page.wait_for_url("**/away")
    assert press.entries() == []


def test_a_no_while_the_yes_is_on_its_way_comes_after_it(form, press):
    form.visit(f'{sign_up.USUAL} leave="/away"')
    form.page.evaluate("addEventListener('clausepress-refuse', e => e.preventDefault())")
    held = []
    form.page.route(CHOICES, lambda r: held.append(r) if len(held) < 2 else r.continue_())
    agree(form)
    wait_for(lambda: form.page.evaluate("1") and len(held) == 2)
    form.box.click()
    expect(form.box).to_be_checked()
    form.no.click()
    form.no.click()
    expect(form.box).not_to_be_checked()
    for route in held:
        route.continue_()
    expect(form.status).to_contain_text("您没有同意")
    wait_for(lambda: form.page.evaluate("1") and len(press.entries()) == 4)
    assert press.decisions() == ["given"] * 2 + ["withdrawn"] * 2
    assert form.told("clausepress-agree") == []
    assert len(form.told("clausepress-refuse")) == 1
    assert "/sign-up" in form.page.url
    assert form.page.evaluate("new FormData(document.forms[0]).has('agreement')") is False


def test_a_yes_waits_for_the_take_back_before_it(form, press):
    """Else that one, delivered later, would end it."""
    form.visit('documents="terms"')
    form.page.evaluate("document.forms[0].addEventListener('submit', e => e.preventDefault())")
    agree(form)
    expect(form.status).to_have_text("您的同意已登记。")
    form.page.route(
        CHOICES,
        lambda r: r.fulfill(status=503) if "withdrawn" in r.request.post_data else r.continue_(),
    )
    form.box.uncheck()
    agree(form)
    expect(form.status).to_contain_text("没有登记成功，表单尚未提交")
    form.page.unroute(CHOICES)
    form.go.click()
    expect(form.status).to_have_text("您的同意已登记。")
    assert press.decisions() == ["given", "withdrawn", "given"]


def test_an_earlier_version_is_told_with_its_changes(form, press, tmp_path):
    press.built = True
    press.publish(
        *sign_up.published(sign_up.write_docs(tmp_path / "docs", versions=2, more="的全部"))
    )
    form.visit(f'{sign_up.USUAL} agreed="terms@1 privacy@1"')
    documents = form.element.locator("[part~=document]")
    expect(documents).to_have_count(1)
    expect(documents).to_contain_text("您此前同意的是版号 N1 的文本")
    expect(form.element.locator("[part~=changes]")).to_have_attribute(
        "href", f"{press.server.origin}/zh/terms/1/to-current/"
    )
    redline = documents.locator("[part~=redline]")
    requested = []
    form.page.on("request", lambda request: requested.append(request.url))
    form.page.route("**/1/edition.json", lambda route: route.abort(), times=1)
    redline.locator("summary").click()
    expect(redline).to_contain_text("请到文件原文中阅读")
    assert f"{press.server.origin}/widgets/changes.js" in requested
    redline.locator("summary").click()
    redline.locator("summary").click()
    expect(redline.locator("ins")).to_have_text("新增：的全部")
    expect(redline.locator("del")).to_have_count(0)
    expect(redline.locator("b")).to_have_count(1)
    form.no.click()
    wait_for(lambda: form.page.evaluate("1") and press.entries())
    form.no.click()
    agree(form)
    form.posted()
    assert kinds(press) == [("agreement", "refused", "terms"), ("agreement", "given", "terms")]
    assert {(e["version"], e["surface"]) for e in press.entries()} == {("2", "re-acceptance")}


def text_of(*clauses):
    """As edition.json has it: number, id, lines."""

    def block(line):
        return {"type": "paragraph", "runs": [{"text": line}]}

    found = [
        {"id": name, "number": number, "blocks": [block(line) for line in lines]}
        for number, name, *lines in clauses
    ]
    return {"text_digest": "", "edition": {"lang": "zh", "title": "例", "clauses": found}}


def test_the_words_that_differ(form, press):
    """Of a clause that both have the lines that changed, of one that is new or gone all."""
    fee = "会员每年付费{}元，😀，账单寄给会员。"
    same = "我们寄送纸质账单，不另收费。"
    gone, come = "旧的优惠券今后不再适用于任何订单。", "争议由被告住所地的法院管辖。"
    old = text_of(("1.", "fee", fee.format("十"), same), ("2.", "old", gone))
    new = text_of(("1.", "fee", fee.format("二十"), same), ("2.", "court", come))
    press.built = True
    form.visit()
    found = form.page.evaluate(
        "async ([url, a, b]) => (await import(url)).changes(a, b)",
        [f"{press.server.origin}/widgets/changes.js", old, new],
    )["clauses"]
    texts = {
        side: [
            "".join(p["text"] for p in line if p["mark"] in ("", side))
            for line in found[0]["lines"]
        ]
        for side in ("del", "ins")
    }
    assert texts == {"del": [fee.format("十")], "ins": [fee.format("二十")]}
    assert [c["lines"] for c in found[1:] if c["lines"][0][0]["mark"] == "del"] == [
        [[{"text": gone, "mark": "del"}]]
    ]
    assert [c["lines"] for c in found[1:] if c["lines"][0][0]["mark"] == "ins"] == [
        [[{"text": come, "mark": "ins"}]]
    ]


def test_nothing_new_lets_the_form_go(form, press):
    form.visit(f'{sign_up.USUAL} agreed="terms@1 privacy@1"')
    expect(form.element).to_contain_text("您已同意这些文件的现行文本")
    expect(form.no).to_have_count(0)
    form.element.get_by_role("button", name="继续", exact=True).click()
    assert form.posted() == [["name", "tea"]]
    assert press.entries() == []


def test_minors_are_led_to_their_guardian(form, press):
    form.visit(f'{sign_up.USUAL} minors="14" guardian="/away"')
    agree(form)
    expect(form.element.get_by_label("我已年满 14 周岁")).to_be_focused()
    form.element.get_by_label("我未满 14 周岁").check()
    expect(form.element.get_by_role("link", name="监护人如何表示同意")).to_be_visible()
    form.go.click()
    assert form.page.evaluate("document.forms[0].checkValidity()") is False
    assert press.entries() == []
    form.element.get_by_label("我已年满 14 周岁").check()
    form.go.click()
    form.posted()
    assert len(press.entries()) == 2


def test_reset_and_disabled_are_the_form_s(form, press):
    form.visit()
    form.box.check()
    form.page.get_by_role("button", name="Reset").click()
    expect(form.box).not_to_be_checked()
    form.page.evaluate("document.querySelector('fieldset').disabled = true")
    expect(form.go).to_be_disabled()
    assert form.page.evaluate("document.forms[0].checkValidity()") is False  # the name is gone
    form.page.get_by_label("Name").fill("tea")
    form.page.evaluate("document.forms[0].requestSubmit()")
    assert form.posted() == [["name", "tea"]]
    assert press.entries() == []


def test_enter_presses_what_stands_in_and_sends_nothing_else_of_it(form, press):
    """In a part of the form that was not to be filled in yet when the element came."""
    form.page.add_init_script(
        """addEventListener('DOMContentLoaded', () => {
        const step = document.querySelector('fieldset'); if (step) step.disabled = true;
        for (const [name, value] of Object.entries({formaction: '/away', formmethod: 'get',
          formtarget: '_blank', formnovalidate: ''}))
          step?.querySelector('button').setAttribute(name, value); });"""
    )
    form.visit()
    expect(form.box).to_be_disabled()
    form.page.evaluate("document.querySelector('fieldset').disabled = false")
    field = form.page.get_by_label("Name", exact=True)
    field.press("Enter")
    form.page.wait_for_timeout(100)
    assert form.page.url.endswith("lang=zh"), "nothing is ticked"
    form.box.check()
    # Another element comes first; its button, too, is none that anybody saw.
    form.page.evaluate(
        """() => { const one = document.querySelector('clausepress-agree');
        one.insertAdjacentHTML('beforebegin', '<clausepress-agree name="more" documents="terms"' +
          ' agreed="terms@1"><button>Not seen</button></clausepress-agree>'); }"""
    )
    expect(form.page.locator("[name=more] section")).to_be_visible()
    field.press("Enter")
    assert sorted(name for name, _ in form.posted()) == ["agreement", "agreement", "name"]
    assert {e["label"] for e in press.entries()} == {"同意并继续"}


def test_without_a_form_nothing_ticked_is_nothing_on_record(form, press):
    form.visit('name="agreement" separate="privacy#transfer"')
    expect(form.go).to_be_visible()
    form.page.evaluate("document.forms[0].replaceWith(document.querySelector('clausepress-agree'))")
    form.go.click()
    form.page.wait_for_function("told.length === 1")
    expect(form.status).to_be_empty()
    form.no.click()
    expect(form.status).to_contain_text("您没有同意")
    form.go.click()
    form.page.wait_for_function("told.length === 3")
    expect(form.status).to_be_empty()
    assert form.told("clausepress-agree") == [[], []]
    assert press.entries() == []


def test_a_page_that_sends_its_form_by_itself(form, press):
    """As React and Vue pages do: they see the form only when all is on record."""
    form.page.add_init_script(
        """window.sent = [];
        document.addEventListener('submit', (e) => { e.preventDefault();
          sent.push([...new FormData(e.target)]); }, true);"""
    )
    form.visit()
    agree(form)
    form.page.wait_for_function("sent.length === 1")
    ids = form.page.evaluate("sent[0].filter(e => e[0] === 'agreement').map(e => e[1])")
    assert set(ids) == {e["id"] for e in press.entries()}
    assert form.element.evaluate("e => e.value.split(' ')") == ids
    ((first, second),) = form.told("clausepress-agree")
    assert [first["id"], second["id"]] == ids


def test_in_a_shadow_root_it_is_on_record_before_the_form_goes(form, press):
    """From there no submit gets to the window."""
    form.visit()
    form.page.evaluate(
        """() => { const place = document.createElement('div');
        document.forms[0].before(place);
        place.attachShadow({mode: 'open'}).append(document.forms[0]); }"""
    )
    agree(form)
    posted = form.posted()
    assert {v for k, v in posted if k == "agreement"} == {e["id"] for e in press.entries()}
    assert len(press.entries()) == 2


def test_whole_receipts_prove_themselves_offline(form, press):
    form.visit(f"{sign_up.USUAL} whole", lang="en")
    expect(form.go).to_have_text("Agree and continue")
    agree(form)
    with urlopen(f"{press.server.origin}/v1/log/key") as answer:
        key = answer.read().decode()
    proved = [verify_receipt(v, key).record for k, v in form.posted() if k == "agreement"]
    assert sorted(r["id"] for r in proved) == sorted(e["id"] for e in press.entries())
    assert {r["lang"] for r in proved} == {"en"}


@pytest.mark.parametrize("missing", ["**/agree.js", "**/policies.json"])
def test_without_the_rest_the_page_s_own_box_stands_in(form, press, missing):
    form.page.route(missing, lambda route: route.abort())
    with form.page.expect_event("requestfailed"):  # before that the button is there as well
        form.visit()
    form.page.wait_for_function(
        """() => { const root = document.querySelector("clausepress-agree").shadowRoot;
        return !root || root.querySelector("slot"); }"""
    )
    plain = form.page.get_by_role("button", name="Plain button")
    plain.click()
    expect(form.page.get_by_label("I agree")).to_be_focused()
    form.page.get_by_label("I agree").check()
    plain.click()
    assert form.posted() == [["name", "tea"], ["agreed", "plain"], ["plain", "yes"]]
    assert press.entries() == []


@pytest.mark.parametrize(
    "wrong",
    ['documents="nothing"', "", 'documents="terms" separate="privacy#nowhere"'],
)
def test_what_cannot_be_asked_is_not_asked(form, wrong):
    form.visit(wrong)
    expect(form.element.locator("slot")).to_have_count(1)
    expect(form.page.get_by_label("I agree")).to_be_visible()
    expect(form.box).to_have_count(0)


@pytest.mark.parametrize(("lang", "scheme"), [("zh", "light"), ("en", "dark")])
def test_axe_finds_nothing_and_a_phone_shows_it_all(form, lang, scheme):
    form.page.emulate_media(color_scheme=scheme)
    form.page.set_viewport_size({"width": 320, "height": 568})
    form.visit(f'{SEPARATE} minors="18" guardian="/away"', lang=lang)
    form.element.locator("summary").first.click()
    expect(form.element.locator("[part~=prominent]").first).to_be_visible()
    form.element.locator("input[value=minor]").check()
    assert form.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    results = Axe().run(form.page)
    assert results.violations_count == 0, results.generate_report()
