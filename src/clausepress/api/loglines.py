"""The server's log: one JSON object a line, or for people where a terminal shows it.

Whatever logs through the standard library, uvicorn and the ledger too, comes out in the same way.
Of an exception only type and place are told, for its message may quote what a person sent.
"""

import asyncio
import datetime as dt
import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any, Final

import msgspec
import structlog
from structlog.typing import Processor

from clausepress.ledger import SetupError

_LEVELS: Final = ("debug", "info", "warning", "error")
_THEIRS: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
_PLACES: Final = 4

_Event = MutableMapping[str, Any]

_log = logging.getLogger(__name__)
_json_from: int | None = None
"""The lowest level that `tell` writes as JSON by itself; None before `configure`."""
_lines: list[bytes] = []


def tell(level: int, event: str, **fields: Any) -> None:
    """Log a line; JSON without the detour of the standard library, for every request does it.

    Lines told in one turn of the event loop are written at its end, all at once: each write lets
    another thread run.
    """
    if _json_from is None:
        _log.log(level, event, extra=fields)
    elif level >= _json_from:
        now = dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z")
        line = {"time": now, "level": logging.getLevelName(level).lower(), "event": event}
        _lines.append(msgspec.json.encode(line | fields) + b"\n")
        try:
            asyncio.get_running_loop().call_soon(_write)
        except RuntimeError:  # outside of any
            _write()


def _write() -> None:
    if not _lines:
        return
    text = b"".join(_lines)
    _lines.clear()
    with suppress(OSError):  # a full disk, a closed pipe: no reason to fail the request
        sys.stderr.buffer.write(text)
        sys.stderr.buffer.flush()


def configure(level: str = "info") -> None:
    """Send all log lines of this process to standard error, from that level up.

    Raises SetupError for a level that is none.
    """
    global _json_from
    if level not in _LEVELS:
        raise SetupError(f"CLAUSEPRESS_LOG_LEVEL: {level!r} is none of {', '.join(_LEVELS)}")
    lowest = logging.getLevelName(level.upper())
    people = sys.stderr.isatty()
    _json_from = None if people else lowest
    handler = logging.StreamHandler(sys.stderr)
    handler.name = __name__
    handler.setFormatter(formatter(people=people))
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if other.name != __name__] + [handler]
    root.setLevel(lowest)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # tells each step of a migration
    for name in _THEIRS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"  # its lines hold addresses and paths
        logger.setLevel(logging.NOTSET)


def formatter(*, people: bool) -> logging.Formatter:
    """What makes a line of the standard library's record."""
    render: list[Processor] = (
        [structlog.dev.ConsoleRenderer(timestamp_key="time")]
        if people
        else [_in_order, structlog.processors.JSONRenderer(serializer=_encode)]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", key="time"),
            _only_type_and_place,
            _first_line,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
    )


def fault(error: BaseException) -> dict[str, str]:
    """What may be told of an exception: its type, and the innermost places it came through."""
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    at = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
    return {"error": type(error).__name__, "at": " ".join(at)}


def _only_type_and_place(_logger: Any, _method: str, event: _Event) -> _Event:
    raised = event.pop("exc_info", None)
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        event.update(fault(error))
    event.pop("color_message", None)  # uvicorn's
    return event


def _first_line(_logger: Any, _method: str, event: _Event) -> _Event:
    # asyncio goes on with the reprs of what failed.
    event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _in_order(_logger: Any, _method: str, event: _Event) -> Mapping[str, Any]:
    return {"time": event.pop("time"), "level": event.pop("level"), **event}


def _encode(event: Mapping[str, Any], **_options: Any) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()
