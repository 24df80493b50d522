"""A small HTTP server on loopback, for tests that need one to say certain things."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import NamedTuple

import httpx


class Asked(NamedTuple):
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """What is said to it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def answering(answer: Callable[[Asked], Answer], tls: SSLContext | None = None) -> Iterator[str]:
    """The address of a server that gives these answers, encrypted with `tls`; it is gone afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = answer(Asked(self.command, self.path, dict(self.headers.items()), body))
            self.log_request(said.status)
            self.send_response_only(said.status)
            for name, value in {"Content-Length": str(len(said.body)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body)

        do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = do_GET  # noqa: N815  the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def relay(target: str, change: Callable[[Asked, Answer], Answer]) -> Callable[[Asked], Answer]:
    """For `answering`: what another server says, changed on its way as a gateway might."""

    def answer(asked: Asked) -> Answer:
        dropped = {"host", "content-length", "connection", "accept-encoding"}
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in dropped}
        said = httpx.request(asked.method, f"{target}{asked.path}", headers=headers, content=asked.body, timeout=60)
        kept = {"content-type", "set-cookie", "location", "date", "x-amz-bucket-region", "etag", "content-range"}
        shown = {name.title(): value for name, value in said.headers.items() if name in kept}
        return change(asked, Answer(said.status_code, shown, said.content))

    return answer
