"""Replies in the ledger, on both stores: once, by event time, sealed, in any order."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_samples import PHONE, House, new_key, opt_out
from sqlalchemy import text

from clausepress.ledger import AddressInvalid, Inbound, Ledger
from clausepress.ledger.address import sender
from clausepress.ledger.records import Reply, event_ms
from clausepress.ledger.replies import identity, read

NOW_MS = 1_772_625_600_000
HOUR = 3_600_000


def inbound(**changes: Any) -> Inbound:
    """A message that stops promotion, with changes."""
    return Inbound("generic", "m-1", PHONE, "TDjdcloud", "{}", NOW_MS - HOUR)._replace(**changes)


def suppressions(ledger: Ledger) -> list[tuple[int, str]]:
    with ledger._engine.connect() as connection:
        rows = connection.execute(text("SELECT at_ms, record_id FROM suppression"))
        return [(at_ms, record_id) for at_ms, record_id in rows]


def test_one_batch_with_the_same_number_again_and_again(house: House) -> None:
    ledger = house.open(clock=lambda: NOW_MS)
    sent = [NOW_MS - n * HOUR for n in (3, 1, 2, 5)]
    futures = [
        ledger.receive(inbound(key=str(at), sent_ms=at)) for at in sent
    ]  # queued while the first commits: one batch
    answers = [future.result() for future in futures]
    assert all(answer.created for answer in answers)
    assert suppressions(ledger) == [(NOW_MS - HOUR, answers[0].receipt.id)]
    later = ledger.receive(inbound(key="later", sent_ms=NOW_MS)).result()
    assert suppressions(ledger) == [(NOW_MS, answers[0].receipt.id)]
    assert later.created
    ledger.close()


def test_a_message_again_is_the_same_receipt(ledger: Ledger) -> None:
    first = ledger.receive(inbound()).result()
    again = ledger.receive(inbound(raw="another batch", sent_ms=NOW_MS)).result()
    assert (first.created, again.created) == (True, False)
    assert first.receipt == again.receipt
    for changes in ({"key": "m-2"}, {"text": "TD"}, {"gateway": "x"}, {"sender": "13800138001"}):
        assert ledger.receive(inbound(**changes)).result().created


def test_the_brand_keyword_is_that_of_the_policies(ledger: Ledger) -> None:
    ours = ledger.receive(inbound()).result().receipt.fields()
    other = ledger.receive(inbound(text="TDother", sender="13800138001")).result().receipt.fields()
    assert (ours["kind"], ours["verdict"]) == ("opt-out", "opt-out-brand")
    assert (other["kind"], other["verdict"]) == ("reply", "other-brand")
    assert "decision" not in other
    assert ledger.is_suppressed("sms", PHONE)
    assert not ledger.is_suppressed("sms", "13800138001")


def test_what_is_sealed_opens_only_for_the_operator(ledger: Ledger) -> None:
    answer = ledger.receive(inbound(text="我不想再收到 secret-words")).result()
    assert "secret-words" not in answer.receipt.entry
    assert PHONE not in json.dumps(answer.receipt.fields())
    (review,) = ledger.reviews()
    assert (review.text, review.address) == ("我不想再收到 secret-words", f"+86{PHONE}")
    assert review.id == answer.receipt.id


def test_a_page_of_reviews_is_not_the_end(ledger: Ledger) -> None:
    futures = [ledger.receive(inbound(key=str(n), text="你好")) for n in range(1100)]
    assert all(future.result().created for future in futures)
    assert [review.position for review in ledger.reviews()] == list(range(1100))
    assert [review.position for review in ledger.reviews(1099)] == [1099]


def test_an_opt_out_on_a_page_goes_before(ledger: Ledger) -> None:
    ledger.opt_out(opt_out(), new_key()).result()
    ledger.receive(inbound()).result()
    assert list(ledger.confirmations()) == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("13800138000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("+8613800138000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+14155552671", "+14155552671"),
        ("11900138000", "+8611900138000"),  # of no range known yet, and still in use
    ],
)
def test_senders(number: str, expected: str) -> None:
    assert sender(number) == expected


@pytest.mark.parametrize("number", ["", "12", "10086", "10086x", "VM-EXAMPLE", "+", "1" * 40])
def test_no_senders(number: str) -> None:
    with pytest.raises(AddressInvalid):
        sender(number)
    reply = read(inbound(sender=number), ["TDjdcloud"])
    assert (reply.verdict, reply.suppresses, reply.to_review) == ("unreadable", False, True)


def test_the_unreadable_are_told_apart_by_what_came() -> None:
    one, two = (inbound(sender="", raw=raw) for raw in ("1", "2"))
    assert identity(one, read(one, [])) != identity(two, read(two, []))


@given(st.none() | st.integers(-(2**70), 2**70), st.integers(0, 2**45))
@settings(max_examples=200)
def test_an_event_is_never_to_come(sent: int | None, at: int) -> None:
    reply: Reply = read(inbound(sent_ms=sent), [])
    event = event_ms(reply, at)
    assert at - 31 * 24 * HOUR <= event <= at
    assert event in {sent, at}
