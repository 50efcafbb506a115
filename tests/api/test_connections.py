"""Slow, endless and odd connections, by raw sockets against the real server."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import uvicorn
from ledger_samples import House, new_key

from clausepress.api import bodies
from clausepress.api.app import create_app
from clausepress.api.connection import bounded
from clausepress.api.late import Late
from clausepress.api.limits import Limits
from clausepress.ledger import Ledger

Address = tuple[str, int]
LIMITS = Limits(
    connections=4, header_seconds=0.4, header_bytes=2000, header_count=20, write_seconds=0.4
)
PATIENCE = 5
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@contextmanager
def serving(app: Any, protocol: Any = bounded(LIMITS)) -> Iterator[Address]:  # noqa: B008 - a type
    """A server in a thread, with bounded connections."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", http=protocol, timeout_keep_alive=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()
    server.should_exit = True
    thread.join()


@pytest.fixture
def address(house: House, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """A server that waits a moment for a body."""
    monkeypatch.setattr(bodies, "_late", Late(0.3))
    with serving(create_app(ledger, house.catalog)) as address:
        yield address


def ended(connection: socket.socket) -> bytes:
    """All that the server says until it closes the connection; fails if it does not."""
    answer = b""
    try:
        while part := connection.recv(65536):
            answer += part
    except ConnectionResetError:
        pass
    return answer


def trickle(connection: socket.socket, piece: bytes) -> float:
    """Send a piece every 50 ms until the server ends the connection; seconds until then."""
    started = time.monotonic()
    connection.settimeout(0.05)
    while time.monotonic() - started < PATIENCE:
        try:
            connection.sendall(piece)
            if not connection.recv(65536):
                return time.monotonic() - started
        except TimeoutError:
            continue
        except OSError:
            return time.monotonic() - started
    return PATIENCE


def exchange(address: Address, body: bytes, *headers: str) -> bytes:
    """All that the server says until it closes the connection."""
    lines = [
        "POST /v1/choices HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Idempotency-Key: {new_key()}",
        *headers,
    ]
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


@pytest.mark.parametrize("header", ["Content-Length: 100", "Transfer-Encoding: chunked"])
def test_a_body_that_does_not_come(address: Address, header: str) -> None:
    answer = exchange(address, b"5\r\n{    \r\n", header)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"did not arrive in time" in answer
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Content-Length: 16385", b"{"),
        ("Transfer-Encoding: chunked", b"4001\r\n" + b" " * 16385 + b"\r\n"),
    ],
)
def test_the_connection_ends_with_too_long_a_body(
    address: Address, header: str, body: bytes
) -> None:
    answer = exchange(address, body, header)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()


def test_a_connection_on_which_nothing_comes(address: Address) -> None:
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        assert ended(connection) == b""


@pytest.mark.parametrize("before", [b"", GET])
def test_a_head_that_comes_letter_by_letter(address: Address, before: bytes) -> None:
    """Slowloris; on a connection that was answered before, too."""
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        if before:
            connection.sendall(before)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"GET /healthz HTTP/1.1\r\nX-A: ")
        assert 0.3 < trickle(connection, b"a") < 2


def test_a_body_that_goes_on_after_the_answer(address: Address) -> None:
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert trickle(connection, b"a") < 2


HEADS = {
    "a long line": b"GET /" + b"a" * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a line without end": b"GET /" + b"a" * 2090,
    "a long header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 2000 + b"\r\n\r\n",
    "a header without end": b"GET /healthz HTTP/1.1\r\nX-A: " + b"a" * 2060,
    "many headers": b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-A: a\r\n" * 20 + b"\r\n",
    "headers without end": b"GET /healthz HTTP/1.1\r\n" + b"X-A: a\r\n" * 30,
    "a second request": GET + b"GET /healthz HTTP/1.1\r\nX-A: " + b"a" * 2100 + b"\r\n\r\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_head_that_is_too_long(address: Address, head: bytes) -> None:
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        if head.startswith(GET):
            connection.sendall(GET)
            connection.recv(65536)
            head = head.removeprefix(GET)
        for start in range(0, len(head), 700):  # in several pieces
            connection.sendall(head[start : start + 700])
            time.sleep(0.01)
        answer = ended(connection).lower()
    assert answer.startswith(b"http/1.1 431 ")
    assert b"content-type: application/problem+json" in answer
    assert b"x-content-type-options: nosniff" in answer
    assert b"connection: close" in answer


def test_a_head_just_short_enough(address: Address) -> None:
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A: " + b"a" * 1900
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert ended(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "junk",
    [
        b"\x16\x03\x01\x02\x00\x01",  # TLS
        b"GET  HTTP/1.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"\x00" * 100,
    ],
    ids=repr,
)
def test_what_is_no_request(address: Address, junk: bytes) -> None:
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        connection.sendall(junk)
        answer = ended(connection).lower()
    assert answer.startswith(b"http/1.1 400 ")
    assert b"x-content-type-options: nosniff" in answer


def test_one_connection_too_many(address: Address) -> None:
    with ExitStack() as stack:
        for _ in range(LIMITS.connections):
            stack.enter_context(socket.create_connection(address, timeout=PATIENCE))
        time.sleep(0.1)
        refused = stack.enter_context(socket.create_connection(address, timeout=PATIENCE))
        answer = ended(refused).lower()
        assert answer.startswith(b"http/1.1 503 ")
        assert b"retry-after: " in answer
        time.sleep(LIMITS.header_seconds)  # the idle ones are closed, and there is room again
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            connection.sendall(GET)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_a_client_that_does_not_read() -> None:
    """The answer is larger than what the kernel takes; the server does not keep it for ever."""
    gone = threading.Event()

    async def large(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"  # uvicorn goes on without a lifespan
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * (64 << 20)})

    class Watched(bounded(LIMITS)):  # type: ignore[misc]
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            gone.set()

    with (
        serving(large, Watched) as address,
        socket.create_connection(address, timeout=PATIENCE) as connection,
    ):
        connection.sendall(GET)
        assert gone.wait(PATIENCE)
