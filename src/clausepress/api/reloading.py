"""Takes over changed keys when the process gets SIGHUP."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from clausepress.api.settings import Settings
from clausepress.errors import ClausepressError
from clausepress.ledger import Ledger
from clausepress.ledger.errors import LedgerError

_log = logging.getLogger(__name__)


@contextmanager
def reloading(settings: Settings, ledger: Ledger) -> Iterator[None]:
    """While the block runs, read the keys again on SIGHUP; keys that do not fit change nothing.

    Does nothing where there is no such signal, and outside of the main thread, where none arrives.
    """
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def take(_number: int, _frame: FrameType | None) -> None:
        # A thread, for the store is asked and the event loop must not wait.
        threading.Thread(target=_take, args=(settings, ledger), daemon=True).start()

    before = signal.signal(hangup, take)
    try:
        yield
    finally:
        signal.signal(hangup, before)


def _take(settings: Settings, ledger: Ledger) -> None:
    try:
        ledger.take_keys(settings.read_keys().kept(begun=True))
    except (LedgerError, ClausepressError) as error:
        _log.error("keys not reloaded, those before stay: %s", error)
    else:
        _log.info("keys reloaded")
