"""The settings of `server compose` carry a real Label Studio on a real PostgreSQL, to which the same stack applies."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from lsform.server.local_process import LOOPBACK, free_port, start_python
from tests.conftest import Stack
from tests.live import postgres

pytestmark = pytest.mark.live

READY_SECONDS = 240
INHERITED = ("PATH", "HOME", "PYTHONPATH", "LANG")
STACK = """\
apiVersion: lsform/v1
kind: Stack
metadata: {name: composed}
---
apiVersion: lsform/v1
kind: Project
metadata: {name: signs}
spec:
  title: Traffic signs
  interface: {template: image-classification, vars: {choices: [Stop, Yield]}}
  import_storages:
    raw: {type: localfiles, path: "${env:FILES}/signs"}
  webhooks:
    retrain: {url: "http://10.1.2.3/hook", actions: [ANNOTATION_CREATED]}
"""


def variables(folder: Path) -> dict[str, str]:
    """What the container of Label Studio would get, and its `.env`."""
    secrets = dict(line.split("=", 1) for line in (folder / ".env").read_text().splitlines() if line[0] != "#")
    service = yaml.safe_load((folder / "compose.yml").read_text())["services"]["app"]
    taken = {
        name: re.sub(r"\$\{(\w+):\?[^}]*\}", lambda found: secrets[found[1]], value).replace("$$", "$")
        for name, value in service["environment"].items()
    }
    return secrets | taken


@pytest.fixture
def composed(stack: Stack, tmp_path: Path) -> Iterator[Stack]:
    """A stack, and the server that was composed for it."""
    if postgres.programs() is None:
        pytest.skip(f"needs PostgreSQL {postgres.OLDEST} or newer: `apt install postgresql`")
    (tmp_path / "files" / "signs").mkdir(parents=True)
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    stack.write(STACK)
    stack.environment |= {"FILES": str(tmp_path / "files"), "LABEL_STUDIO_URL": url}
    assert 0 == stack.run("server", "compose", "--secrets").code
    settings = variables(stack.folder / "deploy")
    stack.environment["LABEL_STUDIO_API_KEY"] = settings["LABEL_STUDIO_API_KEY"]
    login = [settings[f"POSTGRE_{name}"] for name in ("USER", "PASSWORD", "NAME")]
    with postgres.running(*login) as database:
        here = {"POSTGRE_HOST": LOOPBACK, "POSTGRE_PORT": str(database), "LABEL_STUDIO_BASE_DATA_DIR": str(tmp_path)}
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        start = ["-m", "label_studio.server", "start", "--no-browser", "--internal-host", LOOPBACK, "--port", str(port)]
        process = start_python(
            start, directory=tmp_path, environment=inherited | settings | here, log=tmp_path / "server.log"
        )
        try:
            await_health(url, tmp_path / "server.log")
            yield stack
        finally:
            process.stop(timeout=10)


def await_health(url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            if httpx.get(f"{url}/health", trust_env=False, timeout=10).status_code == 200:
                return
        except httpx.TransportError:
            assert time.monotonic() < deadline, log.read_text()[-3000:]
            time.sleep(0.2)


def test_a_stack_applies_to_the_server_that_was_composed_for_it(composed: Stack) -> None:
    applied = composed.run("apply", "--auto-approve")
    assert (0, "") == (applied.code, "" if applied.code == 0 else applied.out + applied.err)
    assert 0 == composed.run("plan", "--detailed-exitcode").code
    headers = {"Authorization": f"Token {composed.environment['LABEL_STUDIO_API_KEY']}"}
    with httpx.Client(base_url=composed.environment["LABEL_STUDIO_URL"], headers=headers, trust_env=False) as client:
        others = {"url": "http://10.1.2.4/hook", "actions": ["ANNOTATION_CREATED"]}
        assert 400 <= client.post("/api/webhooks/", json=others).status_code < 500  # only what the stack names is let
        assert "10.1.2.3" in client.get("/api/webhooks/").text
