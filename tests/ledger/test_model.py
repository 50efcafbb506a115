"""The ledger against a model of it: whatever comes in whatever order, nothing is lost or forged."""

import json
import tempfile
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
)
from ledger_samples import House, choice, new_key, opt_out

from clausepress.ledger import (
    Answer,
    IdempotencyMismatch,
    Inbound,
    Keys,
    Receipt,
    verify_receipt,
)
from clausepress.ledger.checkpoint import Checkpoint
from clausepress.ledger.keyfile import KeyKind, add, drop, edited, use
from clausepress.ledger.published import PublishedLog
from clausepress.ledger.renewal import Renewed
from clausepress.ledger.tiles import TileName
from clausepress.note import VerifierKey, open_note

WAIT = 20
SUBJECTS = ["l" * 22, "h" * 22, "w" * 22]
NUMBERS = ["+8613800138000", "+8613900139000"]
STOPPING = ["TDjdcloud", "退订"]
people = st.one_of(
    st.tuples(st.just("subject"), st.sampled_from(SUBJECTS)),
    st.tuples(st.just("sms"), st.sampled_from(NUMBERS)),
)
sayings = st.one_of(
    st.tuples(st.just("subject"), st.sampled_from(SUBJECTS), st.sampled_from(["甲", "乙"])),
    st.tuples(
        st.just("sms"), st.sampled_from(NUMBERS), st.sampled_from(["form", "您好", *STOPPING])
    ),
)
Said = tuple[str, str, str]
"""Who said what: means, name, and words ("form" is an opt-out on the page)."""


def position(receipt: Receipt) -> int:
    """The record's place in the log, once the receipt is found to be sound."""
    return verify_receipt(receipt.to_json()).position


class LedgerMachine(RuleBasedStateMachine):
    """Choices, opt-outs, replies, repetitions, erasures, restarts and changes of keys."""

    said = Bundle("said")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name)
        self.house = House(path, f"sqlite:///{path}/ledger.db")
        self.ledger = self.house.open()
        self.key = VerifierKey.parse(self.ledger.verifier_key)
        self.receipts: list[Receipt] = []
        self.of: dict[tuple[str, str], list[str]] = {}
        """Ids of the records of each person that is not erased."""
        self.stopped: set[str] = set()
        self.seen = [self.newest()]

    def newest(self) -> Checkpoint:
        return self.log().newest()[1]

    def log(self) -> PublishedLog:
        def fetch(path: str) -> bytes | None:
            name = TileName.parse(path)
            return self.ledger.tile(name) if name else self.ledger.checkpoint().encode()

        return PublishedLog(fetch, self.key)

    def submit(self, key: str, said: Said) -> Future[Answer]:
        means, name, words = said
        if means == "subject":
            return self.ledger.choose(choice(subject=name, label=words), key)
        if words == "form":
            return self.ledger.opt_out(opt_out(address=name), key)
        return self.ledger.receive(Inbound("generic", key, name, words, "{}", None))

    def made(self, said: Said, answer: Answer) -> None:
        """A new record stands at the end of the log, and is its person's."""
        assert answer.created
        assert position(answer.receipt) == len(self.receipts)
        self.receipts.append(answer.receipt)
        means, name, words = said
        self.of.setdefault((means, name), []).append(answer.receipt.id)
        if means == "sms" and words in {"form", *STOPPING}:
            self.stopped.add(name)

    @rule(target=said, batch=st.lists(sayings, min_size=1, max_size=12))
    def say(self, batch: list[Said]) -> Any:
        """Several at once, so that some share a transaction."""
        keyed = [(new_key(), each) for each in batch]
        answers = [self.submit(key, each) for key, each in keyed]
        told = [
            (key, each, answer.result(WAIT))
            for (key, each), answer in zip(keyed, answers, strict=True)
        ]
        for _, each, answer in sorted(told, key=lambda one: position(one[2].receipt)):
            self.made(each, answer)
        return multiple(*((key, each, answer.receipt) for key, each, answer in told))

    @rule(said=said)
    def repeat(self, said: tuple[str, Said, Receipt]) -> None:
        key, what, receipt = said
        assert self.submit(key, what).result(WAIT) == Answer(receipt, created=False)

    @rule(said=said)
    def contradict(self, said: tuple[str, Said, Receipt]) -> None:
        key, (means, name, words), _ = said
        if means == "subject":
            with pytest.raises(IdempotencyMismatch):
                self.submit(key, (means, name, words + "丙")).result(WAIT)

    @rule(person=people)
    def erase(self, person: Any) -> None:
        done = self.ledger.erase(*person)
        assert bool(done) == (person in self.of)
        for future in done:
            receipt = future.result(WAIT).receipt
            assert position(receipt) == len(self.receipts)
            self.receipts.append(receipt)
        self.of.pop(person, None)

    @rule()
    def restart(self) -> None:
        self.ledger.close()
        self.ledger = self.house.open()

    @rule(kind=st.sampled_from(["log", "wrap", "mac"]), restart=st.booleans())
    def rotate(self, kind: KeyKind, restart: bool) -> None:
        with edited(self.house.key_file) as edit:
            edit.write(use(add(edit.file, kind), kind))
        self.reload(restart=restart)

    def reload(self, *, restart: bool) -> None:
        self.house.keys = Keys.load(self.house.key_file)
        if restart:
            self.restart()
        else:
            self.ledger.take_keys(self.house.keys)

    @rule()
    def renew(self) -> None:
        """Nothing is left under an older key of what can be opened."""
        self.house.renew()
        assert self.house.renew() == Renewed()

    @rule(kind=st.sampled_from(["log", "wrap"]))
    def retire(self, kind: KeyKind) -> None:
        """The oldest key goes, if nothing needs it; who knew it takes over the next one."""
        with edited(self.house.key_file) as edit:
            oldest = edit.file.of(kind)[0].id
            if len(edit.file.of(kind)) == 1 or not self.house.retire(kind, oldest):
                return
            edit.write(drop(edit.file, kind, oldest))
        told = open_note(self.ledger.key_list(), self.key)
        self.reload(restart=False)
        self.key = VerifierKey.parse(self.ledger.verifier_key)
        assert str(self.key) in told
        self.say([("subject", SUBJECTS[0], "甲")])  # the newest checkpoint is by the newer key

    @rule()
    def look(self) -> None:
        """All signed heads seen so far are beginnings of the newest one."""
        newest = self.newest()
        for older in self.seen:
            self.log().check_extends(older, newest)
        self.seen.append(newest)

    @rule()
    def audit(self) -> None:
        assert self.house.audit().findings == []

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.newest().size == len(self.receipts)
        for number in NUMBERS:
            assert self.ledger.is_suppressed("sms", number) == (number in self.stopped)

    def teardown(self) -> None:
        for receipt in self.receipts:
            assert self.ledger.receipt(receipt.id) == receipt
        for person in [("subject", name) for name in SUBJECTS] + [("sms", n) for n in NUMBERS]:
            shown = self.ledger.export(*person).records  # type: ignore[arg-type]
            assert [each.receipt.id for each in shown] == self.of.get(person, [])
            assert all(person[1] in json.dumps(each.record) for each in shown)
        assert self.house.audit().findings == []
        self.ledger.close()
        self.folder.cleanup()


LedgerMachine.TestCase.settings = settings(max_examples=8, stateful_step_count=20)
TestLedger = LedgerMachine.TestCase
