"""Adopting what people made in the web interface: odd projects, labeling work, tabs, a model. On the real server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lsform.interface.model import without_marker
from lsform.server.local import LocalServer
from tests import ml_backend
from tests.conftest import Stack
from tests.ml_backend import Backend

pytestmark = pytest.mark.live

WRONG = '<View><Image name="img" value="$image"/><RectangleLabels name="box" toName="img"/></View>'  # it has no labels
BOXES = """<View>\r
  <Text value="$text" name="text"/>
  <!-- how does it feel? -->
  <Choices name="feels" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>
</View>"""
WEIGHTS = {"feels": {"overall": 0.5, "type": "Choices", "labels": {"good": 1.0, "bad": 0.25}}}
TAB = {
    "title": "Default", "type": "list", "target": "tasks", "hiddenColumns": {"explore": [], "labeling": []},
    "columnsWidth": {}, "gridWidth": 4, "semantic_search": [], "threshold": {"min": 0, "max": 100},
    "filters": {"conjunction": "and", "items": [{"filter": "filter:tasks:id", "operator": "odd", "type": "Number",
                                                 "value": 3}]},
}  # fmt: skip
PREFIX = "adopt-live"


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    with ml_backend.running() as found:
        yield found


class People:
    """What people do to the server, over raw HTTP."""

    def __init__(self, server: LocalServer) -> None:
        headers = {"Authorization": f"Token {server.api_key.value}", "Connection": "close"}
        self.http = httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=60)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        answer = self.http.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def project(self, title: str, **fields: object) -> int:
        return int(self.ask("POST", "/api/projects/", {"title": f"{PREFIX} {title}", **fields})["id"])

    def annotate(self, project: int) -> None:
        self.ask("POST", f"/api/projects/{project}/import", [{"text": "a text"}])
        (task,) = self.ask("GET", f"/api/tasks?project={project}")["tasks"]
        result = {"from_name": "feels", "to_name": "text", "type": "choices", "value": {"choices": ["good"]}}
        self.ask("POST", f"/api/tasks/{task['id']}/annotations/", {"result": [result]})

    def seen(self, projects: list[int]) -> list[Any]:
        """All that lsform could change, without its markers, and all annotations."""
        found: list[Any] = []
        for project in projects:
            record = self.ask("GET", f"/api/projects/{project}/")
            record["label_config"] = without_marker(record["label_config"])
            found += [{key: record[key] for key in sorted(record) if key not in ("queue_total", "parsed_label_config")}]
            for path in ("/api/webhooks/", "/api/dm/views/", "/api/storages/", "/api/storages/export"):
                found += [_bare(one) for one in self.ask("GET", f"{path}?project={project}")]
            live = f"/api/projects/{project}/model-versions/?extended=true&include_live_models=true"
            found += [_bare(one) for one in self.ask("GET", live)["live"] or []]
            tasks = self.ask("GET", f"/api/tasks?project={project}&fields=all")["tasks"]
            found += [task["annotations"] for task in tasks]
        return found


def _bare(record: dict[str, Any]) -> str:
    if isinstance(record.get("headers"), dict):
        record["headers"].pop("X-Lsform-Marker", None)
    if isinstance(record.get("data"), dict):
        record["data"].pop("lsform", None)
    if "description" in record:
        record["description"] = (record["description"] or "").partition("lsform:")[0].strip()
    return json.dumps({key: value for key, value in record.items() if key != "updated_at"}, sort_keys=True)


@pytest.fixture
def people(label_studio: LocalServer) -> Iterator[People]:
    made = People(label_studio)
    yield made
    made.http.close()


@pytest.fixture
def projects(people: People, backend: Backend, label_studio: LocalServer) -> Iterator[list[int]]:
    """What people left behind."""
    one = people.project("Feelings", label_config=BOXES, control_weights=WEIGHTS, expert_instruction="<b>Hi</b>\nyou")
    people.annotate(one)
    people.ask("POST", "/api/dm/views/", {"project": one, "data": TAB})
    people.ask("POST", "/api/ml", {"project": one, "url": f"{backend.url}/adopted"})
    hook = {"url": "http://127.0.0.1:9/hook", "headers": {"X-Key": "canary-5f3a9c"}, "is_active": False}
    people.ask("POST", "/api/webhooks/", {"project": one, **hook})
    folder = label_studio.document_root / PREFIX
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_text("a")
    for pattern in ("(", ".*txt"):  # no regular expression, and one that takes what the first would
        storage = {"path": str(folder), "regex_filter": pattern, "use_blob_urls": True, "presign_ttl": 5}
        people.ask("POST", "/api/storages/localfiles", {"project": one, **storage})
    two = people.project("no labels", label_config=WRONG, maximum_annotations=0, sampling=None)
    made = [one, two, people.project("Feelings"), people.project("感情")]
    yield made
    for project in made:
        people.ask("DELETE", f"/api/projects/{project}/")


def test_what_people_made_is_adopted_as_it_is(live_stack: Stack, people: People, projects: list[int]) -> None:
    before = people.seen(projects)
    result = live_stack.run("adopt", f"{PREFIX} *", "--auto-approve")
    assert 0 == result.code, result.out + result.err
    assert before == people.seen(projects)
    assert [] == [line for line in result.err.splitlines() if "note:" in line]
    assert [
        "LSFA02: `filters` of `project.adopt-live-feelings/view.default` is left to the server",
        "LSFA02: `maximum_annotations` of `project.adopt-live-no-labels` is left to the server",
        "LSFA02: `regex_filter` of `project.adopt-live-feelings/import_storage.adopt-live` is left to the server",
    ] == _said(result.err)
    texts = "".join(path.read_text("utf-8") for path in live_stack.folder.rglob("*") if path.is_file())
    assert "canary" not in texts + result.out + result.err
    assert 0 == live_stack.run("plan", "--detailed-exitcode").code
    result = live_stack.run("apply")
    assert (0, True) == (result.code, "\nNo changes. " in result.out)
    written = {path: path.read_bytes() for path in live_stack.folder.rglob("*.yaml")}
    assert "nothing to adopt" in live_stack.run("adopt", f"{PREFIX} *").err
    assert written == {path: path.read_bytes() for path in live_stack.folder.rglob("*.yaml")}
    state = live_stack.folder / ".lsform" / "state" / "adopted.json"
    state.unlink()
    assert 0 == live_stack.run("plan", "--detailed-exitcode").code


def _said(text: str) -> list[str]:
    """The warnings, up to why."""
    lines = [line.removeprefix("warning ") for line in text.splitlines() if line.startswith("warning")]
    return [re.split(r"(?<!LSFA02): ", line)[0] for line in lines]
