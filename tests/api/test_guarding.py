"""The limits as a client meets them: each is an answer, and none tells who is known."""

import asyncio
import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from api_samples import tokens
from ledger_samples import EMAIL, PHONE, House, body, choice, new_key, opt_out
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from clausepress.api.app import create_app
from clausepress.api.gateways import Gateways
from clausepress.api.limits import Limits, Proxies
from clausepress.ledger import Ledger

TOKEN = "a-token-of-the-host-0123456789"  # noqa: S105 - of these tests
SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of these tests
CLIENT, OTHER = {"X-Forwarded-For": "198.51.100.7"}, {"X-Forwarded-For": "198.51.100.8"}
SECURITY = ("x-content-type-options", "referrer-policy", "content-security-policy", "x-request-id")
METRICS = tokens(TOKEN, "metrics")
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


def application(house: House, ledger: Ledger, **changes: Any) -> TestClient:
    """A client whose address is that of a proxy."""
    return TestClient(
        create_app(
            ledger,
            house.catalog,
            tokens=METRICS,
            proxies=Proxies.parse("192.0.2.1"),
            gateways=Gateways.parse(json.dumps({"generic": {"secret": SECRET}})),
            **changes,
        ),
        client=("192.0.2.1", 1),
    )


def refused(client: TestClient) -> str:
    """What the metrics tell of refusals."""
    lines = client.get("/metrics", headers=AUTHORISED).text.splitlines()
    return " ".join(line for line in lines if line.startswith("clausepress_refused_total"))


def assert_later(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert all(name in answer.headers for name in SECURITY)


def test_too_many_requests_from_one_address(house: House, ledger: Ledger) -> None:
    limits = Limits(rate=0.1, burst=3)
    origin = "https://www.example.com"
    with application(house, ledger, limits=limits, origins=frozenset({origin})) as client:
        for _ in range(3):
            assert client.get("/openapi.json", headers=CLIENT).status_code == 200
        answer = client.get("/openapi.json", headers=CLIENT | {"Origin": origin})
        assert_later(answer, 429)
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["access-control-expose-headers"] == "Retry-After"
        assert "198.51" not in answer.text
        assert client.get("/openapi.json", headers=OTHER).status_code == 200
        for _ in range(3):  # health, and whoever shows a token or secret, are answered
            assert client.get("/healthz", headers=CLIENT).status_code == 200
            assert client.get("/readyz", headers=CLIENT).status_code == 200
            assert client.get("/metrics", headers=CLIENT | AUTHORISED).status_code == 200
            message = {"id": new_key(), "from": PHONE, "text": "TD"}
            path = f"/v1/inbound/generic/{SECRET}"
            assert client.post(path, json=[message], headers=CLIENT).status_code != 429
        assert client.post("/v1/inbound/generic/x", headers=CLIENT).status_code == 429
        assert refused(client) == 'clausepress_refused_total{limit="rate"} 2.0'


@pytest.fixture
def busy(house: House, ledger: Ledger) -> Iterator[tuple[TestClient, threading.Event]]:
    """An application for one request at once, with one at `/wait` that lasts until the event."""
    client = application(house, ledger, limits=Limits(requests=1, burst=10_000))
    come, leave = threading.Event(), threading.Event()

    async def wait(_request: Request) -> Response:
        come.set()
        await asyncio.to_thread(leave.wait)
        return Response()

    client.app.router.routes.append(Route("/wait", wait))  # type: ignore[attr-defined]
    with client, ThreadPoolExecutor(1) as alone:
        first = alone.submit(client.get, "/wait")
        assert come.wait(20)
        yield client, leave
        leave.set()
        assert first.result().status_code == 200


def test_too_many_requests_at_once(busy: tuple[TestClient, threading.Event]) -> None:
    client, leave = busy
    assert_later(client.get("/openapi.json"), 503)
    assert client.get("/healthz").status_code == 200
    leave.set()
    while client.get("/openapi.json").status_code == 503:
        pass
    assert 'limit="requests"' in refused(client)


def test_a_request_that_never_ends(house: House, ledger: Ledger, monkeypatch: Any) -> None:
    monkeypatch.setattr("clausepress.api.bounds.BODY_SECONDS", -1.0)  # leaves the deadline
    client = application(house, ledger, limits=Limits(deadline=0.2))

    async def forever(_request: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    client.app.router.routes.append(Route("/forever", forever))  # type: ignore[attr-defined]
    with client:
        assert_later(client.get("/forever"), 503)
        assert 'limit="deadline"' in refused(client)
        assert client.get("/openapi.json").status_code == 200


def test_a_fault_of_the_program_is_an_answer(house: House, ledger: Ledger) -> None:
    client = application(house, ledger)

    async def fail(_request: Request) -> Response:
        raise ValueError(PHONE)

    client.app.router.routes.append(Route("/fail", fail))  # type: ignore[attr-defined]
    with client:
        answer = client.get("/fail")  # an exception that got out would be raised here
    assert answer.status_code == 500
    assert PHONE not in answer.text
    assert all(name in answer.headers for name in SECURITY)


def test_a_locked_store_delays_no_read_beyond_its_deadline(house: House, ledger: Ledger) -> None:
    lock = sqlite3.connect(house.path / "ledger.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    with application(house, ledger, limits=Limits(deadline=0.2)) as client:
        record, key = body(choice()), {"Idempotency-Key": new_key()}
        assert_later(client.post("/v1/choices", json=record, headers=key), 503)
        assert_later(client.get("/readyz"), 503)
        assert client.get("/healthz").status_code == 200
        lock.close()


def test_postgresql_that_hangs_in_a_read(postgres_url: str, tmp_path: Path) -> None:
    house = House(tmp_path, postgres_url)
    ledger = house.open()
    receipt = ledger.choose(choice(), new_key()).result(20).receipt.id
    with (
        application(house, ledger, limits=Limits(deadline=0.3)) as client,
        psycopg.connect(postgres_url) as lock,
    ):
        assert client.get("/readyz").status_code == 200
        lock.execute("LOCK TABLE record, tree_head IN ACCESS EXCLUSIVE MODE")
        time.sleep(1)  # what was found ready is believed for as long
        for path in (f"/v1/receipts/{receipt}", "/v1/log/tile/0/000.p/1", "/readyz"):
            started = time.monotonic()
            assert_later(client.get(path), 503)
            assert time.monotonic() - started < 2
        assert client.get("/healthz").status_code == 200
        lock.rollback()
        while client.get(f"/v1/receipts/{receipt}").status_code != 200:
            time.sleep(0.05)
        assert client.get("/readyz").status_code == 200
    ledger.close()


@pytest.mark.parametrize("path", ["/nowhere", "/v1/choices", "/metrics", "/v1/receipts/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PUT", "TRACE", "WHATEVER"])
def test_every_answer_carries_the_headers(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code >= 400
    assert all(name in answer.headers for name in SECURITY)


def test_a_preflight_may_be_kept(house: House, ledger: Ledger) -> None:
    origin = "https://www.example.com"
    asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    with application(house, ledger, origins=frozenset({origin})) as client:
        answer = client.options("/v1/choices", headers=asks)
        assert answer.status_code == 204
        assert int(answer.headers["access-control-max-age"]) >= 600
        assert "Origin" in answer.headers["vary"]
        strange = client.options("/v1/choices", headers=asks | {"Origin": "https://x.example"})
        assert strange.status_code == 403
        assert "access-control-allow-origin" not in strange.headers


def test_an_opt_out_tells_nothing_of_who_is_known(client: TestClient) -> None:
    """Known or not, status, headers and all but ids and times of the body are the same."""

    def told(address: dict[str, str]) -> tuple[Any, ...]:
        record = body(opt_out(**address))
        answer = client.post("/v1/opt-outs", json=record, headers={"Idempotency-Key": new_key()})
        headers = {k: v for k, v in answer.headers.items() if k not in {"location", "x-request-id"}}
        headers.pop("content-length")  # a proof grows with the log
        receipt = answer.json()
        return answer.status_code, headers, sorted(receipt), sorted(receipt["record"])

    phone, mail = {"address": PHONE}, {"channel": "email", "address": EMAIL}
    assert told(phone) == told(phone) == told({"address": "13900139000"})
    assert told(mail) == told(mail) == told(mail | {"address": "other@example.com"})
