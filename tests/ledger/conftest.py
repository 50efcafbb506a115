"""A ledger on each store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_samples import House

from clausepress.ledger import Ledger


@pytest.fixture(params=["sqlite", "postgres"])
def store_kind(request: pytest.FixtureRequest) -> str:
    """Which store."""
    return str(request.param)


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, store_kind: str, tmp_path: Path) -> str:
    """URL of an empty database, of each kind."""
    if store_kind == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database_url(request: pytest.FixtureRequest, store_kind: str) -> str:
    """URL of a database with tables and no log, of each kind."""
    return str(request.getfixturevalue(f"{store_kind}_copy"))


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> House:
    """Keys and policies beside a database without a log."""
    return House(tmp_path, database_url)


@pytest.fixture
def sqlite_house(tmp_path: Path, sqlite_copy: str) -> House:
    """The same, on SQLite only."""
    return House(tmp_path, sqlite_copy)


@pytest.fixture
def ledger(house: House) -> Iterator[Ledger]:
    """An open ledger on each store."""
    opened = house.open()
    yield opened
    opened.close()
