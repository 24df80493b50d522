"""Tokens of both sorts on the real server, good and bad: what works, and what is said of what does not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx
import jwt
import pytest

from lsform.core.errors import ExitCode, ServerUnavailable
from lsform.core.events import Detail, Event
from lsform.core.values import Secret
from lsform.resources.project import PROJECT
from lsform.server.label_studio import LabelStudio
from lsform.server.local import LocalServer
from lsform.server.translation import CREDENTIALS
from tests.conftest import Stack
from tests.loopback import Answer, Asked, answering, relay

pytestmark = pytest.mark.live

SETTINGS = "Organization > Access token settings"
DAY = 86400
ACCOUNT = "Account & settings > Personal access token"


class Person:
    """The user of the server, logged in with a browser."""

    def __init__(self, server: LocalServer) -> None:
        self.http = httpx.Client(base_url=server.url, headers={"Connection": "close"}, trust_env=False, timeout=60)
        self.http.get("/user/login/")
        login = {"email": server.username, "password": server.password.value}
        self.http.post("/user/login/", data={**login, "csrfmiddlewaretoken": self.http.cookies["csrftoken"]})

    def post(self, path: str, **body: object) -> httpx.Response:
        answer = self.http.post(path, json=body, headers={"X-CSRFToken": self.http.cookies["csrftoken"]})
        return answer.raise_for_status()

    def revoke(self) -> None:
        """End all personal access tokens."""
        for known in self.http.get("/api/token/").raise_for_status().json():
            self.post("/api/token/blacklist/", refresh=known["token"])

    def allow(self, *, legacy: bool = True, personal: bool = True) -> None:
        self.post("/api/jwt/settings", legacy_api_tokens_enabled=legacy, api_tokens_enabled=personal)


@pytest.fixture(scope="module")
def person(label_studio: LocalServer) -> Iterator[Person]:
    made = Person(label_studio)
    yield made
    made.http.close()


@pytest.fixture
def pat(person: Person) -> str:
    """A new personal access token: a user can have but one."""
    person.revoke()
    return str(person.post("/api/token/").json()["token"])


def signed(server: LocalServer, pat: str, **claims: object) -> str:
    """A token with other claims, signed with the server's own key."""
    key = (server.directory / ".env").read_text("utf-8").partition("SECRET_KEY=")[2].splitlines()[0]
    known = jwt.decode(pat, options={"verify_signature": False})
    return jwt.encode({**known, **claims}, key, algorithm="HS256")


def exchanged(server: LocalServer, pat: str) -> str:
    """A short token, as lsform gets it."""
    answer = httpx.post(f"{server.url}/api/token/refresh/", json={"refresh": pat}, trust_env=False)
    return str(answer.json()["access"])


@contextmanager
def adapter(url: str, token: str, tell: Callable[[Event], None] = lambda _event: None) -> Iterator[LabelStudio]:
    made = LabelStudio(url, Secret(token), tell=tell)
    try:
        yield made
    finally:
        made.close()


def refusal(url: str, token: str) -> tuple[str, str]:
    """What is said when such a token is used, and what to do about it."""
    with adapter(url, token) as server, pytest.raises(ServerUnavailable) as caught:
        server.info()
    assert token not in caught.value.message + caught.value.hint
    return caught.value.message, caught.value.hint


def test_tokens_of_both_sorts_read_and_write(label_studio: LocalServer, pat: str) -> None:
    for token in (pat, label_studio.api_key.value):
        with adapter(label_studio.url, token) as server:
            assert 1 == server.info().organization
            made = server.create(PROJECT, {"title": "made with a token"}, project=None)
            server.delete(PROJECT, made.remote)


def test_white_space_around_a_token_of_a_file_is_no_part_of_it(
    stack: Stack, label_studio: LocalServer, pat: str
) -> None:
    head = (
        f"apiVersion: lsform/v1\nkind: Stack\nmetadata: {{name: spaces}}\nspec: {{server: {{url: '{label_studio.url}'"
    )
    stack.write(head + ", api_key: '${file:token.txt}'}}\n")
    (stack.folder / "token.txt").write_text(f" \t{pat} \r\n\n")
    assert 0 == stack.run("plan").code


@pytest.mark.parametrize(
    ("token", "words", "remedy"),
    [
        ("0" * 40, "not authorised: Invalid token.", CREDENTIALS),
        ("garbage", "not authorised: Invalid token.", CREDENTIALS),
        ("two\nlines", "`server.api_key` has characters that no token has", CREDENTIALS),
        ("schlüssel", "`server.api_key` has characters that no token has", CREDENTIALS),
    ],
)
def test_what_is_no_token_is_refused(label_studio: LocalServer, token: str, words: str, remedy: str) -> None:
    assert (words, remedy) == refusal(label_studio.url, token)


def test_a_personal_access_token_of_another_server_is_refused(label_studio: LocalServer, pat: str) -> None:
    claims = jwt.decode(pat, options={"verify_signature": False})
    message, hint = refusal(label_studio.url, jwt.encode(claims, "k" * 50, algorithm="HS256"))
    assert ("not authorised: Token is invalid", True) == (message, ACCOUNT in hint)


def test_an_expired_personal_access_token_is_refused(label_studio: LocalServer, pat: str) -> None:
    message, hint = refusal(label_studio.url, signed(label_studio, pat, exp=int(time.time()) - 60))
    assert ("not authorised: Token is expired", True) == (message, ACCOUNT in hint)


def test_the_short_token_of_a_personal_one_is_named_as_such(label_studio: LocalServer, pat: str) -> None:
    short = exchanged(label_studio, pat)
    with adapter(label_studio.url, short) as server:
        assert 1 == server.info().organization
    old = signed(label_studio, short, exp=int(time.time()) - 60)
    message, hint = refusal(label_studio.url, old)
    assert ("not authorised: Authentication credentials were not provided.", True) == (message, "minutes" in hint)


def test_legacy_tokens_that_are_switched_off_say_where_to_allow_them(
    label_studio: LocalServer, person: Person, pat: str
) -> None:
    person.allow(legacy=False)
    try:
        message, hint = refusal(label_studio.url, label_studio.api_key.value)
        with adapter(label_studio.url, pat) as server:
            assert 1 == server.info().organization
    finally:
        person.allow()
    assert "legacy token authentication has been disabled for this organization" in message
    assert SETTINGS in hint


def test_personal_tokens_that_are_switched_off_say_where_to_allow_them(
    label_studio: LocalServer, person: Person, pat: str
) -> None:
    person.allow(personal=False)
    try:
        message, hint = refusal(label_studio.url, pat)
    finally:
        person.allow()
    assert "not authorised: Authentication credentials were not provided." == message
    assert SETTINGS in hint


def test_a_revoked_token_says_that_it_was_revoked(label_studio: LocalServer, person: Person, pat: str) -> None:
    person.revoke()
    message, hint = refusal(label_studio.url, pat)
    assert ("not authorised: Token is blacklisted", True) == (message, ACCOUNT in hint)


@pytest.mark.parametrize(
    ("claims", "said", "exit_code"),
    [
        ({}, [], ExitCode.DONE),
        ({"exp": 2.5 * DAY}, [("warning", "the token expires in 2 days")], ExitCode.DONE),
        ({"exp": -60}, [("error", "the token has expired")], ExitCode.ERROR),
        (None, [("error", "the token is an access token, which lives for five minutes")], ExitCode.ERROR),
    ],
)
def test_the_doctor_tells_how_long_a_token_lasts(
    stack: Stack,
    label_studio: LocalServer,
    pat: str,
    claims: dict[str, float] | None,
    said: list[tuple[str, str]],
    exit_code: ExitCode,
) -> None:
    now = int(time.time())
    made = {name: now + int(seconds) for name, seconds in (claims or {}).items()}
    token = exchanged(label_studio, pat) if claims is None else signed(label_studio, pat, **made)
    stack.environment["LABEL_STUDIO_API_KEY"] = token
    result = stack.call(["doctor", "--server", label_studio.url, "--check", "LSFC002", "--format", "json"])
    found = json.loads(result.out)["findings"]
    assert (said, exit_code) == ([(one["severity"], one["message"]) for one in found], result.code)
    assert token not in result.out + result.err


@pytest.mark.parametrize(("seconds", "severity"), [(-90, "warning"), (400, "error")])
def test_the_doctor_tells_how_far_the_clock_of_the_server_is_off(
    stack: Stack, label_studio: LocalServer, seconds: int, severity: str
) -> None:
    def shifted(_asked: Asked, answer: Answer) -> Answer:
        date = parsedate_to_datetime(answer.headers["Date"]) + timedelta(seconds=seconds)
        return Answer(answer.status, {**answer.headers, "Date": format_datetime(date, usegmt=True)}, answer.body)

    stack.environment["LABEL_STUDIO_API_KEY"] = label_studio.api_key.value
    with answering(relay(label_studio.url, shifted)) as url:
        result = stack.call(["doctor", "--server", url, "--check", "LSFC004", "--format", "json"])
    (found,) = json.loads(result.out)["findings"]
    how = "ahead of" if seconds > 0 else "behind"
    assert ("LSFC004", severity) == (found["code"], found["severity"])
    assert re.fullmatch(rf"the server's clock is \d+ s {how} this machine's", found["message"])


def late(server: LocalServer, old: str, *requests: int) -> AbstractContextManager[str]:
    """The server, for which five minutes go by just before these requests: they come with a token that has expired."""
    numbers = iter(range(1, 1000))

    def answer(asked: Asked) -> Answer:
        headers = {key: value for key, value in asked.headers.items() if key.lower() != "host"}
        if next(numbers) in requests:
            headers["Authorization"] = f"Bearer {old}"
        with httpx.Client(trust_env=False, timeout=60) as http:
            said = http.request(asked.method, server.url + asked.path, content=asked.body, headers=headers)
        return Answer(said.status_code, {"Content-Type": said.headers.get("Content-Type", "")}, said.content)

    return answering(answer)


def test_a_token_that_expires_in_a_run_is_renewed_and_nothing_is_done_twice(
    label_studio: LocalServer, pat: str
) -> None:
    short = exchanged(label_studio, pat)
    old = signed(label_studio, short, exp=int(time.time()) - 1)
    told: list[Event] = []
    # 1 exchange, 2 version, 3 who am I (late), 4 exchange, 5 who am I, 6 create (late), 7 exchange, 8 create
    with late(label_studio, old, 3, 6) as url, adapter(url, pat, told.append) as server:
        server.info()
        made = server.create(PROJECT, {"title": "made just then"}, project=None)
        found = [one.remote for one in server.list(PROJECT, attributes=["title"], title="made just then")]
        server.delete(PROJECT, made.remote)
    assert [made.remote] == found
    lines = [f"{one.fields['method']} {one.fields['path']} {one.fields['status']}" for one in told]
    assert ["POST /api/projects/ 401", "POST /api/token/refresh/ 200", "POST /api/projects/ 201"] == lines[5:8]
    assert (2, Detail.REQUEST) == (told[7].fields["attempt"], told[7].detail)
    everything = repr(told)
    assert [] == [part for token in (pat, short, old) for part in token.split(".")[1:] if part in everything]
