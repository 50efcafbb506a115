"""What holds for a person at an instant, by the order of events."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import (
    EN,
    PHONE,
    ZH,
    House,
    choice,
    new_key,
    notice_shown,
    opt_out,
    policies,
    write_policies,
)

from clausepress.ledger import Catalog, Demand, Inbound, Ledger
from clausepress.ledger.records import public_fields
from clausepress.ledger.standings import (
    PERSONALISATION,
    Event,
    last_of,
    plausible,
    state,
)

WAIT = 20
LI, HAN = "l" * 22, "h" * 22
START = int(datetime(2026, 3, 4, 4, 0, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000
CLOCK = [START]
TERMS = {"policy": "terms", "version": "2020-03-04", "lang": "zh", "text_digest": ZH}
AGREED: dict[str, Any] = {"kind": "agreement", "decision": "given", "purposes": {}}
WITHDRAWN = AGREED | {"kind": "withdrawal", "decision": "withdrawn"}
CONSENT = AGREED | {"kind": "consent", "mode": "separate", "purpose": "marketing"}
USE = AGREED | {"kind": "continued-use", "mode": "continued_use"}
OFF = AGREED | {"kind": "personalisation-off", "decision": "refused"}
ALLOWED = {"decision": "given", "purposes": {"analytics": True, "marketing": False}}


@pytest.fixture
def ledger(sqlite_house: House) -> Iterator[Ledger]:
    """A ledger whose clock the test sets; the reading of the log is the same on each store."""
    CLOCK[0] = START
    opened = sqlite_house.open(clock=lambda: CLOCK[0])
    yield opened
    opened.close()


def say(ledger: Ledger, **fields: Any) -> str:
    """The id of a new choice of Li's, an hour after the one before."""
    CLOCK[0] += HOUR
    made = ledger.choose(choice(**{"subject": LI, **fields}), new_key())
    return made.result(WAIT).receipt.id


def told(ledger: Ledger, at_ms: int | None = None) -> dict[tuple[str, str, Any], Any]:
    """Decision and whether it is live, by policy, matter and purpose."""
    found = ledger.state("subject", LI, at_ms).standings
    return {(s.policy, s.matter, s.purpose or None): (s.decision, s.live, s.receipt) for s in found}


def test_the_last_decision_at_any_time(ledger: Ledger) -> None:
    agreed = say(ledger, **AGREED)
    asked = say(ledger, **CONSENT)
    ended = say(ledger, **WITHDRAWN, purpose="marketing")
    cookies = say(ledger, **ALLOWED)
    key, marketing = ("privacy", "agreement", None), ("privacy", "consent", "marketing")
    assert told(ledger, START) == {}
    assert told(ledger, START + HOUR) == {key: ("given", True, agreed)}
    given = {key: ("given", True, agreed), marketing: ("given", True, asked)}
    assert told(ledger, START + 2 * HOUR) == given
    # Taken back from here on; what was lawful before stays what it was.
    ended_state = given | {marketing: ("withdrawn", False, ended)}
    assert told(ledger, START + 3 * HOUR) == ended_state
    assert told(ledger, START + 3 * HOUR - 1) == given
    assert told(ledger) == ended_state | {
        ("privacy", "cookies", "analytics"): ("given", True, cookies),
        ("privacy", "cookies", "marketing"): ("refused", False, cookies),
    }


def test_an_agreement_gives_no_marketing_and_use_gives_nothing(ledger: Ledger) -> None:
    say(ledger, **AGREED, documents=[TERMS])
    say(ledger, **USE, notice=notice_shown(ledger, LI))
    found = told(ledger)
    assert {key: live for key, (_, live, _) in found.items()} == {
        ("privacy", "agreement", None): True,
        ("terms", "agreement", None): True,
        ("privacy", "continued-use", None): False,
    }


def test_continued_use_never_overwrites_an_express_agreement(ledger: Ledger) -> None:
    agreed = say(ledger, **AGREED)
    say(ledger, **USE, notice=notice_shown(ledger, LI))
    assert told(ledger)["privacy", "agreement", None] == ("given", True, agreed)


def test_taking_back_the_agreement_leaves_nothing_under_it(ledger: Ledger) -> None:
    for fields in (AGREED, CONSENT, ALLOWED, USE | {"notice": notice_shown(ledger, LI)}):
        say(ledger, **fields)
    kept = say(ledger, **AGREED | TERMS)
    ended = say(ledger, **WITHDRAWN)
    found = told(ledger)
    assert found.pop(("terms", "agreement", None)) == ("given", True, kept)
    assert set(found.values()) == {("withdrawn", False, ended)}
    assert len(found) == 5
    again = say(ledger, **CONSENT)
    assert told(ledger)["privacy", "consent", "marketing"] == ("given", True, again)


def test_personalisation_off_and_on(ledger: Ledger) -> None:
    key = ("privacy", "consent", PERSONALISATION)
    off = say(ledger, **OFF)
    assert told(ledger)[key] == ("refused", False, off)
    on = say(ledger, **CONSENT | {"purpose": PERSONALISATION})
    assert told(ledger)[key] == ("given", True, on)


def test_the_log_orders_choices_whatever_the_clock_does(ledger: Ledger) -> None:
    say(ledger, **CONSENT)
    CLOCK[0] -= 30 * HOUR  # the server's clock is put right
    ended = say(ledger, **WITHDRAWN, purpose="marketing")
    assert told(ledger)["privacy", "consent", "marketing"] == ("withdrawn", False, ended)


@pytest.mark.parametrize(
    ("hours", "sane"),
    [(0, True), (0.05, True), (-0.5, True), (-700, True), (0.5, False), (-800, False)],
)
def test_the_clients_clock_is_kept_apart(ledger: Ledger, hours: float, sane: bool) -> None:
    claimed = datetime.fromtimestamp((START + HOUR + hours * HOUR) / 1000, UTC).isoformat()
    say(ledger, **CONSENT, claimed_at=claimed)
    (found,) = ledger.state("subject", LI).standings
    assert found.at == "2026-03-04T05:00:00.000Z"
    assert datetime.fromisoformat(str(found.claimed_at)) == datetime.fromisoformat(claimed)
    assert (found.clock != "off") == sane


@pytest.mark.parametrize("claimed", ["1970-01-01T00:00:00Z", "2099-12-31T23:59:59.999999-23:59"])
def test_no_claim_makes_a_choice_later_or_earlier(ledger: Ledger, claimed: str) -> None:
    say(ledger, **CONSENT)
    ended = say(ledger, **WITHDRAWN, claimed_at=claimed, purpose="marketing")
    assert told(ledger)["privacy", "consent", "marketing"] == ("withdrawn", False, ended)


@given(st.datetimes(timezones=st.timezones()))
def test_any_claim_can_be_judged(claimed: datetime) -> None:
    made = choice(claimed_at=claimed)
    text = msgspec.to_builtins(made)["claimed_at"]
    assert plausible(text, "2026-03-04T05:00:00.000Z") in {True, False}


def dated(path: Path, **changes: Any) -> Catalog:
    """Three versions of a policy, the newest first, with changes to the middle one."""
    content = policies()
    versions = [
        {"id": name, "status": "superseded", "effective_on": name, "number": None}
        for name in ("2026-06-01", "2026-01-01", "2021-01-25")
    ]
    editions = content["policies"][0]["versions"][1]["editions"]
    versions[1] |= changes
    content["policies"][0]["versions"] = [each | {"editions": editions} for each in versions]
    content["policies"][0]["current"] = "2026-06-01"
    return Catalog(write_policies(path, content))


def standing(catalog: Catalog, version: str, at: str) -> Any:
    entry = public_fields(choice(**AGREED, version=version)) | {
        "id": "x",
        "at": "2021-02-01T00:00:00.000Z",
    }
    found = state([Event(0, entry)], catalog, at, now=False)
    (one,) = found.standings
    assert (one.decision, one.live, one.version) == ("given", True, version)
    return one.text


@pytest.mark.parametrize(
    ("changes", "then"),
    [
        ({}, "earlier"),
        ({"material_kinds": ["purposes"]}, "earlier-material"),
        ({"reduces_rights": True}, "earlier-material"),
        ({"reacceptance": "express"}, "earlier-material"),
    ],
)
def test_a_decision_stays_about_its_text(
    tmp_path: Path, changes: dict[str, Any], then: str
) -> None:
    """A version takes effect at midnight in China."""
    catalog = dated(tmp_path, **changes)
    assert standing(catalog, "2021-01-25", "2025-12-31T15:59:59.999Z") == "in-force"
    assert standing(catalog, "2021-01-25", "2025-12-31T16:00:00.000Z") == then
    assert standing(catalog, "2026-01-01", "2026-05-31T15:59:59.999Z") == "in-force"
    assert standing(catalog, "2026-01-01", "2026-05-31T16:00:00.000Z") == "earlier"
    assert standing(catalog, "2026-06-01", "2027-01-01T00:00:00.000Z") == "in-force"


def test_a_text_published_no_more(ledger: Ledger, sqlite_house: House) -> None:
    say(ledger, **AGREED | TERMS)
    content = policies()
    del content["policies"][1]
    write_policies(sqlite_house.path, content)
    (found,) = ledger.state("subject", LI).standings
    assert found.text is msgspec.UNSET


def test_a_reply_counts_from_when_it_was_sent(ledger: Ledger) -> None:
    CLOCK[0] = START + 5 * HOUR
    sent = START + HOUR
    ledger.receive(Inbound("generic", "m", PHONE, "TD", "{}", sent)).result(WAIT)
    ledger.stop(Demand(surface="list", channel="sms", address=f"+86{PHONE}")).result(WAIT)
    ledger.opt_out(opt_out(), new_key()).result(WAIT)
    stops = [ledger.state("sms", PHONE, at).stopped_at for at in (sent - 1, sent, None)]
    assert stops == [msgspec.UNSET, *["2026-03-04T05:00:00.000Z"] * 2]
    assert ledger.state("sms", "+14155552671").stopped_at is msgspec.UNSET


def test_who_never_chose_looks_like_who_is_not_known(ledger: Ledger) -> None:
    say(ledger, **CONSENT)
    assert ledger.state("subject", HAN).standings == []
    assert ledger.state("account", "nobody").standings == []


choices = st.lists(
    st.sampled_from(
        [
            AGREED,
            AGREED | {"decision": "refused"},
            AGREED | {"documents": [TERMS]},
            AGREED | TERMS | {"lang": "en", "text_digest": EN},
            CONSENT,
            CONSENT | {"decision": "refused"},
            CONSENT | {"purpose": "cross-border"},
            WITHDRAWN,
            WITHDRAWN | {"purpose": "marketing"},
            WITHDRAWN | {"documents": [TERMS]},
            USE,
            OFF,
            ALLOWED,
            {"decision": "refused"},
        ]
    ),
    max_size=12,
)


def events(said: list[dict[str, Any]], *, own: bool = True, first: int = 0) -> list[Event]:
    return [
        Event(place, public_fields(choice(**fields)), own)
        for place, fields in enumerate(said, first)
    ]


@given(choices, st.randoms(use_true_random=False))
def test_only_the_places_in_the_log_order_choices(said: list[dict[str, Any]], random: Any) -> None:
    shuffled = events(said)
    random.shuffle(shuffled)
    assert last_of(shuffled) == last_of(events(said))


@given(choices)
def test_a_withdrawal_is_the_end_of_every_consent(said: list[dict[str, Any]]) -> None:
    made = last_of(events([*said, WITHDRAWN]))
    assert not [key for key in made if key[0] == "privacy" and made.lives(key)]


@given(choices, choices)
def test_what_is_said_without_the_account_can_end_and_not_give(
    said: list[dict[str, Any]], elsewhere: list[dict[str, Any]]
) -> None:
    before = last_of(events(said))
    after = last_of([*events(said), *events(elsewhere, own=False, first=len(said))])
    assert after.keys() == before.keys()
    for key in after:
        assert before.lives(key) or not after.lives(key)
        assert after[key] == before[key] or after[key]["decision"] != "given"


@given(choices)
def test_marketing_lives_by_its_own_consent_only(said: list[dict[str, Any]]) -> None:
    """Against the plainest reading of the same list."""
    lives = False
    for fields in said:
        kind = fields.get("kind", "cookies")
        if kind == "consent" and fields["purpose"] == "marketing":
            lives = fields["decision"] == "given"
        elif kind == "withdrawal" and fields.get("purpose") in {None, "marketing"}:
            lives = False
    assert last_of(events(said)).lives(("privacy", "consent", "marketing")) == lives
