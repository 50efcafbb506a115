"""Content that waits for consent: nothing before it, everything once after it, in order."""

import copy
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from .press import OLD, Shop, policies, wait_for

ORDER = ["one", "slow anonymous", "adverts", "both", "two", "template", "module true"]


BOTH = pytest.mark.parametrize("gated", ["sources", "built"], indirect=True)


@pytest.fixture
def gated(page, press, request):
    """A page with gated scripts, a template and a frame; the widgets as written, and as built."""
    press.built = getattr(request, "param", "built") == "built"
    tab = Shop(page, press)
    tab.url = f"{press.shop.origin}/gated/zh"
    yield tab
    assert not tab.errors


def ran(tab):
    return tab.page.evaluate("ran")


def all_ran(tab, count):
    tab.page.wait_for_function("n => ran.length >= n", arg=count)
    tab.page.wait_for_timeout(150)
    return ran(tab)


def allow(tab, *purposes):
    tab.button("设置").click()
    for purpose in purposes:
        tab.cookies.get_by_label(purpose).check()
    tab.button("保存选择").click()


@BOTH
def test_nothing_runs_before_a_choice_and_nothing_after_a_no(gated):
    gated.visit()
    expect(gated.layer).to_be_visible()
    assert ran(gated) == []
    gated.button("全部拒绝").click()
    expect(gated.receipt).to_be_visible()
    gated.visit()
    gated.page.wait_for_function("seen.length > 0")
    gated.page.wait_for_timeout(300)
    assert ran(gated) == []
    expect(gated.page.locator("#chart")).to_have_count(0)
    assert gated.page.locator("iframe").get_attribute("src") is None


@BOTH
def test_all_of_it_runs_once_and_in_order(gated):
    gated.visit()
    gated.button("全部同意").click()
    assert all_ran(gated, 7) == ORDER
    expect(gated.page.locator("#chart")).to_be_visible()
    expect(gated.page.frame_locator("iframe").get_by_text("frame")).to_be_visible()
    expect(gated.receipt).to_be_visible()
    requested = gated.requests()
    gated.visit()
    assert all_ran(gated, 7) == ORDER
    assert not any(name.startswith("cookies") for name in requested), (
        "the loader and the gate alone"
    )


def test_each_purpose_by_itself(gated):
    gated.visit()
    allow(gated, "分析与个性化")
    assert all_ran(gated, 5) == ["one", "slow anonymous", "two", "template", "module true"]
    expect(gated.page.get_by_text("地图 可能会使用 Cookie")).to_be_visible()
    gated.control.click()
    gated.cookies.get_by_label("广告").check()
    gated.button("保存选择").click()
    assert all_ran(gated, 7)[5:] == ["adverts", "both"]


def test_what_comes_later_waits_too(gated):
    gated.visit()
    insert = """() => { const script = document.createElement('script');
      script.type = 'text/plain'; script.dataset.purpose = 'analytics';
      script.textContent = 'note("later")'; document.body.append(script); }"""
    gated.page.evaluate(insert)
    gated.page.wait_for_timeout(100)
    assert ran(gated) == []
    gated.button("全部同意").click()
    assert all_ran(gated, 8).count("later") == 1
    gated.page.evaluate(insert)
    gated.page.wait_for_function("ran.filter((one) => one === 'later').length === 2")


def test_a_frame_is_shown_here_once(gated, press):
    gated.visit()
    gated.button("全部拒绝").click()
    expect(gated.receipt).to_be_visible()
    once = gated.page.get_by_role("button", name="仅显示这一次")
    assert once.bounding_box()["height"] >= 44
    once.click()
    expect(gated.page.frame_locator("iframe").get_by_text("frame")).to_be_visible()
    assert gated.choice()["decision"] == "refused"
    assert len(press.entries()) == 1
    gated.visit()
    expect(once).to_be_visible()


@BOTH
def test_a_frame_is_always_allowed_on_record(gated, press):
    gated.visit()
    gated.button("全部拒绝").click()
    expect(gated.receipt).to_be_visible()
    gated.page.get_by_role("button", name="始终允许").click()
    expect(gated.page.frame_locator("iframe").get_by_text("frame")).to_be_visible()
    wait_for(lambda: gated.page.evaluate("1") and len(press.entries()) == 2)
    entry = press.entries()[1]
    assert entry["purposes"] == {"analytics": False, "adverts": True}
    assert (entry["label"], entry["surface"]) == ("始终允许", "page")
    gated.visit()
    expect(gated.page.frame_locator("iframe").get_by_text("frame")).to_be_visible()
    assert all_ran(gated, 1) == ["adverts"]


def test_withdrawal_takes_away_what_can_be_taken_away(gated):
    gated.visit()
    gated.button("全部同意").click()
    all_ran(gated, 7)
    gated.control.click()
    gated.button("全部拒绝").click()
    expect(gated.status).to_contain_text("刷新页面后")
    expect(gated.page.locator("#chart")).to_have_count(0)
    expect(gated.page.get_by_role("button", name="始终允许")).to_be_visible()
    assert gated.page.locator("iframe").get_attribute("src") is None
    gated.visit()
    gated.page.wait_for_function("seen.length > 0")
    assert ran(gated) == []


@BOTH
@pytest.mark.parametrize("types", ["", "; trusted-types clausepress-gate"])
def test_trusted_types_and_nonces(gated, types):
    csp = "script-src 'nonce-abc' 'strict-dynamic'; require-trusted-types-for 'script'" + types
    gated.url += "?csp=" + quote(csp)
    gated.visit()
    gated.button("全部同意").click()
    assert all_ran(gated, 7) == ORDER
    assert gated.page.evaluate("violations") == []


def test_a_service_by_itself(gated, press):
    data = policies(OLD)
    analytics = data["policies"][0]["cookies"]["purposes"][1]
    labels = {"one": "计数", "adverts-count": "热图"}
    analytics["services"] = [
        {"id": name, "label": {"zh": label, "en": name}} for name, label in labels.items()
    ]
    press.publish(data)
    gated.visit()
    gated.page.evaluate(
        """() => { const script = document.createElement('script');
        script.type = 'text/plain'; script.dataset.purpose = 'adverts-count';
        script.textContent = 'note("service")'; document.body.append(script); }"""
    )
    gated.button("设置").click()
    gated.cookies.get_by_label("计数").check()
    expect(gated.cookies.get_by_label("分析与个性化")).to_be_checked()
    assert gated.cookies.get_by_label("分析与个性化").evaluate("e => e.indeterminate")
    gated.button("保存选择").click()
    expect(gated.receipt).to_be_visible()
    assert "service" not in ran(gated)
    (entry,) = press.entries()
    assert entry["purposes"] == {"analytics": True, "adverts": False}
    assert entry["services"] == {"one": True, "adverts-count": False}
    gated.control.click()
    gated.cookies.get_by_label("热图").check()
    gated.button("保存选择").click()
    gated.page.wait_for_function("ran.includes('service')")


SIGNALS = "consent-mode='analytics_storage=analytics ad_storage,ad_user_data=adverts' gate"


def signals(tab):
    return tab.page.evaluate("(window.dataLayer ?? []).map((one) => [...one])")


def test_consent_mode(gated):
    gated.url += "?attributes=" + quote(SIGNALS)
    gated.visit()
    expect(gated.layer).to_be_visible()
    gated.page.wait_for_function("window.dataLayer?.length")
    off = {"analytics_storage": "denied", "ad_storage": "denied", "ad_user_data": "denied"}
    assert signals(gated) == [["consent", "default", off]]
    allow(gated, "分析与个性化")
    gated.page.wait_for_function("dataLayer.length >= 2")
    on = off | {"analytics_storage": "granted"}
    assert signals(gated)[1:] == [["consent", "update", on]]
    expect(gated.receipt).to_be_visible()
    gated.visit()
    gated.page.wait_for_function("window.dataLayer?.length >= 2")
    assert signals(gated) == [["consent", "default", off], ["consent", "update", on]]
    gated.control.click()
    gated.button("全部拒绝").click()
    gated.page.wait_for_function("dataLayer.length === 3")
    assert signals(gated)[2] == ["consent", "update", off]


def test_a_consent_that_is_void_is_denied_again(gated):
    gated.url += "?attributes=" + quote(SIGNALS)
    gated.page.route(
        "**/v1/choices",
        lambda route: route.fulfill(
            status=422,
            content_type="application/problem+json",
            headers={"access-control-allow-origin": "*"},
            body='{"type": "/problems/unknown-version", "detail": "No such version."}',
        ),
    )
    gated.visit()
    gated.button("全部同意").click()
    gated.page.wait_for_function("dataLayer.length === 3")
    said = [set(values.values()) for _, _, values in signals(gated)]
    assert said == [{"denied"}, {"granted"}, {"denied"}]


# ---- several elements, several tabs

LATER = """() => new Promise((done) => { const script = document.createElement('script');
  script.type = 'text/plain'; script.dataset.purpose = 'analytics';
  script.textContent = 'note("later")'; document.body.append(script);
  setTimeout(() => done(ran.includes('later'))); })"""
SECOND = """policy => { const second = document.createElement('clausepress-cookies');
  second.setAttribute('policy', policy); document.body.append(second); }"""


def with_other_policy(press, *purposes):
    """Publish another policy; it asks about what the first one does, or about these."""
    data = policies(OLD)
    other = {**copy.deepcopy(data["policies"][0]), "id": "other"}
    if purposes:
        labels = {"zh": "视频", "en": "Videos"}
        asked = [{"id": name, "required": False, "label": labels} for name in purposes]
        other["cookies"] |= {"purposes": asked}
    press.publish({**data, "policies": [*data["policies"], other]})


def agreed(tab):
    tab.visit()
    tab.button("全部同意").click()
    expect(tab.page.locator("#chart")).to_be_visible()
    expect(tab.receipt).to_be_visible()
    return tab


def test_the_no_of_one_policy_is_a_no(gated, press):
    with_other_policy(press)
    agreed(gated).page.evaluate(SECOND, "other")
    gated.page.locator("[policy=other] [part~=refuse]").click()
    expect(gated.page.locator("#chart")).to_have_count(0)
    assert gated.page.evaluate(LATER) is False


def test_of_an_element_that_was_replaced_the_yes_counts_no_more(gated):
    agreed(gated).cookies.evaluate("e => { window.old = e; e.replaceWith(e.cloneNode(true)); }")
    gated.control.click()
    gated.button("全部拒绝").click()
    expect(gated.page.locator("#chart")).to_have_count(0)
    assert gated.page.evaluate("old.choice.decision") == "given"
    assert gated.page.evaluate(LATER) is False


def test_an_old_tab_hears_a_no_though_its_files_are_gone(gated, open_tab):
    agreed(gated).page.route("**/cookies*.js", lambda route: route.fulfill(status=404))
    gated.visit()
    expect(gated.page.locator("#chart")).to_be_visible()
    other = open_tab().visit()
    other.control.click()
    other.button("全部拒绝").click()
    expect(gated.page.locator("#chart")).to_have_count(0)
    assert gated.events()[-1] is gated.choice() is None
    assert gated.page.evaluate(LATER) is False


def test_always_asks_whom_it_concerns(gated, press):
    with_other_policy(press, "videos")
    gated.visit()
    expect(gated.layer).to_be_visible()
    gated.page.evaluate(SECOND, "other")
    gated.page.evaluate(
        """() => document.querySelector('iframe').insertAdjacentHTML('afterend', `
        <iframe title="one" data-purpose="videos" data-src="/frame"></iframe>
        <iframe title="two" data-purpose="nothing videos" data-src="/frame"></iframe>`)"""
    )
    place = gated.page.locator("[part=clausepress-placeholder]")
    always = place.get_by_role("button", name="始终允许")
    expect(place).to_have_count(3)
    expect(always).to_have_count(2)
    expect(place.filter(has_text="two").get_by_role("button")).to_have_text("仅显示这一次")
    always.last.click()
    expect(gated.page.frame_locator("iframe[title=one]").get_by_text("frame")).to_be_visible()
    (entry,) = wait_for(lambda: gated.page.evaluate("1") and press.entries())
    assert (entry["policy"], entry["purposes"]) == ("other", {"videos": True})
    expect(gated.page.locator("[policy=privacy] [part~=refuse]")).to_be_visible()
