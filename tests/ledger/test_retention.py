"""What was kept long enough can be opened by no one any more, and everything else can."""

import datetime as dt
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from ledger_samples import PHONE, House, choice, new_key, opt_out

from clausepress.cli import cli
from clausepress.errors import ArgumentError
from clausepress.ledger import Answer, Demand, Inbound, Ledger, SetupError, verify_receipt
from clausepress.ledger.retention import _ENDS, Period, Periods, parse_periods

WAIT = 20
DAY = 86_400_000
PERIODS = parse_periods("cookies=P13M,review=P6M")


def moment(text: str) -> int:
    return int(dt.datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000)


class Clock:
    """A clock that is put where a test wants it."""

    now = moment("2024-01-15T08:00")

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(house: House, clock: Clock) -> Any:
    opened = house.open(clock=clock)
    yield opened
    opened.close()


def choose(ledger: Ledger, **changes: Any) -> Answer:
    return ledger.choose(choice(**changes), new_key()).result(WAIT)


def kinds(ledger: Ledger, means: Any, name: str) -> list[str]:
    """Kinds of the records of a person that can be opened."""
    return [each.record["kind"] for each in ledger.export(means, name).records]


def retain(ledger: Ledger, periods: Periods = PERIODS, **options: Any) -> dict[str, int]:
    """How many records of each kind were closed."""
    found: dict[str, int] = {}
    for due in ledger.retain(periods, **options):
        for kind, count in due.records.items():
            found[kind] = found.get(kind, 0) + count
    return found


def test_each_kind_is_kept_for_its_time(ledger: Ledger, house: House, clock: Clock) -> None:
    subject = "s" * 22
    receipts = [choose(ledger).receipt]
    fields = {"kind": "agreement", "decision": "given", "policy": "terms", "version": "2020-03-04"}
    receipts += [choose(ledger, **fields, purposes={}).receipt]
    clock.now = moment("2024-02-20T08:00")
    receipts += [choose(ledger).receipt]
    clock.now = moment("2025-03-01T08:00")  # 13 months after January's last, not February's
    assert retain(ledger, dry_run=True) == {"cookies": 1}
    assert kinds(ledger, "subject", subject) == ["cookies", "agreement", "cookies"]
    assert retain(ledger) == {"cookies": 1}
    assert kinds(ledger, "subject", subject) == ["agreement", "cookies"]
    assert retain(ledger) == {}
    clock.now = moment("2025-04-01T08:00")
    assert retain(ledger) == {"cookies": 1}
    assert kinds(ledger, "subject", subject) == ["agreement"]
    assert choose(ledger).created
    assert kinds(ledger, "subject", subject) == ["agreement", "cookies"]
    for receipt in receipts:
        verify_receipt(receipt.to_json())
        assert ledger.receipt(receipt.id) == receipt
    audit = house.audit()
    assert audit.findings == []
    assert audit.erasures == 2


def test_a_month_goes_when_its_last_moment_may(ledger: Ledger, clock: Clock) -> None:
    clock.now = moment("2024-01-31T23:59:59.999")
    choose(ledger)
    clock.now = moment("2025-02-28T23:59:59.999")
    assert retain(ledger) == {}
    clock.now = moment("2025-03-01T00:00")
    assert retain(ledger) == {"cookies": 1}


def test_what_was_taken_back_never_stands_again(ledger: Ledger, clock: Clock) -> None:
    given = {"kind": "consent", "decision": "given", "mode": "separate", "purpose": "marketing"}
    ended = given | {"kind": "withdrawal", "decision": "withdrawn"}
    for day, fields in ((5, ended), (10, given), (20, ended)):
        clock.now = moment(f"2024-01-{day:02}")
        choose(ledger, **fields, purposes={})
    clock.now = moment("2024-06-01")
    periods = parse_periods(
        ",".join(f"{kind}=P1M" for kind in ("withdrawal", *_ENDS["withdrawal"]))
    )
    left = []
    for _ in ledger.retain(periods):
        assert not any(each.live for each in ledger.state("subject", "s" * 22).standings)
        left.append(kinds(ledger, "subject", "s" * 22))
    assert left == [["withdrawal", "withdrawal"], []]


def test_suppressions_outlive_what_is_kept_of_them(
    ledger: Ledger, house: House, clock: Clock
) -> None:
    """By a form, a reply, a list; the address, a digest of it; again after the key is gone."""
    digest = house.keys.kept(begun=True)
    listed = f"{digest.mac_id}:{digest.mac('email', b'someone@example.com').hex()}"
    ledger.opt_out(opt_out(), new_key()).result(WAIT)
    ledger.receive(Inbound("generic", "1", "13900139000", "退订", "{}", None)).result(WAIT)
    ledger.receive(Inbound("generic", "2", "13900139000", "您好", "{}", None)).result(WAIT)
    ledger.stop(Demand(surface="list", channel="email", address="", digest=listed)).result(WAIT)
    clock.now += 40 * DAY
    ledger.opt_out(opt_out(), new_key()).result(WAIT)  # the first record stays the evidence
    clock.now += 400 * DAY
    closed = retain(ledger, parse_periods("opt-out=P1Y,reply=P1Y,review=P1Y"))
    assert sum(closed.values()) == 5
    assert house.audit().findings == []
    assert kinds(ledger, "sms", PHONE) == []
    for channel, name in (("sms", PHONE), ("sms", "13900139000"), ("email", "someone@example.com")):
        assert ledger.is_suppressed(channel, name)
    ledger.opt_out(opt_out(), new_key()).result(WAIT)
    assert kinds(ledger, "sms", PHONE) == ["opt-out"]
    assert house.audit().findings == []


def test_a_suppression_lost_after_a_disposal_is_told(sqlite_house: House, clock: Clock) -> None:
    keys = sqlite_house.keys.kept(begun=False)
    digest = f"{keys.mac_id}:{keys.mac('email', b'someone@example.com').hex()}"
    ledger = sqlite_house.open(clock=clock)
    said = [
        ledger.opt_out(opt_out(), new_key()).result(WAIT).receipt.id,
        ledger.stop(Demand(surface="list", channel="email", address="", digest=digest))
        .result(WAIT)
        .receipt.id,
    ]
    clock.now += 400 * DAY
    assert retain(ledger, parse_periods("opt-out=P1Y")) == {"opt-out": 2}
    ledger.close()
    with closing(sqlite3.connect(sqlite_house.path / "ledger.db")) as connection, connection:
        connection.execute("DELETE FROM suppression")
    assert sqlite_house.audit().findings == [
        f"an erasure kept the suppression by record {record}, now gone" for record in sorted(said)
    ]


def test_what_is_disposed_of_is_on_record(ledger: Ledger, clock: Clock) -> None:
    key_id = choose(ledger).receipt.fields()["key_id"]
    clock.now += 500 * DAY
    [due] = ledger.retain(PERIODS)
    assert due.disposal.keys == {key_id: []}
    assert due.disposal.periods == {"cookies": "P13M", "review": "P6M"}


def test_many_are_disposed_of_while_others_write(house: House, clock: Clock) -> None:
    """More than one record of the log names; stopped on the way, and begun again."""
    ledger = house.open(clock=clock)
    subjects = [f"{n:022}" for n in range(900)]
    said = [ledger.choose(choice(subject=name), new_key()) for name in subjects]
    for future in said:
        future.result(WAIT)
    clock.now += 500 * DAY
    work = ledger.retain(PERIODS)
    assert next(work).records == {"cookies": 400}
    work.close()
    other = house.open(clock=clock)
    for due in other.retain(PERIODS):
        assert due.records["cookies"] <= 400
        assert choose(ledger).created
    other.close()
    assert all(kinds(ledger, "subject", name) == [] for name in subjects[::100])
    assert kinds(ledger, "subject", "s" * 22) == ["cookies", "cookies"]
    audit = house.audit()
    assert (audit.findings, audit.erasures) == ([], 900)
    ledger.close()


@given(st.integers(1, 400), st.integers(-2_000_000_000, 7_000_000_000))
def test_months_before(months: int, seconds: int) -> None:
    """A day of the month asked for, the same one unless that month is shorter."""
    now = dt.datetime.fromtimestamp(seconds, dt.UTC)
    before = Period(months, 0).before(now)
    assert 12 * (now.year - before.year) + now.month - before.month == months
    assert before.time() == now.time()
    assert before.day == now.day or (before + dt.timedelta(1)).day == 1


@given(st.integers(0, 30), st.integers(0, 500), st.integers(0, 9000))
def test_durations_read_back(years: int, months: int, days: int) -> None:
    text = f"P{years}Y{months}M{days}D"
    if years == months == days == 0:
        with pytest.raises(ValueError, match="no time at all"):
            Period.parse(text)
    else:
        assert Period.parse(str(Period.parse(text))) == Period(12 * years + months, days)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cookie=P1Y", "'cookie' is no kind of record; there are cookies"),
        ("cookies", "cookies: '' is not a duration like P13M"),
        ("cookies=13M", "'13M' is not a duration"),
        ("cookies=P", "'P' is not a duration"),
        ("cookies=P1Y,cookies=P2Y", "cookies stands there twice"),
        ("erasure=P1Y", "no kind of record"),
        ("withdrawal=P1Y", "withdrawal is kept shorter than cookies"),
        ("consent=P2Y,personalisation-off=P1Y", "keep personalisation-off as long as consent"),
        ("cookies=PT1H", "not a duration"),
    ],
)
def test_periods_that_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(SetupError, match=message):
        parse_periods(text)


def test_the_command(house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = house.open(clock=clock)
    choose(ledger)
    ledger.close()
    monkeypatch.setenv("CLAUSEPRESS_KEYS", str(house.key_file))
    monkeypatch.setenv("CLAUSEPRESS_DATABASE_URL", house.url)
    monkeypatch.setenv("CLAUSEPRESS_POLICIES", str(house.path / "policies.json"))

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["retain", *arguments])
        if done.exception:
            raise done.exception
        return done.output

    with pytest.raises(ArgumentError, match=r"everything is kept\n  fix: set it"):
        run()
    monkeypatch.setenv("CLAUSEPRESS_RETENTION", "cookies=P13M, reply=P6M")
    assert run("--dry-run").splitlines() == [
        "cookies, kept P13M: 1 records would be closed",
        "reply, kept P6M: 0 records would be closed",
        "1 keys would be destroyed; records, proofs and suppressions stay",
    ]
    assert run().splitlines()[0] == "cookies, kept P13M: 1 records closed"
    assert run().splitlines()[0] == "cookies, kept P13M: 0 records closed"
    monkeypatch.setenv("CLAUSEPRESS_RETENTION", "cookies=never")
    with pytest.raises(SetupError, match="CLAUSEPRESS_RETENTION: cookies: 'never'"):
        run()
