"""HTTP connections as uvicorn serves them, with a short cut: a call that lies whole in one read may be answered without ASGI."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

log = logging.getLogger(__name__)

#: What a client sends while its call is answered, before it is read no further.
_AHEAD_BYTES_MAX: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that is ready to be written: *head* holds its header lines, each with its line break."""

    status: int
    head: bytes
    body: bytes


#: Looks at one read; an answer that is being made, or None when it is not the kind of call that takes the short cut.
ShortCut = Callable[[bytes], Coroutine[Any, Any, Answered] | None]
#: Hears (status, seconds) of each call that took it.
Count = Callable[[int, float], None]


def calls(short_cut: ShortCut, count: Count) -> type[HttpToolsProtocol]:
    """The protocol of a server whose calls may take *short_cut*."""
    return type("Calls", (_Calls,), {"short_cut": staticmethod(short_cut), "count": staticmethod(count)})


class _Calls(HttpToolsProtocol):
    short_cut: ShortCut
    count: Count

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._reading = False  # a request has begun, and its end has not come
        self._answering = False  # a call on the short cut
        self._last = False  # the server stops after it
        self._ahead = b""

    def on_message_begin(self) -> None:
        self._reading = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._reading = False
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        if self._answering:
            self._ahead += data
            if len(self._ahead) > _AHEAD_BYTES_MAX:
                self.flow.pause_reading()
            return
        if not self._reading and (self.cycle is None or self.cycle.response_complete):
            answering = self.short_cut(data)
            if answering is not None:
                self._answer(answering)
                return
        super().data_received(data)

    def shutdown(self) -> None:
        if self._answering:
            self._last = True
        else:
            super().shutdown()

    def _answer(self, answering: Coroutine[Any, Any, Answered]) -> None:
        self._unset_keepalive_if_required()
        self._answering = True
        task = self.loop.create_task(answering)
        self.tasks.add(cast("asyncio.Task[None]", task))
        started = time.perf_counter()
        task.add_done_callback(lambda done: self._answered(done, started))

    def _answered(self, task: asyncio.Task[Answered], started: float) -> None:
        self.tasks.discard(cast("asyncio.Task[None]", task))
        self._answering = False
        if task.cancelled() or task.exception() is not None:
            log.error("a call on the short cut failed", exc_info=None if task.cancelled() else task.exception())
            self.transport.close()
            return
        answered = task.result()
        self.count(answered.status, time.perf_counter() - started)
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.transport.write(self._message(answered))
        if self._last:
            self.transport.close()
            return
        self.flow.resume_reading()
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            self.data_received(ahead)
        else:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _message(self, answered: Answered) -> bytes:
        always = b"".join([b"%s: %s\r\n" % header for header in self.server_state.default_headers])
        leaving = b"connection: close\r\n" if self._last else b""
        return b"%s%s%scontent-length: %d\r\n%s\r\n%s" % (
            STATUS_LINE[answered.status], always, answered.head, len(answered.body), leaving, answered.body,
        )  # fmt: skip
