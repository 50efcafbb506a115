"""`clausepress suppressions`: lists of other systems taken over, ours handed on."""

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ledger_samples import EMAIL, PHONE, House

from clausepress.commands.suppressions import suppressions
from clausepress.errors import ClausepressError

LIST = f"""number,reason,event_time
{PHONE},complaint,2024-05-06T07:08:09Z
12,,
{EMAIL},,
"""


@pytest.fixture
def env(house: House) -> dict[str, str]:
    """The environment of a server with the house's store."""
    return {
        "CLAUSEPRESS_DATABASE_URL": house.url,
        "CLAUSEPRESS_POLICIES": str(house.path / "policies.json"),
        "CLAUSEPRESS_KEYS": str(house.path / "keys.json"),
    }


def run(env: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(suppressions, arguments, env=env, standalone_mode=False)


def test_there_and_back(env: dict[str, str], house: House, tmp_path: Path) -> None:
    (file := tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    for new in (2, 0):
        taken = run(env, "import", str(file))
        assert taken.stdout == f"2 entries in force, {new} of them new; 1 lines not read\n"
        assert taken.stderr == f"{file}:3: address is not a possible telephone number\n"
        assert taken.return_value == 1
    ledger = house.open()
    assert ledger.is_suppressed("sms", PHONE)
    assert ledger.is_suppressed("email", EMAIL)
    ledger.close()

    table = run(env, "export")
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    assert {(row["channel"], row["address"]) for row in rows} == {
        ("sms", f"+86{PHONE}"),
        ("email", EMAIL),
    }
    digest = hashlib.sha256(table.stdout.encode()).hexdigest()
    said = f"2 suppressions, 0 left out, newest at position 1, sha256:{digest}\n"
    assert table.stderr == said
    lines = run(env, "export", "--format", "jsonl").stdout
    assert [json.loads(line) for line in lines.splitlines()] == rows
    assert run(env, "export", "--format", "jsonl", "--after", "1").stdout == ""
    assert len(run(env, "export", "--after", "0").stdout.splitlines()) == 2

    for name, text in (("again.csv", table.stdout), ("again.jsonl", lines)):
        (again := tmp_path / name).write_text(text, encoding="utf-8")
        assert run(env, "import", str(again)).return_value == 0


def test_digests_name_no_one(env: dict[str, str], house: House, tmp_path: Path) -> None:
    (file := tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    run(env, "import", str(file))
    told = run(env, "export", "--digests", house.keys.kept(begun=True).mac_id).stdout
    assert PHONE not in told
    assert EMAIL not in told
    assert told.count("hmac-sha256:") == 2
    with pytest.raises(ClausepressError, match=r"--digests: .*'other'\n  fix"):
        raise run(env, "export", "--digests", "other").exception or AssertionError


def test_a_file_that_is_no_list(env: dict[str, str], tmp_path: Path) -> None:
    (file := tmp_path / "list.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ClausepressError, match=r"list\.csv: .*names no column.*\n  fix: begin"):
        raise run(env, "import", str(file)).exception or AssertionError


def test_a_file_of_any_octets(env: dict[str, str], tmp_path: Path) -> None:
    (file := tmp_path / "list.csv").write_bytes(b"number,source\n13800138000,\xff\x00\n\xfe\n")
    assert run(env, "import", str(file)).return_value == 1
