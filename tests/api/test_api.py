"""The JSON API: answers, problems, origins, headers."""

import json
import logging
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_samples import EN, PHONE, House, body, choice, new_key, opt_out
from starlette.testclient import TestClient

from clausepress.api.app import create_app, serves
from clausepress.api.bodies import BODY_LIMIT
from clausepress.api.limits import Limits
from clausepress.ledger import Ledger, SetupError, verify_receipt

ORIGIN = "https://www.example.com"
CHOICE = body(choice())
OPT_OUT = body(opt_out())


def post(client: TestClient, path: str, fields: Any, key: str | None = None, **headers: str) -> Any:
    return client.post(path, json=fields, headers={"Idempotency-Key": key or new_key()} | headers)


def rows(house: House) -> int:
    with sqlite3.connect(house.path / "ledger.db") as connection:
        count: int = connection.execute("SELECT count(*) FROM record").fetchone()[0]
    return count


def assert_problem(answer: Any, status: int, slug: str = "", field: str = "") -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == (f"/problems/{slug}" if slug else "about:blank")
    assert problem["title"]
    assert problem["detail"].endswith((".", "json."))
    assert problem.get("field", "") == field
    return str(problem["detail"])


def test_a_choice_is_recorded_once(client: TestClient, ledger: Ledger, house: House) -> None:
    key = new_key()
    first = post(client, "/v1/choices", CHOICE, key)
    again = post(client, "/v1/choices", dict(reversed(CHOICE.items())), key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    assert first.headers["content-type"] == "application/json; charset=utf-8"
    assert first.headers["cache-control"] == "private, no-store"
    log_key = client.get("/v1/log/key").text
    verify_receipt(first.content, log_key)
    receipt = client.get(first.headers["location"])
    assert receipt.content == first.content
    assert receipt.headers["cache-control"] == "private, no-store"
    assert list(first.json()) == ["schema", "id", "entry", "record", "proof", "verifier_key"]
    assert rows(house) == 1


def test_every_optional_field(client: TestClient) -> None:
    more = {"widget": "0.1.0", "prominent_shown": ["a"], "claimed_at": "2026-11-21T10:00:00Z"}
    record = post(client, "/v1/choices", CHOICE | more).json()["record"]
    assert {name: record[name] for name in more} == more


def test_an_opt_out_is_in_force_when_answered(client: TestClient, ledger: Ledger) -> None:
    known = [post(client, "/v1/opt-outs", OPT_OUT) for _ in range(2)]
    assert [answer.status_code for answer in known] == [201, 201]
    assert ledger.is_suppressed("sms", "+8613800138000")
    assert PHONE not in known[0].text
    mail = OPT_OUT | {"channel": "email", "address": "a@example.com"}
    assert post(client, "/v1/opt-outs", mail).status_code == 201


@pytest.mark.parametrize("path", ["/v1/choices", "/v1/opt-outs"])
def test_same_key_other_content(client: TestClient, house: House, path: str) -> None:
    key = new_key()
    assert post(client, "/v1/choices", CHOICE, key).status_code == 201
    other = CHOICE | {"label": "其他"} if path == "/v1/choices" else OPT_OUT
    assert_problem(post(client, path, other, key), 422, "idempotency-mismatch")
    assert rows(house) == 1


@pytest.mark.parametrize(
    ("path", "fields", "slug", "field"),
    [
        ("/v1/choices", {"policy": "other"}, "unknown-policy", "policy"),
        ("/v1/choices", {"version": "2000-01-01"}, "unknown-version", "version"),
        ("/v1/choices", {"lang": "fr"}, "unknown-edition", "lang"),
        ("/v1/choices", {"text_digest": EN}, "digest-mismatch", "text_digest"),
        ("/v1/choices", {"purposes": {"x": False}}, "unknown-purpose", "purposes"),
        ("/v1/choices", {"decision": "given"}, "inconsistent-decision", "decision"),
        (
            "/v1/choices",
            {"purposes": {"analytics": True, "marketing": False}},
            "inconsistent-decision",
            "decision",
        ),
        ("/v1/opt-outs", {"address": "12"}, "address-not-valid", "address"),
        ("/v1/opt-outs", {"channel": "email"}, "address-not-valid", "address"),
        ("/v1/opt-outs", {"policy": "other"}, "unknown-policy", "policy"),
    ],
)
def test_what_cannot_be_recorded(
    client: TestClient, house: House, path: str, fields: dict[str, Any], slug: str, field: str
) -> None:
    whole = (CHOICE if path == "/v1/choices" else OPT_OUT) | fields
    detail = assert_problem(post(client, path, whole), 422, slug, field)
    assert "138" not in detail
    assert rows(house) == 0


@pytest.mark.parametrize("name", sorted(set(CHOICE) - {"purposes"}))
@pytest.mark.parametrize("value", [None, 1, [], {}, "", "\n", "x" * 5000, ...])
def test_each_field_is_checked(client: TestClient, name: str, value: Any) -> None:
    fields = CHOICE | {name: value}
    if value is ...:
        del fields[name]
    answer = post(client, "/v1/choices", fields)
    if answer.status_code == 422:  # well formed for one of the freer fields, yet unknown
        assert_problem(answer, 422, answer.json()["type"].removeprefix("/problems/"), name)
    else:
        assert_problem(answer, 400, field=name)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"extra": 1}, "extra"),
        ({"purposes": {"analytics": "no", "marketing": False}}, "purposes[...]"),
        ({"purposes": {"a b": False}}, "purposes"),
        ({"prominent_shown": ["ok", 1]}, "prominent_shown[1]"),
        ({"claimed_at": "yesterday"}, "claimed_at"),
        ({"claimed_at": "2026-11-21T10:00:00"}, "claimed_at"),
        ({"widget": "x" * 21}, "widget"),
        ({"label": "a\tb"}, "label"),
        ({"label": "字" * 81}, "label"),
        ({"label": "\u3000"}, "label"),
        ({"label": "退订 13800138000"}, "label"),
        ({"surface": "page-13800138000"}, "surface"),
        ({"prominent_shown": ["a-13800138000"]}, "prominent_shown"),
    ],
)
def test_malformed_fields(client: TestClient, fields: dict[str, Any], field: str) -> None:
    assert_problem(post(client, "/v1/choices", CHOICE | fields), 400, field=field)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[]", b'"x"', b"null", b"{}" * 2, b"[" * 9000, b'{"kind":"\\ud800"}'],
)
def test_malformed_json(client: TestClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": new_key()}
    answer = client.post("/v1/choices", content=content, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    ("whole", "twice", "field"),
    [
        ('"kind":', '"kind": "agreement", "kind":', "kind"),
        ('"analytics":', '"analytics": true, "analytics":', "analytics"),
        ('"analytics":', '"\\u0061nalytics": true, "analytics":', "analytics"),
    ],
)
def test_a_field_that_stands_twice(
    client: TestClient, house: House, whole: str, twice: str, field: str
) -> None:
    text = json.dumps(CHOICE)
    assert text.count(whole) == 1
    headers = {"Content-Type": "application/json", "Idempotency-Key": new_key()}
    content = text.replace(whole, twice)
    answer = client.post("/v1/choices", content=content, headers=headers)
    assert "twice" in assert_problem(answer, 400, field=field)
    assert rows(house) == 0


@pytest.mark.parametrize("key", ["short", "x" * 65, "with space in the middle", "x" * 20 + "é"])
def test_keys(client: TestClient, key: str) -> None:
    json_type = {"Content-Type": "application/json"}
    missing = client.post("/v1/choices", content=b"{}", headers=json_type)
    assert_problem(missing, 400, "idempotency-key-missing", "Idempotency-Key")
    raw = json_type | {"Idempotency-Key": key.encode("latin-1")}
    bad = client.post("/v1/choices", content=b"{}", headers=raw)
    assert_problem(bad, 400, field="Idempotency-Key")


def test_the_body_has_a_limit(client: TestClient) -> None:
    long = json.dumps(CHOICE).encode() + b" " * BODY_LIMIT
    headers = {"Content-Type": "application/json", "Idempotency-Key": new_key()}
    answer = client.post("/v1/choices", content=long, headers=headers)
    assert "16384 bytes" in assert_problem(answer, 413)
    assert answer.headers["connection"] == "close"
    parts = (long[i : i + 1000] for i in range(0, len(long), 1000))  # no Content-Length
    assert_problem(client.post("/v1/choices", content=parts, headers=headers), 413)
    fits = json.dumps(CHOICE).encode().ljust(BODY_LIMIT)
    assert client.post("/v1/choices", content=fits, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "media", ["", "text/plain", "application/json; charset=gbk", "multipart/form-data", "json"]
)
def test_media_types(client: TestClient, media: str) -> None:
    headers = {"Content-Type": media, "Idempotency-Key": new_key()}
    answer = client.post("/v1/choices", content=b"{}", headers=headers)
    assert_problem(answer, 415)
    assert "application/json" in answer.headers["accept-post"]


@pytest.mark.parametrize("media", ["application/json", 'Application/JSON; charset="UTF-8"'])
def test_media_types_that_are_fine(client: TestClient, media: str) -> None:
    headers = {"Content-Type": media, "Idempotency-Key": new_key()}
    answer = client.post("/v1/choices", content=json.dumps(CHOICE), headers=headers)
    assert answer.status_code == 201


def test_methods_and_paths(client: TestClient) -> None:
    for path, allowed in {
        "/v1/choices": "POST",
        "/v1/log/key": "GET, HEAD",
        "/healthz": "GET",
    }.items():
        answer = client.delete(path)
        assert_problem(answer, 405)
        assert set(answer.headers["allow"].split(", ")) >= set(allowed.split(", "))
    for path in ("/", "/v1", "/v1/", "/v1/choices/", "/v1/receipts/", "/v2/choices"):
        assert_problem(client.get(path), 404)


@pytest.mark.parametrize(
    "receipt_id",
    ["UNKNOWN", "0" * 25, "0" * 27, "0" * 25 + "U", "0" * 25 + "l", "0" * 26 + "%0A", "x" * 9000],
)
def test_what_is_no_receipt_id_is_not_looked_up(
    client: TestClient, ledger: Ledger, receipt_id: str
) -> None:
    assert_problem(client.get("/v1/receipts/" + "0" * 26), 404, field="id")
    ledger.close()
    (Path(ledger._engine.url.database or "")).unlink()
    assert_problem(client.get("/v1/receipts/" + "0" * 26), 503)
    assert_problem(client.get(f"/v1/receipts/{receipt_id}"), 404, field="id")


def test_the_log_is_public(client: TestClient, ledger: Ledger) -> None:
    post(client, "/v1/choices", CHOICE)
    checkpoint = client.get("/v1/log/checkpoint")
    assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
    assert checkpoint.text == ledger.checkpoint()
    assert checkpoint.text.split("\n")[:2] == ["clausepress/log", "1"]
    assert client.get("/v1/log/key").text == ledger.verifier_key


class TestOrigins:
    """Foreign pages are refused before anything is stored."""

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "http://www.example.com",
            "https://www.example.com:444",
            "https://www.example.com.evil.example",
            "null",
            "",
            "https://testserver:99999",
            "file://testserver",
        ],
    )
    def test_foreign(self, client: TestClient, house: House, origin: str) -> None:
        answer = post(client, "/v1/choices", CHOICE, Origin=origin)
        assert_problem(answer, 403, "origin-not-allowed")
        assert "access-control-allow-origin" not in answer.headers
        form = client.post("/v1/choices", data={"a": "b"}, headers={"Origin": origin})
        assert form.status_code == 403
        preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        assert client.options("/v1/choices", headers=preflight).status_code == 403
        assert rows(house) == 0

    @pytest.mark.parametrize("origin", ["http://testserver", "https://testserver:443"])
    def test_own(self, client: TestClient, origin: str) -> None:
        host = "testserver:443" if "443" in origin else "testserver"
        answer = post(client, "/v1/choices", CHOICE, Origin=origin, Host=host)
        assert answer.status_code == 201
        assert "access-control-allow-origin" not in answer.headers

    def test_listed(self, client: TestClient) -> None:
        asked = {
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,idempotency-key",
        }
        preflight = client.options("/v1/choices", headers=asked)
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == ORIGIN
        assert "Idempotency-Key" in preflight.headers["access-control-allow-headers"]
        for fields, status in ((CHOICE, 201), ({}, 400)):
            answer = post(client, "/v1/choices", fields, Origin=ORIGIN)
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == ORIGIN
            assert "Origin" in answer.headers["vary"]
            assert "access-control-allow-credentials" not in answer.headers
            assert "access-control-expose-headers" not in answer.headers

    def test_only_exact_origins_can_be_listed(self, house: House, ledger: Ledger) -> None:
        for origin in ("*", "https://*.example.com", "example.com", "https://example.com/", "null"):
            with pytest.raises(SetupError, match="not an exact origin"):
                create_app(ledger, house.catalog, origins=frozenset({origin}))


@pytest.mark.parametrize(
    "path", ["/healthz", "/openapi.json", "/v1/log/key", "/nowhere", "/v1/forms/opt-out?policy=x"]
)
def test_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in {"no-referrer", "same-origin"}
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_a_database_file_that_is_gone(client: TestClient, house: House) -> None:
    key = new_key()
    path, away = house.path / "ledger.db", house.path / "away.db"
    path.rename(away)
    assert_problem(client.get("/readyz"), 503)
    assert_problem(post(client, "/v1/choices", CHOICE, key), 503)
    assert not path.exists()
    away.rename(path)
    assert client.get("/readyz").status_code == 200
    assert post(client, "/v1/choices", CHOICE, key).status_code == 201


def test_a_store_that_does_not_answer(house: House, ledger: Ledger) -> None:
    app = create_app(ledger, house.catalog, limits=Limits(deadline=0.2))
    key = new_key()
    with TestClient(app) as client:
        lock = sqlite3.connect(house.path / "ledger.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        late = post(client, "/v1/choices", CHOICE, key)
        assert_problem(late, 503)
        assert late.headers["retry-after"] == "2"
        lock.execute("ROLLBACK")
        lock.close()
        # The first request was under way, so it may be the one that made the record.
        while (answer := post(client, "/v1/choices", CHOICE, key)).status_code == 503:
            threading.Event().wait(0.01)
        assert answer.status_code in {200, 201}
    assert rows(house) == 1
    ledger.close()
    with TestClient(app) as client:
        assert_problem(post(client, "/v1/choices", CHOICE), 503)


def test_nothing_personal_is_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for address in ("138 0013 8000", "138 0013", "x@y"):
        for channel in ("sms", "email", "fax"):
            fields = OPT_OUT | {"address": address, "channel": channel}
            answer = post(client, "/v1/opt-outs", fields)
            assert address not in answer.text
            assert answer.status_code in {201, 400, 422}
    own = [r for r in caplog.records if not r.name.startswith(("httpx", "asyncio"))]
    assert not any(s in r.getMessage() for r in own for s in ("138 0013", "1380013", "x@y"))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(["/v1/choices", "/v1/opt-outs"]),
    media=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain"]),
    content=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")),
        st.dictionaries(
            st.sampled_from([*CHOICE, *OPT_OUT, "x"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
                max_leaves=5,
            ),
        ).map(lambda d: json.dumps(CHOICE | d).encode()),
    ),
)
def test_no_input_is_a_fault_of_the_server(
    client: TestClient, path: str, media: str, content: bytes
) -> None:
    headers = {"Content-Type": media, "Idempotency-Key": new_key()}
    answer = client.post(path, content=content, headers=headers)
    assert answer.status_code in {201, 303, 400, 413, 415, 422}


def test_openapi_describes_the_routes(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    routes = {route.path.replace(":path", "") for route in client.app.routes}  # type: ignore[attr-defined]
    routes.remove("/openapi.json")
    assert set(document["paths"]) == routes
    schemas = document["components"]["schemas"]
    assert set(schemas) == {
        *("Choice", "Keeping", "OptOut", "Receipt", "ProblemDocument"),
        *("Document", "Guardian", "Sending", "Recipient", "Needed", "SendCheck", "Permit"),
        *("OwnQuestion", "StateQuestion", "HistoryQuestion"),
        *("State", "Standing", "History", "Exported"),
    }
    assert set(schemas["Choice"]["required"]) <= set(CHOICE)
    assert schemas["OptOut"]["properties"]["region"]["default"] == "CN"
    text = json.dumps(document)
    for reference in {
        part.split('"')[0] for part in text.split('"$ref": "#/components/schemas/')[1:]
    }:
        assert reference in schemas


def test_which_paths_are_the_apis(client: TestClient, tmp_path: Path) -> None:
    assert all(serves(route.path) for route in client.app.routes)  # type: ignore[attr-defined]
    assert not any(serves(path) for path in ("/", "/zh/", "/v10/x", "/policies.json", "/v1x"))
