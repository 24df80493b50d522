"""The example of active learning: its model learns on the real server, and gains by choosing what is labeled."""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from lsform.ml.calling import Cause, ModelClass, find, fit
from lsform.server.local import LocalServer
from tests.conftest import Stack
from tests.live.test_ml_serve import served

EXAMPLE = Path(__file__).parents[2] / "examples" / "active-learning"
TOPICS: dict[str, str] = json.loads((EXAMPLE / "topics.json").read_text("utf-8"))
MESSAGES = [json.loads(line) for line in (EXAMPLE / "messages.jsonl").read_text("utf-8").splitlines()]


def labeled(message: dict[str, str]) -> dict[str, Any]:
    value = {"choices": [TOPICS[message["id"]]]}
    result = {"from_name": "topic", "to_name": "text", "type": "choices", "value": value}
    return {"data": message, "annotations": [{"result": [result]}]}


@pytest.mark.live
def test_the_example_learns_and_shows_first_what_it_is_unsure_of(
    live_stack: Stack, label_studio: LocalServer, tmp_path: Path
) -> None:
    shutil.copytree(
        EXAMPLE, live_stack.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".lsform", "__pycache__")
    )
    token = {"Authorization": f"Token {label_studio.api_key.value}"}
    with (
        served(live_stack, tmp_path / "log", "model:Classifier") as url,
        httpx.Client(base_url=label_studio.url, headers=token, trust_env=False) as raw,
    ):
        at = ("--var", f"model={url}")
        assert 0 == live_stack.run("validate", "--strict", *at).code
        applied = live_stack.run("apply", "--auto-approve", *at)
        assert 0 == applied.code, applied.err
        assert 0 == live_stack.run("plan", "--detailed-exitcode", *at).code
        project = int(raw.get("/api/projects/?ordering=-id").json()["results"][0]["id"])
        tasks = [*map(labeled, MESSAGES[:20]), *({"data": message} for message in MESSAGES[20:60])]
        raw.post(f"/api/projects/{project}/import", json=tasks).raise_for_status()
        trained = live_stack.run("train", "messages", "--predict", "unlabeled", "--format", "json", *at)
        assert 0 == trained.code, trained.err + (tmp_path / "log").read_text()
        report = json.loads(trained.out)
        assert (20, 40, 40) == (
            report["trained"][0]["tasks"],
            report["refreshed"]["asked"],
            report["refreshed"]["predictions"],
        )
        assert report["trained"][0]["version"] == report["refreshed"]["chosen"]
        assert 0 == live_stack.run("plan", "--detailed-exitcode", *at).code
        [view] = raw.get(f"/api/dm/views/?project={project}").json()
        shown = raw.get(f"/api/tasks?project={project}&view={view['id']}&page_size=60&fields=all").json()["tasks"]
        scores = [task["predictions_score"] for task in shown if task["predictions_score"] is not None]
        assert (40, sorted(scores)) == (len(scores), scores)
        first = raw.get(f"/api/projects/{project}/next").json()
        assert scores[0] == min(one["score"] for one in first["predictions"])


@pytest.fixture
def classifier(monkeypatch: pytest.MonkeyPatch) -> ModelClass:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "model", raising=False)
    return find("model:Classifier", EXAMPLE)


def test_labels_that_the_model_asks_for_are_worth_more_than_as_many_by_chance(
    classifier: ModelClass, tmp_path: Path
) -> None:
    pool, unseen = MESSAGES[:450], MESSAGES[450:]

    def learnt(known: Sequence[dict[str, str]], name: str) -> Any:
        folder = tmp_path / name
        folder.mkdir()
        fit(classifier.make("<View/>", "1.2", None), Cause("START_TRAINING", {}), [*map(labeled, known)], folder)
        return classifier.make("<View/>", "1.2", folder)

    def predicted(model: Any, messages: Sequence[dict[str, str]]) -> list[tuple[float, str]]:
        answers = model.predict([{"data": message} for message in messages])
        return [(one["score"], one["result"][0]["value"]["choices"][0]) for one in answers]

    def accuracy(model: Any) -> float:
        right = [TOPICS[one["id"]] == label for one, (_, label) in zip(unseen, predicted(model, unseen), strict=True)]
        return sum(right) / len(right)

    order = random.Random(0).sample(pool, len(pool))
    known, rest = order[:15], order[15:]
    for number in range(3):
        scores = predicted(learnt(known, f"round {number}"), rest)
        ranked = [message for _, message in sorted(zip(scores, rest, strict=True), key=lambda pair: pair[0][0])]
        known, rest = known + ranked[:10], ranked[10:]
    chosen, by_chance = accuracy(learnt(known, "chosen")), accuracy(learnt(order[: len(known)], "by chance"))
    assert chosen > 0.9 > by_chance
