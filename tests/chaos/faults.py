"""What may happen to a request on its way: how often the server gets it, and what comes back. A table."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

Reply = Callable[[socket.socket, bytes], None]

BYTES_AT_ONCE, PAUSE = 64, 0.002  # of a slow body
LONGEST_SLOW = 0.5  # seconds: slow, not endless
PAGE = "<!doctype html><html><head><title>{0}</title></head><body>{0}</body></html>"


@dataclass(frozen=True, slots=True)
class Fault:
    """`sent`: how often the request reaches the server before `reply` deals with its last answer.

    `late`: the server gets it only after whoever sent it has given up, as behind a gateway with a shorter patience.
    `honest`: nobody who sees this takes it for an answer of Label Studio that says something untrue.
    """

    name: str
    sent: int
    reply: Reply
    late: bool = False
    honest: bool = True

    def __str__(self) -> str:
        return self.name


def pass_on(client: socket.socket, answer: bytes) -> None:
    """The answer as it is."""
    client.sendall(answer)


def close(_client: socket.socket, _answer: bytes) -> None:
    """An end of the connection without a word."""


def reset(client: socket.socket, _answer: bytes) -> None:
    """A connection that breaks: RST instead of FIN."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def hang(client: socket.socket, _answer: bytes) -> None:
    """Silence, until whoever asked gives up."""
    while client.recv(1):
        pass


def truncated(client: socket.socket, answer: bytes) -> None:
    """The first half of the body, then the end."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    client.sendall(head + blank + body[: len(body) // 2])


def cut(client: socket.socket, answer: bytes) -> None:
    """A whole message whose JSON stops in the middle, from a proxy with too small a buffer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    half = body[: max(1, len(body) // 2)] or b"{"
    client.sendall(_message(head.split(b"\r\n")[0].decode("latin-1"), half, "application/json"))


def slow(client: socket.socket, answer: bytes) -> None:
    """The answer in drops."""
    deadline = time.monotonic() + LONGEST_SLOW
    while answer and time.monotonic() < deadline:
        client.sendall(answer[:BYTES_AT_ONCE])
        answer = answer[BYTES_AT_ONCE:]
        time.sleep(PAUSE)
    client.sendall(answer)


def doubled(client: socket.socket, answer: bytes) -> None:
    """The answer, and once more behind it."""
    client.sendall(answer + answer)


def status(code: int, body: str = "", **headers: str) -> Reply:
    """An answer of somebody in between: a page, or JSON when `body` is given."""
    reason = HTTPStatus(code).phrase

    def reply(client: socket.socket, _answer: bytes) -> None:
        text, kind = (body, "application/json") if body else (PAGE.format(f"{code} {reason}"), "text/html")
        client.sendall(_message(f"HTTP/1.1 {code} {reason}", text.encode(), kind, headers))

    return reply


def _message(first: str, body: bytes, kind: str, headers: dict[str, str] | None = None) -> bytes:
    fields = {"Server": "WSGIServer", "Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"{name.replace('_', '-')}: {text}" for name, text in {**fields, **(headers or {})}.items()]
    return "\r\n".join([first, *lines, "", ""]).encode("latin-1") + body


ERROR_500 = '{"status_code": 500, "detail": "database is locked"}'
WAIT = {"Retry_After": "1"}

_HARMLESS = (
    Fault("slow body", 1, slow),
    Fault("answer doubled", 1, doubled),
    Fault("sent twice", 2, pass_on),
)
_BEFORE = (
    Fault("reset before", 0, reset),
    Fault("closed before", 0, close),
    Fault("hangs before", 0, hang),
    Fault("429 with Retry-After", 0, status(429, **WAIT)),
    Fault("502 before", 0, status(502)),
    Fault("503 before", 0, status(503, **WAIT)),
    Fault("504 before", 0, status(504)),
)
_AFTER = (
    Fault("reset after", 1, reset),
    Fault("lost answer", 1, close),
    Fault("hangs after", 1, hang),
    Fault("500 after", 1, status(500, ERROR_500)),
    Fault("502 after", 1, status(502)),
    Fault("504 after", 1, status(504)),
    Fault("truncated answer", 1, truncated),
    Fault("JSON cut short", 1, cut),
    Fault("login page", 1, status(200)),
)
# What may happen to a write: SQLite's retry middleware runs one again when its database is locked.
OF_WRITES = (
    *_HARMLESS,
    *_BEFORE,
    *_AFTER,
    Fault("sent twice, 500", 2, status(500, ERROR_500)),
    Fault("sent twice, lost", 2, close),
    Fault("504, then the server gets it", 0, status(504), late=True),
)
OF_READS = (
    *_HARMLESS,
    *_BEFORE,
    Fault("500", 0, status(500, ERROR_500)),
    Fault("reset after", 1, reset),
    Fault("lost answer", 1, close),
    Fault("truncated answer", 1, truncated),
    Fault("JSON cut short", 1, cut),
    Fault("login page", 0, status(200)),
    Fault("404 page", 0, status(404)),
    Fault("403", 0, status(403, '{"detail": "You do not have permission to perform this action."}')),
    Fault("404 in JSON", 0, status(404, '{"status_code": 404, "detail": "Not found."}'), honest=False),
)
HARMLESS = frozenset(fault.name for fault in _HARMLESS)
COSTLY = frozenset({"hangs before", "hangs after", "429 with Retry-After", "503 before"})  # each takes seconds
