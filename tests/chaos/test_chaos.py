"""The proxy breaks what it says, and a short run of what `make chaos` does at length."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import httpx
import pytest

from lsform.server.local import LocalServer
from tests.chaos.faults import OF_READS, OF_WRITES, Fault
from tests.chaos.places import ToAndFro
from tests.chaos.proxy import Proxy, read_request
from tests.chaos.storm import Storm

BODY = b'{"text": "' + b"long " * 100 + b'"}'
# What one sees who asks, by how a fault is named: a status, or the end of the connection.
SEEN = {"500": 500, "502": 502, "503": 503, "504": 504, "403": 403, "404": 404, "429": 429, "login": 200}


class Upstream(BaseHTTPRequestHandler):
    """Counts what it gets."""

    def do_POST(self) -> None:
        self.server.got.append(self.rfile.read(int(self.headers["Content-Length"])))  # type: ignore[attr-defined]
        self.send_response(201)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def upstream() -> Iterator[tuple[str, list[bytes]]]:
    """A server, and the bodies that reached it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as server:
        server.got = got = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()
        thread.join()


def seen(url: str) -> object:
    """What a client gets: a status with what it says, or the name of an error."""
    try:
        with httpx.Client(timeout=0.3, trust_env=False) as client:
            answer = client.post(url, content=b"hello", headers={"Connection": "close"})
    except httpx.HTTPError as error:
        return type(error).__name__
    return answer.status_code, answer.content


@pytest.mark.parametrize("fault", [*OF_WRITES, *(one for one in OF_READS if one not in OF_WRITES)], ids=str)
def test_a_fault_does_what_it_is_called(fault: Fault) -> None:
    with upstream() as (url, got), Proxy(url) as proxy:
        with proxy.breaking(lambda _request: fault) as log:
            answer = seen(proxy.url + "/api/x/")
            assert [b"hello"] * fault.sent == got
        assert ["POST /api/x/"] == [str(one.request) for one in log]
        assert [b"hello"] * max(fault.sent, int(fault.late)) == got, "what is late arrives in the end"
    word = fault.name.replace("sent twice, ", "").split(",")[0].split(" ")[0]
    match answer:
        case int(status), bytes(body):
            assert SEEN.get(word, 201) == status
            whole = word not in SEEN and "cut" not in fault.name
            assert whole == (body == BODY)
        case _:
            expected = {"hangs": {"ReadTimeout"}, "reset": {"ReadError"}}.get(word, {"RemoteProtocolError"})
            assert answer in expected


def test_a_request_that_comes_in_pieces_is_read_to_its_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        raw = b"PATCH /api/y?a=1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
        for byte in raw:
            ours.sendall(bytes([byte]))
        request = read_request(theirs)
    assert request is not None
    assert ("PATCH /api/y?a=1", raw, True) == (str(request), request.raw, request.is_write)


@pytest.mark.live
def test_a_stack_survives_a_storm(label_studio: LocalServer, tmp_path: Path) -> None:
    with Proxy(label_studio.url) as proxy:
        storm = Storm(label_studio, proxy, tmp_path, seed=1)
        storm.rage(applies=6)
        assert storm.tally.faults, "nothing was broken"


@pytest.mark.live
def test_a_request_that_fails_anywhere_costs_nothing(label_studio: LocalServer, tmp_path: Path) -> None:
    with Proxy(label_studio.url) as proxy:
        stack = ToAndFro(label_studio, proxy, tmp_path)
        cases = [case for case in stack.cases() if not case.fault.name.startswith("hangs")]
        for case in Random(1).sample(cases, 3):
            stack.check(case)
