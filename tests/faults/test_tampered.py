"""What was altered in a store, a receipt or a checkpoint: ``clausepress verify`` names it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import House, choice, new_key, opt_out

from clausepress.cli import cli
from clausepress.ledger import Keys
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.keys import generate
from clausepress.ledger.ledger import DEFAULT_ORIGIN
from clausepress.ledger.merkle import leaf_hash

WAIT = 20


def verify(house: House, *arguments: str) -> Result:
    """Run the command with the keys of that house."""
    keys = {"CLAUSEPRESS_KEYS": str(house.path / "keys.json")}
    return CliRunner(env=keys).invoke(cli, ["verify", *arguments])


def fill(house: House) -> list[bytes]:
    """Five choices and an opt-out, one in each batch; their receipts."""
    ledger = house.open()
    made = [ledger.choose(choice(), new_key()).result(WAIT) for _ in range(5)]
    made.append(ledger.opt_out(opt_out(), new_key()).result(WAIT))
    ledger.close()
    return [answer.receipt.to_json() for answer in made]


def alter(house: House, statement: str) -> None:
    """Change the database by hand, as one who may do everything with it."""
    if house.url.startswith("sqlite"):
        with closing(sqlite3.connect(house.path / "ledger.db")) as lite, lite:
            for table in ("record", "checkpoint"):
                lite.execute(f"DROP TRIGGER {table}_no_update")
                lite.execute(f"DROP TRIGGER {table}_no_delete")
            assert lite.execute(statement).rowcount
        return
    with psycopg.connect(house.url, autocommit=True) as connection:
        for table in ("record", "checkpoint", "suppression"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        assert connection.execute(statement).rowcount


def replaced(house: House, keys: Keys) -> str:
    """A checkpoint of other records in the place of the third, signed with these keys."""
    note = keys.signer(DEFAULT_ORIGIN).sign(str(Checkpoint(DEFAULT_ORIGIN, 3, leaf_hash(b"x"))))
    return f"UPDATE checkpoint SET note = '{note}' WHERE size = 3"


ALTERED = {
    "tail": ("DELETE FROM record WHERE idx = 5", "size 6 covers records that are not there"),
    "row": ("UPDATE record SET kind = 'agreement' WHERE idx = 2", "columns of record 2"),
    "suppression": ("DELETE FROM suppression WHERE channel = 'sms'", "record 5 is an opt-out"),
    "by others": ("by others", "the checkpoint of size 3 is not the log's"),
    "by the log": ("by the log", "the records 2 to 2 are not those that were signed"),
}


@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_store_is_named(house: House, what: str) -> None:
    fill(house)
    assert verify(house, house.url).exit_code == 0
    statement, told = ALTERED[what]
    keys = {"by others": Keys.parse(generate()), "by the log": house.keys.kept(begun=True)}
    alter(house, replaced(house, keys[statement]) if statement in keys else statement)
    found = verify(house, house.url)
    assert found.exit_code == 1
    assert told in found.output


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, list[bytes]]:
    """A house with a store, and its receipts."""
    path = tmp_path_factory.mktemp("filled")
    house = House(path, f"sqlite:///{path}/ledger.db")
    return house, fill(house)


FIELDS = ("id", "entry", "record", "proof", "verifier_key")


@settings(max_examples=30)
@given(st.sampled_from(FIELDS), st.integers(0, 5), st.integers(0, 5))
def test_a_receipt_put_together_from_others_is_refused(
    filled: tuple[House, list[bytes]], field: str, of: int, into: int
) -> None:
    """Each part is sound; together they are a forgery."""
    house, receipts = filled
    given_, other = json.loads(receipts[into]), json.loads(receipts[of])
    whole = given_[field] == other[field]
    file = house.path / "receipt.json"
    file.write_text(json.dumps(given_ | {field: other[field]}), encoding="utf-8")
    assert verify(house, str(file), "--key", given_["verifier_key"]).exit_code == (not whole)


def forged(receipt: bytes, keys: Keys) -> dict[str, Any]:
    """A receipt of a decision never taken, all of it consistent, signed with these keys."""
    fields = json.loads(receipt)
    record = fields["record"] | {"decision": "given"}
    entry = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    signer = keys.signer(DEFAULT_ORIGIN)
    note = signer.sign(str(Checkpoint(DEFAULT_ORIGIN, 1, leaf_hash(entry.encode()))))
    proof = f"c2sp.org/tlog-proof@v1\nindex 0\n\n{note}"
    changes = {"record": record, "entry": entry, "proof": proof}
    return fields | changes | {"verifier_key": str(signer.verifier)}


def test_a_receipt_by_a_strangers_key_is_refused(
    filled: tuple[House, list[bytes]], tmp_path: Path
) -> None:
    house, receipts = filled
    file, key = tmp_path / "receipt.json", json.loads(receipts[0])["verifier_key"]
    forgery = forged(receipts[0], Keys.parse(generate()))
    file.write_text(json.dumps(forgery), encoding="utf-8")
    assert "signer not checked" in verify(house, str(file)).output
    assert verify(house, str(file), "--key", key).exit_code == 1
    file.write_text(json.dumps(forgery | {"verifier_key": key}), encoding="utf-8")
    assert verify(house, str(file), "--key", key).exit_code == 1


def test_a_forged_checkpoint_is_refused(filled: tuple[House, list[bytes]], tmp_path: Path) -> None:
    """As a witness's file: by another key, of other records, or of more than there are."""
    house, receipts = filled
    mine, file = house.keys.kept(begun=True), tmp_path / "seen.txt"
    root = leaf_hash(b"x")
    for keys, size, told in (
        (Keys.parse(generate()), 3, "is not a checkpoint of the log"),
        (mine, 3, "the first 3 records are not those of the checkpoint kept"),
        (mine, 9, "is of 9 records: the tail is cut off"),
    ):
        checkpoint = Checkpoint(DEFAULT_ORIGIN, size, root)
        file.write_text(keys.signer(DEFAULT_ORIGIN).sign(str(checkpoint)), encoding="utf-8")
        found = verify(house, house.url, "--checkpoint", str(file))
        assert found.exit_code == 1
        assert told in (found.output or str(found.exception))
    file.write_text(json.loads(receipts[2])["proof"].partition("\n\n")[2], encoding="utf-8")
    assert verify(house, house.url, "--checkpoint", str(file)).exit_code == 0
