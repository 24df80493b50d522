"""Which requests are sent again: told by a server that does as it is told, one connection after the other."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import httpx
import pytest

from lsform.server.patience import BACKOFFS, PatientClient, asked_to_wait

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
RESET = b""
TRUNCATED = b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"half": '
ALL_METHODS = ("GET", "PATCH", "DELETE", "POST")


def refusal(status: int, *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status} No", "Content-Length: 0", "Connection: close", *headers, "", "")
    return "\r\n".join(lines).encode()


class Impatient(PatientClient):
    """The same without waiting."""

    backoffs = (0.0,) * len(BACKOFFS)


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, list[str]]]:
    """A server with these answers, one a connection; yields its address and the methods that it was asked for."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def serve() -> None:
            for answer in answers:
                with listener.accept()[0] as one:
                    asked.append(one.recv(65536).decode().partition(" ")[0])
                    one.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", asked
        thread.join()


@pytest.fixture
def client() -> Iterator[Impatient]:
    with Impatient(trust_env=False) as made:
        yield made


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "failure",
    [RESET, TRUNCATED, *(refusal(status) for status in (408, 429, 502, 503, 504))],
    ids=["reset", "truncated", "408", "429", "502", "503", "504"],
)
def test_what_may_be_done_twice_is_sent_again(client: Impatient, method: str, failure: bytes) -> None:
    with answering(failure, failure, GOOD) as (url, asked):
        assert 200 == client.request(method, url).status_code
    assert [method] * 3 == asked


@pytest.mark.parametrize("failure", [RESET, TRUNCATED])
def test_a_create_that_may_have_arrived_is_not_sent_again(client: Impatient, failure: bytes) -> None:
    with answering(failure) as (url, asked), pytest.raises(httpx.RemoteProtocolError):
        client.post(url)
    assert ["POST"] == asked


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_nor_one_that_was_answered_with_an_error(client: Impatient, status: int) -> None:
    with answering(refusal(status)) as (url, asked):
        assert status == client.post(url).status_code
    assert ["POST"] == asked


def test_what_was_not_let_in_was_not_done_and_is_sent_again(client: Impatient) -> None:
    with answering(refusal(429), GOOD) as (url, asked):
        assert 200 == client.post(url).status_code
    assert ["POST", "POST"] == asked


def test_a_token_is_asked_for_again(client: Impatient) -> None:
    with answering(RESET, GOOD) as (url, asked):
        assert 200 == client.post(f"{url}api/token/refresh/").status_code
    assert ["POST", "POST"] == asked


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("PATCH", 1), ("DELETE", 1), ("POST", 1)])
def test_a_server_error_is_worth_another_read_and_no_other_write(client: Impatient, method: str, times: int) -> None:
    with answering(*[refusal(500), GOOD][:times]) as (url, asked):
        client.request(method, url)
    assert [method] * times == asked


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
@pytest.mark.parametrize("method", ALL_METHODS)
def test_what_is_refused_for_good_is_not_sent_again(client: Impatient, method: str, status: int) -> None:
    with answering(refusal(status)) as (url, asked):
        assert status == client.request(method, url).status_code
    assert [method] == asked


def test_the_last_answer_is_the_answer(client: Impatient) -> None:
    with answering(*[refusal(502)] * len(BACKOFFS), refusal(504)) as (url, asked):
        assert 504 == client.get(url).status_code
    assert ["GET"] * (len(BACKOFFS) + 1) == asked


@contextmanager
def closed_port() -> Iterator[str]:
    with socket.socket() as one:  # bound and not listening: nobody else gets it, and nobody answers
        one.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{one.getsockname()[1]}/"


@pytest.mark.parametrize("method", ALL_METHODS)
def test_a_server_that_is_away_for_a_moment_is_waited_for_because_nothing_has_left(method: str) -> None:
    tried: list[str] = []
    with closed_port() as url, answering(GOOD) as (there, _), Impatient(trust_env=False) as client:
        client.event_hooks = {"request": [lambda request: tried.append(request.method)]}
        client.get(there)
        with pytest.raises(httpx.ConnectError):
            client.request(method, url)
    assert ["GET", *[method] * (len(BACKOFFS) + 1)] == tried


def test_a_server_that_never_answered_is_not_waited_for() -> None:
    tried: list[str] = []
    with closed_port() as url, Impatient(trust_env=False) as client, pytest.raises(httpx.ConnectError):
        client.event_hooks = {"request": [lambda request: tried.append(request.method)]}
        client.get(url)
    assert ["GET"] == tried


def test_a_read_that_takes_too_long_is_sent_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, Impatient(trust_env=False, timeout=0.05) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        silent.settimeout(1)
        for _ in range(len(BACKOFFS) + 1):
            silent.accept()[0].close()


def test_a_server_that_wants_us_to_wait_for_longer_than_we_do_is_not_asked_again(client: Impatient) -> None:
    with answering(refusal(429, "Retry-After: 3600")) as (url, asked):
        assert 429 == client.get(url).status_code
    assert ["GET"] == asked


LATER = datetime.now(timezone.utc) + timedelta(hours=1)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7),
        (" 0 ", 0, 0),
        pytest.param(format_datetime(LATER, usegmt=True), 1, 3600, id="in an hour"),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 0, 0),
        ("soon", 0, 0),
        ("-1", 0, 0),
        ("", 0, 0),
    ],
)
def test_the_wait_that_the_server_asks_for_is_a_number_or_a_date(header: str, least: float, most: float) -> None:
    assert least <= asked_to_wait(httpx.Response(429, headers={"Retry-After": header})) <= most


def test_a_lost_answer_asks_for_no_wait() -> None:
    asked: Callable[[httpx.ReadError], float] = asked_to_wait
    assert 0 == asked(httpx.ReadError(""))
