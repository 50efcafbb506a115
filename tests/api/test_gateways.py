"""Inbound replies: each gateway's format, answer and signature; durable, once, in any order."""

import base64
import hashlib
import hmac
import itertools
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from gateway_samples import (
    ALIBABA,
    ANSWERS,
    BASE,
    CONFIG,
    FORM,
    GENERIC,
    HUAWEI,
    PHONE,
    SECRET,
    SENDERS,
    TOKEN,
    TWILIO,
    deliver,
    path,
    signed_by_huawei,
    signed_by_twilio,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_samples import House, new_key, opt_out
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from clausepress.api.app import create_app
from clausepress.api.gateways import Call, Gateways
from clausepress.api.gateways.model import NotReadable, form_pairs, json_items, raw
from clausepress.api.settings import Settings
from clausepress.ledger import Ledger, SetupError

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)


@pytest.fixture
def ledger(house: House) -> Iterator[Ledger]:
    """A ledger whose clock stands."""
    opened = house.open(clock=lambda: NOW_MS)
    yield opened
    opened.close()


@pytest.fixture
def client(house: House, ledger: Ledger) -> Iterator[TestClient]:
    """A client of an application with every gateway."""
    gateways = Gateways.parse(json.dumps(CONFIG))
    with TestClient(create_app(ledger, house.catalog, gateways=gateways)) as opened:
        yield opened


def rows(house: House, query: str = "SELECT kind FROM record ORDER BY idx") -> list[Any]:
    with sqlite3.connect(house.path / "ledger.db") as connection:
        return [row[0] if len(row) == 1 else row for row in connection.execute(query)]


@pytest.mark.parametrize("gateway", ANSWERS)
def test_a_reply_is_in_force_when_answered(
    client: TestClient, ledger: Ledger, house: House, gateway: str
) -> None:
    content, answer, media_type = ANSWERS[gateway]
    for _ in range(3):  # the gateway sends again when our answer is lost
        response = deliver(client, gateway, content)
        assert (response.status_code, response.text) == (200, answer)
        assert response.headers["content-type"] == media_type
        assert ledger.is_suppressed("sms", SENDERS[gateway])
    assert len(rows(house)) == 1
    at = NOW if gateway == "twilio" else datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
    assert rows(house, "SELECT at_ms FROM suppression") == [int(at.timestamp() * 1000)]


def test_the_entry_names_no_one(client: TestClient, ledger: Ledger, house: House) -> None:
    deliver(client, "alibaba", [ALIBABA])
    (entry,) = rows(house, "SELECT entry FROM record")
    fields = json.loads(entry)
    sealed = fields.pop("sealed")
    assert "13800138000" not in entry.decode()
    assert "13800138000" not in base64.b64decode(sealed).decode("latin-1")
    assert {name: fields[name] for name in fields if name not in {"id", "key_id"}} == {
        "kind": "opt-out",
        "channel": "sms",
        "surface": "sms-reply",
        "decision": "withdrawn",
        "mode": "express",
        "gateway": "alibaba",
        "verdict": "opt-out-brand",
        "at": "2026-03-04T12:00:00.000Z",
        "event_at": "2026-03-04T10:30:00.000Z",
    }
    receipt = client.get(f"/v1/receipts/{fields['id']}", headers={"Accept": "text/html"})
    assert receipt.status_code == 200
    assert "13800138000" not in receipt.text


def test_one_bad_item_does_not_stop_the_rest(
    client: TestClient, ledger: Ledger, house: House
) -> None:
    bad: list[Any] = [None, 7, "x", [], {}, {"phone_number": "12"}, {"content": "TD"}]
    bad += [ALIBABA | {"phone_number": "\ud800", "content": "\udfff", "sequence_id": True}]
    too_long = '{"sequence_id":%s}' % ("9" * 5000)  # for Python to read as a number
    body = f"[{too_long},{json.dumps([*bad, ALIBABA])[1:]}".encode()
    assert client.post(path("alibaba"), content=body).status_code == 200
    assert ledger.is_suppressed("sms", PHONE)
    assert client.post(path("alibaba"), content=body).status_code == 200
    bad.insert(0, too_long)
    assert len(rows(house)) == len(bad) + 1
    unreadable = list(ledger.reviews())
    assert [r.verdict for r in unreadable] == ["unreadable"] * len(bad)
    assert unreadable[6].text == '{"phone_number": "12"}'


def test_shuffled_and_repeated_deliveries_come_to_the_same(tmp_path: Path) -> None:
    items = [
        ALIBABA | {"send_time": f"2026-03-04 18:{minute}:00", "sequence_id": minute}
        for minute in (10, 20, 30)
    ]
    found = set()
    for number, order in enumerate(itertools.permutations([*items, items[0]], 4)):
        if number % 8:
            continue
        (folder := tmp_path / str(number)).mkdir()
        house = House(folder, f"sqlite:///{folder}/ledger.db")
        ledger = house.open(clock=lambda: NOW_MS)
        gateways = Gateways.parse(json.dumps(CONFIG))
        with TestClient(create_app(ledger, house.catalog, gateways=gateways)) as client:
            for item in order:
                assert deliver(client, "alibaba", [item]).status_code == 200
            assert len(list(ledger.confirmations())) == 1
        ledger.close()
        assert len(rows(house)) == 3
        found.add(tuple(rows(house, "SELECT at_ms FROM suppression")))
    assert len(found) == 1


def test_many_items_in_one_delivery(client: TestClient, ledger: Ledger, house: House) -> None:
    items = [ALIBABA | {"phone_number": str(13800138000 + n)} for n in range(700)]
    assert deliver(client, "alibaba", items + items[:50]).status_code == 200
    assert len(rows(house)) == 700
    assert ledger.is_suppressed("sms", "+8613800138699")


def test_an_id_used_twice_loses_no_opt_out(client: TestClient, ledger: Ledger) -> None:
    deliver(client, "alibaba", [ALIBABA | {"content": "你好"}])
    deliver(client, "alibaba", [ALIBABA])
    assert ledger.is_suppressed("sms", PHONE)


@pytest.mark.parametrize(
    ("sent", "event"),
    [
        ("2026-03-04 19:59:59", "2026-03-04T11:59:59.000Z"),
        ("2026-02-10 08:00:00", "2026-02-10T00:00:00.000Z"),
        ("2026-03-05 20:00:00", "2026-03-04T12:00:00.000Z"),  # to come
        ("1970-01-01 00:00:00", "2026-03-04T12:00:00.000Z"),  # kept by no gateway
        ("2099-12-31 00:00:00", "2026-03-04T12:00:00.000Z"),
        ("yesterday", "2026-03-04T12:00:00.000Z"),
        ("", "2026-03-04T12:00:00.000Z"),
        ("9" * 400, "2026-03-04T12:00:00.000Z"),
    ],
)
def test_event_time(client: TestClient, house: House, sent: str, event: str) -> None:
    assert deliver(client, "alibaba", [ALIBABA | {"send_time": sent}]).status_code == 200
    (entry,) = rows(house, "SELECT entry FROM record")
    assert json.loads(entry)["event_at"] == event


@pytest.mark.parametrize(
    ("text", "kind", "suppressed"),
    [
        ("TD", "opt-out", True),
        ("不要再发了", "review", True),
        ("不要退订", "review", False),
        ("START", "review", False),
        ("TDother", "reply", False),
    ],
)
def test_what_a_verdict_does(
    client: TestClient, ledger: Ledger, house: House, text: str, kind: str, suppressed: bool
) -> None:
    deliver(client, "generic", GENERIC | {"text": text})
    assert rows(house) == [kind]
    assert ledger.is_suppressed("sms", PHONE) is suppressed
    assert [(r.address, r.text) for r in ledger.reviews()] == (
        [(PHONE, text)] if kind == "review" else []
    )
    assert len(list(ledger.confirmations())) == suppressed


def test_a_start_takes_back_nothing(client: TestClient, ledger: Ledger) -> None:
    deliver(client, "generic", GENERIC)
    deliver(client, "generic", GENERIC | {"id": "m-2", "text": "START"})
    assert ledger.is_suppressed("sms", PHONE)


def test_one_confirmation_for_each_number(client: TestClient, ledger: Ledger) -> None:
    for number, text in enumerate(["TD", "不要再发了", "退订", "TDjdcloud"]):
        deliver(client, "generic", GENERIC | {"id": f"m-{number}", "text": text})
    (first,) = ledger.confirmations()
    assert (first.position, first.address, first.verdict) == (0, PHONE, "opt-out-word")
    assert list(ledger.confirmations(first.position + 1)) == []


def test_no_confirmation_after_an_opt_out_on_a_page(client: TestClient, ledger: Ledger) -> None:
    ledger.opt_out(opt_out(), new_key()).result()
    deliver(client, "generic", GENERIC)
    assert list(ledger.confirmations()) == []


@pytest.mark.parametrize("fields", [{"Body": "Stop"}, {"Body": "STOP ALL", "OptOutType": "STOP"}])
def test_twilio_confirms_by_itself(
    client: TestClient, ledger: Ledger, fields: dict[str, str]
) -> None:
    deliver(client, "twilio", TWILIO | fields)
    assert ledger.is_suppressed("sms", TWILIO["From"])
    assert list(ledger.confirmations()) == []


def test_what_twilio_does_not_know_is_for_us_to_confirm(client: TestClient, ledger: Ledger) -> None:
    deliver(client, "twilio", TWILIO | {"Body": "S T O P"})
    assert [reply.address for reply in ledger.confirmations()] == [TWILIO["From"]]


@pytest.mark.parametrize(
    "item",
    [
        {"text": "退订"},
        {"octets": base64.b64encode("退订".encode("utf-16-be")).decode(), "data_coding": 8},
        {"octets": base64.b64encode("退订".encode("gb18030")).decode(), "data_coding": "15"},
        {"octets": base64.b64encode("退订".encode()).decode()},
        {"octets": "%%%", "text": "退订"},
    ],
)
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: [x], lambda x: {"items": [x]}])
def test_the_generic_format(
    client: TestClient, ledger: Ledger, item: dict[str, Any], wrap: Callable[[Any], Any]
) -> None:
    assert deliver(client, "generic", wrap({"from": "138 0013 8000"} | item)).status_code == 200
    assert ledger.is_suppressed("sms", PHONE)


def test_a_form_in_gb18030(client: TestClient, ledger: Ledger) -> None:
    body = "&".join(f"{k}={quote(v, encoding='gb18030')}" for k, v in HUAWEI.items() if k != "body")
    body += "&body=" + quote("退订", encoding="gb18030")
    content = body.encode()
    answer = client.post(path("huawei"), content=content, headers=signed_by_huawei(content))
    assert answer.status_code == 200
    assert ledger.is_suppressed("sms", PHONE)


def test_the_store_fails_and_the_gateway_sends_again(
    client: TestClient, ledger: Ledger, house: House
) -> None:
    with sqlite3.connect(house.path / "ledger.db", isolation_level=None) as blocker:
        blocker.execute(
            "CREATE TRIGGER full BEFORE INSERT ON record BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        failed = deliver(client, "alibaba", [ALIBABA])
        assert failed.status_code == 503
        assert failed.headers["retry-after"]
        assert "138" not in failed.text
        assert not ledger.is_suppressed("sms", PHONE)
        blocker.execute("DROP TRIGGER full")
    assert deliver(client, "alibaba", [ALIBABA]).status_code == 200
    assert ledger.is_suppressed("sms", PHONE)


@pytest.mark.parametrize(
    "wrong",
    [
        f"/v1/inbound/alibaba/{SECRET}x",
        f"/v1/inbound/alibaba/{SECRET[:-1]}",
        f"/v1/inbound/baidu/{SECRET}",
        f"/v1/inbound/url/{SECRET}",
        f"/v1/inbound/jdcloud/{SECRET}",
        "/v1/inbound/alibaba/%E5%AF%86",
    ],
)
def test_only_the_secret_path_is_there(client: TestClient, house: House, wrong: str) -> None:
    answer = client.post(wrong, json=[ALIBABA])
    assert answer.status_code == 404
    assert answer.json() == client.post("/v1/nothing").json()
    assert rows(house) == []


def test_without_gateways_nothing_is_taken(house: House, ledger: Ledger) -> None:
    with TestClient(create_app(ledger, house.catalog)) as client:
        assert client.post(path("alibaba"), json=[ALIBABA]).status_code == 404


def test_forged_signatures(client: TestClient, house: House) -> None:
    body = urlencode(HUAWEI).encode()
    good = signed_by_huawei(body)
    forged: list[tuple[str, bytes, dict[str, str]]] = [
        ("huawei", body, {}),
        ("huawei", body, signed_by_huawei(body, key="other")),
        ("huawei", body, signed_by_huawei(body, access="other")),
        ("huawei", body + b"&x=1", good),
        ("huawei", body, good | {"x-sdk-date": "20260304T103001Z"}),
        ("huawei", body, good | {"x-sdk-content-sha256": "UNSIGNED-PAYLOAD", "x-sdk-date": "x"}),
        ("huawei", body, good | {"authorization": good["authorization"][:-1]}),
    ]
    form = urlencode(TWILIO).encode()
    signature = signed_by_twilio(list(TWILIO.items()))
    forged += [
        ("twilio", form, {"content-type": FORM}),
        ("twilio", form + b"&Body=START", signature),
        ("twilio", form, signed_by_twilio(list(TWILIO.items()), "https://other.example.com/")),
        ("twilio", form, {"x-twilio-signature": "\u00e9", "content-type": FORM}),
    ]
    for gateway, content, headers in forged:
        answer = client.post(
            path(gateway),
            content=content,
            headers={name: value.encode("latin-1") for name, value in headers.items()},
        )
        assert answer.status_code == 401, (gateway, headers)
    assert rows(house) == []


def test_huawei_as_its_documentation_signs() -> None:
    """Written down step by step from the description of SDK-HMAC-SHA256, apart from our code."""
    body = b"from=%2B8613800138000&body=R&smsMsgId=1"
    request = (
        f"POST\n/v1/inbound/huawei/{SECRET}/\n\ncontent-type:{FORM}\nhost:consent.example.com\n"
        "x-sdk-date:20260304T103000Z\n\ncontent-type;host;x-sdk-date\n"
        + hashlib.sha256(body).hexdigest()
    )
    text = "SDK-HMAC-SHA256\n20260304T103000Z\n" + hashlib.sha256(request.encode()).hexdigest()
    expected = hmac.new(b"SK", text.encode(), "sha256").hexdigest()
    assert signed_by_huawei(body)["authorization"].endswith(f"Signature={expected}")


def test_twilio_by_its_own_library(client: TestClient) -> None:
    validator = RequestValidator(TOKEN)
    body = urlencode(TWILIO | {"Body": " 退订 & more = 😊 "})
    fields = TWILIO | {"Body": " 退订 & more = 😊 "}
    for base in (BASE, f"{BASE}:443"):
        for tail in ("", "?a=1&b=%20"):
            url = base + path("twilio") + tail
            for algorithm, settings_header in (
                ("HMAC_SHA1", ""),
                ("HMAC_SHA256", "key=k,algorithm=HMAC_SHA256"),
            ):
                headers = {
                    "x-twilio-signature": validator.compute_signature(url, fields, algorithm),
                    "x-twilio-webhooks-signature-settings": settings_header,
                    "content-type": FORM,
                }
                answer = client.post(path("twilio") + tail, content=body, headers=headers)
                assert answer.status_code == 200, url


@pytest.mark.parametrize(
    ("url", "fields", "token", "signature"),
    [
        (  # the example of Twilio's own tests
            "http://www.postbin.org/1ed898x",
            {
                "AccountSid": "AC9a9f9392lad99kla0sklakjs90j092j3",
                "ApiVersion": "2010-04-01",
                "CallSid": "CAd800bb12c0426a7ea4230e492fef2a4f",
                "CallStatus": "ringing",
                "Called": "+15306384866",
                "CalledCity": "OAKLAND",
                "CalledCountry": "US",
                "CalledState": "CA",
                "CalledZip": "94612",
                "Caller": "+15306666666",
                "CallerCity": "SOUTH LAKE TAHOE",
                "CallerCountry": "US",
                "CallerName": "CA Wireless Call",
                "CallerState": "CA",
                "CallerZip": "89449",
                "Direction": "inbound",
                "From": "+15306666666",
                "FromCity": "SOUTH LAKE TAHOE",
                "FromCountry": "US",
                "FromState": "CA",
                "FromZip": "89449",
                "To": "+15306384866",
                "ToCity": "OAKLAND",
                "ToCountry": "US",
                "ToState": "CA",
                "ToZip": "94612",
            },
            "1c892n40nd03kdnc0112slzkl3091j20",
            "fF+xx6dTinOaCdZ0aIeNkHr/ZAA=",
        )
    ],
)
def test_twilio_by_a_published_vector(
    url: str, fields: dict[str, str], token: str, signature: str
) -> None:
    text = url + "".join(name + fields[name] for name in sorted(fields))
    mac = hmac.new(token.encode(), text.encode(), "sha1").digest()
    assert base64.b64encode(mac).decode() == signature  # so the helper above signs as Twilio does
    gateway = Gateways.parse(json.dumps(CONFIG | {"twilio": {"secret": SECRET, "token": token}}))
    call = Call(
        "http://www.postbin.org",
        "/1ed898x",
        "",
        {"x-twilio-signature": signature},
        urlencode(fields).encode(),
    )
    assert gateway.pushing()["twilio"].signed(call)


@pytest.mark.parametrize("gateway", ANSWERS)
@pytest.mark.parametrize("body", [b"", b"{", b"7", b'"x"', b"null", b"[" * 5000, b"x=%FF"])
def test_another_format(client: TestClient, house: House, gateway: str, body: bytes) -> None:
    headers = {"content-type": FORM}
    if gateway == "huawei":
        headers = signed_by_huawei(body)
    elif gateway == "twilio":
        headers = signed_by_twilio(form_pairs(body))
    answer = client.post(path(gateway), content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    assert gateway in answer.json()["detail"]
    assert rows(house) == []


def test_items_nested_as_deep_as_can_be_read() -> None:
    for depth in range(900, 1000):
        body = b'{"a":' + b"[" * depth + b"]" * depth + b"}"
        with suppress(NotReadable):
            assert raw(json_items(body)[0]) is not None


def test_a_body_too_long(client: TestClient) -> None:
    assert client.post(path("alibaba"), content=b" " * ((1 << 20) + 1)).status_code == 413


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["TD", "\x00", "\ud800", "+86", "9" * 5000, "1970-01-01 00:00:00"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    gateway=st.sampled_from(sorted(ANSWERS)),
    changes=st.dictionaries(st.integers(0, 9), VALUES, max_size=4),
    extra=st.dictionaries(st.text(max_size=8), VALUES, max_size=2),
    cut=st.integers(0, 400),
    flip=st.integers(0, 400),
)
def test_mangled_deliveries_never_break_the_server(
    client: TestClient,
    gateway: str,
    changes: dict[int, Any],
    extra: dict[str, Any],
    cut: int,
    flip: int,
) -> None:
    content = ANSWERS[gateway][0]
    item = dict(content[0] if isinstance(content, list) else content)
    names = list(item)
    item |= {names[i % len(names)]: value for i, value in changes.items()} | extra
    if gateway in {"huawei", "twilio"}:
        text = {k: str(v).encode("utf-8", "replace") for k, v in item.items()}
        body = urlencode({k.encode("utf-8", "replace"): v for k, v in text.items()}).encode()
    else:
        body = json.dumps([item] if gateway == "alibaba" else item).encode()
    if cut % 3 == 0:
        body = body[: len(body) - cut % max(len(body), 1)]
    if body and flip % 4 == 0:
        at = flip % len(body)
        body = body[:at] + bytes([body[at] ^ 0x55]) + body[at + 1 :]
    headers = {"content-type": FORM}
    if gateway == "huawei":
        headers = signed_by_huawei(body)
    elif gateway == "twilio":
        headers = signed_by_twilio(form_pairs(body))
    answer = client.post(path(gateway), content=body, headers=headers)
    assert answer.status_code in {200, 400}, answer.text


def test_nothing_personal_is_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        deliver(client, "alibaba", [ALIBABA, None])
        client.post(path("alibaba"), content=b"13800138000")
    ours = [r for r in caplog.records if not r.name.startswith(("httpx", "asyncio"))]
    assert not any("13800138000" in r.getMessage() or SECRET in r.getMessage() for r in ours)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"alibaba": {"secret": "short"}}, "length >= 22"),
        ({"alibaba": {"secret": "a/b" * 10}}, "regex"),
        ({"alibaba": {}}, "`secret`"),
        ({"baidu": {"secret": SECRET}}, "`baidu`"),
        ({"url": ""}, "`url`"),
        ({"url": "http://consent.example.com"}, "https"),
        ({"url": BASE + "/"}, "without /"),
        ({"jdcloud": {"access": "a", "secret": "s", "app_id": "1", "endpoint": "file:///"}}, "URL"),
    ],
)
def test_settings_name_the_fault_and_no_secret(changes: dict[str, Any], message: str) -> None:
    env = {"CLAUSEPRESS_GATEWAYS": json.dumps(CONFIG | changes)}
    with pytest.raises(SetupError, match=message) as raised:
        Settings.from_env(env)
    assert str(raised.value).startswith("CLAUSEPRESS_GATEWAYS: ")
    assert TOKEN not in str(raised.value)


def test_settings_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "gateways.json"
    env = {"CLAUSEPRESS_GATEWAYS": str(file)}
    with pytest.raises(SetupError, match="cannot read"):
        Settings.from_env(env)
    file.write_text(json.dumps(CONFIG))
    file.chmod(0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        Settings.from_env(env)
    file.chmod(0o600)
    found = Settings.from_env(env)
    assert set(found.gateways.pushing()) == {"alibaba", "generic", "huawei", "tencent", "twilio"}
    assert SECRET not in repr(found)
    assert TOKEN not in repr(found)
    assert "SK" not in repr(found)
