"""Signing of requests: when a token is exchanged, when that is done again, and what no exchange means."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

import httpx
import pytest

from lsform.core.errors import ServerUnavailable
from lsform.server.tokens import TokenAuth

URL = "http://server"
LEGACY = "0123456789abcdef" * 2


def token(**claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJ.{body}.signature"


PERSONAL = token(token_type="refresh", exp=4_000_000_000)


class Server:
    """Gives these answers, one a request, and keeps what it was asked."""

    def __init__(self, *answers: tuple[int, object]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.learnt: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path} {request.headers.get('Authorization', '-')}")
        status, body = self.answers.pop(0)
        return httpx.Response(status, json=body)

    def send(self, key: str, *, requests: int = 1) -> Sequence[int]:
        auth = TokenAuth(URL, key, learnt=self.learnt.append)
        with httpx.Client(transport=httpx.MockTransport(self), auth=auth) as client:
            return [client.post(f"{URL}/api/x").status_code for _ in range(requests)]


def access(name: str) -> tuple[int, object]:
    return 200, {"access": name}


DONE, EXPIRED = (201, {}), (401, {"detail": "expired"})
EXCHANGE = "POST /api/token/refresh/ -"


@pytest.mark.parametrize(
    ("key", "header"),
    [
        (LEGACY, f"Token {LEGACY}"),
        ("no.web.token", "Token no.web.token"),
        (token(token_type="access"), f"Bearer {token(token_type='access')}"),
    ],
    ids=["legacy", "dots", "short"],
)
def test_what_is_no_personal_token_goes_as_it_is_and_is_sent_once(key: str, header: str) -> None:
    server = Server(EXPIRED)
    assert ([401], [f"POST /api/x {header}"]) == (server.send(key), server.asked)


def test_a_personal_token_is_exchanged_once_for_many_requests() -> None:
    server = Server(access("a"), DONE, DONE)
    assert [201, 201] == server.send(PERSONAL, requests=2)
    assert [EXCHANGE, "POST /api/x Bearer a", "POST /api/x Bearer a"] == server.asked
    assert ["a"] == server.learnt


@pytest.mark.parametrize("exp", [1, 4_000_000_000])
def test_the_time_that_a_short_token_names_is_not_believed(exp: int) -> None:
    short = token(token_type="access", exp=exp)
    server = Server(access(short), DONE, EXPIRED, access("b"), DONE)
    assert [201, 201] == server.send(PERSONAL, requests=2)
    requests = [f"POST /api/x Bearer {one}" for one in (short, short, "b")]
    assert [EXCHANGE, *requests[:2], EXCHANGE, requests[2]] == server.asked


def test_a_new_token_that_is_refused_as_well_is_the_end_of_it() -> None:
    server = Server(access("a"), EXPIRED, access("b"), EXPIRED)
    assert [401] == server.send(PERSONAL)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, {"detail": "not here"}), "http://server is no Label Studio"),
        ((200, ["hello"]), "http://server is no Label Studio"),
        ((401, {"detail": f"{PERSONAL} is blacklisted"}), r"not authorised: \(secret\) is blacklisted"),
        ((503, {"detail": "busy"}), r"the server is not available \(503\): busy"),
    ],
    ids=["no such page", "another language", "refused", "busy"],
)
@pytest.mark.parametrize("before", [0, 1], ids=["at first", "later"])
def test_no_exchange_says_nothing_of_the_object_that_was_asked_for(
    answer: tuple[int, object], words: str, before: int
) -> None:
    server = Server(*[access("a"), EXPIRED][: 2 * before], answer)
    with pytest.raises(ServerUnavailable, match=words) as caught:
        server.send(PERSONAL)
    assert 404 != caught.value.status
