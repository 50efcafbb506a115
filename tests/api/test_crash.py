"""kill -9 of the real server under load: what was acknowledged is there, once."""

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from ledger_samples import House, body, choice, new_key

from clausepress.ledger import verify_receipt

ROUNDS = 2
CLIENTS = 8
ENOUGH = 100
"""Acknowledged records after which the server is killed."""


def start(house: House, listener: socket.socket) -> "subprocess.Popen[bytes]":
    """A server process that takes connections from a socket already listening."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "clausepress.api.app:app_from_env"]
    environment = os.environ | {
        "CLAUSEPRESS_DATABASE_URL": house.url,
        "CLAUSEPRESS_POLICIES": str(house.path / "policies.json"),
        "CLAUSEPRESS_KEYS": str(house.path / "keys.json"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    number = listener.fileno()
    return subprocess.Popen(
        [*command, "--fd", str(number)],
        env=environment,
        pass_fds=[number],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


async def load_and_kill(
    server: "subprocess.Popen[bytes]", base: str, acknowledged: dict[str, bytes]
) -> None:
    """Post from several connections until the server dies, which is when enough is stored."""
    enough = len(acknowledged) + ENOUGH

    async def post_for_ever(client: httpx.AsyncClient) -> None:
        while True:
            key = new_key()
            answer = await client.post(
                "/v1/choices", json=body(choice()), headers={"Idempotency-Key": key}
            )
            if answer.status_code == 201:
                acknowledged[key] = answer.content
            if len(acknowledged) >= enough and server.poll() is None:
                server.send_signal(signal.SIGKILL)

    async with httpx.AsyncClient(base_url=base, timeout=20) as client:
        tasks = [asyncio.create_task(post_for_ever(client)) for _ in range(CLIENTS)]
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, httpx.TransportError) for result in results), results


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_kill_9_under_load(store: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    if store == "postgres":
        url = request.getfixturevalue("postgres_url")
    house = House(tmp_path, url)
    acknowledged: dict[str, bytes] = {}
    for _ in range(ROUNDS):
        listener = socket.create_server(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = start(house, listener)
        listener.close()  # the server holds it alone now, so its death ends the connections
        with ThreadPoolExecutor(1) as alone:  # a browser of other tests may hold this thread's loop
            alone.submit(asyncio.run, load_and_kill(server, base, acknowledged)).result()
        output = server.communicate()[0]
        assert server.returncode == -signal.SIGKILL, output.decode()
        assert b"/v1/" not in output  # no access log

    ledger = house.open()  # fails if records, tree and head do not agree
    futures = {key: ledger.choose(choice(), key) for key in acknowledged}
    retried = {key: future.result(20) for key, future in futures.items()}
    assert not any(answer.created for answer in retried.values())
    assert {k: a.receipt.to_json() for k, a in retried.items()} == acknowledged
    places = Counter(verify_receipt(r, ledger.verifier_key).position for r in acknowledged.values())
    assert max(places.values()) == 1
    assert len(acknowledged) >= ROUNDS * ENOUGH
    ledger.close()
    if store == "sqlite":
        with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
