"""The send gate: who may be written to now, asked by the host's servers for many at once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from account_samples import HOST, signed
from api_samples import tokens
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_samples import EMAIL, PHONE, House, choice, new_key, notice_shown, opt_out
from starlette.testclient import TestClient

from clausepress.api.app import create_app
from clausepress.ledger import Inbound, Keys, Ledger
from clausepress.ledger.address import sender
from clausepress.ledger.keys import generate

TOKEN = "a-token-of-the-host-0123456789"  # noqa: S105 - of this test
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}
NOON = int(datetime(2026, 3, 4, 4, 0, tzinfo=UTC).timestamp() * 1000)  # 12:00 in China
HOUR = 3_600_000
CLOCK = [NOON]


@pytest.fixture
def ledger(house: House) -> Iterator[Ledger]:
    """A ledger at noon in China, until a test sets its clock."""
    CLOCK[0] = NOON
    opened = house.open(clock=lambda: CLOCK[0], accounts=HOST)
    yield opened
    opened.close()


@pytest.fixture
def client(house: House, ledger: Ledger) -> Iterator[TestClient]:
    """A client of an application with a send gate."""
    app = create_app(ledger, house.catalog, tokens=tokens(TOKEN, "send"))
    with TestClient(app) as opened:
        yield opened


def ask(client: TestClient, *to: str | dict[str, str], **changes: Any) -> list[Any]:
    """What holds of each address: the reason against, or True."""
    body = {"message": "marketing", "channel": "sms", "to": to} | changes
    answer = client.post("/v1/send-checks", json=body, headers=AUTHORISED)
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert len(results) == len(to)
    return [result.get("reason", result["allowed"]) for result in results]


def test_promotion_goes_to_none_who_opted_out(client: TestClient, ledger: Ledger) -> None:
    ledger.opt_out(opt_out(), new_key()).result()
    ledger.receive(Inbound("generic", "m-1", "+14155552671", "stop", "{}")).result()
    spellings = [PHONE, f"+86{PHONE}", f"86{PHONE}", "138 0013 8000", "１３８００１３８０００"]
    assert ask(client, *spellings) == ["suppressed"] * len(spellings)
    found = ask(client, "+14155552671", "+14155552672", "13800138001", "12", "", "1" * 999)
    assert found == ["suppressed", True, True, *["address-not-valid"] * 3]


def test_passwords_and_notices_pass(client: TestClient, ledger: Ledger) -> None:
    ledger.opt_out(opt_out(), new_key()).result()
    CLOCK[0] = NOON + 12 * HOUR
    for message in ("service", "one-time-password"):
        assert ask(client, PHONE, "12", message=message, subjects=["disease"]) == [True, True]


def test_an_opt_out_is_in_force_at_the_next_question(client: TestClient, ledger: Ledger) -> None:
    assert ask(client, PHONE) == [True]
    ledger.receive(Inbound("generic", "m-1", PHONE, "TD", "{}")).result()
    assert ask(client, PHONE) == ["suppressed"]


@pytest.mark.parametrize("subject", ["religion", "sex", "disease", "Religion"])
def test_subjects_that_are_never_promoted(client: TestClient, subject: str) -> None:
    assert ask(client, PHONE, "12", subjects=["autumn", subject]) == ["forbidden-subject"] * 2
    assert ask(client, PHONE, subjects=["autumn"]) == [True]


@pytest.mark.parametrize(
    ("hours", "quiet"), [(-5, True), (-4, False), (8, False), (8.999, False), (9, True), (12, True)]
)
def test_no_promotion_at_night_in_china(client: TestClient, hours: float, quiet: bool) -> None:
    CLOCK[0] = NOON + int(hours * HOUR)
    assert ask(client, PHONE, "+14155552671") == ["quiet-hours" if quiet else True, True]
    assert ask(client, EMAIL, channel="email") == [True]


MARKETING = {"policy": "privacy", "purpose": "marketing"}
SAID: dict[str, dict[str, Any]] = {
    "yes": {"kind": "consent", "decision": "given", "mode": "separate", "purpose": "marketing"},
    "no": {"kind": "consent", "decision": "refused", "mode": "separate", "purpose": "marketing"},
    "agreed": {"kind": "agreement", "decision": "given"},
    "uses": {
        "kind": "continued-use",
        "decision": "given",
        "mode": "continued_use",
    },
    "cookies": {"decision": "given", "purposes": {"analytics": True, "marketing": True}},
}


def belonging(account: str, address: str = "13900139000") -> dict[str, str]:
    """An address with its account."""
    return {"address": address, "account": account}


def test_a_consent_needed_is_the_accounts_own(client: TestClient, ledger: Ledger) -> None:
    """Neither agreeing to the text, nor using the service, nor cookies of that name will do."""
    for account, fields in SAID.items():
        subject = account.ljust(22, "x")
        token = signed(account, subject, NOON // 1000 + 60)
        sent = {"purposes": {}, "subject": subject, "account_token": token} | fields
        if account == "uses":
            sent["notice"] = notice_shown(ledger, subject)
        ledger.choose(choice(**sent), new_key()).result()
    ledger.opt_out(opt_out(), new_key()).result()
    asked = [*map(belonging, [*SAID, "unknown"]), "13900139000", belonging("yes", PHONE)]
    barred = ["no-consent"] * 6
    assert ask(client, *asked, consent=MARKETING) == [True, *barred, "suppressed"]
    assert ask(client, *asked) == [True] * 7 + ["suppressed"]
    assert ask(client, *asked, message="one-time-password", consent=MARKETING) == [True] * 8
    mail = belonging("yes", EMAIL)
    assert ask(client, mail, EMAIL, channel="email", consent=MARKETING) == [True, "no-consent"]
    CLOCK[0] += 12 * HOUR
    at_night = ask(client, *map(belonging, ["yes", "no"]), consent=MARKETING)
    assert at_night == ["quiet-hours", "no-consent"]


def test_more_accounts_than_one_statement_takes(client: TestClient, ledger: Ledger) -> None:
    consenting = range(0, 3000, 7)
    for number in consenting:
        subject = f"{number:022d}"
        token = signed(f"acc-{number}", subject, NOON // 1000 + 60)
        said = choice(purposes={}, subject=subject, account_token=token, **SAID["yes"])
        last = ledger.choose(said, new_key())
    last.result()
    asked = [belonging(f"acc-{n}", f"1390013{n:04}") for n in range(3000)]
    found = ask(client, *asked, consent=MARKETING)
    assert [n for n, ruling in enumerate(found) if ruling is True] == list(consenting)


@pytest.mark.parametrize(
    ("consent", "status", "field"),
    [
        ({"policy": "none", "purpose": "marketing"}, 422, "consent.policy"),
        ({"policy": "privacy"}, 400, "purpose"),
        ("marketing", 400, "consent"),
    ],
)
def test_consents_that_cannot_be(client: TestClient, consent: Any, status: int, field: str) -> None:
    body = {"message": "marketing", "channel": "sms", "to": [PHONE], "consent": consent}
    answer = client.post("/v1/send-checks", json=body, headers=AUTHORISED)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_an_allowed_mail_gets_its_one_click_link(client: TestClient, ledger: Ledger) -> None:
    body = {"message": "marketing", "channel": "email", "to": [EMAIL, "x"]}
    allowed, invalid = client.post("/v1/send-checks", json=body, headers=AUTHORISED).json()[
        "results"
    ]
    assert (invalid["reason"], "unsubscribe" in invalid) == ("address-not-valid", False)
    assert EMAIL not in allowed["unsubscribe"]
    assert client.post(allowed["unsubscribe"], data={"List-Unsubscribe": "One-Click"}).is_success
    assert ledger.is_suppressed("email", EMAIL)
    assert ask(client, EMAIL.upper(), channel="email") == ["suppressed"]


def test_more_addresses_than_one_statement_takes(client: TestClient, ledger: Ledger) -> None:
    stopped = [f"1380013{n:04}" for n in range(0, 10_000, 7)]
    for line in list(ledger.read_list(["number\n", *(f"{number}\n" for number in stopped)])):
        last = ledger.stop(line.demand)  # type: ignore[arg-type]
    last.result()
    asked = [f"1380013{n:04}" for n in range(10_000)]
    found = ask(client, *asked)
    ruled = zip(asked, found, strict=True)
    assert [number for number, ruling in ruled if ruling == "suppressed"] == stopped


def test_who_opted_out_under_an_older_key_is_known(house: House) -> None:
    old = house.open()
    old.opt_out(opt_out(), new_key()).result()
    old.close()
    file = json.loads((house.path / "keys.json").read_text())
    file["mac"].append({"id": "newer", "key": json.loads(generate())["mac"][0]["key"]})
    house.keys = Keys.parse(json.dumps(file))
    ledger = house.open(clock=lambda: NOON)
    with TestClient(create_app(ledger, house.catalog, tokens=tokens(TOKEN, "send"))) as client:
        assert ask(client, PHONE, "13800138001") == ["suppressed", True]
    ledger.close()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer "},
        {"Authorization": b"Bearer \xe9"},
    ],
)
def test_only_the_host_may_ask(client: TestClient, headers: dict[str, Any]) -> None:
    body = {"message": "marketing", "channel": "sms", "to": [PHONE]}
    answer = client.post("/v1/send-checks", json=body, headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert TOKEN not in answer.text


def test_without_a_token_the_gate_is_shut(house: House, ledger: Ledger) -> None:
    body = {"message": "marketing", "channel": "sms", "to": [PHONE]}
    with TestClient(create_app(ledger, house.catalog)) as client:
        for headers in (AUTHORISED, {"Authorization": "Bearer "}, {}):
            assert client.post("/v1/send-checks", json=body, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"message":"marketing","channel":"sms","to":[]}',
        b'{"message":"marketing","channel":"fax","to":["1"]}',
        b'{"message":"promotion","channel":"sms","to":["1"]}',
        b'{"message":"marketing","channel":"sms","to":["1"],"more":1}',
        b'{"message":"marketing","channel":"sms","to":[{"address":"1"}]}',
        b'{"message":"marketing","channel":"sms","to":[{"address":"1","account":"a@b.c"}]}',
        b'{"message":"marketing","channel":"sms","to":["1"],"to":["2"]}',
        json.dumps({"message": "service", "channel": "sms", "to": ["1"] * 10_001}).encode(),
    ],
)
def test_bad_questions(client: TestClient, body: bytes) -> None:
    headers = AUTHORISED | {"Content-Type": "application/json"}
    assert client.post("/v1/send-checks", content=body, headers=headers).status_code == 400
    form = AUTHORISED | {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/v1/send-checks", content=body, headers=form).status_code == 415


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=5),
    st.sampled_from(["sms", "email"]),
)
def test_any_address_gets_a_ruling(client: TestClient, to: list[str], channel: str) -> None:
    ask(client, *to, channel=channel)


@given(st.sampled_from(["", "86", "+86"]), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
@settings(max_examples=300)
def test_the_short_way_to_a_chinese_number_is_that_of_the_library(code: str, number: str) -> None:
    assert sender(f"{code}{number}") == sender(f" {code}{number}")  # a space takes the long way
