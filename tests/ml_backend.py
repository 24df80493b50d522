"""A model behind HTTP that speaks the protocol of Label Studio's ML backends, as a process of its own.

`python -m tests.ml_backend` listens on a free port of loopback and prints it. Below `/locked` it wants credentials,
below `/refusing` it cannot be set up, below `/silent` nobody answers in time, below `/sluggish` only just; every other
path is a backend like the next one. `/calls` tells how often each path was asked for, and does not count.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

VERSION = "weights 1"  # what it tells when it is set up
CALLS: Counter[str] = Counter()
TOO_LONG = 1.5  # seconds: Label Studio waits one for `/health`
LONG = 0.6


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
        if self.path == "/calls":
            return self._send(200, CALLS)
        CALLS[self.path] += 1
        before, _, route = self.path.rpartition("/")
        if "/silent" in before:
            time.sleep(TOO_LONG)
        if "/sluggish" in before and route == "health":
            time.sleep(LONG)
        if "/locked" in before and not self._is_let_in():
            return self._send(401, {"error": "who are you?"})
        if "/refusing" in before and route == "setup":
            return self._send(500, {"error": "no such model"})
        return (
            self._send(200, ANSWERS[route](body)) if route in ANSWERS else self._send(404, {"error": "no such route"})
        )

    def _is_let_in(self) -> bool:
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        user, _, password = base64.b64decode(token).decode().partition(":") if scheme == "Basic" else ("", "", "")
        return user.startswith("user") and password.startswith("canary")

    def _send(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


def predicted(body: Any) -> Any:
    """One empty prediction a task."""
    return {"results": [{"result": [], "score": 0.5, "model_version": VERSION} for _ in body["tasks"]]}


ANSWERS = {
    "health": lambda _body: {"status": "UP"},
    "setup": lambda _body: {"model_version": VERSION},
    "versions": lambda _body: {"versions": [VERSION]},
    "predict": predicted,
    "webhook": lambda _body: {},
}


class Backend:
    """The process, from outside."""

    def __init__(self, url: str) -> None:
        self.url = url

    def calls(self) -> dict[str, int]:
        """Path -> how often somebody asked for it."""
        found: dict[str, int] = httpx.get(f"{self.url}/calls", trust_env=False).json()
        return found


@contextmanager
def running() -> Iterator[Backend]:
    """A backend process, for as long as the block takes."""
    root = Path(__file__).parents[1]
    process = subprocess.Popen([sys.executable, "-m", "tests.ml_backend"], cwd=root, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Backend(f"http://127.0.0.1:{int(process.stdout.readline())}")
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
