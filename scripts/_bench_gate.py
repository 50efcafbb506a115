"""How fast the send gate rules on numbers, with many suppressed, and replies are read."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec
from _bench_load import spread
from _bench_stores import House
from sqlalchemy import create_engine, insert, make_url

from clausepress.api import bodies
from clausepress.ledger import Keys, schema
from clausepress.ledger.keywords import match_reply
from clausepress.ledger.ledger import DEFAULT_ORIGIN
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
    """Print how many numbers a second are ruled on, from the JSON of the question on."""
    _, ledger = house.open()
    keys = Keys.load(house.folder / "keys.json")
    numbers = [f"+861{secrets.randbelow(10**10):010}" for _ in range(MOST)]
    stopped = keys.each("sms", [number.encode() for number in numbers[:100]])[keys.mac_id]
    began = time.perf_counter()
    _suppress(house, keys.mac_id, iter(stopped))
    _suppress(house, keys.mac_id, _in_order(suppressed))
    print(f"\n{suppressed:,} addresses suppressed within {time.perf_counter() - began:.0f} s")
    body = msgspec.json.encode({"message": "marketing", "channel": "sms", "to": numbers})

    def ask() -> int:
        rulings = ledger.may_send(bodies.from_json(body, Sending))
        if sum(ruling.barrier == "suppressed" for ruling in rulings) != len(stopped):
            raise SystemExit("the gate did not find the numbers that are suppressed")
        return len(rulings)

    _print("send gate", "numbers", ask, rounds, "   goal >= 50,000 with 10,000,000 suppressed")
    ledger.close()


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
