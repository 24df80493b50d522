"""The example of active learning: its model learns on the real server, and gains by choosing what is labeled."""

from __future__ import annotations

import json
import random
import runpy
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from tempfile import mkdtemp
from typing import Any

import httpx
import pytest

from lsform.data.opinions import Measure
from lsform.data.pool import Candidate
from lsform.data.selection import Wanted, select
from lsform.ml.calling import Cause, ModelClass, find, fit
from tests.conftest import Stack
from tests.live.test_ml_serve import served
from tests.live.test_select import tasks

EXAMPLE = Path(__file__).parents[2] / "examples" / "active-learning"
TOPICS: dict[str, str] = json.loads((EXAMPLE / "topics.json").read_text("utf-8"))
MESSAGES = [json.loads(line) for line in (EXAMPLE / "messages.jsonl").read_text("utf-8").splitlines()]
POOL, UNSEEN = MESSAGES[:450], MESSAGES[450:]
FEW = POOL[:120]  # on the server, which takes a while to save predictions


def labeled(message: dict[str, str]) -> dict[str, Any]:
    value = {"choices": [TOPICS[message["id"]]]}
    result = {"from_name": "topic", "to_name": "text", "type": "choices", "value": value}
    return {"data": message, "annotations": [{"result": [result]}]}


@pytest.fixture
def classifier(monkeypatch: pytest.MonkeyPatch) -> ModelClass:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "model", raising=False)
    return find("model:Classifier", EXAMPLE)


Learn = Callable[[Sequence[dict[str, str]]], Any]


@pytest.fixture
def learnt(classifier: ModelClass, tmp_path: Path) -> Learn:
    """A model of the example that knows what these messages are about."""

    def learn(known: Sequence[dict[str, str]]) -> Any:
        folder = Path(mkdtemp(dir=tmp_path))
        fit(classifier.make("<View/>", "1.2", None), Cause("START_TRAINING", {}), [*map(labeled, known)], folder)
        return classifier.make("<View/>", "1.2", folder)

    return learn


def predictions(model: Any, messages: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = model.predict([{"data": message} for message in messages])
    return found


def accuracy(model: Any) -> float:
    said = [one["result"][0]["value"]["choices"][0] for one in predictions(model, UNSEEN)]
    return fmean(TOPICS[message["id"]] == label for message, label in zip(UNSEEN, said, strict=True))


@pytest.mark.live
def test_the_whole_loop_on_a_server_is_worth_more_than_labels_by_chance(
    live_stack: Stack, raw: httpx.Client, learnt: Learn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(
        EXAMPLE, live_stack.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".lsform", "__pycache__")
    )
    live_stack.write({"pool.jsonl": "".join(json.dumps(message) + "\n" for message in FEW)})
    batch = live_stack.folder / "batch.jsonl"
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):
        monkeypatch.setenv(name, live_stack.environment[name])
    monkeypatch.setattr(sys, "argv", ["label.py", str(batch)])
    with served(live_stack, tmp_path / "log", "model:Classifier", debounce=3600) as url:

        def run(*arguments: str) -> Any:
            result = live_stack.run(*arguments, "--var", f"model={url}")
            assert 0 == result.code, result.err + (tmp_path / "log").read_text()
            return json.loads(result.out) if "json" in arguments else None

        def train() -> Any:
            """Label what was chosen, and learn from it."""
            runpy.run_path(str(EXAMPLE / "label.py"), run_name="__main__")
            return run("train", "messages", "--predict", "unlabeled", "--format", "json")

        run("apply", "--auto-approve")
        project = int(raw.get("/api/projects/?ordering=-id").json()["results"][0]["id"])
        run("tasks", "import", "messages", "pool.jsonl", "--key", "id")
        choose = ("select", "messages", "--key", "id", "--out", "batch.jsonl", "--format", "json", "--count")
        drawn = run(*choose, "15", "--random-share", "1")
        assert ["LSFS01"] == [one["code"] for one in drawn["findings"]]  # nothing is predicted yet
        for labels in (15, 25):
            trained = train()
            left = len(FEW) - labels
            assert (labels, left) == (trained["trained"][0]["tasks"], trained["refreshed"]["asked"])
            made = run(*choose, "10", "--strategy", "margin", "--view")
            assert ([trained["refreshed"]["version"]], []) == (made["versions"], made["findings"])
            assert (left, left) == (made["considered"], made["scored"])
        train()
        run("plan", "--detailed-exitcode")
        done = [task["data"] for task in tasks(raw, project) if task["total_annotations"]]
    by_chance = [accuracy(learnt(random.Random(seed).sample(FEW, len(done)))) for seed in range(5)]
    assert 35 == len(done)
    assert accuracy(learnt(done)) > fmean(by_chance) + 0.05


def test_labels_that_the_model_asks_for_are_worth_more_than_as_many_by_chance(learnt: Learn) -> None:
    chosen, by_chance = [], []
    for seed in range(5):
        order = random.Random(seed).sample(POOL, len(POOL))
        known, rest = order[:15], order[15:]
        for _ in range(3):
            said = zip(rest, predictions(learnt(known), rest), strict=True)
            candidates = [Candidate(message["id"], (prediction,)) for message, prediction in said]
            found = select(candidates, Wanted(Measure("margin"), 10), {}, lambda _task: None, lambda _number: None)
            names = {one.task for one in found.tasks}
            known += [message for message in rest if message["id"] in names]
            rest = [message for message in rest if message["id"] not in names]
        chosen.append(accuracy(learnt(known)))
        by_chance.append(accuracy(learnt(order[: len(known)])))
    assert fmean(chosen) > 0.95 > 0.92 > fmean(by_chance)
    assert all(one > other for one, other in zip(chosen, by_chance, strict=True))
