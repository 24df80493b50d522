"""`/healthz`, `/readyz` and `/metrics` over HTTP, answered while the loop works or hangs."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from lsform.reconcile.model import Pass

TEXT = "text/plain; charset=utf-8"
METRICS = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(slots=True)
class Health:
    """Whether the loop moves. It beats at each pass, request and change, and while it waits.

    `stuck_after` is in seconds. Ready is who has had each of the stacks once, also one that stands by.
    """

    clock: Callable[[], float]
    stuck_after: float
    stacks: frozenset[str]
    beaten_at: float = 0.0

    def __post_init__(self) -> None:
        self.beat()

    def beat(self) -> None:
        self.beaten_at = self.clock()

    def __call__(self, done: Pass) -> None:
        self.beat()
        self.stacks -= {done.stack}

    def alive(self) -> tuple[bool, str]:
        still = self.clock() - self.beaten_at
        return still < self.stuck_after, f"the loop moved {still:.0f} s ago\n"

    def ready(self) -> tuple[bool, str]:
        return not self.stacks, f"not yet: {', '.join(sorted(self.stacks))}\n" if self.stacks else "ready\n"


@contextmanager
def served(host: str, port: int, health: Health, metrics: Callable[[], bytes]) -> Iterator[int]:
    """The port that it listens at, 0 having taken a free one. Raises OSError when it cannot."""
    server = (_Server6 if ":" in host else ThreadingHTTPServer)((host, port), _handler(health, metrics))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="health", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


def _handler(health: Health, metrics: Callable[[], bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            match self.path.partition("?")[0]:
                case "/healthz":
                    self._checked(health.alive())
                case "/readyz":
                    self._checked(health.ready())
                case "/metrics":
                    self._answer(200, metrics(), METRICS)
                case _:
                    self._answer(404, b"there are /healthz, /readyz and /metrics\n", TEXT)

        def _checked(self, found: tuple[bool, str]) -> None:
            self._answer(200 if found[0] else 503, found[1].encode(), TEXT)

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  probes are no news
            """Nothing."""

    return Handler
