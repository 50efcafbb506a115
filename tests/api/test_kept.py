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


def said_on_the_form(client, form, nth=0, *, host="texts.example.com", cookie="", **answers):
    page = client.get(f"/v1/forms/{form}?policy=privacy&lang=en").text.split("</form>")[nth]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)) | answers
    headers = {
        "Host": host,
        "Origin": f"https://{host}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    headers |= {"Cookie": cookie} if cookie else {}
    path = "/v1/choices" if form == "cookies" else "/v1/opt-outs"
    answer = client.post(path, content=urlencode(fields), headers=headers)
    assert answer.status_code == 303, answer.text
    return fields, answer.headers.get_list("set-cookie"), answer.headers["location"]


def kept_in(cookie):
    return json.loads(base64.b64decode(cookie.partition("=")[2].split("; ")[0]))


def test_a_no_on_the_form_is_kept_for_the_pages_of_its_host(client):
    fields, (said,), receipt = said_on_the_form(client, "cookies")
    assert said.startswith("clausepress.privacy.texts.example.com=")
    assert said.endswith("; Secure; SameSite=Lax")
    assert "Domain" not in said
    found = kept_in(said)
    assert found["purposes"] == {"analytics": False, "marketing": False}
    assert found["material"] == "sha256:" + "d" * 64
    assert found["receipt"] in receipt
    for same in ("version", "lang", "text_digest", "subject", "label"):
        assert found[same] == fields[same]
    assert 179 < (found["until"] / 1000 - time.time()) / 86_400 <= 180
    own = {"origin": "https://texts.example.com", "cookie": said.split("; ")[0]}
    assert "set-cookie" not in keep(client, at="2020-01-01T00:00:00Z", **own).headers
    assert "set-cookie" in keep(client, at="2030-01-01T00:00:00Z", **own).headers


def test_it_takes_the_place_of_what_other_pages_of_the_domain_kept(client):
    """Not of what no answer of this host can set."""
    before = "clausepress.privacy.www.example.com=x; clausepress.privacy.other.org=x; a=b"
    _, (own, www), _ = said_on_the_form(client, "cookies", cookie=before)
    assert own.startswith("clausepress.privacy.texts.example.com=")
    assert www.startswith("clausepress.privacy.www.example.com=")
    assert "; Domain=example.com; " in www
    assert kept_in(own) == kept_in(www)


def test_a_yes_on_the_form_only_clears(client):
    """Nothing older may speak for it, and no answer may bring a consent to a script."""
    before = "clausepress.privacy.www.example.com=x"
    cleared = "clausepress.privacy.www.example.com=; Path=/; Max-Age=0; Domain=example.com"
    assert said_on_the_form(client, "cookies", 1, cookie=before)[1] == [cleared]
    address = {"address": "someone@example.com", "channel": "email"}
    assert said_on_the_form(client, "opt-out", cookie=before, **address)[1] == []


def test_of_a_mixed_answer_the_no_is_kept(client):
    mixed = {"purposes.analytics": "false", "purposes.marketing": "true"}
    _, (said,), _ = said_on_the_form(client, "cookies", 2, **mixed)
    assert kept_in(said)["purposes"] == {"analytics": False}
