"""A ledger on each store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_samples import House

from clausepress.ledger import Ledger


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> House:
    """Keys and policies beside an empty database."""
    return House(tmp_path, database_url)


@pytest.fixture
def sqlite_house(tmp_path: Path) -> House:
    """The same, on SQLite only."""
    return House(tmp_path, f"sqlite:///{tmp_path}/ledger.db")


@pytest.fixture
def ledger(house: House) -> Iterator[Ledger]:
    """An open ledger on each store."""
    opened = house.open()
    yield opened
    opened.close()
