"""Several writers of one log: whatever two of them prepare at once, it ends as if in turn.

Both have sealed their batches before either gets the head, which the test holds until then; so
whichever goes first, the other has to catch up.
"""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from ledger_samples import EN, PHONE, House, choice, new_key, opt_out, policies, write_policies
from sqlalchemy import create_engine, text

from clausepress.ledger import (
    Answer,
    Catalog,
    IdempotencyMismatch,
    Ledger,
    StoreUnavailable,
    postgres,
    sqlite,
    verify_receipt,
)
from clausepress.ledger.engines import connect
from clausepress.ledger.ledger import DEFAULT_ORIGIN, system_clock
from clausepress.ledger.store import MOST_LEAVES, AppendPort, Batch, Turn

WAIT = 30
SEAL_SECONDS = 0.3
"""Enough to seal a record and to ask for the head; with less the test is easier, not wrong."""


@contextmanager
def opened_port(url: str) -> Iterator[AppendPort]:
    port, engine = connect(url, DEFAULT_ORIGIN)
    port.reopen()
    yield port
    port.close()
    engine.dispose()


@contextmanager
def held(house: House) -> Iterator[Turn]:
    """Nobody else gets the head."""
    with opened_port(house.url) as port, port.turn() as turn:
        yield turn


@pytest.fixture
def two(house: House) -> Iterator[tuple[Ledger, Ledger]]:
    """The same log, opened twice."""
    with closing(house.open()) as one, closing(house.open()) as other:
        yield one, other


def sealed(*futures: Future[Answer]) -> None:
    """Wait until these are taken and sealed, and wait for the head."""
    end = time.monotonic() + WAIT
    while not all(future.running() for future in futures):
        assert time.monotonic() < end
        time.sleep(0.001)
    time.sleep(SEAL_SECONDS)


def place(answer: Answer) -> int:
    return verify_receipt(answer.receipt.to_json()).position


def key_id(answer: Answer) -> object:
    return answer.receipt.fields()["key_id"]


def test_the_same_request_at_two_writers_is_one_record(
    house: House, two: tuple[Ledger, Ledger]
) -> None:
    key = new_key()
    with held(house):
        futures = [ledger.choose(choice(), key) for ledger in two]
        sealed(*futures)
    answers = [future.result(WAIT) for future in futures]
    assert sorted(answer.created for answer in answers) == [False, True]
    assert answers[0].receipt.to_json() == answers[1].receipt.to_json()
    assert house.audit().records == 1


def test_of_two_opposite_choices_under_one_key_one_is_refused(
    house: House, two: tuple[Ledger, Ledger]
) -> None:
    key, yes = new_key(), {"decision": "given", "purposes": {"analytics": True, "marketing": True}}
    with held(house):
        futures = [two[0].choose(choice(), key), two[1].choose(choice(**yes), key)]
        others = [ledger.choose(choice(), new_key()) for ledger in two]
        sealed(*futures)
    faults = [future.exception(WAIT) for future in futures]
    assert sorted(type(fault) for fault in faults if fault) == [IdempotencyMismatch]
    assert all(other.result(WAIT).created for other in others)
    assert house.audit().records == 3


def test_a_person_new_to_two_writers_gets_one_key(house: House, two: tuple[Ledger, Ledger]) -> None:
    with held(house):
        futures = [ledger.choose(choice(), new_key()) for ledger in two]
        sealed(*futures)
    one, other = (future.result(WAIT) for future in futures)
    assert key_id(one) == key_id(other)
    assert {place(one), place(other)} == {0, 1}
    assert len(two[0].history("subject", "s" * 22).records) == 2
    assert house.audit().findings == []


def test_what_others_wrote_costs_no_second_sealing(house: House) -> None:
    """Of other people and other requests, it only moves the records to a later place."""
    sealings = []

    def clock() -> int:
        sealings.append(1)
        return system_clock()

    with ExitStack() as opened:
        two = [opened.enter_context(closing(house.open(clock=clock))) for _ in range(2)]
        with held(house):
            futures = [
                ledger.choose(choice(subject=who * 22), new_key())
                for ledger, who in zip(two, "ab", strict=True)
            ]
            sealed(*futures)
        assert {place(future.result(WAIT)) for future in futures} == {0, 1}
    assert len(sealings) == 2
    assert house.audit().findings == []


def test_nothing_is_sealed_under_a_key_that_another_writer_erased(
    house: House, two: tuple[Ledger, Ledger]
) -> None:
    first = two[0].choose(choice(), new_key()).result(WAIT)
    with held(house):
        [erasure] = two[0].erase("subject", "s" * 22)
        sealed(erasure)  # on PostgreSQL it is the first in the queue
        later = two[1].choose(choice(), new_key())
        sealed(later)
    erased, said = erasure.result(WAIT), later.result(WAIT)
    assert (key_id(said) == key_id(first)) == (place(said) < place(erased))
    if house.url.startswith("postgresql"):
        assert place(erased) < place(said)
    assert len(two[0].history("subject", "s" * 22).records) == (place(erased) < place(said))
    assert house.audit().findings == []


def test_an_opt_out_at_one_is_in_force_at_the_other(two: tuple[Ledger, Ledger]) -> None:
    for number, (here, there) in enumerate([two, two[::-1]] * 3):
        address = f"+861380013800{number}"
        assert not there.is_suppressed("sms", address)
        here.opt_out(opt_out(address=address), new_key()).result(WAIT)
        assert there.is_suppressed("sms", address)
    assert not two[0].is_suppressed("sms", PHONE[:-1] + "9")


def test_what_one_recorded_the_other_repeats_though_the_text_has_changed(house: House) -> None:
    key = new_key()
    with closing(house.open()) as one:
        house.catalog = Catalog(house.path / "policies.json")
        with closing(house.open()) as other:
            made = one.choose(choice(), key).result(WAIT)
            corrected = policies()
            for version in corrected["policies"][0]["versions"]:
                version["editions"]["zh"]["text_digest"] = EN
            write_policies(house.path, corrected)
            again = other.choose(choice(), key).result(WAIT)
    assert again == Answer(made.receipt, created=False)


@pytest.mark.parametrize("behind", [1, 300, MOST_LEAVES + 1])
def test_a_writer_catches_up_with_what_others_wrote(
    house: House, two: tuple[Ledger, Ledger], behind: int
) -> None:
    for future in [two[0].choose(choice(), new_key()) for _ in range(behind)]:
        future.result(WAIT)
    answers = [two[i % 2].choose(choice(), new_key()).result(WAIT) for i in range(1, 5)]
    assert [place(answer) for answer in answers] == [*range(behind, behind + 4)]
    assert [two[1].receipt(answer.receipt.id) for answer in answers] == [
        answer.receipt for answer in answers
    ]
    assert house.audit()[:1] == (behind + 4,)
    assert house.audit().findings == []


def test_a_leaf_that_does_not_lead_to_the_head_is_refused(
    house: House, two: tuple[Ledger, Ledger]
) -> None:
    """Whoever did not see the record stored trusts the stored leaf no more than the head does."""
    two[0].choose(choice(), new_key()).result(WAIT)
    engine = create_engine(house.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER record_no_update"))
        else:
            connection.execute(text("DROP TRIGGER record_append_only ON record"))
        forged = {"leaf": os.urandom(32)}
        connection.execute(text("UPDATE record SET leaf_hash = :leaf WHERE idx = 0"), forged)
    engine.dispose()
    with pytest.raises(StoreUnavailable, match=r"do not match the head.*restore a backup"):
        two[1].choose(choice(), new_key()).result(WAIT)
    assert two[0].size() == 1


def test_a_log_put_back_to_an_earlier_state_goes_on_from_there(sqlite_house: House) -> None:
    """As after a fail-over to a copy that lacked the last records: no fork, no end of service."""
    with closing(sqlite_house.open()) as ledger:
        kept = ledger.choose(choice(), new_key()).result(WAIT)
        lost = ledger.choose(choice(), new_key()).result(WAIT)
        engine = create_engine(sqlite_house.url)
        with engine.begin() as connection:
            for change in (
                "DROP TRIGGER record_no_delete",
                "DROP TRIGGER checkpoint_no_delete",
                "DELETE FROM record WHERE idx = 1",
                "DELETE FROM checkpoint WHERE size = 2",
                "UPDATE tree_head SET (size, root) = (SELECT 1, leaf_hash FROM record LIMIT 1)",
            ):
                connection.execute(text(change))
        engine.dispose()
        again = ledger.choose(choice(), new_key()).result(WAIT)
        assert (place(kept), place(lost), place(again)) == (0, 1, 1)
    assert sqlite_house.audit().findings == []


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the head gives up soon; who holds it may do so for long."""
    monkeypatch.setattr(sqlite, "_BUSY_SECONDS", 0.2)
    monkeypatch.setattr(postgres, "_SESSION", "-c statement_timeout=200ms")


@pytest.mark.usefixtures("impatient")
def test_who_waits_too_long_is_told_and_nothing_is_stored(house: House) -> None:
    key = new_key()
    with closing(house.open()) as ledger:
        with held(house), pytest.raises(StoreUnavailable):
            ledger.choose(choice(), key).result(WAIT)
        assert ledger.choose(choice(), key).result(WAIT).created
        assert ledger.size() == 1


def test_who_stands_still_with_the_head_loses_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, postgres_url: str
) -> None:
    monkeypatch.setattr(postgres, "_SESSION", postgres._SESSION.replace("=3s", "=1s"))
    house = House(tmp_path, postgres_url)
    with closing(house.open()) as ledger, ExitStack() as still:
        turn = still.enter_context(held(house))
        assert ledger.choose(choice(), new_key()).result(WAIT).created
        with pytest.raises(StoreUnavailable):
            turn.append(Batch(turn.head, turn.head, "note", [], [], [], [], [], [], [], []))
    assert house.audit().records == 1


def _hold(url: str, told: Connection) -> None:
    with opened_port(url) as port, port.turn():
        told.send("held")
        time.sleep(WAIT)


def test_the_head_is_free_once_its_holder_is_killed(house: House) -> None:
    with closing(house.open()) as ledger:
        processes = get_context("spawn")
        here, there = processes.Pipe()
        holder = processes.Process(target=_hold, args=(house.url, there))
        holder.start()
        assert here.recv() == "held"
        waiting = ledger.choose(choice(), new_key())
        sealed(waiting)
        assert waiting.running()
        os.kill(holder.pid or 0, signal.SIGKILL)
        assert waiting.result(WAIT).created
        holder.join()
    assert house.audit().records == 1
