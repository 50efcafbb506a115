"""The pages without JavaScript, filled in and sent as a browser does."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from ledger_samples import EN, PHONE, ZH
from starlette.testclient import TestClient

from clausepress.i18n import labels
from clausepress.ledger import Ledger, verify_receipt

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
OWN = HTML | {"Origin": "http://testserver"}


class Page(HTMLParser):
    """The forms of a page: action, fields, and the texts of the buttons."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.lang = ""
        self._in_button = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag == "html":
            self.lang = given["lang"] or ""
        elif tag == "form":
            self.forms.append(
                {"action": given["action"], "fields": {}, "buttons": [], "radios": {}}
            )
        elif tag == "input" and given.get("type") == "radio":
            radios = self.forms[-1]["radios"]
            radios.setdefault(given["name"], []).append(given["value"])
            if "checked" in given:
                self.forms[-1]["fields"][given["name"]] = given["value"]
        elif tag == "input":
            self.forms[-1]["fields"][given["name"]] = given.get("value", "")
        elif tag == "a":
            self.links.append(given["href"] or "")
        self._in_button = tag == "button"

    def handle_data(self, data: str) -> None:
        if self._in_button:
            self.forms[-1]["buttons"].append(data)
            self._in_button = False


def get(client: TestClient, path: str) -> Page:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def send(client: TestClient, form: dict[str, Any], **fields: str) -> Any:
    data = urlencode(form["fields"] | fields)
    headers = OWN | {"Content-Type": "application/x-www-form-urlencoded"}
    return client.post(form["action"], content=data, headers=headers)


@pytest.mark.parametrize(("lang", "digest"), [("zh", ZH), ("en", EN)])
def test_opting_out(client: TestClient, ledger: Ledger, lang: str, digest: str) -> None:
    page = get(client, f"/v1/forms/opt-out?policy=privacy&lang={lang}")
    (form,) = page.forms
    assert page.lang == labels(lang).html_lang
    assert form["fields"]["text_digest"] == digest
    assert form["fields"]["version"] == "2021-01-25"
    assert form["buttons"] == [labels(lang)("Opt out")] == [form["fields"]["label"]]
    sent = send(client, form, address="138 0013 8000")
    assert sent.status_code == 303
    assert PHONE not in sent.headers["location"]
    assert ledger.is_suppressed("sms", PHONE)
    again = send(client, form, address="138 0013 8000")
    assert again.headers["location"] == sent.headers["location"]

    receipt = client.get(sent.headers["location"], headers=HTML)
    assert receipt.headers["cache-control"] == "private, no-store"
    assert receipt.headers["vary"].startswith("Accept")
    assert labels(lang)("Receipt") in receipt.text
    assert PHONE not in receipt.text
    (download,) = Page(receipt.text).links
    kept = client.get(download, headers=HTML)
    assert kept.headers["content-disposition"].startswith("attachment")
    assert verify_receipt(kept.content, ledger.verifier_key).record["surface"] == "form"


def test_refusing_and_accepting_are_alike(client: TestClient, ledger: Ledger) -> None:
    page = get(client, "/v1/forms/cookies?policy=privacy&lang=zh")
    refuse, accept, _ = page.forms
    assert refuse["buttons"] == ["全部拒绝"]
    assert accept["buttons"] == ["全部同意"]
    assert set(refuse["fields"]) == set(accept["fields"])
    assert len({form["fields"]["idempotency_key"] for form in page.forms}) == 3
    assert len({form["fields"]["subject"] for form in page.forms}) == 1
    for form, decision, allowed in ((refuse, "refused", False), (accept, "given", True)):
        sent = send(client, form)
        assert sent.status_code == 303
        record = client.get(sent.headers["location"]).json()["record"]
        assert record["decision"] == decision
        assert record["purposes"] == {"analytics": allowed, "marketing": allowed}
        assert record["label"] == form["buttons"][0]


@pytest.mark.parametrize("values", [("true", "false"), ("false", "false"), ("true", "true")])
def test_choosing_one_by_one(client: TestClient, values: tuple[str, str]) -> None:
    form = get(client, "/v1/forms/cookies?policy=privacy&lang=en").forms[2]
    names = ["purposes.analytics", "purposes.marketing"]
    assert form["radios"] == {name: ["false", "true"] for name in names}
    assert not set(names) & set(form["fields"])  # nothing is chosen beforehand
    chosen = dict(zip(names, values, strict=True))
    sent = send(client, form, **chosen)
    record = client.get(sent.headers["location"]).json()["record"]
    assert record["decision"] == ("given" if "true" in values else "refused")
    page = client.get(sent.headers["location"], headers=HTML).text
    assert "analytics: " + ("Allow" if values[0] == "true" else "Refuse") in page


def test_a_policy_without_cookies(client: TestClient) -> None:
    page = get(client, "/v1/forms/cookies?policy=terms&lang=zh")
    assert page.forms == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"address": "12"}, 422),
        ({"address": ""}, 400),
        ({"channel": "fax"}, 400),
        ({"idempotency_key": "x"}, 400),
        ({"idempotency_key": ""}, 400),
        ({"text_digest": EN}, 422),
        ({"extra": "x"}, 400),
        ({"version": "2000-01-01"}, 422),
    ],
)
def test_an_error_is_a_page_with_a_way_back(
    client: TestClient, fields: dict[str, str], status: int
) -> None:
    (form,) = get(client, "/v1/forms/opt-out?policy=privacy&lang=zh").forms
    answer = send(client, form, **({"address": PHONE} | fields))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    assert page.links == ["/v1/forms/opt-out?policy=privacy&lang=zh"]
    assert PHONE not in answer.text
    assert get(client, page.links[0]).forms


@pytest.mark.parametrize("content", ["a=%ff", "a=1&a=2", "a", "&".join(["a=1"] * 70), "\xff", ""])
def test_malformed_forms(client: TestClient, content: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/v1/opt-outs", content=content.encode("latin-1"), headers=headers)
    assert answer.status_code == 400
    assert "<h1>" in answer.text


def test_forms_of_what_does_not_exist(client: TestClient) -> None:
    for query in ("", "?policy=x&lang=zh", "?policy=privacy&lang=xx"):
        for form in ("opt-out", "cookies"):
            answer = client.get(f"/v1/forms/{form}{query}")
            assert answer.status_code == 422
            assert "<h1>" in answer.text


def test_text_is_escaped_and_nothing_runs(client: TestClient) -> None:
    answer = client.get("/v1/forms/opt-out?policy=privacy&lang=en")
    assert "Privacy &lt;Policy&gt;" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "style-src 'sha256-" in policy
    assert not {"script", "img", "link", "iframe"} & set(Page(answer.text).tags)
    evil = client.get('/v1/forms/opt-out?policy="><script>&lang="><script>')
    assert "<script" not in evil.text
    # A browser must send the true origin with our own form.
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("text/html", True),
        ("text/html;q=0.5, application/json", False),
        ("application/json;q=0.5, text/html;q=0.8", True),
        ("text/html;q=0", False),
        ("text/html;q=x", False),
        (HTML["Accept"], True),
    ],
)
def test_who_gets_html(client: TestClient, accept: str, html: bool) -> None:
    (form,) = get(client, "/v1/forms/opt-out?policy=privacy&lang=zh").forms
    location = send(client, form, address=PHONE).headers["location"]
    answer = client.get(location, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith("text/html" if html else "application/json")
