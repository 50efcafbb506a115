"""The search page in real Chromium: words of both languages, numbers, keyboard, odd queries."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from changed_site import CONFIG, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from clausepress.site.build import build_site

_ZH = """---
title: 云盘协议
---

## 一、账户

1.1 您可以随时注销账户。注销之后，我们在 30 日内删除您的文件。

1.2 账户密码请您妥善保管。

## 五、收费

5.1 **<u>逾期不付款的，我们可以停止服务。</u>**

5.1.4 退订短信请回复 TDcloud；我们用 Cookies 记住您的登录。

5.2 费用按 5.1.4 所说的办法通知。
"""
_EN = """---
title: Drive Terms
---

## 1. Accounts

1.1 You may close an account at any time. We then delete your files within 30 days.

1.2 Deleting a file is final; a cookie keeps you signed in.

## 5. Fees

5.1 **<u>Where you are late in paying, we may suspend the service.</u>**

5.1.4 Reply TDcloud to stop text messages.
"""
_NOTICE = "---\ntitle: {title}\n---\n\n1. {text}\n"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, serving: Callable[[Path], str]) -> str:
    folder = tmp_path_factory.mktemp("search")
    docs = folder / "docs"
    for policy, kind in (("terms", "service-terms"), ("news", "notice")):
        write(
            docs / policy / "policy.yml", json.dumps({"id": policy, "kind": kind, "prevails": "zh"})
        )
    old = _ZH.replace("30 日", "90 日").replace("妥善保管", "妥善保管，并每季更换")
    for name, day, zh, en in (
        ("v1", "2020-01-01", old, _EN.replace("30 days", "90 days")),
        ("v2", "2021-01-01", _ZH, _EN),
    ):
        write(docs / f"terms/{name}/version.yml", json.dumps({"id": name, "effective_on": day}))
        write(docs / f"terms/{name}/zh.md", zh)
        write(docs / f"terms/{name}/en.md", en)
    write(docs / "news/n1/version.yml", '{"id": "n1", "effective_on": "2021-05-01"}')
    write(docs / "news/n1/zh.md", _NOTICE.format(title="通告", text="机房迁移期间，账户照常使用。"))
    write(docs / "news/n1/en.md", _NOTICE.format(title="Notice", text="Accounts keep working."))
    write(folder / "mkdocs.yml", CONFIG)
    return serving(build_site(folder / "mkdocs.yml", strict=True)).rstrip("/")


def ask(page: Page, query: str) -> list[str]:
    """Type a query and return the hits: number and heading."""
    page.locator("#cp-query").fill("")
    expect(page.get_by_role("status")).to_be_empty()
    page.locator("#cp-query").fill(query)
    expect(page.get_by_role("status")).not_to_be_empty()
    return [text.strip() for text in page.locator(".cp-hits h2 a").all_inner_texts()]


CHINESE = {
    "注销": ["1.1"],
    "账户": ["一、 账户", "1.2", "1.", "1.1"],
    "停止服务": ["5.1"],
    "怎么注销账户": ["1.1"],
    "如何退订短信": ["5.1.4"],
    "cookie": ["5.1.4"],
    "Ｃｏｏｋｉｅｓ": ["5.1.4"],
    "tdcloud": ["5.1.4"],
    "5.1.4": ["5.1.4", "5.2"],
    "第 5.1.4 条": ["5.1.4"],
    "第五条": ["五、 收费"],
    "30日": ["1.1"],
    "註銷賬戶": ["1.1"],
    "通告 账户": ["1."],
    "儿童": [],
}
ENGLISH = {
    "delete": ["1.1", "1.2"],
    "cookies": ["1.2"],
    "how do I close my account": ["1.1"],
    "susp": ["5.1"],
    "Article 5": ["5. Fees"],
    "5.1.4": ["5.1.4"],
}


def test_chinese_texts(origin: str, page: Page) -> None:
    page.goto(f"{origin}/zh/search/")
    for query, hits in CHINESE.items():
        assert ask(page, query)[: len(hits) or None] == hits, query


def test_english_texts(origin: str, page: Page) -> None:
    page.goto(f"{origin}/en/search/")
    for query, hits in ENGLISH.items():
        assert sorted(ask(page, query)) == hits, query


def test_only_what_is_asked_for_is_loaded(origin: str, page: Page) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.removeprefix(origin)))
    page.goto(f"{origin}/zh/terms/", wait_until="networkidle")
    assert not [url for url in loaded if url.endswith(("search.json", "search.js", "match.js"))]
    page.goto(f"{origin}/zh/search/", wait_until="networkidle")
    ask(page, "90 日")
    expect(page.get_by_role("status")).to_contain_text("没有条款包含全部词语")
    assert [url for url in loaded if url.endswith(".json")] == ["/zh/search.json"]
    page.get_by_label("全部版本").check()
    expect(page.locator(".cp-past")).to_have_count(1)
    expect(page.locator(".cp-past")).to_contain_text("版本：v1（已被取代）")
    page.get_by_label("全部版本").uncheck()
    assert ask(page, "密码") == ["1.2"]
    wanted = {"/zh/search.json", "/zh/terms/archive/search.json", "/zh/news/archive/search.json"}
    assert {url for url in loaded if url.endswith(".json")} == wanted
    assert len([url for url in loaded if url == "/zh/search.json"]) == 1


def test_a_hit_leads_to_the_clause_of_its_version(origin: str, page: Page) -> None:
    page.goto(f"{origin}/zh/search/?q=90+日&all=1")
    page.locator(".cp-past a").click()
    expect(page).to_have_url(f"{origin}/zh/terms/v1/#c1-1")
    expect(page.locator("section:target")).to_contain_text("90 日")


def test_key_clauses_are_labelled_and_can_be_asked_for(origin: str, page: Page) -> None:
    page.goto(f"{origin}/zh/search/?q=我们")
    expect(page.locator(".cp-hits li", has_text="重点条款")).to_have_count(1)
    page.get_by_label("只看重点条款").check()
    expect(page.locator(".cp-hits h2 a")).to_have_text(["5.1"])
    expect(page).to_have_url(f"{origin}/zh/search/?q=%E6%88%91%E4%BB%AC&key=1")


def test_a_policy_can_be_chosen_and_the_address_tells_it(origin: str, page: Page) -> None:
    page.goto(f"{origin}/zh/search/?q=账户&policy=news")
    expect(page.locator(".cp-hits h2 a")).to_have_text(["1."])
    page.get_by_label("范围").select_option("terms")
    expect(page.locator(".cp-hits li")).to_have_count(3)
    page.reload()
    expect(page.locator(".cp-hits li")).to_have_count(3)


def test_by_keyboard_from_any_page(origin: str, page: Page) -> None:
    page.goto(f"{origin}/en/terms/")
    page.keyboard.press("/")
    page.keyboard.type("delete")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{origin}/en/search/?q=delete")
    expect(page.get_by_role("status")).to_have_text("Clauses found: 2.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator(".cp-hits a").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#cp-query")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".cp-hits li")).to_have_count(0)
    expect(page.get_by_role("heading", name="Contents of the texts in force")).to_be_visible()
    page.keyboard.type("5.1.4")
    expect(page.locator(".cp-hits li")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{origin}/en/terms/v2/#c5-1-4")


def test_odd_queries_are_answered(origin: str, page: Page) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.goto(f"{origin}/zh/search/")
    status = page.get_by_role("status")
    odd = (
        "账户注销" * 250,
        "，。！？",
        "%&=#+\\",
        "\ud83d",
        "<img src=x onerror=alert(1)>注销",
        "(((",
        "[a-",
    )
    for query in odd:
        page.locator("#cp-query").fill("")
        expect(status).to_be_empty()
        page.evaluate(
            """query => {
              const input = document.querySelector("#cp-query");
              input.value = query;
              input.dispatchEvent(new Event("input", {bubbles: true}));
            }""",
            query,
        )
        expect(status).not_to_be_empty()
        assert page.locator(".cp-hits img").count() == 0, query
        page.reload()
        expect(status).not_to_be_empty()
    assert faults == []


def test_what_was_not_found_is_said_with_advice(origin: str, page: Page) -> None:
    page.goto(f"{origin}/en/search/")
    assert ask(page, "submarine") == []
    expect(page.get_by_role("status")).to_contain_text("Try fewer or other words")
    assert sorted(ask(page, "submarine files")) == ["1.1", "1.2"]
    expect(page.get_by_role("status")).to_have_text("No clause holds all of it. The nearest: 2.")
    page.route("**/search.json", lambda route: route.abort())
    page.goto(f"{origin}/en/search/?q=files")
    expect(page.get_by_role("status")).to_contain_text("could not be loaded")


def test_without_scripts_the_contents_of_all_texts_are_there(origin: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/zh/search/?q=账户")
    expect(page.get_by_text("搜索需要 JavaScript")).to_be_visible()
    expect(page.locator(".cp-search")).to_be_hidden()
    page.get_by_text("云盘协议", exact=True).last.click()
    page.get_by_role("link", name="五、收费").click()
    page.wait_for_url("**/zh/terms/v2/#ch5")
    context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_readable_by_all_and_on_a_phone(origin: str, page: Page, lang: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{origin}/{lang}/search/?q={'账户' if lang == 'zh' else 'account'}&all=1")
    expect(page.locator(".cp-hits li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.response["violations"] == [], found.generate_report()


@pytest.fixture(scope="module")
def matcher(origin: str, browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(f"{origin}/zh/search/")
    page.evaluate(
        """async () => {
          globalThis.m = await import("/assets/search-match.js");
          globalThis.clauses = m.prepare(await (await fetch("/zh/search.json")).json());
        }"""
    )
    yield page
    page.close()


_ODD = st.text(max_size=60) | st.text("账户注销1.（）5一ab. 第条-\\[]", max_size=30)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=_ODD, text=_ODD)
def test_any_query_is_answered_and_no_text_is_altered(matcher: Page, query: str, text: str) -> None:
    told = matcher.evaluate(
        """([query, text]) => {
          const { hits, marks, whole } = m.find(clauses, query);
          return {
            whole: whole && !m.numberForm(query), same: m.pieces(text, marks).join("") === text,
            size: m.fold(text).length === text.length,
            part: text.includes(m.excerpt(text, marks, 20).replace(/^…|…$/g, "")),
            hits: hits.map((each) => each.top + each.body), folded: m.fold(query),
          };
        }""",
        [query, text],
    )
    assert told["same"]
    assert told["size"]
    if "…" not in text:
        assert told["part"]
    if told["whole"] and told["folded"].isalpha() and not told["folded"].isascii():
        assert all(told["folded"] in hit for hit in told["hits"])
