"""Accounts under newer keys, in audits, in copies of the log, and in commands."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from account_samples import ENDED, HAN, LI, WAIT, add_key, opened, records, say, willing
from click.testing import CliRunner
from ledger_samples import House

from clausepress.cli import cli
from clausepress.ledger.copying import copy_log
from clausepress.ledger.engines import connect, connect_existing
from clausepress.ledger.ledger import DEFAULT_ORIGIN


def test_an_account_is_known_under_an_older_key(house: House) -> None:
    old = opened(house)
    say(old, LI, "acc-1")
    old.close()
    add_key(house)
    ledger = opened(house)
    assert willing(ledger, "acc-1") == [True]
    say(ledger, LI, **ENDED)
    assert willing(ledger, "acc-1") == ["no-consent"]
    say(ledger, LI, "acc-1")
    assert willing(ledger, "acc-1") == [True]
    assert len(records(ledger, "account", "acc-1")) == 2
    assert len(records(ledger, "subject", LI)) == 3
    assert house.renew().people
    assert willing(ledger, "acc-1") == [True]
    ledger.close()
    assert house.audit().findings == []


def test_what_nobody_can_name_any_more_ends_no_audit(sqlite_house: House) -> None:
    """The key of a browser whose accounts are erased keeps its older name for good."""
    with closing(opened(sqlite_house)) as ledger:
        for subject, account in ((LI, "gone"), (HAN, "gone"), (HAN, "acc-1")):
            say(ledger, subject, account)
        for done in ledger.erase("account", "gone"):
            done.result(WAIT)
    add_key(sqlite_house)
    with closing(opened(sqlite_house)) as ledger:
        say(ledger, "z" * 22, "acc-2")
    [left_out] = sqlite_house.audit().left_out
    assert "keys renew" in left_out
    assert sqlite_house.renew().people == 2  # the account, and the browser that it names
    assert sqlite_house.audit()[-2:] == ([], [])
    with closing(sqlite3.connect(sqlite_house.path / "ledger.db")) as connection, connection:
        connection.execute("DELETE FROM consent")
    assert "the gate does not know it" in sqlite_house.audit().findings[0]
    done = CliRunner().invoke(cli, ["remake-consents", sqlite_house.url])
    assert done.output == "made anew: 2 consents\n"
    assert sqlite_house.audit().findings == []


def test_a_damaged_key_of_an_account_keeps_nobody_from_a_no(sqlite_house: House) -> None:
    with closing(opened(sqlite_house)) as ledger:
        say(ledger, LI, "acc-1")
    with closing(sqlite3.connect(sqlite_house.path / "ledger.db")) as connection, connection:
        sealing = "SELECT subject_key_id FROM record"
        broken = "UPDATE subject_key SET wrapped = zeroblob(60)"
        connection.execute(f"{broken} WHERE key_id IN ({sealing})")
    add_key(sqlite_house)
    with closing(opened(sqlite_house)) as ledger:
        assert say(ledger, LI, **ENDED).created
        assert willing(ledger, "acc-1") == ["no-consent"]


def test_an_audit_finds_a_lost_key_of_a_browser(sqlite_house: House) -> None:
    """The account's key seals the record; that of the browser finds what was taken back in it."""
    ledger = opened(sqlite_house)
    say(ledger, LI, "acc-1")
    ledger.close()
    with closing(sqlite3.connect(sqlite_house.path / "ledger.db")) as connection:
        connection.execute("DELETE FROM subject_key WHERE key_id IN (SELECT key_id FROM link)")
        connection.commit()
    assert sqlite_house.audit().findings == [
        "the key of record 0 is gone, and no erasure took it",
        "1 consents stand for the gate, and by the log they do not live",
    ]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM link",
        "UPDATE link SET key_id = (SELECT subject_key_id FROM record WHERE idx = 1)",
        "INSERT INTO link SELECT log_id, 1, key_id FROM link",
    ],
)
def test_an_audit_finds_a_changed_link(sqlite_house: House, change: str) -> None:
    ledger = opened(sqlite_house)
    say(ledger, LI, "acc-1")
    say(ledger, HAN)
    ledger.close()
    assert sqlite_house.audit().findings == []
    with closing(sqlite3.connect(sqlite_house.path / "ledger.db")) as connection:
        connection.executescript("DROP TRIGGER link_no_update; DROP TRIGGER link_no_delete")
        connection.execute(change)
        connection.commit()
    assert any("linked to another browser" in each for each in sqlite_house.audit().findings)


def test_a_copy_keeps_the_links(sqlite_house: House, tmp_path: Path) -> None:
    ledger = opened(sqlite_house)
    linked = say(ledger, LI, "acc-1").receipt.id
    ledger.close()
    source, copy = connect_existing(sqlite_house.url), f"sqlite:///{tmp_path}/copy.db"
    target = connect(copy, DEFAULT_ORIGIN)[1]
    copy_log(source, target, DEFAULT_ORIGIN, sqlite_house.keys.kept(begun=True))
    sqlite_house.url = copy
    ledger = opened(sqlite_house)
    assert records(ledger, "subject", LI) == records(ledger, "account", "acc-1") == [linked]
    assert willing(ledger, "acc-1") == [True]
    ledger.close()


def test_the_commands_know_accounts(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ledger = opened(sqlite_house)
    say(ledger, LI, "acc-1")
    ledger.close()
    monkeypatch.setenv("CLAUSEPRESS_DATABASE_URL", sqlite_house.url)
    monkeypatch.setenv("CLAUSEPRESS_KEYS", str(tmp_path / "keys.json"))
    monkeypatch.setenv("CLAUSEPRESS_POLICIES", str(tmp_path / "policies.json"))
    run = CliRunner().invoke
    shown = json.loads(run(cli, ["subject-export", "--account", "acc-1"]).output)
    assert [each["record"]["account"] for each in shown["records"]] == ["acc-1"]
    assert "1 records" in run(cli, ["erase", "--account", "acc-1"]).output
    assert "nothing to erase" in run(cli, ["erase", "--account", "acc-1"]).output
