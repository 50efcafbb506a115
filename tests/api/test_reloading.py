"""A running server takes over changed keys on SIGHUP, without a pause."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from ledger_samples import body, choice, new_key, write_policies

from clausepress.ledger import verify_receipt
from clausepress.ledger.keyfile import add, edited, generate, use
from clausepress.note import signers

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")


class Server:
    """A server process; `lines` are those it has logged."""

    def __init__(self, path: Path) -> None:
        self.keys = path / "keys.json"
        env = os.environ | {
            "CLAUSEPRESS_KEYS": str(self.keys),
            "CLAUSEPRESS_POLICIES": str(write_policies(path)),
            "CLAUSEPRESS_DATABASE_URL": f"sqlite:///{path}/ledger.db",
        }
        command = [sys.executable, "-m", "clausepress", "serve", "--api-only", "--port", "0"]
        self._log = path / "log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        port = re.search(r'"?port"?[=:] ?(\d+)', self.wait("serving"))
        assert port, self._log.read_text()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port[1]}", timeout=20)

    def wait(self, text: str) -> str:
        """The first line that holds the text; fails after a while."""
        for _ in range(400):
            for line in self._log.read_text().splitlines():
                if text in line:
                    return line
            time.sleep(0.05)
        pytest.fail(f"{text!r} is not in the log:\n{self._log.read_text()}")

    def post(self) -> httpx.Response:
        headers = {"Idempotency-Key": new_key()}
        return self.client.post("/v1/choices", json=body(choice()), headers=headers)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.client.close()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(20) == 0


def test_keys_are_taken_over(server: Server) -> None:
    first = server.post()
    assert first.status_code == 201
    older = server.client.get("/v1/log/key").text
    with edited(server.keys) as edit:
        edit.write(use(add(edit.file, "log"), "log"))
    server.process.send_signal(signal.SIGHUP)
    server.wait("keys reloaded")
    second = server.post()
    newer = server.client.get("/v1/log/key").text
    assert newer != older
    assert older in server.client.get("/v1/log/keys").text
    assert len(signers(server.client.get("/v1/log/checkpoint").text)) == 2
    assert verify_receipt(first.text, older).position == 0
    assert verify_receipt(second.text, newer).position == 1
    assert server.client.get(f"/v1/receipts/{first.json()['id']}").text == first.text

    server.keys.write_bytes(generate())  # keys of nothing here
    server.process.send_signal(signal.SIGHUP)
    assert "uses another" in server.wait("keys not reloaded")
    assert server.post().status_code == 201
