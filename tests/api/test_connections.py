"""Slow and endless bodies, sent to the real server over a socket."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from ledger_samples import House, new_key

from clausepress.api import bodies
from clausepress.api.app import create_app
from clausepress.ledger import Ledger

Address = tuple[str, int]


@pytest.fixture
def address(house: House, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """A server in a thread that waits a moment for a body."""
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.3)
    app = create_app(ledger, house.catalog)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()
    server.should_exit = True
    thread.join()


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
