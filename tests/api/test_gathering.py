"""Requests that come together are one transaction, and no record waits for others to come."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
from ledger_samples import House, choice, new_key

from clausepress.api.app import create_app
from clausepress.api.gathering import Gathering
from clausepress.ledger import Ledger, verify_receipt
from clausepress.ledger.records import canonical

WAIT = 20


def sizes(ledger: Ledger, house: House, many: int) -> set[int]:
    """The sizes of the log that so many choices, posted at once, were committed at."""

    async def post(client: httpx.AsyncClient) -> int:
        headers = {"Idempotency-Key": new_key(), "Content-Type": "application/json"}
        answer = await client.post("/v1/choices", content=canonical(choice()), headers=headers)
        assert answer.status_code == 201, answer.text
        return verify_receipt(answer.content).checkpoint.size

    async def main() -> set[int]:
        transport = httpx.ASGITransport(create_app(ledger, house.catalog))
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            return set(await asyncio.gather(*(post(client) for _ in range(many))))

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, main()).result(WAIT)


def test_requests_that_come_together_share_a_batch(house: House, ledger: Ledger) -> None:
    assert sizes(ledger, house, 40) == {40}
    assert sizes(ledger, house, 1) == {41}, "another loop, one after the other"


def test_who_does_not_await_the_answer_need_not(house: House, ledger: Ledger) -> None:
    create_app(ledger, house.catalog)

    async def main() -> bool:
        return ledger.choose(choice(), new_key()).result(WAIT).created

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, main()).result(WAIT)
    # This thread has no loop, or a browser's that stands still.
    assert ledger.choose(choice(), new_key()).result(WAIT).created


def test_a_full_batch_waits_for_nothing(ledger: Ledger) -> None:
    ledger.gather(lambda _: None)
    futures = [ledger.choose(choice(), new_key()) for _ in range(256)]
    assert all(future.result(WAIT).created for future in futures)


def test_what_is_gathered_is_counted_and_stored_at_the_end(house: House) -> None:
    ledger, told = house.open(), []
    ledger.gather(told.append)
    future = ledger.choose(choice(), new_key())
    assert ledger.waiting() == 1
    ledger.close()
    assert future.result(WAIT).created
    told[0]()  # too late
    assert ledger.waiting() == 0


def test_nobody_waits_for_ever_for_the_next() -> None:
    """When there is always another one, and the loop is slow."""
    passed: list[int] = []

    async def main() -> None:
        gathering = Gathering()
        for turn in range(10):
            gathering.of(gathering)(lambda: passed.append(turn))  # noqa: B023 - when it is called
            time.sleep(0.01)  # noqa: ASYNC251 - what makes the turn slow
            await asyncio.sleep(0)
        assert passed

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, main()).result(WAIT)
