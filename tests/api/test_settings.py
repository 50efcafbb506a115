"""The stand-alone server's settings: defaults, and errors that name the variable."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_samples import body, choice, new_key, write_policies
from starlette.testclient import TestClient

from clausepress.api import loglines
from clausepress.api.app import app_from_env
from clausepress.api.settings import Settings
from clausepress.ledger import SetupError
from clausepress.ledger.keys import generate


@pytest.fixture
def own_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The log of this process as it was, after a test that set it up as a server does."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(loglines, "_json_from", None)
    yield
    root.handlers = handlers
    root.setLevel(level)


def environment(path: Path) -> dict[str, str]:
    return {
        "CLAUSEPRESS_DATABASE_URL": f"sqlite:///{path}/new/ledger.db",
        "CLAUSEPRESS_POLICIES": str(path / "policies.json"),
        "CLAUSEPRESS_KEYS": str(path / "keys.json"),
    }


def test_defaults() -> None:
    settings = Settings.from_env({"CLAUSEPRESS_ORIGINS": ""})
    assert settings == Settings(
        "sqlite:///var/clausepress.db",
        Path("site/policies.json"),
        "var/keys.json",
        frozenset(),
        accounts=settings.accounts,
    )


def test_origins() -> None:
    env = {"CLAUSEPRESS_ORIGINS": "https://a.example, http://localhost:8000 ,"}
    expected = {"https://a.example", "http://localhost:8000"}
    assert Settings.from_env(env).origins == expected


def test_a_site_elsewhere() -> None:
    assert Settings.from_env({}).site == ""
    env = {"CLAUSEPRESS_SITE": "https://example.com/policies/"}
    assert Settings.from_env(env).site == "https://example.com/policies/"


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CLAUSEPRESS_ORIGINS", "*", "not an exact origin"),
        ("CLAUSEPRESS_ORIGINS", "https://a.example/", "without path"),
        ("CLAUSEPRESS_ORIGINS", "https://a.example:x", "not an exact origin"),
        ("CLAUSEPRESS_SITE", "policies.example.com/", "not the URL of a site"),
        ("CLAUSEPRESS_SITE", "https://policies.example.com", "with / at its end"),
        ("CLAUSEPRESS_SITE", "https://policies.example.com/?x=/", "not the URL of a site"),
        ("CLAUSEPRESS_DATABASE_URL", "mysql://x", "no driver"),
        ("CLAUSEPRESS_POLICIES", "/nowhere/policies.json", "Build the site first"),
        ("CLAUSEPRESS_KEYS", "/dev/null/keys.json", "cannot use the key file"),
        ("CLAUSEPRESS_KEYS", '{"schema": 1}', "not a Clausepress key file"),
    ],
)
def test_errors_name_the_variable(tmp_path: Path, variable: str, value: str, message: str) -> None:
    write_policies(tmp_path)
    with pytest.raises(SetupError, match=f"{variable}: .*{message}"):
        Settings.from_env(environment(tmp_path) | {variable: value}).open()


def test_a_lost_key_file_names_its_variable(tmp_path: Path) -> None:
    write_policies(tmp_path)
    settings = Settings.from_env(environment(tmp_path))
    settings.open()[1].close()
    (tmp_path / "keys.json").unlink()
    with pytest.raises(SetupError, match=r"CLAUSEPRESS_KEYS: .*keys\.json is missing"):
        settings.open()
    other = environment(tmp_path) | {"CLAUSEPRESS_KEYS": generate().decode()}
    with pytest.raises(SetupError, match=r"CLAUSEPRESS_KEYS: .*another key"):
        Settings.from_env(other).open()


@pytest.mark.usefixtures("own_log")
@pytest.mark.parametrize("inline", [False, True])
def test_the_application_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inline: bool
) -> None:
    write_policies(tmp_path)
    keys = {"CLAUSEPRESS_KEYS": generate().decode()} if inline else {}
    for name, value in (environment(tmp_path) | keys).items():
        monkeypatch.setenv(name, value)
    sent = {"json": body(choice()), "headers": {"Idempotency-Key": new_key()}}
    for status in (201, 200):  # opened twice: the lifespan closes the ledger
        with TestClient(app_from_env()) as client:
            assert client.post("/v1/choices", **sent).status_code == status  # type: ignore[arg-type]
    assert (tmp_path / "keys.json").exists() is not inline


def test_where_the_files_of_a_site_lie(tmp_path: Path) -> None:
    settings = Settings.from_env({}, tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/clausepress.db"
    assert settings.keys == f"{tmp_path}/keys.json"
    named = Settings.from_env({"CLAUSEPRESS_KEYS": "k.json"}, tmp_path)
    assert named.keys == "k.json"
