"""Exports from the real server: through snapshots, resumed, with media, and never half of one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from lsform.server.local import LocalServer
from tests.conftest import Stack
from tests.unit.data.tasks import box

pytestmark = pytest.mark.live

STACK = """
    apiVersion: lsform/v1
    kind: Stack
    metadata: {{name: exports-{name}}}
    ---
    apiVersion: lsform/v1
    kind: Project
    metadata: {{name: cars}}
    spec:
      interface:
        xml: |
          <View><Image name="image" value="$image"/>
          <RectangleLabels name="box" toName="image"><Label value="Car"/><Label value="Truck"/></RectangleLabels></View>
    """
Task = dict[str, Any]


@pytest.fixture
def project(live_stack: Stack, raw: httpx.Client) -> int:
    """An empty project `cars` of a stack of its own."""
    live_stack.write(STACK.format(name=uuid4().hex[:8]))
    assert 0 == live_stack.run("apply", "--auto-approve").code
    return int(raw.get("/api/projects/?ordering=-id").json()["results"][0]["id"])


def fill(raw: httpx.Client, project: int, *tasks: Task) -> None:
    raw.post(f"/api/projects/{project}/import", json=[*tasks]).raise_for_status()


def labeled(image: str, *results: Task) -> Task:
    return {"data": {"image": image}, "annotations": [{"result": [*results]}]}


TASKS = (
    labeled("https://example.com/a/1.jpg", box("Car", 10, 10, 20, 20)),
    labeled("https://example.com/b/1.jpg", box("Truck", 0, 0, 50, 50)),
    {"data": {"image": "https://example.com/c.jpg"}},
)


def test_an_export_has_what_people_labeled(live_stack: Stack, raw: httpx.Client, project: int, tmp_path: Path) -> None:
    fill(raw, project, *TASKS)
    out = tmp_path / "data"
    result = live_stack.run("export", "cars", "--format", "yolo", "--out", str(out))
    assert (0, f"{out}: 2 tasks, 2 annotations, 2 regions\n", "") == (result.code, result.out, result.err)
    assert "0 0.200000 0.200000 0.200000 0.200000\n" == (out / "labels/1.txt").read_text()
    assert 2 == len(list((out / "labels").iterdir()))
    assert ["data"] == [path.name for path in tmp_path.iterdir() if path.name != "stack"]
    assert [] == raw.get(f"/api/projects/{project}/exports/").json()  # nothing stays on the server's disk


def test_media_come_along_and_tell_sizes_as_browsers_show_them(
    live_stack: Stack, label_studio: LocalServer, raw: httpx.Client, project: int, tmp_path: Path
) -> None:
    folder = label_studio.document_root / "pictures"
    folder.mkdir(exist_ok=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: shown 40 wide, 60 high
    Image.new("RGB", (60, 40)).save(folder / "upright.jpg", exif=exif)
    raw.post("/api/storages/localfiles", json={"project": project, "path": str(folder)}).raise_for_status()
    fill(raw, project, labeled("/data/local-files/?d=pictures/upright.jpg"))
    out = tmp_path / "data"
    result = live_stack.run("export", "cars", "--format", "coco", "--out", str(out), "--media", "--json")
    assert (0, "") == (result.code, result.err)
    assert {"annotations/all.json", "images/upright.jpg"} == json.loads(result.out)["files"].keys()
    [picture] = json.loads((out / "annotations/all.json").read_text())["images"]
    assert (40, 60) == (picture["width"], picture["height"])
    assert (folder / "upright.jpg").read_bytes() == (out / "images/upright.jpg").read_bytes()


def test_media_that_cannot_be_had_end_the_export_and_leave_nothing(
    live_stack: Stack, raw: httpx.Client, project: int, tmp_path: Path
) -> None:
    fill(raw, project, labeled("/data/local-files/?d=nowhere/1.jpg", box("Car", 10, 10, 20, 20)))
    result = live_stack.run("export", "cars", "--format", "yolo", "--out", str(tmp_path / "data"), "--media")
    assert (1, "") == (result.code, result.out)
    assert "404" in result.err
    assert not (tmp_path / "data").exists()


def test_an_export_that_is_killed_anywhere_leaves_no_half_of_one_and_the_next_goes_on(
    live_stack: Stack, raw: httpx.Client, project: int, tmp_path: Path
) -> None:
    """The process is killed when it first opens the file that is named: of the download, of the labels, of the end."""
    fill(raw, project, *TASKS)
    out = tmp_path / "data"
    arguments = ["-C", str(live_stack.folder), "export", "cars", "--format", "yolo", "--out", str(out)]
    for victim in (".part", "labels/1.txt", "manifest.json"):
        killing = (
            "import os, signal, sys\n"
            "def hook(event, given):\n"
            f"    if event == 'open' and str(given[0]).endswith({victim!r}) and given[1] not in ('r', 'rb'):\n"
            "        os.kill(os.getpid(), signal.SIGKILL)\n"
            "sys.addaudithook(hook)\n"
            f"from lsform.cli.app import main\nmain({arguments!r})\n"
        )
        done = subprocess.run([sys.executable, "-c", killing], env=environment(live_stack), check=False)
        assert -signal.SIGKILL == done.returncode
        assert not out.exists()
    assert 0 == live_stack.run(*arguments[2:]).code
    assert 2 == len(list((out / "labels").iterdir()))
    assert ["data"] == [path.name for path in tmp_path.iterdir() if path.name != "stack"]


def environment(stack: Stack) -> dict[str, str]:

    return {**os.environ, **stack.environment}


def test_a_project_that_is_not_there_is_told_with_the_nearest_name(live_stack: Stack, project: int) -> None:
    result = live_stack.run("export", "car", "--format", "json", "--out", "x")
    assert (64, "error: there is no `project.car` on the server\nhint: did you mean `project.cars`?\n") == (
        result.code,
        result.err,
    )
