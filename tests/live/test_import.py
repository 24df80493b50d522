"""Imports into the real server: each task once, whatever happens; each task its one prediction of a version."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from lsform.core.errors import ServerError
from lsform.server.local import LocalServer
from lsform.server.tasks import LabelStudioTasks
from tests.conftest import Stack

pytestmark = pytest.mark.live

STACK = """
    apiVersion: lsform/v1
    kind: Stack
    metadata: {{name: imports-{name}}}
    ---
    apiVersion: lsform/v1
    kind: Project
    metadata: {{name: pets}}
    spec:
      interface:
        xml: |
          <View><Image name="image" value="$image"/>
          <Choices name="kind" toName="image"><Choice value="Cat"/><Choice value="Dog"/></Choices></View>
      tasks: [{{file: declared.csv, key: image}}]
    """
Record = dict[str, Any]


@pytest.fixture
def project(live_stack: Stack, raw: httpx.Client) -> int:
    """An empty project `pets` of a stack of its own."""
    live_stack.write({"declared.csv": "image\nhttps://example.com/0.jpg\nhttps://example.com/1.jpg\n"})
    live_stack.write(STACK.format(name=uuid4().hex[:8]))
    assert 0 == live_stack.run("apply", "--auto-approve").code
    return int(raw.get("/api/projects/?ordering=-id").json()["results"][0]["id"])


def on_server(raw: httpx.Client, project: int, **query: Any) -> list[Record]:
    query = {"project": project, "page_size": 10_000, "resolve_uri": "false", **query}
    found: list[Record] = raw.get("/api/tasks", params=query).json()["tasks"]
    return found


def choice(label: str) -> list[Record]:
    return [{"from_name": "kind", "to_name": "image", "type": "choices", "value": {"choices": [label]}}]


def image(number: int) -> str:
    return f"https://example.com/{number}.jpg"


def lines(*records: Record) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_importing_twice_adds_nothing(live_stack: Stack, raw: httpx.Client, project: int) -> None:
    """What is declared, then predictions beside the data, as people write them and the server takes for data."""
    result = live_stack.run("tasks", "import", "pets")
    assert (0, "pets: 2 imported\n", "") == (result.code, result.out, result.err)
    seed = {"image": image(1), "predictions": [{"model_version": "v1", "result": choice("Cat"), "score": 0.9}]}
    full = {"data": {"image": image(3)}, "annotations": [{"result": choice("Dog")}]}
    live_stack.write({"more.jsonl": lines(seed, {**seed, "image": image(2)}, full, full)})
    result = live_stack.run("tasks", "import", "pets", "more.jsonl", "--key", "image", "--dry-run")
    expected = "pets: 2 would be imported, 1 there already, 1 repeated in the files\n"
    assert (0, expected) == (result.code, result.out)
    assert 2 == len(on_server(raw, project))
    result = live_stack.run("tasks", "import", "pets", "more.jsonl", "--key", "image")
    expected = (
        "pets: 2 imported, 1 there already, 1 given annotations or predictions that they lacked,"
        " 1 repeated in the files\n"
    )
    assert (0, expected) == (result.code, result.out)
    assert "more.jsonl:4: warning LSFD07: has the same `image` as more.jsonl:3" in result.err
    result = live_stack.run("tasks", "import", "pets", "more.jsonl", "--key", "image", "--format", "json")
    counts = {"read": 4, "there": 3, "imported": 0, "invalid": 0, "repeated": 1}
    assert counts == {name: json.loads(result.out)[name] for name in counts}
    found = on_server(raw, project, fields="all")
    assert [{"image": image(number)} for number in range(4)] == [one["data"] for one in found]
    assert [0, 1, 1, 0] == [len(one["predictions"]) for one in found]
    assert [0, 0, 0, 1] == [len(one["annotations"]) for one in found]


def test_an_import_that_is_killed_anywhere_ends_with_each_task_once(
    live_stack: Stack, raw: httpx.Client, project: int
) -> None:
    """Killed as the second batch goes out: its first bytes are with the server, or all of them, or none."""
    live_stack.write({"many.jsonl": lines(*({"image": image(number)} for number in range(2_500)))})
    arguments = ["-C", str(live_stack.folder), "tasks", "import", "pets", "many.jsonl"]
    for moment in ("before", "after"):
        killing = (
            "import os, signal\n"
            "from lsform.server import tasks\n"
            "send, sent = tasks.LabelStudioTasks.add_tasks, []\n"
            "def add(self, project, body):\n"
            f"    if len(sent) == 1 and {moment!r} == 'before': os.kill(os.getpid(), signal.SIGKILL)\n"
            "    made = send(self, project, body)\n"
            "    sent.append(body)\n"
            f"    if {moment!r} == 'after': os.kill(os.getpid(), signal.SIGKILL)\n"
            "    return made\n"
            "tasks.LabelStudioTasks.add_tasks = add\n"
            f"from lsform.cli.app import main\nmain({arguments!r})\n"
        )
        environment = {**os.environ, **live_stack.environment}
        done = subprocess.run([sys.executable, "-c", killing], env=environment, check=False)
        assert -signal.SIGKILL == done.returncode
    result = live_stack.run(*arguments[2:])
    assert (0, "pets: 500 imported, 2000 there already\n") == (result.code, result.out)
    assert {image(number): 1 for number in range(2_500)} == _counted(on_server(raw, project, include="data"))


def _counted(tasks: list[Record]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in tasks:
        found[one["data"]["image"]] = found.get(one["data"]["image"], 0) + 1
    return found


def test_a_batch_that_the_server_took_twice_ends_with_each_task_once(
    live_stack: Stack, raw: httpx.Client, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Label Studio replays a request on SQLite. Whoever has worked on a copy meanwhile keeps it."""
    send = LabelStudioTasks.add_tasks

    def replayed(server: LabelStudioTasks, number: int, body: bytes) -> tuple[int, int]:
        send(server, number, body)
        made = send(server, number, body)
        last = on_server(raw, project, include="id")[-1]["id"]
        raw.post(f"/api/tasks/{last}/annotations/", json={"result": choice("Cat")}).raise_for_status()
        return made

    monkeypatch.setattr(LabelStudioTasks, "add_tasks", replayed)
    live_stack.write({"few.jsonl": lines(*({"image": image(number)} for number in range(5)))})
    result = live_stack.run("tasks", "import", "pets", "few.jsonl")
    assert (0, "pets: 5 imported, 4 removed that the server had made twice\n") == (result.code, result.out)
    assert "warning: 1 tasks came in twice and stay, as people have worked on both\n" == result.err.partition("hint")[0]
    assert {image(0): 1, image(1): 1, image(2): 1, image(3): 1, image(4): 2} == _counted(on_server(raw, project))


def test_what_people_did_on_tasks_is_read_as_they_did_it(
    label_studio: LocalServer, raw: httpx.Client, project: int
) -> None:
    """By this a copy of a task is told from one with work of its own, which is kept."""
    results = [choice("Cat"), choice("Dog")]
    tasks = [{"data": {"image": image(5)}, "annotations": [{"result": one}]} for one in results]
    raw.post(f"/api/projects/{project}/import", json=tasks).raise_for_status()
    server = LabelStudioTasks(label_studio.url, label_studio.api_key)
    try:
        assert [[one] for one in results] == [found for _, found in server.work(project) if found]
    finally:
        server.close()


def test_what_the_server_loses_of_a_batch_is_brought_again(
    live_stack: Stack, raw: httpx.Client, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When SQLite is locked, Label Studio runs a request again, without the annotations that it had taken out of it."""
    send = LabelStudioTasks.add_tasks

    def lossy(server: LabelStudioTasks, number: int, body: bytes) -> tuple[int, int]:
        bare = [{"data": one["data"]} for one in json.loads(body)]
        send(server, number, json.dumps(bare).encode())
        raise ServerError("the answer is lost")

    monkeypatch.setattr(LabelStudioTasks, "add_tasks", lossy)
    guess = {"result": choice("Cat"), "model_version": "v1", "score": 0.5}
    whole = [
        {"data": {"image": image(number)}, "annotations": [{"result": choice("Dog")}], "predictions": [guess]}
        for number in range(3)
    ]
    live_stack.write({"whole.jsonl": lines(*whole)})
    result = live_stack.run("tasks", "import", "pets", "whole.jsonl")
    expected = "pets: 3 imported, 3 given annotations or predictions that they lacked\n"
    assert (0, expected, "") == (result.code, result.out, result.err)
    assert "pets: 0 imported, 3 there already\n" == live_stack.run("tasks", "import", "pets", "whole.jsonl").out
    found = on_server(raw, project, fields="all")
    assert [image(number) for number in range(3)] == [one["data"]["image"] for one in found]
    kept = [[(one["result"], one["ground_truth"]) for one in task["annotations"]] for task in found]
    assert [[(choice("Dog"), True)]] * 3 == kept
    assert [["v1"]] * 3 == [[one["model_version"] for one in task["predictions"]] for task in found]


@pytest.mark.parametrize("way", ["--root", "--upload"])
def test_folders_of_media_become_tasks_that_browsers_can_load(
    live_stack: Stack, label_studio: LocalServer, raw: httpx.Client, project: int, way: str
) -> None:
    folder = label_studio.document_root / uuid4().hex
    (folder / "a b").mkdir(parents=True)
    for name in ("1.png", "a b/2&3.png"):
        Image.new("RGB", (4, 4), (len(name), 0, 0)).save(folder / name)
    raw.post("/api/storages/localfiles", json={"project": project, "path": str(folder)}).raise_for_status()
    options = ["--root", str(label_studio.document_root)] if way == "--root" else ["--upload"]
    for expected in ("pets: 2 imported\n", "pets: 2 there already\n"):
        result = live_stack.run("tasks", "import", "pets", str(folder), *options)
        assert (0, "") == (result.code, result.err)
        assert expected in (result.out, result.out.replace("0 imported, ", ""))
    contents = {raw.get(one["data"]["image"]).content for one in on_server(raw, project)}
    assert {path.read_bytes() for path in folder.rglob("*.png")} == contents


def test_predictions_are_replaced_where_they_differ(live_stack: Stack, raw: httpx.Client, project: int) -> None:
    assert 0 == live_stack.run("tasks", "import", "pets").code
    live_stack.write({"p.jsonl": lines(*(
        {"task": image(number), "result": choice("Cat"), "score": 1} for number in range(2)
    ))})  # fmt: skip
    command = ["predictions", "import", "pets", "p.jsonl", "--model-version", "v2", "--key", "image"]
    assert (0, "pets: 2 created, 0 replaced, 0 as they were\n", "") == tuple(vars(live_stack.run(*command)).values())
    assert "v2" == raw.get(f"/api/projects/{project}/").json()["model_version"]
    assert "pets: 0 created, 0 replaced, 2 as they were\n" == live_stack.run(*command).out
    live_stack.write({"p.jsonl": lines({"task": image(0), "result": choice("Dog"), "score": 0.5})})
    assert "pets: 1 created, 1 replaced, 0 as they were\n" == live_stack.run(*command).out
    found = [one["predictions"] for one in on_server(raw, project, fields="all")]
    assert [[0.5], [1.0]] == [[one["score"] for one in predictions] for predictions in found]
    live_stack.write({"p.jsonl": lines({"task": image(9), "result": choice("Dog")})})
    result = live_stack.run(*command)
    assert (1, "") == (result.code, result.out)
    assert "p.jsonl:1: error LSFD06: `task` is none of the project: no task has this `image`" in result.err
