"""How fast the send gate rules on numbers, with many suppressed, and replies are read."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import msgspec
from _bench_load import spread
from _bench_stores import CHOICE, House, fill
from sqlalchemy import create_engine, insert, make_url

from clausepress.api import bodies
from clausepress.ledger import Choice, Keys, schema
from clausepress.ledger.keywords import match_reply
from clausepress.ledger.ledger import DEFAULT_ORIGIN
from clausepress.ledger.records import AccountChoice
from clausepress.ledger.sending import MOST, Sending

PART = 100_000
REPLIES = (
    "退订",
    "ＴＤ",
    "tdclausepress",
    "请不要再给我发短信了",
    "好的，谢谢",
    "STOP",
    "收到，什么时候发货？",
    "TDother",
    "不要退订",
    "Please take me off this list",
)


def gate(house: House, suppressed: int, rounds: int) -> None:
    """Print how many numbers a second are ruled on, from the JSON of the question on.

    Numbers of mainland mobiles, as a sender's list has them; others are read by libphonenumber's
    rules, which takes longer than all the rest. Without a consent asked for, and with one:
    everybody said something about it.
    """
    live = _consents(house, MOST)
    _, ledger = house.open()
    keys = Keys.load(house.folder / "keys.json")
    numbers = [f"+861{3 * 10**9 + secrets.randbelow(7 * 10**9)}" for _ in range(MOST)]
    stopped = keys.each("sms", [number.encode() for number in numbers[:100]])[keys.mac_id]
    began = time.perf_counter()
    _suppress(house, keys.mac_id, iter(stopped))
    _suppress(house, keys.mac_id, _in_order(suppressed))
    print(f"\n{suppressed:,} addresses suppressed within {time.perf_counter() - began:.0f} s")
    asked = {"message": "marketing", "channel": "sms"}
    recipients = [
        {"address": each, "account": f"user-{place}"} for place, each in enumerate(numbers)
    ]
    consent = {"policy": CHOICE["policy"], "purpose": "marketing"}
    question = msgspec.json.encode(asked | {"to": numbers})
    with_consent = msgspec.json.encode(asked | {"to": recipients, "consent": consent})

    def ask(body: bytes, barrier: str, number: int) -> int:
        rulings = ledger.may_send(bodies.from_json(body, Sending))
        if sum(ruling.barrier == barrier for ruling in rulings) != number:
            raise SystemExit(f"the gate did not find who is {barrier}")
        return len(rulings)

    goal = "   goal >= 50,000 with 10,000,000 suppressed"
    _print("send gate", "numbers", partial(ask, question, "suppressed", 100), rounds, goal)
    refused = sum(not lives for lives in live[100:])  # the first are suppressed
    gate = partial(ask, with_consent, "no-consent", refused)
    _print("send gate, consent", "numbers", gate, rounds, "   goal >= 50,000")
    ledger.close()


def _consents(house: House, number: int) -> list[bool]:
    """Let accounts say something about a consent; whether it lives, by account.

    Of ten one gave it twice, one took it back, one refused it in the browser without the account.
    """
    live = [place % 10 not in {1, 2} for place in range(number)]
    fields = CHOICE | {"kind": "consent", "mode": "separate", "purpose": "marketing"}

    def said() -> Iterator[Choice]:
        browsers = [secrets.token_urlsafe(18) for _ in range(number)]
        for place, subject in enumerate(browsers):
            yield AccountChoice(**fields, subject=subject, account=f"user-{place}")
        for place, subject in enumerate(browsers):
            again = {**fields, "subject": subject, "account": f"user-{place}"}
            if place % 10 == 0:
                yield AccountChoice(**again)
            elif place % 10 == 1:
                end = {"kind": "withdrawal", "mode": "express", "decision": "withdrawn"}
                yield AccountChoice(**again | end)
            elif place % 10 == 2:
                yield Choice(**fields | {"subject": subject, "decision": "refused"})

    fill(house, said())
    return live


def matcher(rounds: int) -> None:
    """Print how many replies a second are read."""

    def read() -> int:
        for reply in REPLIES * 100:
            match_reply(reply, ["TDclausepress"])
        return len(REPLIES) * 100

    print()
    _print("keyword matcher", "replies", read, rounds)


def _print(name: str, what: str, job: Callable[[], int], rounds: int, goal: str = "") -> None:
    job()  # warms up
    rates, costs = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        count = job()
        rates.append(count / (time.perf_counter() - wall))
        costs.append((time.process_time() - cpu) / count * 1e6)
    print(f"{name:<22}{spread(rates)} {what}/s, CPU us each {spread(costs, 1)}{goal}")


def _in_order(count: int) -> Iterator[bytes]:
    """Made-up keyed hashes, in order, so that a large table is filled quickly."""
    for place in range(count):
        yield (place * 2**64 // count).to_bytes(8) + secrets.token_bytes(24)


def _suppress(house: House, mac_id: str, macs: Iterator[bytes]) -> None:
    url = make_url(house.url)
    driver = "postgresql+psycopg" if url.get_backend_name() == "postgresql" else "sqlite"
    engine = create_engine(url.set(drivername=driver))
    with engine.begin() as connection:
        while rows := _rows(mac_id, list(islice(macs, PART))):
            connection.execute(insert(schema.suppression), rows)
    engine.dispose()


def _rows(mac_id: str, macs: Sequence[bytes]) -> list[dict[str, Any]]:
    same = {"log_id": DEFAULT_ORIGIN, "channel": "sms", "mac_key_id": mac_id, "scope": "marketing"}
    return [
        {**same, "mac": mac, "reason": "opt-out", "at_ms": 0, "record_id": "0" * 26} for mac in macs
    ]
