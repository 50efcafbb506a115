"""The TimeGate, by the rules of RFC 7089 section 4."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from dated_samples import write_policy
from ledger_samples import House, policies, write_policies
from starlette.datastructures import URL
from starlette.testclient import TestClient

from clausepress.api.app import create_app
from clausepress.api.timegate import memento_headers
from clausepress.archive.index import policies_json
from clausepress.archive.library import load_library
from clausepress.archive.lifecycle import today
from clausepress.ledger import Catalog, Ledger

GATE = "/v1/timegate/zh/privacy"


def dated() -> dict[str, Any]:
    """Two dated versions, the older in Chinese only, and drafts; terms state no date."""
    content = policies()
    versions = content["policies"][0]["versions"]
    _, new, old = versions
    versions.insert(0, {**deepcopy(new), "id": "9000-01-01", "status": "announced"})
    for version in versions:
        version["effective_on"] = version["id"]
        for lang, edition in version["editions"].items():
            edition["url"] = f"{lang}/privacy/{version['id']}/"
    del old["editions"]["en"]
    return content


@pytest.fixture
def gate(house: House, ledger: Ledger) -> Iterator[TestClient]:
    write_policies(house.path, dated())
    app = create_app(ledger, Catalog(house.path / "policies.json"))
    with TestClient(app, base_url="https://x.test", follow_redirects=False) as client:
        yield client


def rels(header: str) -> dict[str, str]:
    """Relation types to target."""
    return {rel: target for target, rel in re.findall(r'<([^>]*)>; rel="([^"]*)"', header)}


@pytest.mark.parametrize(
    ("instant", "version"),
    [
        ("Mon, 01 Jun 2020 00:00:00 GMT", "2019-09-16"),
        ("Sun, 24 Jan 2021 15:59:59 GMT", "2019-09-16"),
        ("Sun, 24 Jan 2021 16:00:00 GMT", "2021-01-25"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "2019-09-16"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "2021-01-25"),
        (None, "2021-01-25"),
    ],
    ids=["within", "last second", "first second", "before the first", "after the last", "none"],
)
def test_it_redirects_to_the_version_of_then(
    gate: TestClient, instant: str | None, version: str
) -> None:
    headers = {"Accept-Datetime": instant} if instant else {}
    for method in ("GET", "HEAD"):
        answer = gate.request(method, GATE, headers=headers)
        assert answer.status_code == 302
        assert answer.headers["location"] == f"https://x.test/zh/privacy/{version}/"
        assert "accept-datetime" in answer.headers["vary"].lower()
        assert "memento-datetime" not in answer.headers
        found = rels(answer.headers["link"])
        assert found["original"] == "https://x.test/zh/privacy/"
        assert found["timegate"] == f"https://x.test{GATE}"
        assert found["timemap"] == "https://x.test/zh/privacy/timemap.link"
        assert found["first memento"] == "https://x.test/zh/privacy/2019-09-16/"
        assert found["last latest-version memento"] == "https://x.test/zh/privacy/2021-01-25/"


@pytest.mark.parametrize(
    "instant", ["", "yesterday", "2020-06-01", "Mon, 32 Jun 2020 00:00:00 GMT"]
)
def test_what_is_no_date_is_refused(gate: TestClient, instant: str) -> None:
    answer = gate.get(GATE, headers={"Accept-Datetime": instant})
    assert answer.status_code == 400
    assert answer.json()["field"] == "Accept-Datetime"
    assert "accept-datetime" in answer.headers["vary"].lower()
    assert "original" in rels(answer.headers["link"])


def test_a_version_that_has_no_such_edition_is_not_replaced_by_another(gate: TestClient) -> None:
    then = {"Accept-Datetime": "Mon, 01 Jun 2020 00:00:00 GMT"}
    answer = gate.get("/v1/timegate/en/privacy", headers=then)
    assert answer.status_code == 404
    assert "2019-09-16 applied then" in answer.json()["detail"]
    assert gate.get("/v1/timegate/en/privacy").headers["location"].endswith("/2021-01-25/")


def test_a_policy_without_dates_answers_for_now_only(gate: TestClient) -> None:
    answer = gate.get("/v1/timegate/zh/terms")
    assert answer.headers["location"].endswith("zh/privacy/2021-01-25/")  # the sample's address
    then = {"Accept-Datetime": "Mon, 01 Jun 2020 00:00:00 GMT"}
    assert gate.get("/v1/timegate/zh/terms", headers=then).status_code == 404


@pytest.mark.parametrize("path", ["zh/none", "xx/privacy", "zh/privacy/", "zh"])
def test_nothing_is_there(gate: TestClient, path: str) -> None:
    answer = gate.get(f"/v1/timegate/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_the_site_may_be_elsewhere(house: House, ledger: Ledger) -> None:
    write_policies(house.path, dated())
    catalog = Catalog(house.path / "policies.json")
    app = create_app(ledger, catalog, site="https://policies.example.com/hub/")
    with TestClient(app, follow_redirects=False) as client:
        answer = client.get(GATE)
    base = "https://policies.example.com/hub/zh/privacy/"
    assert answer.headers["location"] == f"{base}2021-01-25/"
    assert rels(answer.headers["link"])["original"] == base
    assert rels(answer.headers["link"])["timegate"] == f"http://testserver{GATE}"


def test_pages_beside_the_api_say_when_they_applied(house: House) -> None:
    write_policies(house.path, dated())
    catalog = Catalog(house.path / "policies.json")

    def headers(path: str) -> dict[str, str]:
        return memento_headers(catalog, path, URL(f"https://x.test/{path}/"))

    old = headers("zh/privacy/2019-09-16")
    assert old["Memento-Datetime"] == "Sun, 15 Sep 2019 16:00:00 GMT"
    assert "next successor-version memento" in rels(old["Link"])
    current = headers("zh/privacy")
    assert "Memento-Datetime" not in current
    assert rels(current["Link"])["timegate"] == f"https://x.test{GATE}"
    assert "Memento-Datetime" not in headers("zh/privacy/9000-01-01")
    for path in (
        "",
        ".",
        "zh",
        "zh/choices",
        "archive/privacy",
        "zh/privacy/archive",
        "zh/privacy/2019-09-16/x",
    ):
        assert headers(path) == {}


def test_the_gate_reads_what_a_build_writes(tmp_path: Path, house: House, ledger: Ledger) -> None:
    docs = write_policy(
        tmp_path / "docs",
        {"id": "v1", "effective_on": "2020-01-01"},
        {"id": "v2", "effective_on": "2021-01-01"},
    )
    (house.path / "policies.json").write_bytes(policies_json(load_library(docs), today()))
    app = create_app(ledger, Catalog(house.path / "policies.json"))
    with TestClient(app, follow_redirects=False) as client:
        then = {"Accept-Datetime": "Mon, 01 Jun 2020 00:00:00 GMT"}
        answer = client.get("/v1/timegate/en/terms", headers=then)
        assert answer.headers["location"] == "http://testserver/en/terms/v1/"
        described = json.loads(client.get("/openapi.json").content)["paths"]
        assert "/v1/timegate/{lang}/{policy}" in described
