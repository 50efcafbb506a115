"""What the server writes down: one JSON object a line, and nobody's data."""

import io
import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from ledger_samples import EMAIL, PHONE, House, body, choice, new_key, opt_out
from starlette.testclient import TestClient

from clausepress.api import loglines
from clausepress.api.app import create_app
from clausepress.api.settings import Settings
from clausepress.cli import cli
from clausepress.ledger import Ledger, SetupError


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a logger of this test writes, as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(loglines.formatter(people=False))
    logger = logging.getLogger("theirs")
    logger.addHandler(handler)
    logger.propagate = False
    yield stream
    logger.removeHandler(handler)


def test_an_exception_is_told_by_type_and_place(log: io.StringIO) -> None:
    try:
        int(PHONE + "x")
    except ValueError:
        logging.getLogger("theirs").exception("it failed\nfuture: <Task %s>", PHONE)
    line = json.loads(log.getvalue())
    assert list(line)[:3] == ["time", "level", "event"]
    assert (line["level"], line["event"], line["error"]) == ("error", "it failed", "ValueError")
    assert re.fullmatch(r"test_loglines\.py:\d+", line["at"])
    assert PHONE not in log.getvalue()


def test_one_line_whatever_is_in_it(log: io.StringIO) -> None:
    logging.getLogger("theirs").warning("a", extra={"b": "x\ny\u2028\x00", "c": object, "d": 1.5})
    assert log.getvalue().count("\n") == 1
    assert json.loads(log.getvalue())["b"] == "x\ny\u2028\x00"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_line_that_cannot_be_written_fails_nothing(
    house: House, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loglines, "_json_from", logging.INFO)
    full = Path("/dev/full").open("w")  # noqa: SIM115 - to close it is another fault
    monkeypatch.setattr(sys, "stderr", full)
    client = TestClient(create_app(ledger, house.catalog))
    headers = {"Idempotency-Key": new_key()}
    assert client.post("/v1/choices", json=body(choice()), headers=headers).status_code == 201
    with suppress(OSError):
        full.close()


def test_for_people_it_is_no_json() -> None:
    record = logging.makeLogRecord({"msg": "serving", "levelname": "INFO", "levelno": 20})
    assert "serving" in loglines.formatter(people=True).format(record)


def test_a_level_that_is_none() -> None:
    settings = Settings.from_env({"CLAUSEPRESS_LOG_LEVEL": "loud"})
    with pytest.raises(SetupError, match="CLAUSEPRESS_LOG_LEVEL: 'loud' is none of debug"):
        loglines.configure(settings.log_level)


class Process:
    """`clausepress serve --api-only` with its log in a file."""

    def __init__(self, house: House, **settings: str) -> None:
        self._log = house.path / f"{new_key()}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "clausepress", "serve", "--api-only", "--port", "0"],
                env=os.environ
                | {
                    "CLAUSEPRESS_DATABASE_URL": house.url,
                    "CLAUSEPRESS_POLICIES": str(house.path / "policies.json"),
                    "CLAUSEPRESS_KEYS": str(house.path / "keys.json"),
                    "PYTHONPATH": os.pathsep.join(sys.path),
                }
                | settings,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        while not (serving := [line for line in self.lines() if line["event"] == "serving"]):
            assert self.process.poll() is None, self._log.read_text()
            time.sleep(0.05)
        self.url = f"http://127.0.0.1:{serving[0]['port']}"
        assert httpx.get(f"{self.url}/healthz", timeout=20).status_code == 200  # under way

    def lines(self) -> list[dict[str, Any]]:
        """The log: each line is an object."""
        whole = self._log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def text(self) -> str:
        return self._log.read_text()


def test_a_server_names_nobody_and_ends_in_order(house: House) -> None:
    server = Process(house, CLAUSEPRESS_LIMITS="drain_delay=1")
    with httpx.Client(base_url=server.url, timeout=20) as client:
        headers = {"Idempotency-Key": new_key()}
        made = client.post("/v1/choices", json=body(choice()), headers=headers)
        client.post("/v1/opt-outs", json=body(opt_out()), headers={"Idempotency-Key": new_key()})
        receipt = made.json()["id"]
        assert client.get(f"/v1/receipts/{receipt}?phone={PHONE}").status_code == 200
        client.get(f"/v1/inbound/generic/{PHONE}")
        client.get(f"/{EMAIL}")
        assert client.get("/readyz").status_code == 200
        os.kill(server.process.pid, signal.SIGTERM)
        time.sleep(0.3)
        assert client.get("/readyz").status_code == 503  # and requests are still answered
        late = {"Idempotency-Key": new_key()}
        assert client.post("/v1/choices", json=body(choice()), headers=late).status_code == 201
    assert server.process.wait(20) == 0
    requests = [line for line in server.lines() if line["event"] == "request"]
    assert {line["route"] for line in requests} == {
        *("/v1/choices", "/v1/opt-outs", "/v1/receipts/{id}"),
        *("/v1/inbound/{gateway}/{secret}", "none"),
    }
    assert requests[0]["id"] == made.headers["x-request-id"]
    assert all(set(line) >= {"time", "level", "id", "method", "status", "ms"} for line in requests)
    sent = body(choice())["subject"]
    for secret in (PHONE, EMAIL, receipt, headers["Idempotency-Key"], sent, "127.0.0.1:"):
        assert secret not in server.text(), secret
    ledger = house.open()
    assert ledger.size() == 3
    ledger.close()


def test_a_second_signal_ends_it_at_once(house: House) -> None:
    server = Process(house, CLAUSEPRESS_LIMITS="drain_delay=30")
    os.kill(server.process.pid, signal.SIGTERM)
    time.sleep(0.3)
    assert server.process.poll() is None
    os.kill(server.process.pid, signal.SIGTERM)
    assert server.process.wait(5) == 128 + signal.SIGTERM


def test_a_wrong_setting_is_told_before_the_start() -> None:
    env = {"CLAUSEPRESS_LIMITS": "rate=many"}
    ended = CliRunner(env=env).invoke(cli, ["serve", "--api-only"])
    assert isinstance(ended.exception, SetupError)
    assert str(ended.exception).startswith("CLAUSEPRESS_LIMITS")
