"""What every request passes: origin, limits, headers, count and log line. Plain ASGI.

One layer, for each costs as much as the work of a small request.
"""

import logging
import time
from random import getrandbits
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausepress.api import loglines
from clausepress.api.bounds import UNLIMITED, Bounds
from clausepress.api.guard import Guard
from clausepress.api.limits import Proxies
from clausepress.api.metrics import Metrics
from clausepress.api.problems import as_problem

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})
_QUIET: Final = UNLIMITED | {"/metrics"}
_FAULT: Final = 500


class Gate:
    """Answers what may not pass, and every fault behind it; tells of each request.

    A log line has the route's template, not the path: paths hold ids and secrets. Its random id is
    in the answer too.
    """

    def __init__(
        self, app: ASGIApp, guard: Guard, bounds: Bounds, metrics: Metrics, proxies: Proxies
    ) -> None:
        self._app = app
        self._guard = guard
        self._bounds = bounds
        self._metrics = metrics
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        self._proxies.resolve(scope)
        given = dict(scope["headers"])
        request_id = f"{getrandbits(64):016x}"
        status = 0
        fault: Exception | None = None

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._guard.complete(message["headers"], given, request_id)
            await send(message)

        try:
            if refusal := self._guard.refusal(scope["method"], given):
                await refusal(scope, receive, send_guarded)
            else:
                await self._bounds.run(self._app, scope, receive, send_guarded)
        except Exception as error:  # noqa: BLE001 - any fault is answered, and told in the log
            problem = as_problem(error)
            fault = error if problem.document.status == _FAULT else None
            if not status:  # otherwise the connection ends, which tells the client
                await problem.response()(scope, receive, send_guarded)
        finally:
            self._tell(scope, request_id, status or _FAULT, time.perf_counter() - started, fault)

    def _tell(
        self, scope: Scope, request_id: str, status: int, seconds: float, fault: Exception | None
    ) -> None:
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.answered(route, method, status, seconds)
        level = logging.INFO if route not in _QUIET else logging.DEBUG
        loglines.tell(
            logging.ERROR if fault else level,
            "request",
            id=request_id,
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 2),
            **(loglines.fault(fault) if fault else {}),
        )
