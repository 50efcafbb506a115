"""HTTP connections that take no more time and memory than they may: uvicorn's, with bounds.

uvicorn bounds neither the headers of a request nor the time they take, nor the time a client
takes to read; and a connection on which nothing is ever sent stays open.
"""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from clausepress.api.guard import secured
from clausepress.api.limits import Limits
from clausepress.api.problems import Problem, unavailable


class BoundedProtocol(HttpToolsProtocol):
    """One connection. While no request is under way, a timer runs that data does not stop."""

    limits: ClassVar[Limits] = Limits()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request; one connection too many is refused."""
        super().connection_made(transport)
        self._in_head = True
        self._fed = self._size = self._lines = 0
        self._late: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        if len(self.connections) > self.limits.connections:
            self._refuse(unavailable("Too many connections are open; try again shortly."))
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timers."""
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        self._stop_awaiting()
        self._stop_flushing()

    def data_received(self, data: bytes) -> None:
        """Parse, unless there is too much of it."""
        if self.transport.is_closing():
            return
        in_head = self._in_head
        super().data_received(data)
        if in_head and self._in_head:  # a line is told of when it is whole; it may have no end
            self._fed += len(data)
            if self._too_much():
                self.send_400_response("")
        if self._late is None and not self._under_way():
            self._await_head()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._size = self._lines = 0

    def on_url(self, url: bytes) -> None:
        """A part of the request line."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header line, or one of a trailer."""
        self._lines += 1
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """From here the application's own limits hold."""
        self._in_head = False
        self._fed = 0
        self._stop_awaiting()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes now is the next request."""
        self._in_head = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The client has to take the answer, and may ask again."""
        super().on_response_complete()
        if self.transport.get_write_buffer_size():
            self._await_flush()

    def pause_writing(self) -> None:
        """More lies ready for the client than it takes."""
        super().pause_writing()
        self._await_flush()

    def resume_writing(self) -> None:
        """The client goes on."""
        super().resume_writing()
        self._stop_flushing()

    def timeout_keep_alive_handler(self) -> None:
        """The connection is idle: end it."""
        self._end()

    def send_400_response(self, msg: str) -> None:
        """What came is no request, or has too long a head."""
        del msg
        self._refuse(
            Problem(431, "The request line and headers are too long; send less.")
            if self._too_much()
            else Problem(400, "This is not HTTP/1.1; check the request line and headers.")
        )

    def _count(self, size: int) -> None:
        self._size += size
        if self._too_much():
            raise ValueError("the head is too long")  # which the parser turns into a refusal

    def _too_much(self) -> bool:
        most = self.limits
        return max(self._size, self._fed) > most.header_bytes or self._lines > most.header_count

    def _under_way(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _refuse(self, problem: Problem) -> None:
        """Answer, unless another answer is under way, and end the connection."""
        if not self._under_way():
            response = problem.response()
            headers = secured([*response.raw_headers, (b"connection", b"close")])
            head = b"".join(b"%s: %s\r\n" % header for header in headers)
            status = STATUS_LINE[response.status_code]
            self.transport.write(b"%s%s\r\n%s" % (status, head, bytes(response.body)))
        self._end()

    def _await_head(self) -> None:
        self._late = self.loop.call_later(self.limits.header_seconds, self._end)

    def _stop_awaiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _await_flush(self) -> None:
        if self._unread is None:
            self._unread = self.loop.call_later(self.limits.write_seconds, self._give_up)

    def _stop_flushing(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _give_up(self) -> None:
        self._unread = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()  # closing would wait for the client

    def _end(self) -> None:
        self.transport.close()
        if self.transport.get_write_buffer_size():
            self._await_flush()


def bounded(limits: Limits) -> type[BoundedProtocol]:
    """The protocol with these limits, for uvicorn's Config."""
    return type("BoundedProtocol", (BoundedProtocol,), {"limits": limits})
