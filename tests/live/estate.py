"""What the live tests share: the server over raw HTTP, a stack of some size, commands in processes of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from lsform.core.errors import ExitCode
from lsform.server.local import LocalServer
from tests.conftest import Result, Stack

Process = subprocess.Popen[str]
ROOT = Path(__file__).parents[2]
LSFORM = (sys.executable, "-c", "from lsform.cli.app import main; main()")
DYING = (sys.executable, "-m", "tests.live.dying")  # a signal and a point of its life come next
NAMES = ("one", "two", "three", "four")
CHILDREN = ("import_storage.raw", "export_storage.out", "webhook.hook", "view.mine")
STACK = """\
apiVersion: lsform/v1
kind: Stack
metadata: {{name: {name}}}
spec: {{limits: {{max_delete_share: 1.0, max_update_share: 1.0}}}}
"""
PROJECT = """\
---
apiVersion: lsform/v1
kind: Project
metadata: {{name: {name}}}
spec:
  title: Project {name}
  interface: {{template: text-classification, vars: {{choices: [Yes, No]}}}}
  import_storages: {{raw: {{type: localfiles, path: "{files}", use_blob_urls: true}}}}
  export_storages: {{out: {{type: localfiles, path: "{files}-out"}}}}
  webhooks: {{hook: {{url: "http://127.0.0.1:9/hook", actions: [PROJECT_UPDATED], is_active: false}}}}
  views: {{mine: {{title: Mine, ordering: ["tasks:id"]}}}}
"""


class Api:
    """The server over raw HTTP: what lsform says of itself is no evidence."""

    def __init__(self, server: LocalServer) -> None:
        headers = {"Authorization": f"Token {server.api_key.value}", "Connection": "close"}
        self.http = httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=60)

    def get(self, path: str, **query: object) -> Any:
        return self.http.get(path, params=query).raise_for_status().json()  # type: ignore[arg-type]

    def post(self, path: str, body: object) -> Any:
        return self.http.post(path, json=body).raise_for_status().json()

    def patch(self, path: str, body: object) -> Any:
        return self.http.patch(path, json=body).raise_for_status().json()

    def projects(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page, answer = 1, {"count": 1}
        while len(found) < answer["count"]:
            answer = self.get("/api/projects/", page=page, page_size=100)
            found += answer["results"]  # type: ignore[arg-type]
            page += 1
        return found

    def bearers(self, stack: str) -> Counter[str]:
        """Address -> how many objects on the server bear this stack's marker for it.

        Storages can be listed of one project only; those of other stacks are not asked for.
        """
        projects = [one for one in self.projects() if f"lsform:{stack}/" in one["label_config"]]
        records = [*projects, *self.get("/api/webhooks/"), *self.get("/api/dm/views/")]
        for project in projects:
            for path in ("/api/storages/localfiles", "/api/storages/export/localfiles"):
                records += self.get(path, project=project["id"])
        marker = re.compile(rf"lsform:{stack}/([^\s#]+)#")
        return Counter(found for record in records for found in {*marker.findall(json.dumps(record))})

    def newest(self, stack: str) -> list[int]:
        """Projects of a stack that is just being made: quick to ask for."""
        page = self.get("/api/projects/", ordering="-id", page_size=5, include="id,label_config")
        return [one["id"] for one in page["results"] if f"lsform:{stack}/" in one["label_config"]]

    def project(self, stack: str, name: str) -> int:
        (found,) = [one["id"] for one in self.projects() if f"lsform:{stack}/project.{name}#" in one["label_config"]]
        return int(found)

    def annotate(self, project: int, choice: str) -> None:
        """One more task, annotated."""
        self.post(f"/api/projects/{project}/import", [{"text": f"a text that is {choice}"}])
        self.post(f"/api/tasks/{self.newest_task(project)}/annotations/", {"result": [chose(choice)]})

    def newest_task(self, project: int) -> int:
        return max(int(one["id"]) for one in self.get("/api/tasks", project=project, page_size=100)["tasks"])

    def annotations(self, project: int) -> int:
        return int(self.get(f"/api/projects/{project}/")["total_annotations_number"])


def chose(choice: str) -> dict[str, Any]:
    return {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": [choice]}}


@contextmanager
def lsform(stack: Stack, *arguments: str, program: Sequence[str] = LSFORM) -> Iterator[Process]:
    """The command line in a process of its own; killed at the end if it still runs."""
    command = [*program, "-C", str(stack.folder), *arguments]
    environment = os.environ | stack.environment | {"NO_COLOR": "1"}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def finished(process: Process) -> Result:
    out, err = process.communicate(timeout=120)
    return Result(process.returncode, out, err)


def lines_until(process: Process, number: int) -> list[str]:
    """The first outcomes as they happen; fewer when the process has ended before."""
    assert process.stderr is not None
    seen: list[str] = []
    while len(seen) < number and (line := process.stderr.readline()):
        if line.startswith("  ok "):
            seen.append(line)
    return seen


def write_stack(stack: Stack, name: str, server: LocalServer, *, names: Sequence[str] = NAMES) -> None:
    files = server.document_root / name
    for folder in (files, server.document_root / f"{name}-out"):
        folder.mkdir(exist_ok=True)
    (files / "1.txt").write_text("a text")
    projects = "".join(PROJECT.format(name=one, files=files) for one in names)
    stack.write(STACK.format(name=name) + projects)


def assert_whole(stack: Stack, name: str, api: Api, *, names: Sequence[str] = NAMES) -> None:
    """Everything is there, once, and the plan is empty."""
    addresses = {f"project.{one}{child}" for one in names for child in ("", *(f"/{child}" for child in CHILDREN))}
    assert dict.fromkeys(addresses, 1) == dict(api.bearers(name))
    plan = stack.run("plan", "--format", "json", "--detailed-exitcode")
    assert (ExitCode.DONE, [], []) == (plan.code, *(json.loads(plan.out)[key] for key in ("changes", "syncs")))
