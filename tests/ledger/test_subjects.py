"""What one person may ask for: all that is recorded of them, and its erasure."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledger_samples import EMAIL, PHONE, House, choice, new_key, opt_out

from clausepress.cli import cli
from clausepress.ledger import (
    AddressInvalid,
    Answer,
    Demand,
    Inbound,
    Ledger,
    SetupError,
    verify_receipt,
)
from clausepress.ledger.subjects import Means

WAIT = 20
LI, HAN = "l" * 22, "h" * 22
REPLY = Inbound("generic", "m-1", PHONE, "TDjdcloud", "{}", None)


def fill(ledger: Ledger) -> list[Answer]:
    """Two choices of Li, one of Han, two opt-outs of a number and one of a mailbox."""
    futures = [ledger.choose(choice(subject=who), new_key()) for who in (LI, HAN, LI)]
    futures.append(ledger.opt_out(opt_out(), new_key()))
    futures.append(ledger.receive(REPLY))
    futures.append(ledger.opt_out(opt_out(channel="email", address=EMAIL), new_key()))
    return [future.result(WAIT) for future in futures]


def ids(ledger: Ledger, means: Means, name: str) -> list[str]:
    return [each.receipt.id for each in ledger.export(means, name).records]


def test_an_export_is_all_of_one_person_and_of_no_other(ledger: Ledger) -> None:
    made = [answer.receipt.id for answer in fill(ledger)]
    assert ids(ledger, "subject", LI) == [made[0], made[2]]
    assert ids(ledger, "sms", "0086 138-0013-8000") == [made[3], made[4]]
    assert ids(ledger, "email", EMAIL.upper()) == [made[5]]
    assert ids(ledger, "subject", "n" * 22) == ids(ledger, "sms", "+14155552671") == []
    with pytest.raises(AddressInvalid):
        ledger.export("email", "nobody")
    by_number = ledger.export("sms", PHONE)
    assert (by_number.name, by_number.suppressed) == ("+8613800138000", True)
    assert not ledger.export("subject", LI).suppressed
    for each in by_number.records:
        public = verify_receipt(each.receipt.to_json(), ledger.verifier_key).record
        del public["sealed"]
        assert each.record["address"] == "+8613800138000"
        assert public.items() < each.record.items()
    assert by_number.records[1].record["text"] == "TDjdcloud"


def test_an_erasure_takes_the_person_and_leaves_the_proofs(house: House, ledger: Ledger) -> None:
    answers = fill(ledger)
    for means, name, kept in (("subject", LI, []), ("sms", PHONE, [answers[3].receipt.id])):
        key_id = ledger.export(means, name).records[0].record["key_id"]
        (done,) = ledger.erase(means, name)
        fields = done.result(WAIT).receipt.fields()
        assert fields.pop("at")
        assert fields.pop("id")
        assert fields == {"kind": "erasure", "key_id": key_id, "suppressions": kept}
        verify_receipt(done.result().receipt.to_json(), ledger.verifier_key)
        assert ledger.erase(means, name) == []
        assert ids(ledger, means, name) == []
        left = [json.loads(said.entry)["id"] for said in ledger._reader.of([key_id])]
        assert done.result().receipt.id not in left
    assert ledger.is_suppressed("sms", PHONE)
    assert ledger.export("sms", PHONE).suppressed
    assert list(ledger.confirmations()) == []
    assert len(ids(ledger, "subject", HAN)) == len(ids(ledger, "email", EMAIL)) == 1
    for answer in answers:
        assert ledger.receipt(answer.receipt.id) == answer.receipt
    assert ledger.receive(REPLY).result(WAIT) == Answer(answers[4].receipt, created=False)
    report = house.audit()
    assert (report.records, report.erasures, report.findings) == (8, 2, [])


def test_who_comes_back_after_an_erasure_is_new(house: House, ledger: Ledger) -> None:
    """Even as the same address: promotion stays off by the first opt-out, named by each erasure."""
    first = fill(ledger)[3].receipt
    for _ in range(2):
        (done,) = ledger.erase("sms", PHONE)
        assert done.result(WAIT).receipt.fields()["suppressions"] == [first.id]
        again = ledger.opt_out(opt_out(), new_key()).result(WAIT)
        assert ids(ledger, "sms", PHONE) == [again.receipt.id]
        assert again.receipt.fields()["key_id"] != first.fields()["key_id"]
    assert house.audit().findings == []


def test_who_came_by_a_digest_is_the_same_person(house: House, ledger: Ledger) -> None:
    """A list had the address as a keyed digest; the number asks for what is known of it."""
    mac_id, mac = house.keys.kept(begun=True).macs("sms", f"+86{PHONE}".encode())[0]
    lines = ["digest,channel,source\n", f"hmac-sha256:{mac_id}:{mac.hex()},sms,elsewhere\n"]
    (line,) = ledger.read_list(lines)
    assert isinstance(line.demand, Demand)
    listed = ledger.stop(line.demand).result(WAIT).receipt.id
    said = ledger.opt_out(opt_out(), new_key()).result(WAIT).receipt.id
    assert house.audit().findings == []
    assert sorted(ids(ledger, "sms", PHONE)) == sorted([listed, said])
    for done in ledger.erase("sms", PHONE):
        assert done.result(WAIT).receipt.fields()["suppressions"] == [listed]
    assert ids(ledger, "sms", PHONE) == []
    assert ledger.is_suppressed("sms", PHONE)
    assert house.audit()._replace(checkpoints=0) == (4, 0, 1, 2, [], [])


def test_erasures_while_the_person_goes_on(house: House) -> None:
    """Two processes' worth of writers: no record is sealed under a key that is gone."""
    ledgers = [house.open() for _ in range(2)]

    def choose(_: int) -> str:
        return ledgers[0].choose(choice(subject=LI), new_key()).result(WAIT).receipt.id

    def erase(_: int) -> None:
        for done in ledgers[1].erase("subject", LI):
            done.result(WAIT)

    with ThreadPoolExecutor(4) as pool:
        made = pool.map(choose, range(40))
        list(pool.map(erase, range(20)))
        everything = set(made)
    report = house.audit()
    assert report.findings == []
    assert report.erasures > 0
    assert set(ids(ledgers[0], "subject", LI)) < everything
    for ledger in ledgers:
        ledger.close()


def test_a_number_erased_and_opting_out_in_one_batch(sqlite_house: House) -> None:
    ledger = sqlite_house.open()
    before = fill(ledger)[3].receipt.fields()["key_id"]
    lock = sqlite3.connect(sqlite_house.path / "ledger.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    first = ledger.choose(choice(), new_key())
    while not first.running():
        pass
    both = [ledger.opt_out(opt_out(), new_key()), *ledger.erase("sms", PHONE)]
    lock.execute("ROLLBACK")
    lock.close()
    said, done = (future.result(WAIT).receipt for future in both)
    assert done.fields()["key_id"] == before != said.fields()["key_id"]
    assert ids(ledger, "sms", PHONE) == [said.id]
    assert sqlite_house.audit().findings == []
    ledger.close()


def test_an_erased_key_leaves_no_bytes_in_the_files(sqlite_house: House) -> None:
    ledger = sqlite_house.open()
    people = [f"{number:022d}" for number in range(60)]
    for future in [ledger.choose(choice(subject=who), new_key()) for who in people]:
        future.result(WAIT)
    with closing(sqlite3.connect(sqlite_house.path / "ledger.db")) as connection:
        wrapped = [row[0] for row in connection.execute("SELECT wrapped FROM subject_key")]
    stored = [path.read_bytes() for path in sqlite_house.path.glob("ledger.db*")]
    assert all(any(key in file for file in stored) for key in wrapped)
    for who in people:
        for done in ledger.erase("subject", who):
            done.result(WAIT)
    stored = [path.read_bytes() for path in sqlite_house.path.glob("ledger.db*")]
    assert not any(key in file for key in wrapped for file in stored)
    ledger.close()


def test_the_commands(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLAUSEPRESS_DATABASE_URL", house.url)
    monkeypatch.setenv("CLAUSEPRESS_KEYS", str(tmp_path / "keys.json"))
    monkeypatch.setenv("CLAUSEPRESS_POLICIES", str(tmp_path / "policies.json"))
    ledger = house.open()
    first = fill(ledger)[3].receipt.id
    run = CliRunner().invoke
    shown = json.loads(run(cli, ["subject-export", "--sms", PHONE]).output)
    assert shown["schema"] == "clausepress.subject/1"
    assert [each["record"]["address"] for each in shown["records"]] == ["+8613800138000"] * 2
    erased = run(cli, ["erase", "--sms", PHONE])
    assert erased.exit_code == 0, erased.output
    assert "2 records can be read by no one any more" in erased.output
    assert f"stays off, by record {first}" in erased.output
    assert PHONE not in erased.output
    assert "nothing to erase" in run(cli, ["erase", "--sms", PHONE]).output
    assert json.loads(run(cli, ["subject-export", "--sms", PHONE]).output)["records"] == []
    for wrong in ([], ["--sms", PHONE, "--email", EMAIL]):
        assert run(cli, ["erase", *wrong]).exit_code == 2
    ledger.close()


@pytest.mark.parametrize(
    "command",
    [
        f"erase --sms {PHONE}",
        f"subject-export --sms {PHONE}",
        "retain",
        "replies review",
        "replies confirm",
        "suppressions export",
    ],
)
def test_nobody_is_looked_for_in_a_store_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """As when the command runs in another folder: "nothing to erase" would be believed."""
    house = House(tmp_path, f"sqlite:///{tmp_path}/none.db")
    monkeypatch.setenv("CLAUSEPRESS_DATABASE_URL", house.url)
    monkeypatch.setenv("CLAUSEPRESS_KEYS", str(house.key_file))
    monkeypatch.setenv("CLAUSEPRESS_POLICIES", str(house.path / "policies.json"))
    monkeypatch.setenv("CLAUSEPRESS_RETENTION", "cookies=P13M")
    done = CliRunner().invoke(cli, command.split())
    assert isinstance(done.exception, SetupError)
    assert "CLAUSEPRESS_DATABASE_URL: there is no database file" in str(done.exception)
    assert [path.name for path in house.path.iterdir()] == ["policies.json"]


def test_a_client_cannot_stand_in_the_way(ledger: Ledger) -> None:
    key_id = fill(ledger)[0].receipt.fields()["key_id"]
    with pytest.raises(ValueError, match="idempotency key"):
        ledger.choose(choice(), f"erasure:{key_id}")
