"""Site and API on one port: who answers what, and what all answers carry."""

from pathlib import Path
from typing import Any

import pytest
from ledger_samples import House
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from clausepress.api.app import create_app
from clausepress.ledger import Ledger
from clausepress.server import _side_by_side


@pytest.fixture
def client(house: House, ledger: Ledger, tmp_path: Path) -> TestClient:
    """A page beside the API."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "page.html").write_text("<p>text")
    files: Any = StaticFiles(directory=tmp_path / "site")
    return TestClient(_side_by_side(create_app(ledger, house.catalog), files))


@pytest.mark.parametrize(
    ("method", "path", "status", "of_the_api"),
    [
        ("GET", "/page.html", 200, False),
        ("POST", "/page.html", 405, False),
        ("GET", "/nowhere", 404, False),
        ("GET", "/healthz", 200, True),
        ("GET", "/readyz", 200, True),
        ("GET", "/metrics", 401, True),
        ("GET", "/v1/nowhere", 404, True),
        ("DELETE", "/v1/choices", 405, True),
    ],
)
def test_every_answer_is_guarded(
    client: TestClient, method: str, path: str, status: int, of_the_api: bool
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert ("x-request-id" in answer.headers) == of_the_api
