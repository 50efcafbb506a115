"""Bodies that are too long, too deep, without end or full of rubbish, sent to a real server."""

import gzip
import json
import socket
import time
from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest
from api_samples import tokens
from gateway_samples import CONFIG, SECRET
from ledger_samples import House, body, choice, new_key, opt_out
from server_process import serving

from clausepress.api.app import create_app
from clausepress.api.gateways import Gateways
from clausepress.ledger import Ledger

Served = tuple[httpx.Client, Ledger]
TOKEN = "a-token-of-the-host-0123456789"  # noqa: S105 - of these tests
POSTS = [
    *("/v1/choices", "/v1/opt-outs", f"/v1/inbound/generic/{SECRET}", "/v1/unsubscribe/x"),
    *("/v1/send-checks", "/v1/state", "/v1/subjects/state", "/v1/subjects/history", "/v1/kept"),
]
JSON = "application/json"
MEGABYTES = 10 << 20


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A client of a server, and its ledger."""
    path = tmp_path_factory.mktemp("hostile")
    house = House(path, f"sqlite:///{path}/ledger.db")
    ledger = house.open()
    gateways = Gateways.parse(json.dumps(CONFIG))
    opened = tokens(TOKEN, "send", "subjects")
    app = create_app(ledger, house.catalog, gateways=gateways, tokens=opened)
    paths = {route.path for route in app.routes if "POST" in (route.methods or ())}
    assert len(paths) == len(POSTS), paths
    with (
        serving(app) as (host, port),
        httpx.Client(base_url=f"http://{host}:{port}", timeout=20) as client,
    ):
        yield client, ledger
    ledger.close()
    assert house.audit().findings == []


def post(served: Served, path: str, content: bytes, media: str = JSON) -> httpx.Response:
    headers = {
        "Content-Type": media,
        "Idempotency-Key": new_key(),
        "Authorization": f"Bearer {TOKEN}",
    }
    return served[0].post(path, content=content, headers=headers)


def connect(served: Served) -> socket.socket:
    """A bare connection to the server."""
    url = served[0].base_url
    return socket.create_connection((url.host, url.port or 80), timeout=20)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("chunked", [False, True])
def test_ten_megabytes(served: Served, path: str, chunked: bool) -> None:
    """Refused by the declared length, or as soon as it is too long: 10 MB are never read."""
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {MEGABYTES}"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\n"
    head += f"Authorization: Bearer {TOKEN}\r\n"
    head += f"Idempotency-Key: {new_key()}\r\n{framing}\r\n\r\n"
    part = b"10000\r\n" + b" " * 0x10000 + b"\r\n" if chunked else b" " * 0x10000
    sent = 0
    with connect(served) as connection:
        connection.sendall(head.encode())
        try:
            for _ in range(MEGABYTES // 0x10000):
                connection.sendall(part)
                sent += 0x10000
                connection.settimeout(0.001)
                try:
                    if answer := connection.recv(12):
                        break
                except TimeoutError:
                    answer = b""
                connection.settimeout(20)
        except ConnectionError:  # closed while we were writing: the answer may be lost with it
            answer = b""
    assert answer in {b"HTTP/1.1 413", b""}
    assert sent < MEGABYTES


def deep(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


CHOICE = json.dumps(body(choice())).encode()
BOMBS = {
    "deep objects": deep(3000),
    "deep lists": b"[" * 16000,
    "deep purposes": CHOICE.replace(b'{"analytics"', deep(2000) + b',{"analytics"'),
    "huge integer": CHOICE.replace(b"false", b"9" * 15000, 1),
    "huge exponent": CHOICE.replace(b"false", b"1e999999999", 1),
    "long key": CHOICE[:-1] + b',"' + b"k" * 15000 + b'":1}',
    "many keys": CHOICE[:-1] + b"".join(b',"k%d":1' % n for n in range(1500)) + b"}",
    "same key": CHOICE[:-1] + b',"kind":"cookies"' * 500 + b"}",
    "nothing": b"",
    "only spaces": b" " * 16000,
    "byte order mark": b"\xef\xbb\xbf" + CHOICE,
    "utf-16": CHOICE.decode().encode("utf-16"),
    "broken utf-8": CHOICE.replace(b"banner", b"\xff\xfe\xc0\x80"),
    "NaN": CHOICE.replace(b"false", b"NaN", 1),
    "two documents": CHOICE + CHOICE,
    "compressed": gzip.compress(CHOICE),
}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("media", [JSON, "application/x-www-form-urlencoded"])
def test_json_bombs(served: Served, path: str, media: str) -> None:
    size = served[1].size()
    generic = "inbound" in path  # keeps what it cannot read for a person
    refused = {400, 404, 413} if media == JSON else {400, 413, 415}
    for name, bomb in BOMBS.items():
        began = time.monotonic()
        answer = post(served, path, bomb, media)
        assert answer.status_code in ({200, 400} if generic else refused), (name, answer.text)
        assert time.monotonic() - began < 2, name
    assert generic or served[1].size() == size


RUBBISH = ["\x00", "\ud800", "\udfff\ud800", "\u202e", "\ufeff", "\U0010ffff", "a" * 400, "7" * 20]


@pytest.mark.parametrize("rubbish", RUBBISH, ids=ascii)
def test_rubbish_in_every_field(served: Served, rubbish: str) -> None:
    """Written as JSON escapes, and as raw bytes where those can be written."""
    for path, record in (("/v1/choices", body(choice())), ("/v1/opt-outs", body(opt_out()))):
        for field in record:
            changed = record | {field: rubbish}
            for ensure_ascii in (True, False):
                text = json.dumps(changed, ensure_ascii=ensure_ascii)
                answer = post(served, path, text.encode("utf-8", "surrogatepass"))
                assert answer.status_code in {201, 400, 422}, (field, answer.text)
                assert "traceback" not in answer.text.lower()


@pytest.mark.parametrize(
    "claimed",
    [
        "1970-01-01T00:00:00Z",
        "2099-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2024-02-29T00:00:00Z",
    ],
)
def test_dates_long_ago_and_far_ahead(served: Served, claimed: str) -> None:
    """What a client's clock says is kept apart: it refuses nothing and moves nothing."""
    subject = new_key().ljust(22, "x")
    record = body(choice(subject=subject), claimed_at=claimed)
    answer = post(served, "/v1/choices", json.dumps(record).encode())
    assert answer.status_code in {201, 400}, answer.text
    if answer.status_code == 201:
        standings = served[1].state("subject", subject).standings
        assert {s.receipt for s in standings} == {answer.json()["id"]}
        at = datetime.fromisoformat(answer.json()["record"]["at"])
        assert abs(time.time() - at.timestamp()) < 60
        served[1].state("subject", subject, at_ms=0)


def test_a_body_that_drips_without_end(served: Served) -> None:
    """A chunk now and then: the limit of the length ends it, however slow the chunks are."""
    with connect(served) as connection:
        connection.sendall(
            b"POST /v1/choices HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Idempotency-Key: " + new_key().encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for _ in range(40):
            try:
                connection.sendall(b"400\r\n" + b" " * 0x400 + b"\r\n")
            except ConnectionError:
                break
            time.sleep(0.01)
        assert connection.recv(12) == b"HTTP/1.1 413"
