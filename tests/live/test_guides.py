"""The tutorial and the how-to guides, followed word by word on the real server."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsform.server import local
from lsform.server.local import LocalServer
from tests.conftest import fresh_server_data
from tests.live.estate import Api
from tests.live.sessions import shell, untrue

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial.md"
GUIDES = [*(ROOT / "docs" / "how-to").glob("*.md"), *(ROOT / "docs" / "explanation").glob("*.md")]
NOT_RUN = {
    "kubernetes": "needs a cluster; tests/unit/test_deploy.py holds its files against the schemas of Kubernetes",
    "identity": "tests/unit/engine/test_match.py and tests/live/test_lost_state.py prove it",
    "guards": "each guard has a case in tests/cases/plan/guards.yaml",
    "why-not-terraform": "speaks of other tools",
}


def project(api: Api, title: str) -> int:
    (found,) = [one["id"] for one in api.projects() if one["title"] == title]
    return int(found)


def annotate(api: Api, title: str, result: dict[str, Any], *, tasks: int) -> None:
    for task in api.get("/api/tasks", project=project(api, title))["tasks"][:tasks]:
        api.post(f"/api/tasks/{task['id']}/annotations/", {"result": [result]})


def box(label: str) -> dict[str, Any]:
    value = {"x": 10, "y": 40, "width": 25, "height": 20, "rotation": 0, "rectanglelabels": [label]}
    size = {"original_width": 640, "original_height": 400, "image_rotation": 0}
    return {"from_name": "label", "to_name": "image", "type": "rectanglelabels", **size, "value": value}


def choice(control: str, label: str) -> dict[str, Any]:
    return {"from_name": control, "to_name": "text", "type": "choices", "value": {"choices": [label]}}


def build(api: Api, title: str) -> None:
    interface = """<View>
  <Text name="text" value="$text"/>
  <Choices name="feels" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>
</View>"""
    api.post("/api/projects/", {"title": title, "label_config": interface})


def rename(api: Api, title: str, new: str) -> None:
    api.patch(f"/api/projects/{project(api, title)}/", {"title": new})


def relabel(api: Api, title: str, result: dict[str, Any]) -> None:
    for task in api.get("/api/tasks", project=project(api, title), fields="all")["tasks"]:
        for annotation in task["annotations"]:
            api.patch(f"/api/annotations/{annotation['id']}/", {"result": [result]})


# what readers do in the browser, as the pages name it
BY_HAND: dict[str, Callable[[Api], None]] = {
    "draw a box round a car, on two pictures": lambda api: annotate(api, "Cars", box("Car"), tasks=2),
    "rename the project to *Cars (do not touch)*": lambda api: rename(api, "Cars", "Cars (do not touch)"),
    "somebody has made a project, *Hotel reviews*": lambda api: build(api, "Hotel reviews"),
    "people label two of them as `Bad`": lambda api: annotate(
        api, "Reviews of hotels", choice("sentiment", "Bad"), tasks=2
    ),
    "filter the data manager for the label, and change those annotations to `Good`": lambda api: relabel(
        api, "Reviews of hotels", choice("sentiment", "Good")
    ),
}


def test_the_tutorial_is_true(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "quickstart", tmp_path / "examples" / "quickstart")
    data = tmp_path / "street" / ".lsform" / "server"
    data.parent.mkdir(parents=True)
    fresh_server_data(data)

    def api() -> Api:
        running = local.status(data)
        assert running is not None
        return Api(running)

    with shell(tmp_path) as run:
        try:
            assert "" == untrue(TUTORIAL.read_text("utf-8"), run, lambda work: BY_HAND[work](api()))
        finally:
            local.down(data)


@pytest.mark.parametrize(
    "page", sorted(page for page in GUIDES if page.stem not in NOT_RUN), ids=lambda page: page.stem
)
def test_the_guide_is_true(page: Path, tmp_path: Path, label_studio: LocalServer, api: Api) -> None:
    variables = {"LABEL_STUDIO_URL": label_studio.url, "LABEL_STUDIO_API_KEY": label_studio.api_key.value}
    with shell(tmp_path, variables) as run:
        assert "" == untrue(page.read_text("utf-8"), run, lambda work: BY_HAND[work](api))


def test_a_page_that_is_not_run_has_no_session() -> None:
    pages = {page.stem: page.read_text("utf-8") for page in GUIDES}
    assert [] == [name for name in NOT_RUN if "```console" in pages[name]]
