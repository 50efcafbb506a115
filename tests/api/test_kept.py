"""The cookie that keeps a choice: for whose pages, for how long, and what it never does."""

import base64
import json
import re
import time
from urllib.parse import urlencode

import pytest

KEPT = {
    "version": "1",
    "lang": "en",
    "text_digest": "sha256:" + "a" * 64,
    "material": "sha256:" + "b" * 64,
    "purposes": {"analytics": False},
    "subject": "s" * 22,
    "key": "k" * 22,
    "receipt": "0" * 26,
    "at": "2026-06-01T00:00:00Z",
}
WWW = "https://www.example.com"


def keep(client, *, origin=WWW, host="texts.example.com", days=180, cookie="", **more):
    until = int((time.time() + days * 86_400) * 1000)
    body = {"policy": "privacy", **KEPT, "until": until, **more}
    headers = {"Host": host} | ({"Origin": origin} if origin else {})
    headers |= {"Cookie": cookie} if cookie else {}
    return client.post("/v1/kept", content=json.dumps(body), headers=headers)


def test_it_is_for_the_domain_of_page_and_api(client):
    answer = keep(client)
    assert answer.status_code == 204
    name, _, rest = answer.headers["set-cookie"].partition("=")
    value, *flags = rest.split("; ")
    assert name == "clausepress.privacy.www.example.com"
    assert json.loads(base64.b64decode(value)).items() >= KEPT.items()
    age = flags.pop(1)
    assert flags == ["Path=/", "Domain=example.com", "Secure", "SameSite=Lax"]
    assert 179 * 86_400 < int(age.removeprefix("Max-Age=")) <= 180 * 86_400


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({"host": "www.example.com"}, "; Secure; SameSite=Lax"),
        ({"framed": True}, "; Domain=example.com; Secure; SameSite=None; Partitioned"),
        ({"origin": "http://own.test", "host": "own.test:80"}, "; SameSite=Lax"),
        ({"days": 4000}, "Max-Age=34560000; Domain"),
    ],
)
def test_other_pages_and_times(client, more, wanted):
    said = keep(client, **more).headers["set-cookie"]
    assert wanted in said
    assert ("Domain" in said) == ("Domain" in wanted)


@pytest.mark.parametrize(
    "more",
    [
        {"host": "texts.example.org"},  # another site: the browser would refuse it
        {"host": "api.other.com"},
        {"origin": "http://10.0.0.1", "host": "10.0.0.1", "framed": True},  # not over TLS
        {"days": -1},
    ],
)
def test_what_no_browser_would_keep_is_not_set(client, more):
    answer = keep(client, **more)
    assert answer.status_code == 204
    assert "set-cookie" not in answer.headers


def test_an_older_decision_never_replaces_a_later_one(client):
    first = keep(client).headers["set-cookie"].split("; ")[0]
    assert "set-cookie" not in keep(client, at="2026-05-31T23:59:59Z", cookie=first).headers
    assert "set-cookie" in keep(client, at="2026-06-02T00:00:00Z", cookie=first).headers
    spoilt = first.split("=")[0] + "=junk"
    assert "set-cookie" in keep(client, cookie=spoilt).headers


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"origin": ""}, 400),
        ({"origin": "https://other.example"}, 403),
        ({"extra": 1}, 400),
        ({"material": "x"}, 400),
        ({"purposes": {f"p{n}{'x' * 90}": False for n in range(50)}}, 413),
    ],
)
def test_what_is_refused(client, more, status):
    answer = keep(client, **more)
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers


def test_a_form_that_is_recorded_clears_it(client):
    """The page's script does not hear of that choice, so nothing older may speak for it."""
    for form, cleared in (("cookies", True), ("opt-out", False)):
        page = client.get(f"/v1/forms/{form}?policy=privacy&lang=en").text.split("</form>")[0]
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
        fields |= {} if cleared else {"address": "someone@example.com"}
        path = "/v1/choices" if cleared else "/v1/opt-outs"
        headers = {
            "Host": "texts.example.com",
            "Origin": "https://texts.example.com",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "clausepress.privacy.www.example.com=x; clausepress.privacy.other.org=x; a=b",
        }
        answer = client.post(path, content=urlencode(fields), headers=headers)
        assert answer.status_code == 303, answer.text
        said = "clausepress.privacy.www.example.com=; Path=/; Max-Age=0; Domain=example.com"
        assert answer.headers.get_list("set-cookie") == ([said] if cleared else [])
