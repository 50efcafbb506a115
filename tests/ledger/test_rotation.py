"""Changing the keys of a log in use: nothing is lost, and an older key goes when it may."""

import json
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ledger_samples import EMAIL, PHONE, House, choice, new_key, opt_out
from sqlalchemy import Connection, event

from clausepress.cli import cli
from clausepress.errors import ClausepressError
from clausepress.ledger import (
    Answer,
    Demand,
    IdempotencyMismatch,
    Keys,
    KeysMismatch,
    Ledger,
    Receipt,
    SetupError,
    UntrustedKey,
    verify_receipt,
)
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.engines import connect_existing
from clausepress.ledger.keyfile import KeyKind, generate
from clausepress.ledger.ledger import DEFAULT_ORIGIN
from clausepress.ledger.renewal import Renewed, renew
from clausepress.ledger.retention import parse_periods
from clausepress.note import VerifierKey, open_note, signers

WAIT = 20
OTHER_NUMBER = "13900139000"
MONTHS_AGO = 1_700_000_000_000


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setenv("CLAUSEPRESS_KEYS", str(house.key_file))
    monkeypatch.setenv("CLAUSEPRESS_DATABASE_URL", house.url)
    monkeypatch.setenv("CLAUSEPRESS_POLICIES", str(house.path / "policies.json"))
    return Run()


class Run:
    """Runs `clausepress keys …`; what it printed."""

    def __call__(self, *arguments: str) -> str:
        done: Result = CliRunner().invoke(cli, ["keys", *arguments])
        if done.exception:
            raise done.exception
        return done.output


def reload(house: House, ledger: Ledger) -> None:
    """As SIGHUP does."""
    house.keys = Keys.load(house.key_file)
    ledger.take_keys(house.keys)


def say(ledger: Ledger, number: str) -> Answer:
    return ledger.opt_out(opt_out(address=number), new_key()).result(WAIT)


@pytest.mark.parametrize("kind", ["wrap", "mac", "log"])
def test_a_key_is_rotated_renewed_and_retired_in_use(house: House, run: Run, kind: KeyKind) -> None:
    """By the commands, each beside a ledger that goes on writing; old receipts stay valid."""
    ledger = house.open(clock=lambda: MONTHS_AGO)
    receipts = [say(ledger, PHONE).receipt]
    receipts += [ledger.choose(choice(), new_key()).result(WAIT).receipt]
    first = json.loads(house.key_file.read_bytes())[kind][0]["id"]
    assert "waits" in run("rotate", kind, "--add")
    reload(house, ledger)
    receipts += [say(ledger, OTHER_NUMBER).receipt]
    assert f"keys retire {kind} {first}" in run("rotate", kind, "--use")
    reload(house, ledger)
    receipts += [
        say(ledger, PHONE).receipt,
        ledger.choose(choice(), new_key()).result(WAIT).receipt,
    ]
    if kind != "log":
        with pytest.raises(ClausepressError, match=r"is needed: .*\n  fix: run clausepress keys"):
            run("retire", kind, first)
        assert f"{kind}  {first}  reads  " in run("list")
    printed = run("renew")
    assert {
        "wrap": "3 subject keys wrapped, 0 people and 0 suppressed",
        "mac": "0 subject keys wrapped, 3 people and 2 suppressed",
        "log": "0 subject keys wrapped, 0 people and 0 suppressed",
    }[kind] in printed
    assert "is retired" in run("retire", kind, first)
    reload(house, ledger)
    receipts += [say(ledger, PHONE).receipt]
    assert first not in run("list")
    ledger.close()
    ledger = house.open()
    for receipt in receipts:
        verify_receipt(receipt.to_json())
        assert ledger.receipt(receipt.id) == receipt
    assert ledger.is_suppressed("sms", PHONE)
    assert ledger.is_suppressed("sms", OTHER_NUMBER)
    assert len(ledger.export("sms", PHONE).records) == 3
    assert house.audit().findings == []
    assert ledger.erase("sms", PHONE)[0].result(WAIT).created
    assert house.audit().findings == []
    ledger.close()


def test_an_address_stopped_under_both_keys_is_one_entry(house: House) -> None:
    """The first record stays its evidence, for erasures may have named it."""
    ledger = house.open()
    first = say(ledger, PHONE)
    rotate(house, "mac")
    reload(house, ledger)
    say(ledger, PHONE)
    before = [each.fields for each in ledger.suppression_list()]
    assert len(before) == 2
    assert house.renew() == Renewed(people=1, suppressions=1)
    assert house.renew() == Renewed()
    [after] = [each.fields for each in ledger.suppression_list()]
    assert after is not None
    assert after["evidence_id"] == first.receipt.id
    assert after["digest"].startswith(f"hmac-sha256:{house.keys.mac_id}:")
    assert house.audit().findings == []
    ledger.close()


def rotate(house: House, kind: KeyKind) -> None:
    from clausepress.ledger.keyfile import add, edited, use

    with edited(house.key_file) as edit:
        edit.write(use(add(edit.file, kind), kind))


def test_what_no_one_can_open_stays_under_its_key(house: House, run: Run) -> None:
    """An erased person's suppression, and a digest from a list."""
    ledger = house.open()
    old = house.keys.kept(begun=True)
    say(ledger, PHONE)
    for future in ledger.erase("sms", PHONE):
        future.result(WAIT)
    digest = old.mac("email", EMAIL.encode()).hex()
    line = f'{{"channel": "email", "digest": "hmac-sha256:{old.mac_id}:{digest}"}}'
    [entry] = ledger.read_list([line])
    assert isinstance(entry.demand, Demand)
    ledger.stop(entry.demand).result(WAIT)
    rotate(house, "mac")
    reload(house, ledger)
    assert house.renew() == Renewed(people=1)
    with pytest.raises(ClausepressError, match=r"suppressed addresses: 2"):
        run("retire", "mac", old.mac_id)
    assert ledger.is_suppressed("sms", PHONE)
    assert ledger.is_suppressed("email", EMAIL)
    assert house.audit().findings == []
    ledger.close()


def test_an_address_that_a_list_names_by_digest_is_found_by_it(house: House, run: Run) -> None:
    ledger = house.open()
    old = house.keys.kept(begun=True)
    ledger.opt_out(opt_out(channel="email", address=EMAIL), new_key()).result(WAIT)
    digest = f"{old.mac_id}:{old.mac('email', EMAIL.encode()).hex()}"
    listed = Demand(surface="list", channel="email", address="", digest=digest)
    ledger.stop(listed).result(WAIT)
    rotate(house, "mac")
    reload(house, ledger)
    assert house.renew() == Renewed(people=2)
    assert ledger.is_suppressed("email", EMAIL)
    ledger.close()
    assert house.audit().findings == []


def test_a_suppression_whose_first_record_is_forgotten(sqlite_house: House, run: Run) -> None:
    """Its time is that of a later one, whose person is found by a new hash; the row is not."""
    house, now = sqlite_house, [1_700_000_000_000]
    ledger = house.open(clock=lambda: now[0])
    for _ in range(2):
        say(ledger, PHONE)
        now[0] += 70 * 86_400_000
    now[0] -= 60 * 86_400_000
    assert sum(len(due.records) for due in ledger.retain(parse_periods("opt-out=P1M"))) == 1
    rotate(house, "mac")
    reload(house, ledger)
    assert house.renew() == Renewed(people=1)
    ledger.close()
    assert house.audit().findings == []


def test_two_processes_rotate_in_two_steps(house: House, run: Run) -> None:
    """At every moment each knows whom the other suppressed, and the same person is one."""
    one, two = house.open(), house.open()
    numbers = iter(range(13800138000, 13800138100))

    def both_know() -> None:
        for writer, reader in ((one, two), (two, one)):
            number = str(next(numbers))
            said = [say(writer, number), say(reader, number)]
            assert reader.is_suppressed("sms", number)
            assert writer.is_suppressed("sms", number)
            assert len({each.receipt.fields()["key_id"] for each in said}) == 1

    for kind in ("mac", "wrap", "log"):
        for step in ("--add", "--use"):
            run("rotate", kind, step)
            both_know()
            reload(house, one)
            both_know()
            reload(house, two)
            both_know()
    run("renew")
    both_know()
    one.close()
    two.close()
    assert house.audit().findings == []


def test_keys_that_do_not_fit_change_nothing(house: House) -> None:
    ledger = house.open()
    before = ledger.verifier_key
    with pytest.raises(KeysMismatch):
        ledger.take_keys(Keys.parse(generate()))
    assert ledger.verifier_key == before
    assert say(ledger, PHONE).created
    ledger.close()
    assert house.audit().findings == []


def test_renewal_waits_for_the_server(house: House, run: Run) -> None:
    """Or it would move rows to a key that a running server does not know."""
    ledger = house.open()
    say(ledger, PHONE)
    run("rotate", "mac")
    with pytest.raises(KeysMismatch, match=r"no server uses the new key.*\n  fix: reload"):
        run("renew")
    reload(house, ledger)
    assert "1 people" in run("renew")
    ledger.close()


def test_a_renewal_that_stands_still_lets_go_of_the_log(tmp_path: Path, postgres_copy: str) -> None:
    """Before those who wait for it give up."""
    house = House(tmp_path, postgres_copy)
    ledger = house.open()
    engine = connect_existing(house.url)
    limits = []

    @event.listens_for(engine, "after_cursor_execute")
    def held(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.endswith("FOR UPDATE"):
            shown = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout")
            limits.append(shown.scalar())

    list(renew(engine, DEFAULT_ORIGIN, house.keys.kept(begun=True)))
    engine.dispose()
    ledger.close()
    assert set(limits) == {"3s"}


def test_the_log_hands_over_to_its_new_key(house: House) -> None:
    ledger = house.open()
    older = VerifierKey.parse(ledger.verifier_key)
    before = say(ledger, PHONE).receipt
    rotate(house, "log")
    reload(house, ledger)
    newer = VerifierKey.parse(ledger.verifier_key)
    both = say(ledger, PHONE).receipt
    assert signers(ledger.checkpoint()) == (newer.label, older.label)
    for key in (newer, older):  # whoever knows only the older key can check and take over
        assert Checkpoint.parse(open_note(ledger.checkpoint(), key)).size == 2
        assert verify_receipt(both.to_json(), str(key)).verifier_key == str(key)
        assert str(newer) in open_note(ledger.key_list(), key)
    assert before.verifier_key == str(older)
    assert verify_receipt(before.to_json(), str(older)).position == 0
    with pytest.raises(UntrustedKey):
        verify_receipt(before.to_json(), str(newer))
    ledger.close()


def test_an_older_log_key_alone_signs_no_more(house: House) -> None:
    """Someone who got hold of it after the change cannot add to the log unseen."""
    text = house.keys.kept(begun=False)
    ledger = house.open()
    say(ledger, PHONE)
    rotate(house, "log")
    reload(house, ledger)
    say(ledger, PHONE)
    ledger.close()
    house.keys = text
    thief = house.open()
    say(thief, PHONE)
    thief.close()
    house.keys = Keys.load(house.key_file)
    assert house.audit().findings == ["the checkpoint of size 3 is signed by an older log key only"]


def test_a_repetition_under_a_retired_key_is_not_taken_for_the_same(house: House, run: Run) -> None:
    """Whether it is, can no more be told; what was recorded stays."""
    ledger = house.open(clock=lambda: MONTHS_AGO)
    key = new_key()
    ledger.choose(choice(), key).result(WAIT)
    first = house.keys.kept(begun=True).mac_id
    rotate(house, "mac")
    reload(house, ledger)
    assert not ledger.choose(choice(), key).result(WAIT).created
    house.renew()
    run("retire", "mac", first)
    reload(house, ledger)
    with pytest.raises(IdempotencyMismatch):
        ledger.choose(choice(), key).result(WAIT)
    assert Checkpoint.parse(ledger.checkpoint().partition("\n\n")[0] + "\n").size == 1
    ledger.close()


def test_a_key_of_last_month_is_kept_for_repetitions(house: House, run: Run) -> None:
    ledger = house.open()
    ledger.choose(choice(), new_key()).result(WAIT)
    first = house.keys.kept(begun=True).mac_id
    rotate(house, "mac")
    reload(house, ledger)
    house.renew()
    with pytest.raises(ClausepressError, match="needed: records of the last 31 days: 1\n"):
        run("retire", "mac", first)
    ledger.close()


def test_keys_in_the_environment_are_not_changed_there(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEPRESS_KEYS", generate().decode())
    with pytest.raises(ClausepressError, match=r"holds the keys themselves.*\n  fix: write the"):
        run("rotate", "mac")


def test_a_lost_key_file_is_named(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEPRESS_KEYS", str(tmp_path / "lost.json"))
    for arguments in (["list"], ["rotate", "mac"], ["retire", "mac", "x"], ["renew"]):
        with pytest.raises(SetupError, match=r"key file .*lost\.json"):
            run(*arguments)
    assert not (tmp_path / "lost.json").exists()


def test_everything_at_once_while_records_come_in(house: House) -> None:
    """Rotation, renewal and disposal beside a writer: no record refused, none lost."""
    ledger = house.open()
    receipts, faults, stop = list[Receipt](), list[Exception](), threading.Event()

    def write() -> None:
        try:
            while not stop.is_set():
                number = f"138001380{len(receipts) % 7:02}"
                futures = [ledger.opt_out(opt_out(address=number), new_key())]
                futures += [ledger.choose(choice(subject=f"{number:0>22}"), new_key())]
                receipts.extend(future.result(WAIT).receipt for future in futures)
        except Exception as fault:  # noqa: BLE001 - told below
            faults.append(fault)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for kind in ("mac", "wrap", "log", "mac"):
            rotate(house, kind)
            reload(house, ledger)
            house.renew()
            for _ in ledger.retain(parse_periods("cookies=P1D")):
                pytest.fail("nothing is so old")
    finally:
        stop.set()
        thread.join()
    assert faults == []
    house.renew()
    assert house.renew() == Renewed()
    assert len(list(ledger.suppression_list())) == 7
    for receipt in receipts[:: len(receipts) // 20 + 1]:
        assert ledger.receipt(receipt.id) == receipt
        verify_receipt(receipt.to_json())
    ledger.close()
    assert house.audit().findings == []
    assert house.audit().records == len(receipts)
