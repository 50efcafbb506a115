"""Whatever order messages come in, however often, and whatever the clock says: the same end."""

import itertools
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import House, choice, new_key
from load import extended

from clausepress.ledger import Inbound, Ledger, verify_receipt

EXAMPLES = int(os.environ.get("FAULT_EXAMPLES", "10"))
WAIT = 20
NOW_MS = int(datetime(2026, 3, 4, 12, 0, tzinfo=UTC).timestamp() * 1000)
DAY_MS = 86_400_000
NUMBERS = ["+8613800138000", "+8613900139000"]
SUBJECTS = ["l" * 22, "h" * 22]
TEXTS = ["TDjdcloud", "退订", "不要再发了", "不要退订", "您好"]

replies = st.builds(
    lambda number, text, minute: ("reply", number, text, minute),
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS),
    st.integers(0, 5),
)
choices = st.builds(
    lambda subject, allowed, number: ("choice", subject, allowed, number),
    st.sampled_from(SUBJECTS),
    st.booleans(),
    st.integers(0, 3),
)
Message = tuple[str, str, Any, int]


class Sender:
    """Gives messages to a ledger; each browser keeps the order of its own first tries."""

    def __init__(self, ledger: Ledger, messages: list[Message]) -> None:
        self._ledger = ledger
        self._queues = {
            subject: [m for m in messages if m[:2] == ("choice", subject)] for subject in SUBJECTS
        }

    def deliver(self, message: Message) -> None:
        kind, name, said, number = message
        if kind == "reply":
            at_ms = NOW_MS - number * 60_000
            reply = Inbound("generic", f"m-{number}", name, said, "{}", at_ms)
            self._ledger.receive(reply).result(WAIT)
            return
        while message in self._queues[name]:
            self._choose(self._queues[name].pop(0))
        self._choose(message)

    def _choose(self, message: Message) -> None:
        _, subject, allowed, number = message
        decided = choice(
            subject=subject,
            decision="given" if allowed else "refused",
            purposes={"analytics": allowed, "marketing": False},
        )
        self._ledger.choose(decided, f"{subject}-{allowed}-{number}").result(WAIT)


def end(house: House, ledger: Ledger, origin: str) -> Any:
    """All that is decided in the end, without when it arrived."""
    decided = [
        (standing.matter, standing.purpose, standing.decision, standing.version)
        for subject in SUBJECTS
        for standing in ledger.state("subject", subject).standings
    ]
    stopped = [ledger.state("sms", number).stopped_at for number in NUMBERS]
    to_review = sorted((r.address, r.text, r.event_at) for r in ledger.reviews())
    to_confirm = sorted(r.address for r in ledger.confirmations())
    with closing(sqlite3.connect(house.path / "ledger.db")) as connection:
        kept = [
            connection.execute(query, (origin,)).fetchall()
            for query in (
                "SELECT channel, mac, reason, at_ms FROM suppression WHERE log_id = ? ORDER BY mac",
                "SELECT kind, count(*) FROM record WHERE log_id = ? GROUP BY kind ORDER BY kind",
            )
        ]
    return decided, stopped, to_review, to_confirm, kept


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One database for many logs."""
    path = tmp_path_factory.mktemp("order")
    return House(path, f"sqlite:///{path}/ledger.db")


counter = itertools.count()


@settings(max_examples=EXAMPLES)
@given(st.lists(replies | choices, min_size=1, max_size=8, unique=True), st.data())
def test_shuffled_and_repeated_messages(
    shared: House, messages: list[Message], data: st.DataObject
) -> None:
    repeated = data.draw(st.lists(st.sampled_from(messages), max_size=6))
    shuffled = data.draw(st.permutations(messages + repeated))
    ends = []
    for delivered in (messages, shuffled):
        origin = f"order/{next(counter)}"
        ledger = shared.open(clock=lambda: NOW_MS, origin=origin)
        sender = Sender(ledger, messages)
        for message in delivered:
            sender.deliver(message)
        ends.append(end(shared, ledger, origin))
        ledger.close()
    assert ends[0] == ends[1]


@settings(max_examples=(EXAMPLES + 1) // 2)  # each makes a database of its own
@given(jumps=st.lists(st.sampled_from([-DAY_MS, -1, 0, 1, DAY_MS]), min_size=2, max_size=12))
def test_a_clock_that_jumps_a_day(
    jumps: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The log's own order counts; a message sent when the clock was right counts once."""
    path = tmp_path_factory.mktemp("clock")
    house = House(path, f"sqlite:///{path}/ledger.db")
    now = [NOW_MS]
    ledger = house.open(clock=lambda: now[0])
    answers, keys = [], []
    for number, jump in enumerate(jumps):
        now[0] = NOW_MS + jump
        allowed = number % 2 == 0
        decided = choice(
            decision="given" if allowed else "refused",
            purposes={"analytics": allowed, "marketing": False},
        )
        keys.append((new_key(), decided))
        answers.append(ledger.choose(decided, keys[-1][0]).result(WAIT))
        reply = Inbound("generic", "m-1", NUMBERS[0], "退订", "{}", NOW_MS)
        assert ledger.receive(reply).result(WAIT).created is (number == 0)
    places = [verify_receipt(answer.receipt.to_json()).position for answer in answers]
    assert places == [0, *range(2, len(jumps) + 1)]
    for (key, decided), answer in zip(keys, answers, strict=True):
        assert ledger.choose(decided, key).result(WAIT).receipt == answer.receipt
    standing = {s.purpose: s for s in ledger.state("subject", "s" * 22).standings}["analytics"]
    assert standing.receipt == answers[-1].receipt.id
    assert ledger.is_suppressed("sms", NUMBERS[0])
    extended(ledger, [answer.receipt.proof for answer in answers])
    ledger.close()
    assert house.audit().findings == []
