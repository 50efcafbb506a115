"""Choices made in a browser under an account that the host vouches for."""

import json
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from itertools import cycle, product
from typing import Any

import msgspec
import pytest
from account_samples import (
    AGREED,
    BOTH,
    CONSENT,
    ENDED,
    HAN,
    HOST,
    LI,
    NOON,
    SOON,
    TERMS,
    WAIT,
    WHOLE,
    choose,
    live,
    opened,
    records,
    say,
    signed,
    willing,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ledger_samples import House, choice, new_key
from sqlalchemy import Connection, text

from clausepress.ledger import Keys, Ledger, SetupError, lookups
from clausepress.ledger.consent_log import consents_of_log
from clausepress.ledger.consent_remaking import remake_consents
from clausepress.ledger.engines import connect_existing
from clausepress.ledger.keys import generate
from clausepress.ledger.ledger import DEFAULT_ORIGIN
from clausepress.ledger.records import Disposal, canonical
from clausepress.ledger.retention import parse_periods


@pytest.fixture
def ledger(house: House) -> Iterator[Ledger]:
    """A ledger that knows the host's key."""
    made = opened(house)
    yield made
    made.close()


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Connection]]:
    """A ledger with one HMAC key, and its database."""
    path = tmp_path_factory.mktemp("settled")
    house = House(path, f"sqlite:///{path}/ledger.db")
    with closing(opened(house)) as made:
        engine = connect_existing(house.url)
        with engine.connect() as connection:
            yield made, connection
        engine.dispose()


@pytest.fixture(scope="module")
def rotating(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Ledger]]:
    """One log opened twice, amid a change of HMAC keys: each writes with another of the two."""
    path = tmp_path_factory.mktemp("rotating")
    house = House(path, f"sqlite:///{path}/ledger.db")
    file = json.loads(generate())
    newer = {"id": "newer", "key": json.loads(generate())["mac"][0]["key"]}
    house.keys = Keys.parse(json.dumps(file | {"mac": [*file["mac"], newer | {"waiting": True}]}))
    with closing(opened(house)) as first:
        house.keys = Keys.parse(json.dumps(file | {"mac": [*file["mac"], newer]}))
        with closing(opened(house)) as second:
            yield first, second


def test_one_record_two_ways_to_it(house: House, ledger: Ledger) -> None:
    before = say(ledger, LI, purpose="cross-border").receipt.id
    linked = say(ledger, LI, "acc-1").receipt.id
    other = say(ledger, HAN, "acc-1").receipt.id
    shared = say(ledger, LI, "acc-2").receipt.id
    assert records(ledger, "account", "acc-1") == [linked, other]
    assert records(ledger, "account", "acc-2") == [shared]
    assert records(ledger, "subject", LI) == [before, linked, shared]
    assert records(ledger, "subject", HAN) == [other]
    # What one browser said anonymously before is nobody's account's.
    assert len(ledger.state("account", "acc-1").standings) == 1
    assert len(ledger.state("subject", LI).standings) == 2
    assert house.audit().findings == []


def test_a_history_comes_by_pages(ledger: Ledger) -> None:
    futures = [
        ledger.choose(
            choice(subject=LI, **CONSENT, account_token=signed("acc", LI, SOON)), new_key()
        )
        for _ in range(205)
    ]
    made = [each.result(WAIT).receipt.id for each in futures]
    say(ledger, LI)
    start, seen = 0, []
    sizes = []
    while True:
        page = ledger.history("account", "acc", start)
        sizes.append(len(page.records))
        seen += [each.receipt.id for each in page.records]
        if not page.next:
            break
        start = page.next
    assert (sizes, sorted(seen)) == ([100, 100, 5], sorted(made))
    assert ledger.history("subject", HAN).records == []


def test_erasing_an_account_leaves_the_browser_its_noes(house: House, ledger: Ledger) -> None:
    say(ledger, LI)
    linked = say(ledger, LI, "acc-1", **ENDED).receipt
    for done in ledger.erase("account", "acc-1"):
        done.result(WAIT)
    assert records(ledger, "account", "acc-1") == []
    assert linked.id not in records(ledger, "subject", LI)
    assert ledger.state("account", "acc-1").standings == []
    assert live(ledger, "subject", LI) == [False]
    assert ledger.receipt(linked.id) == linked
    assert ledger.erase("account", "acc-1") == []
    assert house.audit().findings == []


def test_erasing_a_browser_leaves_the_account_its_records(house: House, ledger: Ledger) -> None:
    linked = say(ledger, LI, "acc-1").receipt.id
    say(ledger, LI)
    for done in ledger.erase("subject", LI):
        done.result(WAIT)
    assert records(ledger, "subject", LI) == []
    assert records(ledger, "account", "acc-1") == [linked]
    again = say(ledger, LI, "acc-1", **ENDED).receipt.id
    assert records(ledger, "subject", LI) == [again]
    assert house.audit().findings == []


@pytest.mark.parametrize("no", [ENDED, WHOLE, CONSENT | {"decision": "refused"}])
def test_erasing_a_browser_makes_no_yes_of_a_no_said_in_it(
    ledger: Ledger, no: dict[str, Any]
) -> None:
    """Even if the yes was said in another browser, and the account said other things in this."""
    say(ledger, HAN, "acc-1")
    say(ledger, LI, "acc-1", purpose="cross-border")
    say(ledger, LI, **no)
    assert willing(ledger, "acc-1") == ["no-consent"]
    for done in ledger.erase("subject", LI):
        done.result(WAIT)
    assert willing(ledger, "acc-1") == ["no-consent"]
    told = ledger.state("account", "acc-1").standings
    assert [(each.purpose, each.decision, each.live) for each in told] == [
        ("cross-border", "given", False),
        ("marketing", "given", False),
    ]
    say(ledger, HAN, "acc-1")
    assert willing(ledger, "acc-1") == [True]


def test_the_state_before_an_erasure_is_as_it_was(house: House) -> None:
    now = [NOON]
    ledger = house.open(clock=lambda: now[0], accounts=HOST)
    say(ledger, LI, "acc-1")
    now[0] += 60_000
    for done in ledger.erase("subject", LI):
        done.result(WAIT)

    def lives(at_ms: int) -> list[bool]:
        return [each.live for each in ledger.state("account", "acc-1", at_ms).standings]

    assert (lives(NOON), lives(NOON + 60_000)) == ([True], [False])
    ledger.close()


steps = st.lists(
    st.tuples(
        st.sampled_from(["l", "l", "h"]),
        st.sampled_from(["", "acc-1", "acc-1", "acc-2"]),
        st.sampled_from(
            [
                CONSENT,
                CONSENT,
                CONSENT | {"decision": "refused"},
                CONSENT | {"purpose": "personalisation"},
                CONSENT | TERMS,
                ENDED,
                WHOLE,
                BOTH,
                WHOLE | {"kind": "personalisation-off", "decision": "refused"},
                AGREED,
                {},  # an erasure, of the account if there is one
            ]
        ),
    ),
    min_size=2,
    max_size=10,
)


def act(ledgers: tuple[Ledger, ...], steps: list[tuple[str, str, dict[str, Any]]]) -> list[str]:
    """Take steps, by the ledgers in turns, in batches that end at an erasure; gives the accounts.

    They are of other people in each run.
    """
    run, said = new_key()[:10], []
    for (browser, account, fields), ledger in zip(steps, cycle(ledgers), strict=False):
        subject, name = run + browser * 12, account and run + account
        if fields:
            said.append(choose(ledger, subject, name, **fields))
            continue
        for future in said:
            future.result(WAIT)
        said = [*ledger.erase(*(("account", name) if name else ("subject", subject)))]
    for future in said:
        future.result(WAIT)
    return [run + "acc-1", run + "acc-2"]


@settings(max_examples=40)
@example([("h", "acc-1", CONSENT), ("l", "acc-1", AGREED), ("l", "", WHOLE)])
@example([("h", "acc-1", CONSENT), ("l", "", ENDED), ("l", "acc-1", AGREED)])
@example([("l", "acc-1", CONSENT), ("l", "", ENDED), ("l", "", CONSENT)])
@example([("l", "acc-1", CONSENT), ("l", "", ENDED), ("l", "acc-1", AGREED)])
@example([("l", "acc-1", CONSENT), ("h", "acc-1", BOTH)])
@example([("l", "acc-1", AGREED), ("h", "acc-1", CONSENT), ("h", "", AGREED), ("l", "", ENDED)])
@given(steps)
def test_the_gate_and_the_state_say_the_same(
    rotating: tuple[Ledger, Ledger], steps: list[tuple[str, str, dict[str, Any]]]
) -> None:
    """Whatever was said, in whichever browser, under whichever of two HMAC keys."""
    for name in act(rotating, steps):
        live = {
            (each.policy, each.purpose)
            for each in rotating[0].state("account", name).standings
            if each.live and each.matter == "consent"
        }
        for policy, purpose in product(("privacy", "terms"), ("marketing", "personalisation")):
            answers = [willing(one, name, policy=policy, purpose=purpose) for one in rotating]
            assert answers == [[(policy, purpose) in live or "no-consent"]] * 2


@settings(max_examples=40)
@given(steps)
def test_the_consents_kept_are_those_of_the_log(
    settled: tuple[Ledger, Connection], steps: list[tuple[str, str, dict[str, Any]]]
) -> None:
    """Whatever shares a batch."""
    ledger, connection = settled
    act((ledger,), steps)
    log = [row for page in consents_of_log(connection, DEFAULT_ORIGIN) for row in page]
    kept = connection.execute(text("SELECT key_id, policy, purpose, idx FROM consent"))
    assert sorted(log) == sorted(map(tuple, kept))


def test_the_gate_asks_for_the_accounts_own_consent(ledger: Ledger) -> None:
    say(ledger, LI, "yes")
    say(ledger, LI, "other-purpose", purpose="cross-border")
    say(ledger, LI, "no", decision="refused")
    say(ledger, HAN, "taken-back")
    say(ledger, HAN, "taken-back", **ENDED)
    say(ledger, LI)  # anonymous: nobody's account
    asked = ["yes", "other-purpose", "no", "taken-back", "unknown"]
    assert willing(ledger, *asked) == [True, *["no-consent"] * 4]
    assert willing(ledger, "other-purpose", purpose="cross-border") == [True]
    assert willing(ledger, "yes", policy="terms") == ["no-consent"]


def test_retention_makes_no_yes_of_a_no_said_without_logging_in(house: House) -> None:
    """The account's tie to the browser is kept as long as the consents that a no there ends."""
    now = [NOON]
    ledger = house.open(clock=lambda: now[0], accounts=HOST)
    say(ledger, HAN, "acc-1")
    cookies = {"kind": "cookies", "purposes": {"analytics": True, "marketing": False}}
    say(ledger, LI, "acc-1", **cookies, mode="express", purpose=msgspec.UNSET)
    say(ledger, LI, **ENDED)
    say(ledger, HAN, "acc-2")
    assert willing(ledger, "acc-1", "acc-2") == ["no-consent", True]
    now[0] += 100 * 86_400_000
    assert not list(ledger.retain(parse_periods("cookies=P1M")))
    assert willing(ledger, "acc-1", "acc-2") == ["no-consent", True]
    kinds = ("cookies", "agreement", "consent", "guardian-consent", "continued-use", "withdrawal")
    assert list(ledger.retain(parse_periods(",".join(f"{kind}=P1M" for kind in kinds))))
    assert willing(ledger, "acc-1", "acc-2") == ["no-consent"] * 2
    ledger.close()
    assert house.audit().findings == []
    with pytest.raises(SetupError, match="retain destroyed what tied"):
        remake_consents(connect_existing(house.url), DEFAULT_ORIGIN)


def test_a_browsers_key_whose_time_is_over(house: House, ledger: Ledger) -> None:
    """What was taken back in it, up to the last choice there, nobody can tell any more."""
    say(ledger, HAN, "acc-1")
    tied = say(ledger, LI, "acc-1", **AGREED).receipt.fields()
    say(ledger, HAN, "acc-1", **TERMS)
    engine = connect_existing(house.url)
    with engine.connect() as connection:
        query = text("SELECT l.key_id FROM link l JOIN record r ON r.idx = l.idx WHERE r.id = :id")
        key_id = connection.scalar(query, {"id": tied["id"]})
    engine.dispose()
    disposal = Disposal(keys={key_id: []}, periods={"agreement": "P1M"})
    body = canonical(disposal)
    ledger._put(disposal, f"disposal:{sha256(body).hexdigest()}", body).result(WAIT)
    assert willing(ledger, "acc-1") == ["no-consent"]
    assert willing(ledger, "acc-1", policy="terms") == [True]
    lives = {
        each.policy: each.live
        for each in ledger.state("account", "acc-1").standings
        if each.matter == "consent"
    }
    assert lives == {"privacy": False, "terms": True}
    assert house.audit().findings == []


@pytest.mark.parametrize("no", [ENDED, WHOLE, CONSENT | {"decision": "refused"}])
def test_nobody_has_to_log_in_to_say_no(ledger: Ledger, no: dict[str, Any]) -> None:
    """In the browser where the account said yes; a yes without the account does not count."""
    say(ledger, LI, "acc-1")
    say(ledger, HAN, "acc-2")
    say(ledger, LI, **no)
    assert willing(ledger, "acc-1", "acc-2") == ["no-consent", True]
    assert live(ledger, "account", "acc-1") == [False]
    say(ledger, LI)
    assert willing(ledger, "acc-1") == ["no-consent"]
    say(ledger, LI, "acc-1")
    assert willing(ledger, "acc-1") == [True]


def test_a_no_from_before_the_account_came_is_not_its_own(ledger: Ledger) -> None:
    say(ledger, HAN, "acc-1")
    say(ledger, LI, **ENDED)  # by another visitor of that browser
    say(ledger, LI, "acc-1", purpose="cross-border")
    assert willing(ledger, "acc-1") == [True]


def test_the_accounts_of_a_browser_come_once_each(ledger: Ledger) -> None:
    """However often they chose in it: who says no there holds the log as long as that takes."""
    for account in ("acc-1", "acc-2", "acc-1", "acc-1"):
        say(ledger, LI, account)
    with ledger._reader.connect() as connection:
        [browser] = connection.scalars(text("SELECT DISTINCT key_id FROM link"))
    found = lookups.ties(ledger._reader, [browser])
    assert sorted((tie.first, tie.last) for tie in found) == [(0, 3), (1, 1)]
