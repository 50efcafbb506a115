"""Brings the ledger's answers from its writer thread to the event loop."""

import asyncio
from concurrent.futures import Future
from threading import Lock

from clausepress.api.late import Late
from clausepress.api.problems import unavailable
from clausepress.ledger import Answer


class Answers:
    """Waits for futures of the ledger; a batch of them wakes the loop once.

    `asyncio.wrap_future` wakes it for each, and every time the two threads fight for the
    interpreter.
    """

    def __init__(self, deadline: float) -> None:
        self._late = Late(deadline)
        self._settled: list[tuple[asyncio.Future[Answer], Future[Answer]]] = []
        self._lock = Lock()  # a future given up is settled by the loop's own thread

    async def wait(self, future: Future[Answer]) -> Answer:
        """The answer of the store; raises Problem 503 after the deadline.

        Whoever gives up waiting takes back what the writer has not begun yet.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()

        def settled(future: Future[Answer]) -> None:  # in the writer's thread
            with self._lock:
                self._settled.append((answer, future))
                asleep = len(self._settled) == 1  # else a wake-up is under way
            if asleep:
                loop.call_soon_threadsafe(self._hand_out)

        future.add_done_callback(settled)
        self._late.begin(answer)
        try:
            return await answer
        except asyncio.CancelledError:
            future.cancel()
            if answer in self._late:  # whoever asked is gone
                raise
            raise unavailable(
                "The store did not answer in time. Send the same request, with the same key, again."
            ) from None
        finally:
            self._late.end(answer)

    def _hand_out(self) -> None:
        with self._lock:
            settled, self._settled = self._settled, []
        for answer, future in settled:
            if answer.done():
                continue
            if fault := future.exception():
                answer.set_exception(fault)
            else:
                answer.set_result(future.result())
