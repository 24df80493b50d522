"""Servers that cannot be worked with: each ends in exit code 6, one line, and what to do about it."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from contextlib import AbstractContextManager

import pytest

from tests.cli.conftest import CANARY, STACK
from tests.conftest import Stack
from tests.loopback import Answer, Asked, answering

Answers = Mapping[str, tuple[int, str, str]]  # path -> status, type, text; anything else is 404 HTML


def knowing(answers: Answers) -> AbstractContextManager[str]:
    """An HTTP server on loopback that knows these answers."""

    def answer(asked: Asked) -> Answer:
        status, kind, text = answers.get(asked.path.partition("?")[0], (404, "text/html", "<html>not found</html>"))
        return Answer(status, {"Content-Type": kind}, text.encode())

    return answering(answer)


def as_json(**values: object) -> tuple[int, str, str]:
    return 200, "application/json", json.dumps(values)


VERSION, WHO = "/api/version", "/api/current-user/whoami"
ME = as_json(active_organization=1)
HTML = (200, "text/html", "<html>log in</html>")
CHECK_URL, CHECK_KEY = (
    "check `server.url`",
    "check `server.api_key`: it must be a personal access token or a legacy token of this server",
)


def plan(stack: Stack, url: str) -> tuple[int, str, str]:
    """Exit code, error and hint of a plan against this server."""
    stack.write(STACK)
    stack.environment |= {"LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": CANARY}
    result = stack.run("plan")
    assert "" == result.out
    assert CANARY not in result.err
    error, hint = result.err.rstrip("\n").split("\n")
    return result.code, error.removeprefix("error: "), hint.removeprefix("hint: ")


@pytest.mark.parametrize(
    ("answers", "error", "hint"),
    [
        ({}, "URL is no Label Studio", CHECK_URL),
        ({VERSION: HTML, WHO: HTML}, "URL is no Label Studio", CHECK_URL),
        ({VERSION: as_json(hello="world"), WHO: ME}, "URL is no Label Studio", CHECK_URL),
        ({VERSION: as_json(release="1.13.1"), WHO: ME}, "URL runs Label Studio 1.13.1", "lsform needs 1.23 or newer"),
        (
            {VERSION: as_json(release="1.23.2"), WHO: (401, "application/json", '{"detail": "Invalid token."}')},
            "not authorised: Invalid token.",
            CHECK_KEY,
        ),
        (
            {VERSION: as_json(release="1.23.2"), WHO: (403, "application/json", '{"detail": "No permission."}')},
            "not authorised: No permission.",
            "the user whose token this is may not read it: ask for the permission, or take another user's token",
        ),
    ],
    ids=["nothing", "a web page", "another API", "too old", "a wrong token", "a user who may not"],
)
def test_what_is_no_server_of_ours_is_said_in_one_line(stack: Stack, answers: Answers, error: str, hint: str) -> None:
    with knowing(answers) as url:
        assert (6, error.replace("URL", url), hint) == plan(stack, url)


def test_a_closed_port_is_a_server_that_cannot_be_reached(stack: Stack) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it, and nobody answers
        url = f"http://127.0.0.1:{one.getsockname()[1]}"
        code, error, hint = plan(stack, url)
    assert (6, "is the server up? check `server.url`") == (code, hint)
    assert error.startswith(f"{url} cannot be reached: ")


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://localhost"])
def test_what_is_no_web_address_cannot_be_reached_either(stack: Stack, url: str) -> None:
    code, error, hint = plan(stack, url)
    assert (6, "is the server up? check `server.url`") == (code, hint)
    assert error.startswith(f"{url} cannot be reached: ")


def test_a_password_in_the_address_of_the_server_is_refused_and_not_shown(stack: Stack) -> None:
    code, error, hint = plan(stack, f"http://somebody:{CANARY}@localhost:8080")
    assert (6, "`server.url` has a user name or a password in it") == (code, error)
    assert "Label Studio knows users by `server.api_key` alone" == hint


def test_apply_and_destroy_take_no_lock_for_a_server_that_is_not_there(stack: Stack) -> None:
    plan(stack, "localhost:8080")
    for command in ("apply", "destroy"):
        assert 6 == stack.run(command, "--auto-approve").code
    assert not (stack.folder / ".lsform").exists()
