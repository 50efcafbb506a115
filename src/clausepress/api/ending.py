"""The end of a process that was told to end, and whose store hangs."""

import logging
import os
import threading
from typing import Final

_FAILED: Final = 1

_log = logging.getLogger(__name__)


def end_within(seconds: float) -> None:
    """End this process with status 1 after that time, unless it has ended in order by then.

    A thread that waits for the store would hold it for ever. Does nothing outside of the main
    thread, whose end is not that of the process.
    """
    if threading.current_thread() is threading.main_thread():
        timer = threading.Timer(seconds, _end)
        timer.daemon = True
        timer.start()


def _end() -> None:
    _log.error(
        "the store did not answer, so the process ends without it; "
        "nothing that was acknowledged is lost"
    )
    os._exit(_FAILED)
