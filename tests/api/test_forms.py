"""The pages without JavaScript, filled in and sent as a browser does."""

from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from ledger_samples import EN, PHONE, ZH, House, policies, write_policies
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


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"address": "12"}, "Check the number or address; abroad, begin with + and country."),
        (
            {"text_digest": "sha256:" + "0" * 64},
            "The text has changed since. Go back, read it and send again.",
        ),
        ({"policy": "other"}, "There is no such document here."),
        ({"version": "2000-01-01"}, "This document has no such version in force."),
        ({"version": "2022-01-01"}, "This document has no such version in force."),
        ({"idempotency_key": ""}, "A part of the page is missing. Open it anew."),
    ],
)
def test_common_errors_are_in_the_language_of_the_page(
    client: TestClient, lang: str, fields: dict[str, str], message: str
) -> None:
    (form,) = get(client, f"/v1/forms/opt-out?policy=privacy&lang={lang}").forms
    answer = send(client, form, **({"address": PHONE} | fields))
    assert Page(answer.text).lang == labels(lang).html_lang
    assert f'<p role="alert">{escape(labels(lang)(message))}</p>' in answer.text


def test_other_errors_of_a_form(client: TestClient) -> None:
    (form,) = get(client, "/v1/forms/opt-out?policy=privacy&lang=zh").forms
    assert send(client, form, address=PHONE).status_code == 303
    t = labels("zh")
    changed = send(client, form, address="13900139000")
    assert t("This page was sent before with other content. Open it anew.") in changed.text
    edition = client.get("/v1/forms/opt-out?policy=privacy&lang=fr")
    assert 'lang="en">' in edition.text
    assert labels("en")("This document is not published in this language.") in edition.text
    rare = send(client, form, address=PHONE, channel="fax")
    assert '<p role="alert" lang="en">' in rare.text
    choices = get(client, "/v1/forms/cookies?policy=privacy&lang=zh").forms
    purpose = send(client, choices[0], **{"purposes.identity": "false"})
    assert t("The choice does not fit this document. Go back and choose again.") in purpose.text


@pytest.mark.parametrize(("form", "count"), [("opt-out", 1), ("cookies", 3)])
def test_after_a_failure_the_same_form_may_be_sent_again(
    client: TestClient, house: House, ledger: Ledger, form: str, count: int
) -> None:
    forms = get(client, f"/v1/forms/{form}?policy=privacy&lang=zh").forms
    assert len(forms) == count
    mine, extra = forms[0], {"address": PHONE} if form == "opt-out" else {}
    path, away = house.path / "ledger.db", house.path / "away.db"
    path.rename(away)
    failed = send(client, mine, **extra)
    assert failed.status_code == 503
    assert failed.headers["retry-after"] == "2"
    t = labels("zh")
    assert (
        t("The records cannot be reached now. Send it again; it counts only once.") in failed.text
    )
    (again,) = Page(failed.text).forms
    assert again["action"] == mine["action"]
    assert again["buttons"] == [t("Send again")]
    assert again["fields"] == mine["fields"] | extra
    away.rename(path)
    sent = [send(client, each) for each in (again, again, mine | {"fields": again["fields"]})]
    assert {answer.status_code for answer in sent} == {303}
    assert len({answer.headers["location"] for answer in sent}) == 1
    assert "\n1\n" in ledger.checkpoint()  # one record


def test_a_list_is_sent_again_whole(client: TestClient, house: House) -> None:
    form = get(client, "/v1/forms/cookies?policy=privacy&lang=zh").forms[0]
    (house.path / "ledger.db").rename(house.path / "away.db")
    shown = "&prominent_shown=one&prominent_shown=two"
    headers = OWN | {"Content-Type": "application/x-www-form-urlencoded"}
    failed = client.post(form["action"], content=urlencode(form["fields"]) + shown, headers=headers)
    for name in ("one", "two"):
        assert f'name="prominent_shown" value="{name}"' in failed.text


ABOUT = {"version": "2021-01-25", "lang": "zh", "text_digest": ZH}
TERMS = {"policy": "terms", "version": "2020-03-04", "lang": "zh", "text_digest": ZH}


def host_form(**fields: str) -> dict[str, Any]:
    """A form that a host's own page sends, as for signing up."""
    about = {"policy": "privacy", "surface": "sign-up", "subject": "s" * 22, **ABOUT}
    fields = about | {"mode": "written", "label": "同意并继续", "decision": "given"} | fields
    return {"action": "/v1/choices", "fields": {"idempotency_key": "k" * 22} | fields}


def test_a_hosts_form_names_documents_and_a_guardian(client: TestClient, ledger: Ledger) -> None:
    guardian = {"relation": "parent", "contact": "han@example.com", "name": "", "evidence": "信"}
    sent = send(
        client,
        host_form(kind="guardian-consent"),
        **{f"documents.0.{name}": value for name, value in TERMS.items()},
        **{"documents.0.prominent_shown": "liability"},
        **{f"guardian.{name}": value for name, value in guardian.items()},
    )
    assert sent.status_code == 303
    ((record, _),) = [(e.record, e.receipt) for e in ledger.export("subject", "s" * 22).records]
    assert record["documents"] == [TERMS | {"prominent_shown": ["liability"]}]
    assert record["guardian"] == {k: v for k, v in guardian.items() if v}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"documents.0.policy": "terms"}, "version"),
        ({"documents.x.policy": "terms"}, "documents.x.policy"),
        ({"documents": "terms", "documents.0.policy": "terms"}, "documents"),
        ({"purposes": "all", "purposes.analytics": "true"}, "purposes"),
        ({"purposes.analytics": "true", "purposes": "all"}, "purposes"),
        ({"guardian.relation": "aunt"}, "guardian.relation"),
        ({"services": "none"}, "services"),
    ],
)
def test_nested_fields_of_a_form_that_cannot_be(
    client: TestClient, fields: dict[str, str], field: str
) -> None:
    answer = send(client, host_form(kind="agreement"), **fields)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert Page(answer.text).links == []  # the cookie form is not where they came from


def test_a_policy_with_no_version_in_force(client: TestClient, house: House) -> None:
    content = policies()
    content["policies"][1]["current"] = None
    content["policies"][1]["versions"][0]["status"] = "announced"
    write_policies(house.path, content)
    for form in ("opt-out", "cookies"):
        answer = client.get(f"/v1/forms/{form}?policy=terms&lang=zh")
        assert answer.status_code == 422
        assert labels("zh")("This document has no such version in force.") in answer.text
    assert get(client, "/v1/forms/opt-out?policy=privacy&lang=zh").forms


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
