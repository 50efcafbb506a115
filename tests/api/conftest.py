"""The application over a real ledger on SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from api_samples import tokens
from ledger_samples import House
from starlette.testclient import TestClient

from clausepress.api.app import create_app
from clausepress.ledger import Ledger

ORIGIN = "https://www.example.com"
SEND_TOKEN = "a-token-of-the-host-0123456789"  # noqa: S105 - of these tests


@pytest.fixture
def house(sqlite_copy: str, tmp_path: Path) -> House:
    """Keys and policies beside a database without a log."""
    return House(tmp_path, sqlite_copy)


@pytest.fixture
def ledger(house: House) -> Iterator[Ledger]:
    """The open ledger."""
    opened = house.open()
    yield opened
    opened.close()


@pytest.fixture
def client(house: House, ledger: Ledger) -> Iterator[TestClient]:
    """A client of the application; it follows no redirect."""
    app = create_app(
        ledger, house.catalog, origins=frozenset({ORIGIN}), tokens=tokens(SEND_TOKEN, "send")
    )
    with TestClient(app, follow_redirects=False) as opened:
        yield opened
