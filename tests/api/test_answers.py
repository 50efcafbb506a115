"""Answers of the writer's thread reach whoever waits, in any order, and nobody waits for ever."""

import asyncio
import random
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from clausepress.api.answers import Answers
from clausepress.api.problems import Problem
from clausepress.ledger import Answer, StoreUnavailable
from clausepress.ledger.writer import make_receipt


def run(main: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: this one may have the loop of a browser's tests."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, main).result()


def answer(name: str) -> Answer:
    """An answer told from others by its name."""
    return Answer(make_receipt(name, b"{}", "", ""), created=True)


def test_many_threads_and_cancellations_leave_nobody_waiting() -> None:
    async def ask(answers: Answers, future: Future[Answer]) -> str:
        return (await answers.wait(future)).receipt.id

    async def main() -> None:
        answers = Answers(30)
        futures: list[Future[Answer]] = [Future() for _ in range(600)]
        tasks = [asyncio.create_task(ask(answers, future)) for future in futures]
        await asyncio.sleep(0)
        given_up = set(range(0, 600, 7))

        def settle(part: int) -> None:
            for index in random.Random(part).sample(range(part, 600, 3), 200):  # noqa: S311 - an order
                if futures[index].set_running_or_notify_cancel():
                    futures[index].set_result(answer(str(index)))

        threads = [threading.Thread(target=settle, args=(part,)) for part in range(3)]
        for thread in threads:
            thread.start()
        for index in given_up:
            tasks[index].cancel()
            await asyncio.sleep(0)
        found = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
        for thread in threads:
            thread.join()
        for index, name in enumerate(found):
            assert name == str(index) or (index in given_up and not isinstance(name, str))

    run(main())


def test_a_fault_is_raised_to_whoever_waits() -> None:
    async def main() -> None:
        future: Future[Answer] = Future()
        threading.Timer(0.01, future.set_exception, [StoreUnavailable("it is gone")]).start()
        with pytest.raises(StoreUnavailable, match="it is gone"):
            await Answers(5).wait(future)

    run(main())


def test_after_the_deadline_the_record_is_taken_back() -> None:
    async def main() -> None:
        future: Future[Answer] = Future()
        with pytest.raises(Problem) as caught:
            await Answers(0.05).wait(future)
        assert caught.value.document.status == 503
        assert future.cancelled()

    run(main())


def test_each_has_its_own_time() -> None:
    async def main() -> None:
        answers, loop = Answers(0.1), asyncio.get_running_loop()

        async def seconds(after: float) -> float:
            await asyncio.sleep(after)
            began = loop.time()
            with pytest.raises(Problem):
                await answers.wait(Future())
            return loop.time() - began

        for _ in range(2):  # a timer again once none was needed
            waits = await asyncio.gather(*map(seconds, (0, 0.02, 0.05)))
            assert all(0.09 < each < 5 for each in waits)

    run(main())


def test_who_is_gone_takes_the_record_back() -> None:
    async def main() -> None:
        future: Future[Answer] = Future()
        task = asyncio.create_task(Answers(5).wait(future))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert future.cancelled()

    run(main())
