"""No secret is in any output, file, process list or report of lsform, whatever the server says."""

from __future__ import annotations

import json
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from lsform.core.errors import ExitCode
from tests.conftest import Stack
from tests.live.estate import (
    Api,
    finished,
    lsform,
)

pytestmark = pytest.mark.live


SECRETIVE = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: STACK}
spec:
  server: {url: "${env:LABEL_STUDIO_URL}", api_key: "${env:LABEL_STUDIO_API_KEY}"}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: secretive}
spec:
  title: STACK
  task_data_login: reader
  task_data_password: ${env:TASK_DATA_PASSWORD}
  webhooks:
    hook:
      url: ${env:HOOK_URL}
      is_active: false
      headers: {Authorization: "${env:HOOK_HEADER}", X-File: "${file:token.txt}"}
"""
CANARY = "CANARY"  # in every secret
SECRETS = {
    "TASK_DATA_PASSWORD": f"{CANARY}-password",
    "HOOK_URL": f"http://127.0.0.1:9/{CANARY}-url",
    "HOOK_HEADER": f'{CANARY}-header "quoted" \\ ünicode',
}


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Of the stack and its project: one of its own for each test, since one server is all of theirs."""
    return f"secretive-{zlib.crc32(request.node.name.encode())}"


@pytest.fixture
def secretive(live_stack: Stack, name: str) -> Stack:
    live_stack.write({"lsform.yaml": SECRETIVE.replace("STACK", name), "token.txt": f"{CANARY}-file"})
    live_stack.environment |= SECRETS
    return live_stack


def leaks(stack: Stack, *texts: str) -> list[str]:
    """Every line in the texts and in the files of the stack that holds a secret."""
    files = [path for path in stack.folder.rglob("*") if path.is_file() and path.name != "token.txt"]
    everything = [*texts, *(path.read_text("utf-8", errors="replace") for path in files)]
    wanted = (CANARY, stack.environment["LABEL_STUDIO_API_KEY"])
    return [line for text in everything for line in text.splitlines() if any(secret in line for secret in wanted)]


def test_no_secret_is_in_any_output_or_file(secretive: Stack, name: str, api: Api) -> None:
    said: list[str] = []

    def run(*arguments: str, code: int = ExitCode.DONE) -> None:
        for manner in (("-vv",), ("--log-format", "json")):
            result = secretive.run(*arguments, *manner)
            said.extend((result.out, result.err))
            assert code == result.code, result.err

    run("validate")
    run("plan", "--out", str(secretive.folder / "saved.plan"))
    run("plan", "--format", "json")
    run("plan", "--format", "markdown")
    run("apply", "--auto-approve", "--format", "json")
    assert [f"{CANARY}-password"] == [one["task_data_password"] for one in api.projects() if one["title"] == name]
    secretive.environment |= {name: f"{value}-rotated" for name, value in SECRETS.items()}
    run("plan")
    assert "(secret rotated)" in "".join(said)
    run("apply", "--auto-approve", "--target", "project.secretive/webhook.hook")
    run("apply", "--auto-approve")
    run("state", "show", "project.secretive/webhook.hook")
    run("destroy", "--auto-approve")
    assert [] == leaks(secretive, *said)


def test_no_secret_is_in_the_process_list(secretive: Stack) -> None:
    shown: list[str] = []
    with lsform(secretive, "apply", "--auto-approve") as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                for one in (watched, *watched.children(recursive=True)):
                    shown.append(" ".join(one.cmdline()))
            except psutil.NoSuchProcess:
                break
        result = finished(process)
    assert ExitCode.DONE == result.code
    assert any("apply" in line for line in shown)
    assert [] == leaks(secretive, *shown, result.out, result.err)


def test_no_secret_is_in_the_report_of_a_bug(secretive: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_server: object, _kind: object, attributes: object, ownership: object, **_options: object) -> None:
        from lsform.core.values import reveal

        raise RuntimeError(str(reveal(dict(attributes))), ownership)  # type: ignore[call-overload]

    monkeypatch.setattr("lsform.engine.executor.create_once", broken)
    result = secretive.run("apply", "--auto-approve", "-vv")
    assert (ExitCode.ERROR, True) == (result.code, "a bug in lsform: RuntimeError" in result.err)
    assert [] == leaks(secretive, result.out, result.err)


class Quoting(BaseHTTPRequestHandler):
    """A Label Studio without projects that refuses every write, and quotes what it refuses."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].strip("/")
        self._answer(
            200,
            {
                "api/version": {"release": "1.23.2", "edition": "Community"},
                "api/current-user/whoami": {"active_organization": 1},
                "api/projects": {"count": 0, "results": []},
            }.get(path, []),
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        secret, token = body["task_data_password"], self.headers["Authorization"]
        self._answer(
            400,
            {
                "validation_errors": {"task_data_password": [f"`{secret}` is too weak"], "whole": {"sent": body}},
                "detail": f"{secret} {token}",
            }
            if "password" in secret
            else {"detail": f"not with {secret} and {token}"},
        )

    def _answer(self, status: int, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("secret", [f"{CANARY}-password", f"{CANARY}-other", f'{CANARY}-password "quoted" \\ ünicode'])
def test_no_secret_is_in_a_refusal_that_quotes_it(secretive: Stack, secret: str) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Quoting) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        secretive.environment |= {
            "LABEL_STUDIO_URL": f"http://127.0.0.1:{server.server_port}",
            "TASK_DATA_PASSWORD": secret,
        }
        results = [secretive.run("apply", "--auto-approve", *form, "-vv") for form in ((), ("--format", "json"))]
        server.shutdown()
        thread.join()
    assert [ExitCode.PARTIAL] * 2 == [result.code for result in results]
    assert all("the server answered 400" in result.out + result.err for result in results)
    assert [] == leaks(secretive, *(text for result in results for text in (result.out, result.err)))


def test_no_secret_is_in_the_files_of_somebody_else(secretive: Stack, tmp_path: Path) -> None:
    """Not in the temporary folder, not beside the stack."""
    secretive.run("apply", "--auto-approve")
    others = [path for path in tmp_path.rglob("*") if path.is_file() and secretive.folder not in path.parents]
    assert [] == [path for path in others if CANARY in path.read_text("utf-8", errors="replace")]
