"""A proxy between lsform and Label Studio that breaks what it is told to break.

It understands as much of HTTP/1.1 as it needs to know a request's method, path and end; one request a connection.
The server always gets to finish: a broken answer to a write is no second write beside it (label-studio-api.md 0.1).
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.chaos.faults import Fault

LONGEST = 120.0  # seconds that anything here may take; nothing does unless something hangs
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `raw` is all of it, `target` the path with its query."""

    method: str
    target: str
    raw: bytes

    @property
    def is_write(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def __str__(self) -> str:
        return f"{self.method} {self.target}"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it came by, and what was done to it."""

    request: Request
    fault: Fault | None = None

    @property
    def arrived(self) -> bool:
        """Whether the server has seen it, or will."""
        return self.fault is None or self.fault.sent > 0 or self.fault.late


Choose = Callable[[Request], Fault | None]


def nothing(_request: Request) -> Fault | None:
    """Break nothing."""
    return None


class Proxy:
    """`with Proxy(url) as proxy:` listens at `proxy.url`. `choose` says what to do to each request.

    `log` has every exchange since it was last cleared, in the order in which the requests came in.
    """

    def __init__(self, upstream: str) -> None:
        found = urlsplit(upstream)
        self._upstream = (found.hostname or "", found.port or 80)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._one_choice, self._one_write = threading.Lock(), threading.Lock()
        self._threads: list[threading.Thread] = []
        self._kept: list[Request] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.choose: Choose = nothing
        self.log: list[Exchange] = []

    def __enter__(self) -> Proxy:
        self._listener = threading.Thread(target=self._listen, name="proxy")
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._listener.join()
        self.settle()

    @contextmanager
    def breaking(self, choose: Choose) -> Iterator[list[Exchange]]:
        """Inside, requests are treated like this; gives their log, which is complete at the end."""
        self.log = log = []
        self.choose = choose
        try:
            yield log
        finally:
            self.choose = nothing
            self.settle()

    def settle(self) -> None:
        """Wait until nothing is under way, then let the server have what was kept from it."""
        for thread in self._threads:
            thread.join(LONGEST)
        self._threads.clear()
        while self._kept:
            self._deliver(self._kept.pop(0))

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            thread = threading.Thread(target=self._serve, args=(client,), name="proxied")
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(LONGEST)
        with client, suppress(OSError):  # whoever asked may go away at any moment
            request = read_request(client)
            if request is None:
                return
            with self._one_choice:
                fault = self.choose(request)
                self.log.append(Exchange(request, fault))
            if fault is None:
                client.sendall(self._deliver(request))
                return
            answer = b""
            for _ in range(fault.sent):
                answer = self._deliver(request)
            if fault.late:
                self._kept.append(request)
            fault.reply(client, answer)

    def _deliver(self, request: Request) -> bytes:
        """Send a request to the server and read all of the answer; writes one after the other."""
        with self._one_write if request.is_write else nullcontext(), socket.create_connection(self._upstream) as server:
            server.settimeout(LONGEST)
            server.sendall(closing(request.raw))
            parts = []
            while part := server.recv(CHUNK):
                parts.append(part)
        return closing(b"".join(parts))


def read_request(client: socket.socket) -> Request | None:
    """The next request of a connection, None when there is none or when it breaks off."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = client.recv(CHUNK)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = {name.strip().lower(): text.strip() for name, _, text in (line.partition(":") for line in lines[1:])}
    if "transfer-encoding" in fields:
        raise AssertionError("lsform sends bodies whose length is known")
    while len(body) < int(fields.get("content-length", 0)):
        part = client.recv(CHUNK)
        if not part:
            return None
        body += part
    method, target, _ = lines[0].split(" ")
    return Request(method, target, head + b"\r\n\r\n" + body)


def closing(message: bytes) -> bytes:
    """The same message, which says that its connection ends with it."""
    head, blank, body = message.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + blank + body if blank else message
