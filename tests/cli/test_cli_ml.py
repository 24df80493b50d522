"""`lsform ml serve` before it serves."""

from __future__ import annotations

import socket
import sys

import pytest

from lsform.cli.commands.ml import _listening
from tests.conftest import Stack

MODEL = "class It:\n    def predict(self, tasks):\n        return []\n"


@pytest.fixture
def model(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setattr(sys, "path", [*sys.path])
    (stack.folder / "served_model.py").write_text(MODEL)
    return stack


def test_help_shows_how_a_model_is_served(stack: Stack) -> None:
    shown = stack.run("ml", "serve", "--help")
    assert 0 == shown.code
    for text in ("MODULE:CLASS", "--batch", "--debounce SECONDS", "Example: lsform ml serve model:Classifier"):
        assert text in shown.out


def test_a_module_that_is_not_there_is_told(stack: Stack) -> None:
    result = stack.run("ml", "serve", "nothing_here:It")
    expected = f"error: there is no module `nothing_here`\nhint: is it in {stack.folder}?\n"
    assert (1, "", expected) == (result.code, result.out, result.err)


def test_half_of_the_credentials_are_none(model: Stack) -> None:
    model.environment["BASIC_AUTH_USER"] = "user"
    result = model.run("ml", "serve", "served_model:It")
    assert (64, "error: BASIC_AUTH_USER and BASIC_AUTH_PASS go together\nhint: set both, or neither\n") == (
        result.code,
        result.err,
    )


def test_a_port_that_is_taken_is_told(model: Stack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = model.run("ml", "serve", "served_model:It", "--port", str(port))
    assert (
        1,
        f"error: cannot listen at 127.0.0.1:{port}: Address already in use\nhint: `--port 0` takes a free one\n",
    ) == (
        result.code,
        result.err,
    )


def test_without_the_extra_it_says_how_to_install_it(model: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = model.run("ml", "serve", "served_model:It")
    assert (1, "error: serving models needs `uvicorn`\nhint: `pip install 'lsform[ml]'`\n") == (result.code, result.err)


def test_answers_are_sent_at_once() -> None:
    with _listening("127.0.0.1", 0) as sock, socket.create_connection(sock.getsockname()), sock.accept()[0] as accepted:
        assert 0 != accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
