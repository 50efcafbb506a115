"""What is on record of a person, asked by the host's servers and by the browser itself."""

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from account_samples import HOST, KEY, packed, signed
from api_samples import tokens
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_samples import EMAIL, PHONE, House, body, choice, new_key, opt_out
from starlette.testclient import TestClient

from clausepress.api.app import create_app
from clausepress.api.settings import Settings
from clausepress.ledger import Ledger, SetupError, verify_receipt

TOKEN = "a-token-of-the-host-0123456789"  # noqa: S105 - of this test
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}
LI, HAN = "l" * 22, "h" * 22
CONSENT: dict[str, Any] = {
    "kind": "consent",
    "decision": "given",
    "mode": "separate",
    "purpose": "marketing",
    "purposes": {},
}
SUBJECTS = ("/v1/subjects/state", "/v1/subjects/history")


@pytest.fixture
def ledger(house: House) -> Iterator[Ledger]:
    """A ledger that knows the host's key."""
    opened = house.open(accounts=HOST)
    yield opened
    opened.close()


@pytest.fixture
def client(house: House, ledger: Ledger) -> Iterator[TestClient]:
    """A client of an application that tells the host of subjects."""
    app = create_app(ledger, house.catalog, tokens=tokens(TOKEN, "subjects"))
    with TestClient(app) as opened:
        yield opened


def soon() -> int:
    return int(time.time()) + 300


def post(client: TestClient, path: str, sent: Any, **headers: str) -> Any:
    return client.post(path, json=sent, headers=headers)


def say(client: TestClient, subject: str, **fields: Any) -> Any:
    sent = body(choice(subject=subject, **CONSENT)) | fields
    return post(client, "/v1/choices", sent, **{"Idempotency-Key": new_key()})


def ask(client: TestClient, path: str, **asked: Any) -> Any:
    answer = post(client, path, asked, **AUTHORISED)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    return answer.json()


def test_a_browser_asks_for_its_own_state(client: TestClient) -> None:
    receipt = say(client, LI).json()
    found = post(client, "/v1/state", {"subject": LI})
    assert found.headers["cache-control"] == "private, no-store"
    (standing,) = found.json()["standings"]
    assert standing["receipt"] == receipt["id"]
    said = [standing[name] for name in ("matter", "purpose", "decision", "mode", "live")]
    assert said == ["consent", "marketing", "given", "separate", True]
    assert (standing["policy"], standing["text"]) == ("privacy", "in-force")
    assert LI not in found.text


def test_who_is_not_known_gets_the_same_answer(client: TestClient) -> None:
    say(client, LI, account_token=signed("acc-1", LI, soon()))
    whole = [post(client, "/v1/state", {"subject": HAN})]
    for means, name in (("account", "acc-2"), ("sms", PHONE), ("email", EMAIL), ("subject", HAN)):
        whole.append(
            post(client, "/v1/subjects/state", {"means": means, "name": name}, **AUTHORISED)
        )
        assert ask(client, "/v1/subjects/history", means=means, name=name)["records"] == []
    for answer in whole:
        assert answer.status_code == 200
        varying = {"x-request-id": ""}
        assert dict(answer.headers) | varying == dict(whole[0].headers) | varying
        assert answer.json() | {"at": ""} == {
            "schema": "clausepress.state/1",
            "at": "",
            "standings": [],
        }


def test_the_host_asks_by_account(client: TestClient, ledger: Ledger) -> None:
    token = signed("acc-1", LI, soon())
    receipt = say(client, LI, account_token=token).json()
    (standing,) = ask(client, "/v1/subjects/state", means="account", name="acc-1")["standings"]
    assert standing["receipt"] == receipt["id"]
    page = ask(client, "/v1/subjects/history", means="account", name="acc-1")
    (record,) = page["records"]
    assert "next" not in page
    assert record["receipt"] == receipt
    assert (record["record"]["account"], record["record"]["subject"]) == ("acc-1", LI)
    verify_receipt(json.dumps(record["receipt"]).encode(), ledger.verifier_key)
    early = {"means": "account", "name": "acc-1", "at": "2020-01-01T00:00:00+08:00"}
    assert ask(client, "/v1/subjects/state", **early)["standings"] == []


def test_the_host_asks_by_number(client: TestClient, ledger: Ledger) -> None:
    ledger.opt_out(opt_out(), new_key()).result()
    found = ask(client, "/v1/subjects/state", means="sms", name="0086 138-0013-8000")
    assert found["stopped_at"] <= found["at"]
    wrong = post(client, SUBJECTS[0], {"means": "email", "name": "nobody"}, **AUTHORISED)
    assert wrong.status_code == 422
    assert wrong.json()["field"] == "name"
    assert "nobody" not in wrong.text


@pytest.mark.parametrize("path", SUBJECTS)
@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": f"Bearer {TOKEN}x"}, 401), (AUTHORISED, 200)],
)
def test_only_the_host_may_ask_of_others(
    client: TestClient, path: str, headers: dict[str, str], status: int
) -> None:
    answer = post(client, path, {"means": "subject", "name": LI}, **headers)
    assert answer.status_code == status


def test_another_scope_does_not_open_it(house: House, ledger: Ledger) -> None:
    app = create_app(ledger, house.catalog, tokens=tokens(TOKEN, "send", "export"))
    with TestClient(app) as client:
        for path in SUBJECTS:
            asked = {"means": "subject", "name": LI}
            assert post(client, path, asked, **AUTHORISED).status_code == 403


@pytest.mark.parametrize("claims", [{"key": b"o" * 32}, {"aud": "other"}])
def test_a_forged_token_records_nothing(
    client: TestClient, ledger: Ledger, claims: dict[str, Any]
) -> None:
    refused = say(client, LI, account_token=signed("acc-1", LI, soon(), **claims))
    assert refused.status_code == 422
    problem = refused.json()
    assert problem["type"] == "/problems/account-token-not-valid"
    assert problem["field"] == "account_token"
    assert "acc-1" not in refused.text
    assert ledger.size() == 0


def test_an_expired_token_and_one_for_another(client: TestClient, ledger: Ledger) -> None:
    expired = say(client, LI, account_token=signed("acc-1", LI, soon() - 600))
    assert expired.json()["type"] == "/problems/account-token-expired"
    stolen = say(client, HAN, account_token=signed("acc-1", LI, soon()))
    assert stolen.json()["type"] == "/problems/account-token-not-valid"
    assert (expired.status_code, stolen.status_code, ledger.size()) == (422, 422, 0)


def test_nobody_names_an_account_without_the_key(client: TestClient) -> None:
    assert say(client, LI, account="acc-1").status_code == 400


def test_a_form_brings_its_token(client: TestClient, ledger: Ledger) -> None:
    fields = {name: value for name, value in body(choice(subject=LI, **CONSENT)).items() if value}
    fields |= {"idempotency_key": new_key(), "account_token": signed("acc-1", LI, soon())}
    assert client.post("/v1/choices", data=fields, follow_redirects=False).status_code == 303
    assert len(ledger.history("account", "acc-1").records) == 1
    fields |= {"idempotency_key": new_key(), "account_token": "no token"}
    refused = client.post("/v1/choices", data=fields, follow_redirects=False)
    assert (refused.status_code, "登录" in refused.text) == (422, True)


def test_the_opposite_choice_under_one_key(client: TestClient) -> None:
    key = {"Idempotency-Key": new_key()}
    sent = body(choice(subject=LI, **CONSENT))
    first = post(client, "/v1/choices", sent, **key)
    again = post(client, "/v1/choices", sent, **key)
    opposite = post(client, "/v1/choices", sent | {"decision": "refused"}, **key)
    assert (first.status_code, again.status_code, opposite.status_code) == (201, 200, 422)
    assert first.content == again.content
    assert opposite.json()["type"] == "/problems/idempotency-mismatch"
    (standing,) = post(client, "/v1/state", {"subject": LI}).json()["standings"]
    assert standing["decision"] == "given"


def test_a_receipt_page_shows_all_texts(client: TestClient) -> None:
    terms = {"policy": "terms", "version": "2020-03-04", "lang": "zh"}
    agreed = {
        "kind": "agreement",
        "mode": "express",
        "prominent_shown": ["liability-limits"],
        "documents": [
            terms | {"text_digest": choice().text_digest, "prominent_shown": ["court-of-law"]}
        ],
    }
    sent = body(choice(subject=LI, **CONSENT)) | agreed
    del sent["purpose"]
    made = post(client, "/v1/choices", sent, **{"Idempotency-Key": new_key()})
    assert made.status_code == 201, made.text
    path = f"/v1/receipts/{made.json()['id']}?lang=zh"
    page = client.get(path, headers={"Accept": "text/html"}).text
    for shown in ("terms, 2020-03-04, zh", "liability-limits", "court-of-law", "明示"):
        assert f">{shown}<" in page


@pytest.mark.parametrize("path", ["/v1/state", *SUBJECTS])
@pytest.mark.parametrize("sent", [b"{", b"[]", b"{}", b'{"subject":"l"}', b'{"means":"x"}'])
def test_bad_questions(client: TestClient, path: str, sent: bytes) -> None:
    headers = AUTHORISED | {"Content-Type": "application/json"}
    assert client.post(path, content=sent, headers=headers).status_code == 400
    assert client.post(path, data={"subject": LI}, headers=AUTHORISED).status_code == 415
    assert client.get(f"{path}?subject={LI}").status_code == 405


@given(
    st.sampled_from(["subject", "account", "sms", "email"]),
    st.text(max_size=400),
    st.datetimes(timezones=st.timezones()).map(str),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_question_is_a_fault_of_the_server(
    client: TestClient, means: str, name: str, at: str
) -> None:
    asked = {"means": means, "name": name, "at": at.replace(" ", "T")}
    assert post(client, SUBJECTS[0], asked, **AUTHORISED).status_code in {200, 400, 422}


def test_nothing_personal_in_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        say(client, LI, account_token=signed("acc-1", LI, soon()))
        ask(client, SUBJECTS[0], means="account", name="acc-1")
        post(client, "/v1/state", {"subject": LI})
    said = " ".join(record.getMessage() for record in caplog.records)
    assert LI not in said
    assert "acc-1" not in said


def test_the_hosts_keys_come_from_the_environment(house: House) -> None:
    named = json.dumps({"2026": packed(KEY) + "="})
    env = {
        "CLAUSEPRESS_ACCOUNT_KEYS": named,
        "CLAUSEPRESS_DATABASE_URL": house.url,
        "CLAUSEPRESS_POLICIES": str(house.path / "policies.json"),
        "CLAUSEPRESS_KEYS": str(house.path / "keys.json"),
    }
    _, ledger = Settings.from_env(env).open()
    said = choice(subject=LI, account_token=signed("acc-1", LI, soon()))
    assert ledger.choose(said, new_key()).result().created
    ledger.close()
    for wrong in ('{"x": "c2hvcnQ="}', "{", str(house.path / "none")):
        with pytest.raises(SetupError, match="CLAUSEPRESS_ACCOUNT_KEYS") as raised:
            Settings.from_env({"CLAUSEPRESS_ACCOUNT_KEYS": wrong})
        assert "c2hvcnQ" not in str(raised.value)
