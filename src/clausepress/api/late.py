"""Gives up what takes too long."""

import asyncio
from typing import Any


class Late:
    """Cancels futures and tasks that are not ended within so many seconds.

    What began first is late first, so one timer serves all of them: one for each would cost as
    much as the rest of what is done about a small request.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: dict[asyncio.Future[Any], float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None  # where the timer runs

    def begin(self, what: "asyncio.Future[Any]") -> None:
        """Cancel it in so many seconds."""
        loop = what.get_loop()
        end = self._ends[what] = loop.time() + self._seconds
        if self._loop is not loop:
            self._loop = loop
            loop.call_at(end, self._cancel, loop)

    def end(self, what: "asyncio.Future[Any]") -> None:
        """It is over, late or not."""
        self._ends.pop(what, None)

    def __contains__(self, what: "asyncio.Future[Any]") -> bool:
        """Whether it was begun, and is neither ended nor late."""
        return what in self._ends

    def _cancel(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        while self._ends:
            what, end = next(iter(self._ends.items()))
            if end > now:
                loop.call_at(end, self._cancel, loop)
                return
            del self._ends[what]
            what.cancel()
        self._loop = None
