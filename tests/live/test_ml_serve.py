"""A model behind `lsform ml serve`, a project that uses it, and `lsform train`, on the real server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lsform.server.local import LocalServer
from tests import ml_backend
from tests.conftest import Stack
from tests.unit.ml.serving import LEARNER, XML

pytestmark = pytest.mark.live

PASSWORD = "canary-7d1e"
STACK = """
    apiVersion: lsform/v1
    kind: Stack
    metadata: {{name: models-{name}}}
    ---
    apiVersion: lsform/v1
    kind: Project
    metadata: {{name: texts}}
    spec:
      interface: {{xml: '{xml}'}}
      model_version: learner
      ml_backends:
        learner:
          url: "{url}"
          basic_auth_user: "${{env:BASIC_AUTH_USER}}"
          basic_auth_pass: "${{env:BASIC_AUTH_PASS}}"
      webhooks:
        annotations:
          url: "{url}/webhook"
          headers: {{Authorization: "${{env:HOOK}}"}}
          actions: [ANNOTATION_CREATED, ANNOTATION_UPDATED, ANNOTATIONS_DELETED]
    """


@contextmanager
def served(stack: Stack, log: Path, reference: str = "model:It", *, debounce: int = 0) -> Iterator[str]:
    """The address of `lsform ml serve`, a process of its own for as long as the block takes."""
    command = [sys.executable, "-c", "from lsform.cli.app import main; main()", "-C", str(stack.folder)]
    with log.open("a") as messages:
        process = subprocess.Popen(
            [*command, "ml", "serve", reference, "--port", "0", "--debounce", str(debounce)],
            env={**os.environ, **stack.environment}, stdout=subprocess.PIPE, stderr=messages, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line.startswith(f"{reference} is served at "), log.read_text()
            yield line.split()[-1]
            process.send_signal(signal.SIGTERM)
            assert 0 == process.wait(60), log.read_text()
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def until(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 60
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


def test_a_model_predicts_learns_from_annotations_and_is_trained_on_request(
    live_stack: Stack, label_studio: LocalServer, tmp_path: Path
) -> None:
    stack, log = live_stack, tmp_path / "log"
    credentials = httpx.BasicAuth("user", PASSWORD)
    hook = next(credentials.auth_flow(httpx.Request("GET", "http://x"))).headers["Authorization"]
    stack.environment |= {"BASIC_AUTH_USER": "user", "BASIC_AUTH_PASS": PASSWORD, "HOOK": hook}
    (stack.folder / "model.py").write_text(textwrap.dedent(LEARNER))
    token = {"Authorization": f"Token {label_studio.api_key.value}"}
    with served(stack, log) as url, httpx.Client(base_url=label_studio.url, headers=token, trust_env=False) as raw:
        stack.write(STACK.format(name=uuid4().hex[:8], url=url, xml=" ".join(XML.split("\n"))))
        applied = stack.run("apply", "--auto-approve")
        assert 0 == applied.code, applied.err
        assert 0 == stack.run("plan", "--detailed-exitcode").code
        project = int(raw.get("/api/projects/?ordering=-id").json()["results"][0]["id"])
        raw.post(f"/api/projects/{project}/import", json=[{"text": text} for text in ("good", "bad", "fine")])

        def labels() -> dict[str, list[tuple[str, str]]]:
            """Text -> label and version of each of its predictions."""
            tasks = raw.get(f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true").json()
            found: dict[str, list[tuple[str, str]]] = {}
            for task in tasks:
                for number in task["predictions"]:
                    one = raw.get(f"/api/predictions/{number}/").json() if isinstance(number, int) else number
                    label = one["result"][0]["value"]["choices"][0]
                    found.setdefault(task["data"]["text"], []).append((label, one["model_version"]))
            return found

        first = stack.run("train", "texts", "--only-predict", "--predict", "all", "--slice", "2", "--format", "json")
        assert 0 == first.code, first.err + log.read_text()
        refreshed = json.loads(first.out)["refreshed"]
        assert (3, 3) == (refreshed["asked"], refreshed["predictions"])
        assert {text: [("Negative", refreshed["version"])] for text in ("good", "bad", "fine")} == labels()

        failed = stack.run("train", "texts", "--predict", "all")
        assert (1, True) == (failed.code, "ValueError: nothing to learn" in failed.out), failed.err

        task = min(one["id"] for one in raw.get(f"/api/tasks?project={project}&include=id").json()["tasks"])
        value = {"choices": ["Positive"]}
        result = [{"from_name": "sentiment", "to_name": "text", "type": "choices", "value": value}]
        raw.post(f"/api/tasks/{task}/annotations/", json={"result": result}).raise_for_status()
        jobs = httpx.Client(base_url=url, auth=credentials, trust_env=False)
        job = until(lambda: [one for one in jobs.get("/jobs").json()["jobs"] if one["finished_at"]][1:])[0]
        assert ("finished", "ANNOTATION_CREATED", 1) == (job["status"], job["event"], job["tasks"]), log.read_text()
        assert job["version"] != refreshed["version"]

        again = stack.run("train", "texts", "--predict", "unlabeled")
        told = "learner: {0}, trained on 1 task\n2 predictions of {0}, 2 tasks asked for\n".format(job["version"])
        assert (0, told) == (again.code, again.out), again.err
        assert "the project's `model_version` is declared as `learner`" in again.err
        assert [2, 1, 2] == [len(labels()[text]) for text in ("fine", "good", "bad")]
        jobs.close()
    said = log.read_text()
    assert (False, False) == ("canary" in said, label_studio.api_key.value in said)
    assert ("stopped", False) == (said.splitlines()[-1], "without credentials" in said), said
    with served(stack, log) as url:
        assert job["version"] in httpx.get(f"{url}/versions", auth=credentials, trust_env=False).json()["versions"]


def test_a_backend_of_others_is_told_to_train_and_one_that_is_gone_gives_no_predictions(
    live_stack: Stack, label_studio: LocalServer
) -> None:
    text = STACK.format(name=uuid4().hex[:8], url="URL", xml=" ".join(XML.split("\n")))
    head, _, _ = text.partition("      model_version")
    live_stack.write(head)
    assert 0 == live_stack.run("apply", "--auto-approve").code
    nobody = live_stack.run("train", "texts")
    assert (64, "error: `project.texts` has no ML backend") == (nobody.code, nobody.err.splitlines()[0])
    with ml_backend.running() as backend:
        live_stack.write(f"{head}      ml_backends: {{other: {{url: '{backend.url}'}}}}\n")
        assert 0 == live_stack.run("apply", "--auto-approve").code
        told = live_stack.run("train", "texts", "--format", "json")
        assert (0, [("other", False)]) == (
            told.code,
            [(one["backend"], one["waited"]) for one in json.loads(told.out)["trained"]],
        ), told.err
        assert "`other` was told to train; lsform cannot see how that goes" in told.err
        assert 1 == backend.calls()["/webhook"]
        token = {"Authorization": f"Token {label_studio.api_key.value}"}
        with httpx.Client(base_url=label_studio.url, headers=token, trust_env=False) as raw:
            project = raw.get("/api/projects/?ordering=-id").json()["results"][0]["id"]
            raw.post(f"/api/projects/{project}/import", json=[{"text": "good"}]).raise_for_status()
    gone = live_stack.run("train", "texts", "--only-predict")
    assert (1, "", True) == (gone.code, gone.out, "the model gave no predictions for `project.texts`" in gone.err)
