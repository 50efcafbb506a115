"""The application over a real ledger on SQLite."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_samples import tokens
from ledger_samples import House
from starlette.testclient import TestClient

from clausepress.api.app import create_app
from clausepress.ledger import Ledger
from clausepress.ledger.engines import connect

ORIGIN = "https://www.example.com"
SEND_TOKEN = "a-token-of-the-host-0123456789"  # noqa: S105 - of these tests


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and no log; a copy is there much sooner than a new one."""
    path = tmp_path_factory.mktemp("tables") / "ledger.db"
    port, engine = connect(f"sqlite:///{path}", "none")
    port.close()
    engine.dispose()
    return path


@pytest.fixture
def house(tables: Path, tmp_path: Path) -> House:
    """Keys and policies beside an empty database."""
    shutil.copyfile(tables, tmp_path / "ledger.db")
    return House(tmp_path, f"sqlite:///{tmp_path}/ledger.db")


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
