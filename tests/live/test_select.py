"""`lsform select` on the real server: what is chosen is what people get first, in the view and by its sampling."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import Stack

pytestmark = pytest.mark.live

STACK = """
    apiVersion: lsform/v1
    kind: Stack
    metadata: {{name: select-{name}}}
    ---
    apiVersion: lsform/v1
    kind: Project
    metadata: {{name: pets}}
    spec:
      interface:
        xml: |
          <View><Text name="text" value="$text"/><Choices name="kind" toName="text">
            <Choice value="Cat"/><Choice value="Dog"/><Choice value="Emu"/></Choices></View>
      views:
        mine: {{title: Label these first}}
    """
Record = dict[str, Any]


@pytest.fixture
def pets(live_stack: Stack, raw: httpx.Client) -> int:
    """A project with a declared view of the same title as ours, and ten tasks, of which the first is labeled."""
    live_stack.write(STACK.format(name=uuid4().hex[:8]))
    assert 0 == live_stack.run("apply", "--auto-approve").code
    project = int(raw.get("/api/projects/?ordering=-id").json()["results"][0]["id"])
    tasks = [{"data": {"text": f"text {n}", "embedding": [n % 2, 0.0]}} for n in range(10)]
    first = {**tasks[0], "annotations": [{"result": choice("Cat")}]}
    raw.post(f"/api/projects/{project}/import", json=[first, *tasks[1:]]).raise_for_status()
    return project


def choice(label: str, **shares: float) -> list[Record]:
    more = {"meta": {"probabilities": shares}} if shares else {}
    return [{"from_name": "kind", "to_name": "text", "type": "choices", "value": {"choices": [label]}, **more}]


def tasks(raw: httpx.Client, project: int, **query: Any) -> list[Record]:
    query = {"project": project, "page_size": 1_000, "fields": "all", **query}
    found: list[Record] = raw.get("/api/tasks", params=query).json()["tasks"]
    return found


def predict(raw: httpx.Client, project: int, version: str, sure: dict[int, float]) -> None:
    """Predictions with probabilities: `sure` of Cat, and two thirds of the rest of Dog."""
    rows = [
        {"task": task, "model_version": version, "score": share,
         "result": choice("Cat", Cat=share, Dog=(1 - share) * 2 / 3, Emu=(1 - share) / 3)}
        for task, share in sure.items()
    ]  # fmt: skip
    assert len(rows) == raw.post(f"/api/projects/{project}/import/predictions", json=rows).json()["created"]


def label(raw: httpx.Client, task: int) -> None:
    raw.post(f"/api/tasks/{task}/annotations/", json={"result": choice("Cat")}).raise_for_status()


def selected(stack: Stack, *arguments: str) -> Record:
    result = stack.run("select", "pets", "--format", "json", *arguments)
    assert 0 == result.code, result.err
    found: Record = json.loads(result.out)
    return found


def test_the_view_has_what_was_chosen_and_is_changed_the_next_time(
    live_stack: Stack, raw: httpx.Client, pets: int
) -> None:
    ids = [task["id"] for task in tasks(raw, pets)]
    predict(raw, pets, "v1", {task: 0.9 - number * 0.05 for number, task in enumerate(ids)})
    first = selected(live_stack, "-n", "3", "--strategy", "margin", "--view")
    assert ids[:-4:-1] == [one["id"] for one in first["selected"]]
    assert (9, 9, ["v1"], []) == (first["considered"], first["scored"], first["versions"], first["findings"])
    assert sorted(ids[-3:]) == sorted(task["id"] for task in tasks(raw, pets, view=first["view"]))
    label(raw, ids[-1])
    assert sorted(ids[-3:-1]) == sorted(task["id"] for task in tasks(raw, pets, view=first["view"]))
    again = selected(live_stack, "-n", "4", "--random-share", "0.5", "--seed", "5", "--view")
    assert (first["view"], 2) == (again["view"], len(raw.get(f"/api/dm/views/?project={pets}").json()))
    assert ["strategy", "strategy", "random", "random"] == [one["chosen"] for one in again["selected"]]
    assert {one["id"] for one in again["selected"]} == {task["id"] for task in tasks(raw, pets, view=again["view"])}
    unchanged = live_stack.run("plan", "--detailed-exitcode")
    assert 0 == unchanged.code, unchanged.out
    mine = raw.get(f"/api/dm/views/{again['view']}/").json()["data"]
    adopted = {"project": pets, "data": {**mine, "lsform": "stack/project.pets/view.these#n"}}
    raw.patch(f"/api/dm/views/{again['view']}/", json=adopted).raise_for_status()
    assert again["view"] != selected(live_stack, "-n", "1", "--view")["view"]
    text = (live_stack.folder / "lsform.yaml").read_text("utf-8")
    live_stack.write(text.replace("spec:\n", "spec:\n  sampling: Sequential sampling\n"))
    refused = live_stack.run("select", "pets", "--sampling")
    assert (64, "") == (refused.code, refused.out)
    assert "declares `sampling: Sequential sampling`, and this needs `Uncertainty sampling`" in refused.err


def test_the_servers_sampling_follows_the_scores_and_is_told_of_when_it_is_by_chance(
    live_stack: Stack, raw: httpx.Client, pets: int
) -> None:
    ids = [task["id"] for task in tasks(raw, pets)]
    order = [ids[number] for number in (6, 2, 9, 3, 8, 5)]
    raw.patch(f"/api/projects/{pets}/", json={"sampling": "Uncertainty sampling"}).raise_for_status()
    predict(raw, pets, "v1", {task: 0.4 + place / 20 for place, task in enumerate(order)})
    predict(raw, pets, "v2", {ids[0]: 0.5})
    raw.patch(f"/api/projects/{pets}/", json={"model_version": "v2"}).raise_for_status()
    chance = live_stack.run("select", "pets", "-n", "4", "--model-version", "v1")
    assert "LSFS01: Label Studio hands tasks out by chance" in chance.err, chance.err
    made = selected(live_stack, "-n", "4", "--model-version", "v1", "--sampling")
    assert (order[:4], 4) == ([one["id"] for one in made["selected"]], made["predictions"])
    assert ["LSFS02"] == [one["code"] for one in made["findings"]]  # three tasks have no prediction
    handed = []
    for _ in range(4):
        handed.append(raw.get(f"/api/projects/{pets}/next").json()["id"])
        label(raw, handed[-1])
    assert order[:4] == handed
    assert "LSFS01" in live_stack.run("select", "pets", "-n", "2", "--model-version", "v1").err
    again = selected(live_stack, "-n", "2", "--model-version", "v1", "--sampling", "--view")
    written = [
        one for task in tasks(raw, pets) for one in task["predictions"] if one["model_version"] == "lsform-select"
    ]
    assert sorted(order[4:]) == sorted(one["task"] for one in written)
    assert order[4:] == [task["id"] for task in tasks(raw, pets, view=again["view"])]
    assert 0 == live_stack.run("plan", "--detailed-exitcode").code


def test_clusters_are_spread_over_by_the_servers_sampling(live_stack: Stack, raw: httpx.Client, pets: int) -> None:
    ids = [task["id"] for task in tasks(raw, pets)]
    order = [ids[number] for number in (1, 3, 5, 2, 4, 6)]  # three of one cluster, then three of the other
    predict(raw, pets, "v1", {task: 0.4 + place / 20 for place, task in enumerate(order)})
    arguments = ("-n", "4", "--diversity", "k-means", "--clusters", "2", "--breadth", "2", "--sampling")
    made = selected(live_stack, *arguments)
    expected = [ids[number] for number in (1, 2, 3, 4)]
    assert (expected, [0, 1, 0, 1]) == (
        [one["id"] for one in made["selected"]],
        [one["cluster"] for one in made["selected"]],
    )
    clusters = {
        one["task"]: one["cluster"] for task in tasks(raw, pets) for one in task["predictions"]
        if one["model_version"] == "lsform-select"
    }  # fmt: skip
    assert dict(zip(expected, [0, 1, 0, 1], strict=True)) == clusters


def test_a_pool_in_files_need_not_be_on_the_server(live_stack: Stack, raw: httpx.Client, pets: int) -> None:
    """Two members, one of them in Parquet; the labeled task is left out, those that are elsewhere are not."""
    texts = [*(f"text {number}" for number in range(3)), "elsewhere", "far away"]
    sure = {"text 0": (0.5, 0.5), "text 1": (0.9, 0.9), "text 2": (0.9, 0.2), "elsewhere": (0.8, 0.7)}
    rows = [
        [{"task": text, "probabilities": {"Cat": pair[member], "Dog": 1 - pair[member]}} for text, pair in sure.items()]
        for member in (0, 1)
    ]
    live_stack.write({"a.jsonl": "".join(json.dumps(row) + "\n" for row in [*rows[0], {"task": texts[4], "score": 2}])})
    pq.write_table(pa.Table.from_pylist(rows[1]), live_stack.folder / "b.parquet")
    files = ("--key", "text", "--from", "a.jsonl", "--from", "b.parquet", "--out", "batch.csv")
    made = selected(live_stack, "--strategy", "vote-entropy", *files)
    ids = {task["data"]["text"]: task["id"] for task in tasks(raw, pets)}
    ranked = [(one["task"], one["id"]) for one in made["selected"]]
    assert [("text 2", ids["text 2"]), ("elsewhere", None), ("text 1", ids["text 1"])] == ranked
    assert ("a.jsonl", "b.parquet") == tuple(made["versions"])
    assert "task,id,score,chosen,cluster" == (live_stack.folder / "batch.csv").read_text("utf-8").splitlines()[0]
    assert 4 == len((live_stack.folder / "batch.csv").read_text("utf-8").splitlines())
    there = selected(live_stack, "--strategy", "kl", *files, "--view")
    assert ["text 2", "text 1"] == [one["task"] for one in there["selected"]]
    wrong = live_stack.run("select", "pets", "--strategy", "entropy", "--from", "b.parquet", "--model-version", "v9")
    assert (1, True) == (wrong.code, "no tasks to choose" in wrong.err)
