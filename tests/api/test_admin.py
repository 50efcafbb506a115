"""Bearer tokens and what they open."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from api_samples import tokens
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import House
from starlette.testclient import TestClient

from clausepress.api.admin import Tokens
from clausepress.api.app import create_app
from clausepress.api.settings import Settings
from clausepress.ledger import Ledger, SetupError

OLD, NEW, OTHER = "old-token-0123456789-abcdef", "new-token-0123456789-abcdef", "x" * 30


def listed(**scopes: list[str]) -> str:
    """The setting: each token by its own name."""
    names = {"old": OLD, "new": NEW, "other": OTHER}
    return json.dumps(
        {
            name: {"sha256": sha256(names[name].encode()).hexdigest(), "scopes": opened}
            for name, opened in scopes.items()
        }
    )


def metrics(client: TestClient, token: str, scheme: str = "Bearer") -> int:
    answer = client.get("/metrics", headers={"Authorization": f"{scheme} {token}"})
    if answer.status_code != 200:
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["cache-control"] == "no-store"
        assert token not in answer.text
    return answer.status_code


def test_two_tokens_at_once_and_one_without_the_scope(house: House, ledger: Ledger) -> None:
    setting = listed(old=["metrics", "send"], new=["metrics"], other=["send"])
    app = create_app(ledger, house.catalog, tokens=Tokens.parse(setting))
    with TestClient(app) as client:
        assert (metrics(client, OLD), metrics(client, NEW)) == (200, 200)
        assert metrics(client, OTHER) == 403
        assert metrics(client, OLD[:-1]) == 401
        assert metrics(client, OLD, "Basic") == 401
        assert metrics(client, OLD, "bearer") == 200
        assert client.get("/metrics").status_code == 401
        assert metrics(client, sha256(OLD.encode()).hexdigest()) == 401  # the list opens nothing


def test_without_tokens_nothing_is_open(house: House, ledger: Ledger) -> None:
    with TestClient(create_app(ledger, house.catalog)) as client:
        assert metrics(client, OLD) == 401


def test_a_token_that_could_be_guessed_opens_nothing(house: House, ledger: Ledger) -> None:
    app = create_app(ledger, house.catalog, tokens=tokens("short", "metrics"))
    with TestClient(app) as client:
        assert metrics(client, "short") == 401


@given(st.text(max_size=60), st.text(max_size=10))
def test_no_other_header_is_known(token: str, scheme: str) -> None:
    header = f"{scheme} {token}".encode("latin-1", "replace").decode("latin-1")
    assert tokens(OLD, "metrics").known(header) == (header.lower().split() == ["bearer", OLD])


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text(listed(old=["send"]))
    path.chmod(0o640)
    with pytest.raises(SetupError, match=r"CLAUSEPRESS_TOKENS: .*chmod 600"):
        Settings.from_env({"CLAUSEPRESS_TOKENS": str(path)})
    path.chmod(0o600)
    assert Settings.from_env({"CLAUSEPRESS_TOKENS": str(path)}).tokens.known(f"Bearer {OLD}")


def test_a_credential_of_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its access list shows as mode 0440."""
    path = tmp_path / "tokens"
    path.write_text(listed(old=["send"]))
    path.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert Tokens.parse(str(path)).known(f"Bearer {OLD}")
    path.chmod(0o444)
    with pytest.raises(SetupError, match="may be read by others"):
        Tokens.parse(str(path))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("/nowhere/tokens.json", "cannot read /nowhere"),
        ("{", "not a description of tokens"),
        (json.dumps({"a": {"sha256": OLD, "scopes": ["send"]}}), "sha256"),
        (json.dumps({"a": {"sha256": "0" * 64, "scopes": ["all"]}}), "scopes"),
        (json.dumps({"a": {"sha256": "0" * 64, "scopes": [], "token": OLD}}), "unknown field"),
    ],
)
def test_what_is_no_list_of_tokens(setting: str, message: str) -> None:
    with pytest.raises(SetupError, match=f"CLAUSEPRESS_TOKENS: .*{message}") as raised:
        Settings.from_env({"CLAUSEPRESS_TOKENS": setting})
    assert OLD not in str(raised.value)
