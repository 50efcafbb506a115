"""The audit of a whole store: silent on a sound one, and no row can change without it."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ledger_samples import EMAIL, PHONE, House, choice, new_key, opt_out

from clausepress.cli import cli
from clausepress.ledger import Inbound, Keys, KeysMismatch, SetupError
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.engines import connect, connect_existing
from clausepress.ledger.keys import generate
from clausepress.ledger.ledger import DEFAULT_ORIGIN
from clausepress.ledger.merkle import leaf_hash
from clausepress.ledger.records import Erasure
from clausepress.note import open_note

WAIT = 20
REPLY = Inbound("generic", "m-1", PHONE, "随便", "{}", None)


def fill(house: House) -> House:
    """Store 264 records: choices, opt-outs, replies, a number erased twice."""
    ledger = house.open()
    for future in [ledger.choose(choice(subject=f"{n:022}"), new_key()) for n in range(255)]:
        future.result(WAIT)
    for record in (opt_out(), opt_out(), opt_out(channel="email", address=EMAIL)):
        ledger.opt_out(record, new_key()).result(WAIT)
    for changes in ({"sender": "nobody"}, {"text": "退订"}):
        ledger.receive(REPLY._replace(**changes)).result(WAIT)
    for _ in range(2):
        for done in ledger.erase("sms", PHONE):
            done.result(WAIT)
        ledger.opt_out(opt_out(), new_key()).result(WAIT)
    ledger.close()
    return house


def test_a_sound_store(house: House) -> None:
    assert fill(house).audit()._replace(checkpoints=0) == (264, 0, 2, 2, [], [])


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys, policies and a sound store."""
    path = tmp_path_factory.mktemp("sound")
    fill(House(path, f"sqlite:///{path}/ledger.db"))
    return path


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> House:
    """A copy of it to be changed."""
    shutil.copytree(sound, tmp_path, dirs_exist_ok=True)
    return House(tmp_path, f"sqlite:///{tmp_path}/ledger.db")


def alter(house: House, *statements: str) -> None:
    """Change the database by hand, as one who may do everything with it."""
    with closing(sqlite3.connect(house.path / "ledger.db")) as connection, connection:
        connection.create_function("leaf_hash", 1, leaf_hash)
        for table in ("record", "checkpoint", "tile"):
            connection.execute(f"DROP TRIGGER {table}_no_update")
            connection.execute(f"DROP TRIGGER {table}_no_delete")
        for statement in statements:
            assert connection.execute(statement).rowcount, statement


GIVEN = "UPDATE record SET entry = CAST(replace(entry, 'refused', 'given') AS BLOB) WHERE idx = 7"
REHASH = "UPDATE record SET leaf_hash = leaf_hash(entry)"
CUT = "DELETE FROM record WHERE idx = 263"
HEAD = "UPDATE tree_head SET size = 263"
ALTERED = [
    ([GIVEN], "record 7 was altered"),
    ([GIVEN, REHASH], "are not those that were signed"),
    (["UPDATE record SET entry = x'00' WHERE idx = 7", REHASH], "record 7 is no entry"),
    (["UPDATE record SET entry = x'7b7d' WHERE idx = 7", REHASH], "columns of record 7"),
    (["UPDATE record SET kind = 'agreement' WHERE idx = 7"], "columns of record 7"),
    (["UPDATE record SET at_ms = at_ms + 1 WHERE idx = 7"], "columns of record 7"),
    (
        ["UPDATE record SET checkpoint_size = 264 WHERE idx = 7"],
        "record 7 names the checkpoint 264",
    ),
    (["DELETE FROM record WHERE idx = 7"], "record 7 is not there"),
    ([CUT], "size 264 covers records that are not there"),
    ([CUT, "DELETE FROM checkpoint WHERE size = 264"], r"the head \(264 records\) is not that"),
    ([CUT, HEAD], "size 264 covers records that are not there"),
    (["DELETE FROM checkpoint WHERE size = 264"], "1 records from 263 on are under no checkpoint"),
    (["DELETE FROM checkpoint WHERE size = 263"], "names the checkpoint 263, the next is 264"),
    (["UPDATE checkpoint SET note = replace(note, '264', '265')"], "264 is not the log's"),
    (["UPDATE checkpoint SET note = (SELECT note FROM checkpoint LIMIT 1)"], "is another one"),
    ([HEAD], "is not that of the records"),
    (["UPDATE tree_head SET root = zeroblob(32)"], "is not that of the records"),
    (["DELETE FROM tile"], "tile 0/0 is not that"),
    (["UPDATE tile SET root = zeroblob(32)"], "tile 0/0 is not that"),
    (["UPDATE tile SET root = 'x'"], "1 rows of tile hold values that are not of its types"),
    (["UPDATE checkpoint SET size = -1 WHERE size = 0"], "the checkpoint of size 0, with which"),
    (["INSERT INTO tile SELECT log_id, level, 1, root, hashes FROM tile"], "are 2 full tiles"),
    (["DELETE FROM suppression WHERE channel = 'email'"], "record 257 is an opt-out"),
    (["DELETE FROM suppression WHERE channel = 'sms'"], "an erasure kept the suppression"),
    (["UPDATE suppression SET mac = zeroblob(32)"], "record 257 is an opt-out"),
    (["UPDATE suppression SET record_id = 'x'"], "names the record x"),
    (["DELETE FROM subject_key WHERE rowid = 3"], "and no erasure took it"),
    (["UPDATE subject_key SET wrapped = zeroblob(60) WHERE rowid = 3"], "is not opened by"),
    (["UPDATE subject_key SET mac = zeroblob(32) WHERE rowid = 3"], "is not found by the hash"),
    (["UPDATE subject_key SET kept_as = 'reply/2020-01' WHERE rowid = 3"], "as 'reply/2020-01'"),
    (["UPDATE subject_key SET wrap_key_id = 'x' WHERE rowid = 3"], "is not wrapped by the one"),
]


@pytest.mark.parametrize(("statements", "message"), ALTERED)
def test_whatever_is_altered_is_found(copy: House, statements: list[str], message: str) -> None:
    alter(copy, *statements)
    findings = copy.audit().findings
    assert any(re.search(message, finding) for finding in findings), findings


def test_an_opt_out_that_came_just_before_an_erasure(copy: House) -> None:
    """The erasure was made out before there was a suppression to name."""
    ledger = copy.open()
    said = ledger.opt_out(opt_out(address="13900139000"), new_key()).result(WAIT).receipt
    erasure = Erasure(key_id=said.fields()["key_id"], suppressions=[])
    ledger._put(erasure, f"erasure:{erasure.key_id}", erasure.key_id.encode()).result(WAIT)
    ledger.close()
    assert copy.audit().findings == []
    alter(copy, f"DELETE FROM suppression WHERE record_id = '{said.id}'")
    assert copy.audit().findings == ["record 264 is an opt-out, and the address is not suppressed"]


def test_a_key_that_came_back_is_told(copy: House) -> None:
    """As after a restore of that one table."""
    with closing(sqlite3.connect(copy.path / "ledger.db")) as connection, connection:
        connection.execute(
            "INSERT INTO subject_key SELECT log_id, subject_key_id, 'x', zeroblob(32),"
            " zeroblob(60), 'w', '' FROM record WHERE kind = 'erasure' LIMIT 1"
        )
    assert any("which is there" in finding for finding in copy.audit().findings)


def test_a_damaged_index_is_told(copy: House) -> None:
    """Its row is there, and nobody finds it by what it is looked for."""
    with closing(sqlite3.connect(copy.path / "ledger.db")) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        name = "type = 'index' AND name = 'record_of_subject'"
        other = "SET sql = replace(sql, 'idx)', 'kind)')"
        assert connection.execute(f"UPDATE sqlite_schema {other} WHERE {name}").rowcount
    assert "the database file is damaged: " in copy.audit().findings[0]


def test_no_more_than_fifty_are_told(copy: House) -> None:
    alter(copy, "UPDATE record SET kind = 'agreement'")
    assert len(copy.audit().findings) == 50


def test_other_keys_and_other_databases(copy: House, tmp_path: Path) -> None:
    copy.keys = Keys.parse(generate())
    with pytest.raises(KeysMismatch):
        copy.audit()
    with pytest.raises(SetupError, match="no database file"):
        connect_existing(f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "empty.db").touch()
    with pytest.raises(SetupError, match="holds no ledger"):
        connect_existing(f"sqlite:///{tmp_path}/empty.db")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(SetupError, match="has revision 0000, and this release uses"):
        connect_existing(copy.url)
    connect(f"sqlite:///{tmp_path}/new.db", DEFAULT_ORIGIN)[1].dispose()
    copy.url = f"sqlite:///{tmp_path}/new.db"
    with pytest.raises(SetupError, match="no log of the name"):
        copy.audit()


def test_a_store_put_back_is_found_by_a_checkpoint_kept(copy: House) -> None:
    """All of it agrees with itself; a witness has seen more, or other records."""
    (copy.path / "ledger.db").rename(copy.path / "old.db")
    shutil.copy(copy.path / "old.db", copy.path / "ledger.db")
    ledger = copy.open()
    ledger.choose(choice(), new_key()).result(WAIT)
    ledger.close()
    verifier = copy.keys.signer(DEFAULT_ORIGIN).verifier
    newest = Checkpoint.parse(open_note(ledger_checkpoint(copy.path / "ledger.db"), verifier))
    assert copy.audit(newest).findings == []
    ledger = copy.open()
    ledger.choose(choice(), new_key()).result(WAIT)
    ledger.close()
    assert copy.audit(newest).findings == []
    (copy.path / "old.db").replace(copy.path / "ledger.db")
    assert copy.audit().findings == []
    assert copy.audit(newest).findings == [
        "the checkpoint kept is of 265 records: the tail is cut off"
    ]
    ledger = copy.open()
    ledger.choose(choice(), new_key()).result(WAIT)
    ledger.close()
    assert copy.audit().findings == []
    assert copy.audit(newest).findings == [
        "the first 265 records are not those of the checkpoint kept"
    ]


def ledger_checkpoint(database: Path) -> str:
    """The newest checkpoint in a database."""
    with closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT note FROM checkpoint ORDER BY size DESC").fetchone()
        return str(row[0])


def test_the_command(copy: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEPRESS_KEYS", str(copy.path / "keys.json"))
    key = str(copy.keys.signer(DEFAULT_ORIGIN).verifier)

    def verify(*options: str) -> Result:
        return CliRunner().invoke(cli, ["verify", copy.url, *options])

    sound = verify("--key", key)
    assert (sound.exit_code, sound.output.splitlines()[1]) == (0, f"log key: {key}")
    assert sound.output.startswith("whole: 264 records")
    other = verify("--key", "other")
    assert (other.exit_code, str(other.exception)) == (
        1,
        f"--key: the keys of CLAUSEPRESS_KEYS sign as {key}",
    )
    seen = copy.path / "seen.txt"
    seen.write_text(ledger_checkpoint(copy.path / "ledger.db"), encoding="utf-8")
    assert verify("--checkpoint", str(seen)).exit_code == 0
    alter(copy, GIVEN)
    told = verify()
    assert told.exit_code == 1
    assert told.output.startswith("record 7 was altered")
    report = json.loads(verify("--format", "json").output)
    assert (report["records"], len(report["findings"])) == (264, 1)
