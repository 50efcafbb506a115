"""Lets the requests that come together share a batch of the ledger."""

import asyncio
from collections.abc import Callable
from threading import get_ident
from typing import Final, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

_QUIET: Final = 2
"""Turns of the loop: what one reads from a connection, the next hands in."""
_LONGEST: Final = 0.05
"""Seconds after which nobody waits for others."""


class Gathering:
    """Passes records on to the writer once the event loop has none at hand; see `Ledger.gather`.

    A thread that makes a batch while the loop works costs both much: at every statement they fight
    for the interpreter. When all that came is in the batch, the loop mostly waits.
    """

    def __init__(self) -> None:
        self._handing_in = False
        self._quiet = 0
        self._loop: asyncio.AbstractEventLoop | None = None  # where it looks
        self._thread = 0  # that loop's; to ask for the running loop is a call of the system
        self._end = 0.0

    def of(self, submit: Callable[_P, _T]) -> Callable[_P, _T]:
        """The same, gathered; only for coroutines that await the answer.

        Whoever waits for it otherwise would keep the loop from passing anything on.
        """

        def handed_in(*args: _P.args, **named: _P.kwargs) -> _T:
            self._handing_in = True
            try:
                return submit(*args, **named)
            finally:
                self._handing_in = False

        return handed_in

    def __call__(self, pass_on: Callable[[], None]) -> None:
        """One more record; call `pass_on` soon, at once for whoever does not gather."""
        if not self._handing_in:
            pass_on()
            return
        if self._loop and self._loop.is_running() and get_ident() == self._thread:
            self._quiet = 0
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # another thread, just now
            pass_on()
            return
        self._loop, self._thread, self._quiet = loop, get_ident(), 0
        self._end = loop.time() + _LONGEST
        loop.call_soon(self._look, loop, pass_on)

    def _look(self, loop: asyncio.AbstractEventLoop, pass_on: Callable[[], None]) -> None:
        self._quiet += 1
        if self._quiet < _QUIET and loop.time() < self._end:
            loop.call_soon(self._look, loop, pass_on)
        else:
            self._loop = None
            pass_on()
