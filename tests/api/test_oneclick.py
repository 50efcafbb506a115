"""One click in a mail program (RFC 8058): POST stops promotion, GET changes nothing."""

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_samples import EMAIL
from starlette.testclient import TestClient

from clausepress.i18n import labels
from clausepress.ledger import Ledger, verify_receipt

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ONE_CLICK = b"List-Unsubscribe=One-Click"
PARTS = (
    b'--b1\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n'
    b"Content-Type: text/plain\r\n\r\nOne-Click\r\n--b1--\r\n"
)


@pytest.fixture
def link(ledger: Ledger) -> str:
    """The path of a one-click link."""
    return f"/v1/unsubscribe/{ledger.one_click_token(EMAIL)}"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (FORM, ONE_CLICK),
        (FORM, ONE_CLICK + b"\r\n"),
        ({"Content-Type": "multipart/form-data; boundary=b1"}, PARTS),
        ({"Content-Type": "multipart/form-data; boundary=b1"}, PARTS.replace(b"\r\n", b"\n")),
        ({}, ONE_CLICK),
    ],
)
def test_a_post_stops_promotion(
    client: TestClient, ledger: Ledger, link: str, headers: dict[str, str], body: bytes
) -> None:
    answers = [client.post(link, content=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content  # two deliveries, one record
    assert "set-cookie" not in answers[0].headers
    assert ledger.is_suppressed("email", EMAIL)
    assert not ledger.is_suppressed("email", f"x{EMAIL}")
    record = verify_receipt(answers[0].content, ledger.verifier_key).record
    assert (record["kind"], record["channel"], record["surface"]) == (
        "opt-out",
        "email",
        "one-click",
    )
    assert EMAIL not in answers[0].text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(
    client: TestClient, ledger: Ledger, link: str, method: str
) -> None:
    before = ledger.checkpoint()
    for path in (link, f"{link}?{ONE_CLICK.decode()}", "/v1/unsubscribe/nobody"):
        assert client.request(method, path, headers=HTML).status_code == 200
    assert ledger.checkpoint() == before
    assert not ledger.is_suppressed("email", EMAIL)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_person_presses_the_button(
    client: TestClient, ledger: Ledger, link: str, lang: str
) -> None:
    t = labels(lang)
    page = client.get(f"{link}?lang={lang}", headers=HTML)
    assert '<form method="post">' in page.text  # to this very address
    assert t("Opt out") in page.text
    assert EMAIL not in page.text
    fields = {"List-Unsubscribe": "One-Click"}
    assert all(f'name="{n}" value="{v}"' in page.text for n, v in fields.items())
    own = HTML | {"Origin": "http://testserver"}
    done = client.post(f"{link}?lang={lang}", data=fields, headers=own)
    assert done.status_code == 200
    assert t("Receipt") in done.text
    assert ledger.is_suppressed("email", EMAIL)


def test_other_posts_are_refused(client: TestClient, ledger: Ledger, link: str) -> None:
    before = ledger.checkpoint()
    for body in (b"", b"List-Unsubscribe=", b"x=List-Unsubscribe%3DOne-Click", b"One-Click"):
        answer = client.post(link, content=body, headers=FORM)
        assert answer.status_code == 400, body
    for other in (link[:-4] + "AAAA", link + "A" * 400, "/v1/unsubscribe/x", link[:40]):
        answer = client.post(other, content=ONE_CLICK, headers=FORM)
        assert answer.status_code == 404, other
        assert answer.json()["type"] == "/problems/link-not-valid"
        page = client.post(f"{other}?lang=zh", content=ONE_CLICK, headers=FORM | HTML)
        assert (page.status_code, "请从邮件中重新复制" in page.text) == (404, True)
    assert client.post(link, content=b"x" * 20_000, headers=FORM).status_code == 413
    assert client.put(link, content=ONE_CLICK).status_code == 405
    assert client.post(link, content=ONE_CLICK, headers={"Origin": "null"}).status_code == 403
    assert ledger.checkpoint() == before


@pytest.mark.parametrize("beginning", [b'name="List-Unsubscribe"', b"name=List-Unsubscribe\na\n"])
def test_a_body_of_beginnings_is_read_in_no_time(
    client: TestClient, link: str, beginning: bytes
) -> None:
    body = beginning * (16_000 // len(beginning))
    began = time.process_time()
    assert client.post(link, content=body).status_code == 400
    assert time.process_time() - began < 0.1


def test_a_store_that_fails_is_told(client: TestClient, ledger: Ledger, link: str) -> None:
    ledger.close()
    answer = client.post(link, content=ONE_CLICK, headers=FORM)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert client.post(link, content=ONE_CLICK, headers=FORM | HTML).status_code == 503


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    token=st.text(st.characters(codec="utf-8"), max_size=60),
    body=st.binary(max_size=200) | st.just(ONE_CLICK),
    kind=st.sampled_from(["", "multipart/form-data", "application/json", "x"]),
)
def test_nothing_breaks_the_server(client: TestClient, token: str, body: bytes, kind: Any) -> None:
    path = "/v1/unsubscribe/" + "".join(f"%{octet:02x}" for octet in token.encode())
    answer = client.post(path, content=body, headers={"Content-Type": kind})
    assert answer.status_code < 500
