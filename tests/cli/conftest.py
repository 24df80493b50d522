"""What the tests of the command line share: a server in memory behind the commands, text without chance in it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.conftest import Stack
from tests.fakes import MemoryServer

STACK = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: test}
spec: {server: {url: "${env:LABEL_STUDIO_URL}", api_key: "${env:LABEL_STUDIO_API_KEY}"}}
"""
PROJECT = """\
---
apiVersion: lsform/v1
kind: Project
metadata: {name: signs}
spec:
  title: Traffic signs
  maximum_annotations: 2
  interface: {template: image-classification, vars: {choices: [Stop, Yield]}}
  webhooks:
    retrain: {url: "https://ci.example.com/hook", headers: {Authorization: "${env:TOKEN}"}}
"""
CANARY = "canary-5f3a9c"  # the value of every secret: it must be in no output


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> MemoryServer:
    """The server that commands talk to."""
    server = MemoryServer()
    monkeypatch.setattr("lsform.session.label_studio", lambda _url, _api_key, **_tell: server)
    return server


@pytest.fixture
def signs(stack: Stack, memory: MemoryServer) -> Stack:
    """A stack of one project with a webhook, whose server is in memory."""
    stack.environment |= {"LABEL_STUDIO_URL": memory.url, "LABEL_STUDIO_API_KEY": CANARY, "TOKEN": CANARY}
    stack.write(STACK + PROJECT)
    return stack


@pytest.fixture
def steady(stack: Stack) -> Callable[[str], str]:
    """Text without what differs from run to run: the folder of the stack, digests, nonces, times."""

    def replaced(text: str) -> str:
        for pattern, name in (
            (re.escape(str(stack.folder)), "STACK"),
            (r"\b[0-9a-f]{64}\b", "DIGEST"),
            (r"#[0-9a-f]{12}\b", "#NONCE"),
            (r"\d{4}-\d\d-\d\dT[0-9:.]+\+00:00", "TIME"),
            (r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b", "UUID"),
        ):
            text = re.sub(pattern, name, text)
        return text

    return replaced
