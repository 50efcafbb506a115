"""The ledger on both stores: receipts, idempotency, suppression, faults."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from ledger_samples import (
    EMAIL,
    EN,
    PHONE,
    House,
    choice,
    new_key,
    opt_out,
    policies,
    write_policies,
)
from sqlalchemy import create_engine, text

from clausepress.ledger import (
    AddressInvalid,
    Answer,
    DigestMismatch,
    IdempotencyMismatch,
    Keys,
    KeysMismatch,
    Ledger,
    SetupError,
    StoreUnavailable,
    verify_receipt,
    writer,
)
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.keys import generate
from clausepress.ledger.merkle import consistency_proof, leaf_hash, nodes_from_tiles
from clausepress.ledger.merkle import verify_consistency as consistent
from clausepress.ledger.store import Turn
from clausepress.note import VerifierKey, open_note

WAIT = 20


def head(ledger: Ledger) -> Checkpoint:
    key = VerifierKey.parse(ledger.verifier_key)
    return Checkpoint.parse(open_note(ledger.checkpoint(), key))


def test_a_receipt_verifies_and_is_found_again(ledger: Ledger) -> None:
    answer = ledger.choose(choice(), new_key()).result(WAIT)
    assert answer.created
    verified = verify_receipt(answer.receipt.to_json(), ledger.verifier_key)
    assert verified.record["decision"] == "refused"
    assert verified.record["purposes"] == {"analytics": False, "marketing": False}
    assert "subject" not in verified.record
    assert ledger.receipt(answer.receipt.id) == answer.receipt
    assert ledger.receipt("NONE") is None
    assert head(ledger).size == 1


def test_a_retry_after_the_text_was_corrected_gives_the_first_receipt(house: House) -> None:
    ledger = house.open()
    key = new_key()
    sends: list[Callable[[str], Future[Answer]]] = [
        lambda name: ledger.choose(choice(), name),
        lambda name: ledger.opt_out(opt_out(), f"{name}-o"),
    ]
    for send in sends:
        first = send(key).result(WAIT)
        corrected = policies()
        for version in corrected["policies"][0]["versions"]:
            version["editions"]["zh"]["text_digest"] = EN
        write_policies(house.path, corrected)
        time.sleep(0.06)  # for 50 ms what was published may still be recorded
        again = send(key).result(WAIT)
        assert (again.receipt.id, again.created) == (first.receipt.id, False)
        with pytest.raises(DigestMismatch):
            send(new_key()).result(WAIT)
        write_policies(house.path)
    ledger.close()


def test_the_same_key_gives_the_same_receipt(house: House) -> None:
    key, ledger = new_key(), house.open()
    first = ledger.choose(choice(), key).result(WAIT)
    for _ in range(3):
        ledger.choose(choice(), new_key()).result(WAIT)
    again = ledger.choose(choice(), key).result(WAIT)
    ledger.close()
    reopened = house.open()
    later = reopened.choose(choice(), key).result(WAIT)
    assert again == later == Answer(first.receipt, created=False)
    assert again.receipt.to_json() == first.receipt.to_json()
    for other in (choice(label="其他"), choice(subject="t" * 22)):
        with pytest.raises(IdempotencyMismatch):
            reopened.choose(other, key).result(WAIT)
    with pytest.raises(IdempotencyMismatch):
        reopened.opt_out(opt_out(), key).result(WAIT)
    assert head(reopened).size == 4
    reopened.close()


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "x" * 20 + "\n", "钥" * 20])
def test_unusable_keys(ledger: Ledger, key: str) -> None:
    with pytest.raises(ValueError, match="16 to 64"):
        ledger.choose(choice(), key)


def test_an_opt_out_suppresses_at_once(ledger: Ledger) -> None:
    assert not ledger.is_suppressed("sms", "+86" + PHONE)
    first = ledger.opt_out(opt_out(), new_key()).result(WAIT)
    assert ledger.is_suppressed("sms", "+86" + PHONE)
    assert ledger.is_suppressed("sms", PHONE)
    assert not ledger.is_suppressed("sms", "+8613800138001")
    assert not ledger.is_suppressed("email", EMAIL)
    again = ledger.opt_out(opt_out(address="+86 138-0013-8000"), new_key()).result(WAIT)
    assert again.created
    ledger.opt_out(opt_out(channel="email", address="Li.Lei@EXAMPLE.com"), new_key()).result(WAIT)
    assert ledger.is_suppressed("email", EMAIL)
    record = first.receipt.fields()
    assert (record["kind"], record["channel"], record["decision"]) == (
        "opt-out",
        "sms",
        "withdrawn",
    )
    assert record["key_id"] == again.receipt.fields()["key_id"]
    with pytest.raises(AddressInvalid):
        ledger.is_suppressed("sms", "1")


def test_one_person_one_key(ledger: Ledger) -> None:
    ids = [
        ledger.choose(choice(subject=who * 22), new_key()).result(WAIT).receipt.fields()["key_id"]
        for who in "aab"
    ]
    assert ids[0] == ids[1] != ids[2]


def test_many_records_over_many_tiles(house: House) -> None:
    ledger = house.open()
    heads = [head(ledger)]
    answers: list[Answer] = []
    for count in (1, 300, 256, 255, 700):
        futures = [ledger.choose(choice(), new_key()) for _ in range(count)]
        answers += [future.result(WAIT) for future in futures]
        heads.append(head(ledger))
    ledger.close()
    reopened = house.open()
    for answer in answers[::37] + answers[-1:]:
        verify_receipt(answer.receipt.to_json(), reopened.verifier_key)
        assert reopened.receipt(answer.receipt.id) == answer.receipt
    reopened.choose(choice(), new_key()).result(WAIT)
    new = head(reopened)
    node = nodes_from_tiles(reopened._reader.tile, new.size)
    for old in heads[1:]:
        proof = consistency_proof(old.size, new.size, node)
        assert consistent(old.size, old.root, new.size, new.root, proof)
    assert [verify_receipt(a.receipt.to_json()).position for a in answers] == list(range(1512))
    reopened.close()


def test_server_time_comes_from_the_clock(house: House) -> None:
    times = iter([1_800_000_000_123, 5, 1_700_000_000_000])
    ledger = house.open(clock=lambda: next(times))
    claimed = choice(claimed_at="2026-11-21T10:00:00+08:00")
    receipts = [ledger.choose(claimed, new_key()).result(WAIT).receipt for _ in range(3)]
    assert [r.fields()["at"] for r in receipts] == [
        "2027-01-15T08:00:00.123Z",
        "1970-01-01T00:00:00.005Z",
        "2023-11-14T22:13:20.000Z",
    ]
    assert receipts[0].fields()["claimed_at"] == "2026-11-21T10:00:00+08:00"
    assert [verify_receipt(r.to_json()).position for r in receipts] == [0, 1, 2]
    ledger.close()


def test_two_writers_share_a_log_without_a_fork(house: House) -> None:
    ledgers = [house.open(), house.open()]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda i: ledgers[i % 2].choose(choice(), new_key()).result(WAIT), range(80))
        )
    places = sorted(verify_receipt(a.receipt.to_json()).position for a in answers)
    assert places == list(range(80))
    assert head(ledgers[0]) == head(ledgers[1])
    assert head(ledgers[0]).size == 80
    for ledger in ledgers:
        ledger.close()


def test_a_key_posted_everywhere_at_once_is_one_record(house: House) -> None:
    ledgers, keys = [house.open(), house.open()], [new_key() for _ in range(10)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(
                lambda i: (i % 10, ledgers[i % 2].choose(choice(), keys[i % 10]).result(WAIT)),
                range(120),
            )
        )
    for k in range(10):
        mine = [answer for which, answer in answers if which == k]
        assert sum(answer.created for answer in mine) == 1
        assert len({answer.receipt.to_json() for answer in mine}) == 1
    assert head(ledgers[0]).size == 10
    for ledger in ledgers:
        ledger.close()


def test_close_stores_what_is_queued(house: House) -> None:
    ledger = house.open()
    futures = [ledger.choose(choice(), new_key()) for _ in range(500)]
    ledger.close()
    assert all(future.result(WAIT).created for future in futures)
    ledger.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        ledger.choose(choice(), new_key())
    reopened = house.open()
    assert head(reopened).size == 500
    reopened.close()


class Held:
    """Holds SQLite's write lock, so that what is submitted meanwhile is one batch."""

    def __init__(self, house: House, ledger: Ledger) -> None:
        self.first: Future[Answer] | None = None
        self.ledger = ledger
        self.path = house.path / "ledger.db"

    def __enter__(self) -> None:
        self.lock = sqlite3.connect(self.path, isolation_level=None)
        self.lock.execute("BEGIN IMMEDIATE")
        self.first = self.ledger.choose(choice(), new_key())
        while not self.first.running():  # taken by the writer, alone in its batch
            threading.Event().wait(0.001)

    def __exit__(self, *_: object) -> None:
        self.lock.execute("ROLLBACK")
        self.lock.close()


def test_one_batch_one_checkpoint_twins_and_mismatches(sqlite_house: House) -> None:
    ledger, key = sqlite_house.open(), new_key()
    with Held(sqlite_house, ledger):
        made = ledger.choose(choice(), key)
        twin = ledger.choose(choice(), key)
        other = ledger.choose(choice(label="其他"), key)
        rest = [ledger.choose(choice(), new_key()) for _ in range(50)]
    assert made.result(WAIT).created
    assert twin.result(WAIT) == Answer(made.result().receipt, created=False)
    with pytest.raises(IdempotencyMismatch):
        other.result(WAIT)
    receipts = [made, *rest]
    sizes = {verify_receipt(f.result(WAIT).receipt.to_json()).checkpoint.size for f in receipts}
    assert sizes == {52}
    ledger.close()


def test_a_request_that_gave_up_is_not_stored(sqlite_house: House) -> None:
    ledger = sqlite_house.open()
    with Held(sqlite_house, ledger):
        given_up = ledger.choose(choice(), new_key())
        kept = ledger.choose(choice(), new_key())
        assert given_up.cancel()
    assert kept.result(WAIT).created
    assert head(ledger).size == 2
    ledger.close()


def test_a_bad_row_fails_alone(sqlite_house: House) -> None:
    ledger = sqlite_house.open()
    ledger.choose(choice(subject="b" * 22), new_key()).result(WAIT)
    with sqlite3.connect(sqlite_house.path / "ledger.db") as connection:
        connection.execute("UPDATE subject_key SET wrapped = zeroblob(60)")
    with Held(sqlite_house, ledger):
        good = [ledger.choose(choice(subject=who * 22), new_key()) for who in "cde"]
        bad = ledger.choose(choice(subject="b" * 22), new_key())
    assert all(future.result(WAIT).created for future in good)
    with pytest.raises(StoreUnavailable):
        bad.result(WAIT)
    for future in good:
        verify_receipt(future.result().receipt.to_json())
    assert head(ledger).size == 5
    ledger.close()


def test_no_personal_data_in_the_store_or_the_log(
    house: House, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    subject = "Subject_of_this_test_42"
    ledger = house.open()
    key = new_key()
    ledger.opt_out(opt_out(), key).result(WAIT)
    ledger.opt_out(opt_out(channel="email", address=EMAIL), new_key()).result(WAIT)
    ledger.choose(choice(subject=subject), new_key()).result(WAIT)
    with pytest.raises(IdempotencyMismatch):
        ledger.opt_out(opt_out(address="13900139000"), key).result(WAIT)
    ledger.close()
    if house.url.startswith("sqlite"):
        stored = b"".join(p.read_bytes() for p in tmp_path.glob("ledger.db*"))
    else:
        stored = b""
        engine = create_engine(house.url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.connect() as connection:
            for table in ("record", "subject_key", "suppression", "checkpoint"):
                for row in connection.execute(text(f"SELECT * FROM {table}")):
                    stored += b"|".join(
                        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode()
                        for v in row
                    )
        engine.dispose()
    assert b"opt-out" in stored
    for secret in (PHONE, "138 0013 8000", "13900139000", EMAIL, "example.com", subject):
        assert secret.encode() not in stored
        assert secret not in caplog.text


def test_other_keys_are_refused(house: House) -> None:
    house.open().close()
    house.keys = Keys.parse(generate())
    with pytest.raises(KeysMismatch, match="signed with another key"):
        house.open()
    with pytest.raises(SetupError, match="origin is not usable"):
        house.open(origin="has space")


def test_each_key_in_use_is_checked(house: House) -> None:
    house.open().close()
    right, other = json.loads((house.path / "keys.json").read_bytes()), json.loads(generate())
    two = json.loads(rotated(json.dumps(right)))
    same_id = [{"id": right["mac"][0]["id"], "key": other["mac"][0]["key"]}]
    for changes, message in (
        ({"wrap": other["wrap"]}, "another wrapping key"),
        ({"mac": other["mac"]}, "another HMAC key"),
        ({"mac": same_id}, "another HMAC key"),
    ):
        house.keys = Keys.parse(json.dumps(right | changes))
        with pytest.raises(KeysMismatch, match=f"{message}.*use the key file it was made with"):
            house.open()
    for file in (right, two):  # what was refused left nothing behind; a new key may be added
        house.keys = Keys.parse(json.dumps(file))
        house.open().close()
    house.keys = Keys.parse(json.dumps(right))  # and not be taken away again
    with pytest.raises(KeysMismatch, match="'newer'"):
        house.open()


def test_a_lost_key_file_is_not_replaced(house: House) -> None:
    path = house.path / "keys.json"
    assert not path.exists()
    house.open().close()
    kept = path.read_bytes()
    path.unlink()
    house.keys = Keys.load(path)
    with pytest.raises(KeysMismatch, match=r"keys\.json is missing.*from its backup"):
        house.open()
    assert not path.exists()
    path.write_bytes(kept)
    path.chmod(0o600)
    house.open().close()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("DELETE FROM tree_head", "records and no head"),
        ("UPDATE tree_head SET size = 299", "the newest checkpoint 300"),
        ("DELETE FROM checkpoint WHERE size = 300", "the newest checkpoint"),
        ("DELETE FROM record WHERE idx = 299", "last one is 299"),
        ("DELETE FROM record WHERE idx = 280", "tile 0/1 are missing"),
        ("DELETE FROM tile", "tile 1/0 are missing"),
        ("UPDATE tile SET root = x'00'", "tile 1/0 are missing"),
        ("UPDATE checkpoint SET note = 'x'", "not readable"),
        ("UPDATE tree_head SET root = (SELECT leaf_hash FROM record WHERE idx = 0)", "of the head"),
        ("UPDATE tile SET root = (SELECT leaf_hash FROM record WHERE idx = 0)", "not extend|match"),
    ],
)
def test_a_log_with_a_part_missing_asks_for_a_backup(
    sqlite_house: House, damage: str, message: str
) -> None:
    ledger = sqlite_house.open()
    for future in [ledger.choose(choice(), new_key()) for _ in range(299)]:
        future.result(WAIT)
    ledger.choose(choice(), new_key()).result(WAIT)
    ledger.close()
    with closing(sqlite3.connect(sqlite_house.path / "ledger.db")) as connection, connection:
        for table in ("record", "checkpoint", "tile"):
            connection.execute(f"DROP TRIGGER {table}_no_update")
            connection.execute(f"DROP TRIGGER {table}_no_delete")
        connection.execute(damage)
    with pytest.raises(SetupError, match=f"({message}).*restore a backup"):
        sqlite_house.open()


def test_a_log_that_was_rewritten_is_not_opened(sqlite_house: House) -> None:
    """Head and records agree, yet an earlier checkpoint was signed over other records."""
    ledger = sqlite_house.open()
    for _ in range(3):
        ledger.choose(choice(), new_key()).result(WAIT)
    ledger.close()
    keys = Keys.load(sqlite_house.path / "keys.json")
    other = Checkpoint("clausepress/log", 2, leaf_hash(b"other"))
    note = keys.signer("clausepress/log").sign(str(other))
    with closing(sqlite3.connect(sqlite_house.path / "ledger.db")) as connection, connection:
        connection.execute("DROP TRIGGER checkpoint_no_update")
        connection.execute("UPDATE checkpoint SET note = ? WHERE size = 2", (note,))
    with pytest.raises(SetupError, match=r"does not extend.*restore a backup"):
        sqlite_house.open()


def test_an_altered_entry_gives_no_receipt(sqlite_house: House) -> None:
    ledger = sqlite_house.open()
    answers = [ledger.choose(choice(), new_key()).result(WAIT) for _ in range(2)]
    with closing(sqlite3.connect(sqlite_house.path / "ledger.db")) as connection, connection:
        connection.execute("DROP TRIGGER record_no_update")
        connection.execute(
            "UPDATE record SET entry = CAST(replace(entry, 'refused', 'given') AS BLOB)"
            " WHERE idx = 0"
        )
    with pytest.raises(StoreUnavailable, match="altered"):
        ledger.receipt(answers[0].receipt.id)
    assert ledger.receipt(answers[1].receipt.id) == answers[1].receipt
    ledger.close()


def test_a_queue_too_long_is_refused(sqlite_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_MAX_QUEUE", 3)
    ledger = sqlite_house.open()
    with Held(sqlite_house, ledger):
        queued = [ledger.choose(choice(), new_key()) for _ in range(3)]
        with pytest.raises(StoreUnavailable, match="too far behind"):
            ledger.choose(choice(), new_key())
    assert all(future.result(WAIT).created for future in queued)
    assert ledger.choose(choice(), new_key()).result(WAIT).created
    ledger.close()


def test_created_is_true_after_a_lost_commit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store commits and its answer is lost: the request did make the record, and only one."""
    ledger = house.open()
    port, key = ledger._writer._port, new_key()
    turn = port.turn

    @contextmanager
    def lose() -> Iterator[Turn]:
        with turn() as given:
            yield given
        monkeypatch.undo()
        raise StoreUnavailable("the answer to COMMIT is lost")

    monkeypatch.setattr(port, "turn", lose)
    first = ledger.choose(choice(), key).result(WAIT)
    assert first.created
    assert not ledger.choose(choice(), key).result(WAIT).created
    assert head(ledger).size == 1
    ledger.close()


def test_a_damaged_log_is_not_opened(sqlite_house: House) -> None:
    ledger = sqlite_house.open()
    ledger.choose(choice(), new_key()).result(WAIT)
    ledger.close()
    with sqlite3.connect(sqlite_house.path / "ledger.db") as connection:
        connection.execute("DROP TRIGGER record_no_update")
        connection.execute("UPDATE record SET leaf_hash = ?", (leaf_hash(b"forged"),))
    with pytest.raises(SetupError, match="do not match the head"):
        sqlite_house.open()


def test_suppression_and_people_outlive_a_change_of_hash_keys(house: House) -> None:
    ledger = house.open()
    key = new_key()
    first = ledger.opt_out(opt_out(), key).result(WAIT)
    ledger.close()
    text_now = (house.path / "keys.json").read_text()
    house.keys = Keys.parse(rotated(text_now))
    newer = house.open()
    assert newer.is_suppressed("sms", PHONE)
    assert newer.opt_out(opt_out(), key).result(WAIT) == Answer(first.receipt, created=False)
    second = newer.opt_out(opt_out(), new_key()).result(WAIT)
    assert second.receipt.fields()["key_id"] == first.receipt.fields()["key_id"]
    newer.close()


def rotated(key_file: str) -> str:
    """The key file with one more HMAC key."""
    file = json.loads(key_file)
    file["mac"].append({"id": "newer", "key": file["wrap"][0]["key"]})
    return json.dumps(file)
