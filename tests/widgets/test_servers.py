"""The examples of a site's own server, each run as it is, with receipts that are good and not."""

import json
import os
import shutil
import subprocess
import sys
import time
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from clausepress.ledger import UntrustedKey, verify_receipt

from . import sign_up
from .packages import from_npm, from_pypi
from .press import WIDGETS, free_port
from .test_demo import DOCUMENTS, RECEIPTS, SAMPLES

EXAMPLES = {"flask": "flask_app.py", "django": "django_app.py", "express": "express_app.mjs"}


@pytest.fixture(params=EXAMPLES)
def server(request, press, tmp_path):
    """An example that listens; gives the address of its sign-up."""
    name, port = request.param, free_port()
    source = WIDGETS / "demo" / EXAMPLES[name]
    if name == "express":
        folder, runner = from_npm(name, name), shutil.which("node")
        source = shutil.copy(source, folder)  # node looks for packages beside the file
    else:
        folder, runner = from_pypi(name), sys.executable
    process = subprocess.Popen(
        [runner, str(source), str(port), press.server.origin],
        env={**os.environ, "PYTHONPATH": f"{folder}:{WIDGETS / 'demo'}"},
        stdout=subprocess.DEVNULL,
        stderr=(tmp_path / "log").open("w"),
    )
    url = f"http://127.0.0.1:{port}/account"
    for _ in range(200):
        try:
            urlopen(url, timeout=5).close()
        except HTTPError:
            break  # it answers
        except URLError:
            assert process.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def ids(press):
    press.publish(*sign_up.published(SAMPLES))
    origin = press.server.origin
    agreed = RECEIPTS["current"](origin, DOCUMENTS)
    return RECEIPTS["record"](origin, agreed, "en", "Agree and continue")


def signed_up(url: str, ids: list[str]) -> tuple[int, str]:
    body = urlencode([("name", "tea"), *(("agreement", each) for each in ids)]).encode()
    try:
        with urlopen(url, body, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_an_account_for_an_agreement_on_record_and_for_nothing_else(server, ids, press):
    status, text = signed_up(server, ids)
    assert status == 200, text
    assert sorted(text.split()) == sorted(ids)
    for wrong in ([], ids[:1], [ids[0], "0" * 26], ["../log/key"]):
        status, text = signed_up(server, wrong)
        assert status == 422, (wrong, text)
    press.publish(*sign_up.published(SAMPLES))
    (entry, _) = press.entries()
    cookies = RECEIPTS["record"](press.server.origin, "privacy@2019-09-16", "zh", "同意并继续")
    assert entry["policy"] in DOCUMENTS
    assert signed_up(server, [*cookies, *ids[:1]])[0] == 422, "of a text no longer in force"


def test_nothing_is_opened_while_clausepress_is_down(server, ids, press):
    press.server.stop()
    status, _ = signed_up(server, ids)
    assert status in {422, 503}


def test_offline_with_the_log_s_key_kept_in_the_settings(ids, press):
    key = press.ledger.verifier_key
    for each in ids:
        with urlopen(f"{press.server.origin}/v1/receipts/{each}?download", timeout=10) as answer:
            whole = answer.read()
        record = verify_receipt(whole, key).record
        assert record["kind"] == "agreement"
        altered = json.loads(whole)
        other = "other.example+" + altered["verifier_key"].split("+", 1)[1]
        with pytest.raises(UntrustedKey):
            verify_receipt(whole, other)
