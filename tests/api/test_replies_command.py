"""`clausepress replies`: pulling from JD Cloud, reading the doubtful, confirming once."""

import hashlib
import hmac
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import House

from clausepress.api.gateways.jdcloud import JdCloud, messages
from clausepress.api.gateways.model import CHINA, NotReadable
from clausepress.commands.replies import replies
from clausepress.errors import ClausepressError

KEY = {"access": "AK", "secret": "SK", "app_id": "app-1"}


def signature(headers: Any, body: bytes) -> str:
    """Written down step by step from JD Cloud's signer, apart from our code."""
    at = headers["x-jdcloud-date"]
    names = "content-type;host;x-jdcloud-date;x-jdcloud-nonce"
    canonical = "POST\n/v1/regions/cn-north-1/reply\n\n"
    canonical += "".join(f"{name}:{headers[name]}\n" for name in names.split(";"))
    canonical += f"\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{at[:8]}/cn-north-1/sms/jdcloud2_request"
    text = f"JDCLOUD2-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"JDCLOUD2SK"
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    signed = hmac.new(key, text.encode(), "sha256").hexdigest()
    credential = f"JDCLOUD2-HMAC-SHA256 Credential=AK/{scope}"
    return f"{credential}, SignedHeaders={names}, Signature={signed}"


class Cloud(ThreadingHTTPServer):
    """JD Cloud's API as far as we use it: checks the signature, gives the replies of a day."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: dict[str, list[Any]] = {}
        self.down = False
        self.garbled = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Cloud

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.server.down or self.headers["authorization"] != signature(self.headers, body):
            self.send_error(500 if self.server.down else 401, "13800138000")
            return
        asked = json.loads(body)
        assert asked["appId"] == "app-1"
        data = self.server.replies.get(asked["dataDate"], [])
        result = {"code": 200, "status": True, "message": "", "data": data}
        if self.server.garbled:
            self.wfile.write(b"13800138000\r\n\r\n")
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"requestId": "1", "result": result}).encode())

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - names of http.server
        """Say nothing."""


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """A running API."""
    with Cloud() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def env(house: House, cloud: Cloud) -> dict[str, str]:
    """The environment of a server with the house's store."""
    house.open().close()
    return {
        "CLAUSEPRESS_DATABASE_URL": house.url,
        "CLAUSEPRESS_POLICIES": str(house.path / "policies.json"),
        "CLAUSEPRESS_KEYS": str(house.path / "keys.json"),
        "CLAUSEPRESS_GATEWAYS": json.dumps({"jdcloud": KEY | {"endpoint": cloud.url}}),
    }


def run(env: dict[str, str], *arguments: str) -> str:
    result = CliRunner().invoke(replies, arguments, env=env)
    if result.exception:
        raise result.exception
    return result.output


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def reply(phone: str, content: str, day: str) -> dict[str, str]:
    return {
        "appId": "app-1",
        "signId": "sign-1",
        "phoneNum": phone,
        "dataTime": f"{day} 00:00:01",
        "content": content,
    }


def test_pull_review_confirm(env: dict[str, str], cloud: Cloud) -> None:
    today = datetime.now(CHINA).date()
    yesterday = str(today - timedelta(days=1))
    cloud.replies[yesterday] = [
        reply("13800138000", "TDjdcloud", yesterday),
        reply("13800138001", "别再发了", yesterday),
        reply("13800138002", "不要退订", yesterday),
    ]
    cloud.replies[str(today)] = [None, reply("13800138000", "TD", str(today))]
    assert run(env, "pull") == "5 replies, 5 of them new\n"
    assert run(env, "pull") == "5 replies, 0 of them new\n"
    review = lines(run(env, "review"))
    assert [(r["address"], r["verdict"]) for r in review] == [
        ("+8613800138001", "likely-opt-out"),
        ("+8613800138002", "not-opt-out"),
        ("", "unreadable"),
    ]
    assert review[0]["event_at"].endswith("16:00:01.000Z")  # midnight in China
    confirm = lines(run(env, "confirm"))
    assert [r["address"] for r in confirm] == ["+8613800138000", "+8613800138001"]
    assert lines(run(env, "confirm", "--after", str(confirm[0]["position"]))) == confirm[1:]
    assert lines(run(env, "confirm", "--after", str(confirm[-1]["position"]))) == []


def test_a_cloud_that_is_down(env: dict[str, str], cloud: Cloud) -> None:
    cloud.down = True
    with pytest.raises(ClausepressError, match="answers 500") as raised:
        run(env, "pull")
    assert "138" not in str(raised.value)


def test_an_answer_that_is_no_http(env: dict[str, str], cloud: Cloud) -> None:
    cloud.garbled = True
    with pytest.raises(ClausepressError, match="does not answer: BadStatusLine"):
        run(env, "pull")


def test_days_in_which_nobody_pulled(env: dict[str, str], cloud: Cloud) -> None:
    day = str(datetime.now(CHINA).date() - timedelta(days=4))
    cloud.replies[day] = [reply("13800138000", "TDjdcloud", day)]
    assert run(env, "pull") == "0 replies, 0 of them new\n"
    assert run(env, "pull", "--days", "5") == "1 replies, 1 of them new\n"


def test_a_false_key(env: dict[str, str], cloud: Cloud) -> None:
    gateways = {"jdcloud": KEY | {"secret": "other", "endpoint": cloud.url}}
    with pytest.raises(ClausepressError, match="answers 401"):
        run(env | {"CLAUSEPRESS_GATEWAYS": json.dumps(gateways)}, "pull")


def test_no_cloud_at_all(env: dict[str, str]) -> None:
    with pytest.raises(ClausepressError, match="names no jdcloud"):
        run(env | {"CLAUSEPRESS_GATEWAYS": ""}, "pull")
    nowhere = {"jdcloud": KEY | {"endpoint": "http://127.0.0.1:9"}}
    with pytest.raises(ClausepressError, match="does not answer"):
        run(env | {"CLAUSEPRESS_GATEWAYS": json.dumps(nowhere)}, "pull")


def test_the_erased_are_not_read(env: dict[str, str], cloud: Cloud, tmp_path: Path) -> None:
    day = datetime.now(UTC).date().isoformat()
    cloud.replies[day] = [reply("13800138001", "别再发了", day)]
    run(env, "pull")
    assert lines(run(env, "review"))
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("DELETE FROM subject_key")
    assert run(env, "review") == run(env, "confirm") == ""


@given(st.binary(max_size=60) | st.sampled_from([b"[]", b"{}", b'{"result":[]}', b'{"data":[1]}']))
def test_any_answer_is_read_or_refused(body: bytes) -> None:
    with suppress(NotReadable):
        assert messages(body) is not None


def test_the_secret_does_not_show() -> None:
    assert "SK" not in repr(JdCloud(**KEY))
