"""Notifications: one JSON body, and no error that quotes the secret URL."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lsform.core.errors import ServerError
from lsform.core.values import Secret
from lsform.server.notification import post_text


class Chat(HTTPServer):
    """An incoming webhook that remembers."""

    status = 200
    bodies: list[object]


class Hook(BaseHTTPRequestHandler):
    server: Chat

    def do_POST(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


@pytest.fixture
def chat() -> Iterator[Chat]:
    with Chat(("127.0.0.1", 0), Hook) as server:
        server.bodies = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def secret(port: int) -> Secret:
    return Secret(f"http://127.0.0.1:{port}/hooks/canary", "env:LSFORM_NOTIFY_URL")


def test_the_body_is_what_slack_takes(chat: Chat) -> None:
    post_text(secret(chat.server_port), "drift")
    assert [{"text": "drift"}] == chat.bodies


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_no_success_is_an_error_without_the_url(chat: Chat, status: int) -> None:
    chat.status = status
    with pytest.raises(ServerError, match=f"the webhook of env:LSFORM_NOTIFY_URL answered {status}") as caught:
        post_text(secret(chat.server_port), "drift")
    assert "canary" not in str(caught.value)


def test_nobody_there_is_an_error_without_the_url() -> None:
    with pytest.raises(ServerError, match="did not answer: ConnectError") as caught:
        post_text(secret(9), "drift")
    assert "canary" not in str(caught.value) and caught.value.__cause__ is None
