"""Model classes of every style: which arguments each gets."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lsform.ml import calling
from lsform.ml.calling import Cause
from lsform.ml.model import Model
from tests.unit.ml.serving import TASKS, XML, World, model_class

CAUSE = Cause("ANNOTATION_CREATED", {"annotation": {"id": 3}})
DONE = [{"id": 1}]

# Seed of many models: written for `label_studio_ml`, and unchanged but for its first line.
CLASSIFIER = """
from lsform.ml import Model as LabelStudioMLBase
import torch
from transformers import pipeline

class TextClassifierBackend(LabelStudioMLBase):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.classifier = pipeline("text-classification")

    def predict(self, tasks, **kwargs):
        predictions = []
        for task in tasks:
            text = task['data']['text']
            result = self.classifier(text)[0]

            predictions.append({
                'result': [{
                    'from_name': 'sentiment',
                    'to_name': 'text',
                    'type': 'choices',
                    'value': {'choices': [result['label']]}
                }],
                'score': result['score']
            })

        return predictions

    def fit(self, annotations, **kwargs):
        # Train model on new annotations
        pass

# Run backend
if __name__ == '__main__':
    from label_studio_ml import serve
    serve(TextClassifierBackend, port=9090)

It = TextClassifierBackend
"""


@pytest.mark.parametrize(("label", "status"), [("Positive", 200), ("POSITIVE", 500)])
def test_a_class_written_for_label_studio_ml_is_served_but_for_labels_that_there_are_not(
    world: World, monkeypatch: pytest.MonkeyPatch, label: str, status: int
) -> None:
    transformers = ModuleType("transformers")
    transformers.pipeline = lambda _task: lambda _text: [{"label": label, "score": 0.9}]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "transformers", transformers)
    monkeypatch.setitem(sys.modules, "torch", ModuleType("torch"))

    async def story() -> None:
        async with world.serving(model_class(world.folder, CLASSIFIER)) as client:
            await client.setup()
            answer = await client.predict()
            assert status == answer.status_code
            if status == 500:
                wrong = "task 1: `result[0].value.choices` holds `POSITIVE`, which is no label of it"
                assert wrong == answer.json()["problems"][0].partition(";")[0]

    asyncio.run(story())


class Plain:
    """No base, no keyword arguments."""

    def predict(self, tasks: list[Any]) -> list[Any]:
        return tasks

    def fit(self, tasks: list[Any], workdir: str) -> dict[str, Any]:
        Path(workdir, "seen").write_text(str(len(tasks)))
        return {"accuracy": 0.5}


class Second:
    """As of 2.x."""

    def __init__(self, project_id: str = "", label_config: str = "") -> None:
        self.got: list[object] = [project_id, label_config]

    def predict(self, tasks: list[Any], context: Any = None, **_kwargs: object) -> list[Any]:
        return [context for _ in tasks]

    def fit(self, event: str, data: Any, **more: object) -> None:
        self.got = [event, data, sorted(more)]


class SecondWithTasks(Second):
    def fit(self, event: str, data: Any, tasks: Any = (), **_more: object) -> None:
        self.got = [event, data, tasks]


def test_a_class_without_anything_gets_tasks_and_a_folder(tmp_path: Path) -> None:
    made = calling.ModelClass(Plain, "tests:Plain", tmp_path)
    plain = made.make(XML, "7.100", None)
    assert (TASKS, True, True) == (calling.predict(plain, TASKS, None), made.can_fit, made.wants_tasks)
    calling.fit(plain, CAUSE, DONE, tmp_path)
    assert {"seen": "1", "train_output.json": '{"accuracy": 0.5}'} == {
        path.name: path.read_text() for path in tmp_path.iterdir()
    }


def test_a_class_of_the_second_style_gets_events_and_tasks_only_when_it_names_them(tmp_path: Path) -> None:
    made = calling.ModelClass(Second, "tests:Second", tmp_path)
    model = made.make(XML, "7.100", None)
    assert isinstance(model, Second)
    assert ["7.100", XML] == model.got
    assert [{"x": 1}] * 3 == calling.predict(model, TASKS, {"x": 1})
    calling.fit(model, CAUSE, (), tmp_path)
    assert (["ANNOTATION_CREATED", {"annotation": {"id": 3}}, ["workdir"]], False) == (model.got, made.wants_tasks)
    named = calling.ModelClass(SecondWithTasks, "tests:SecondWithTasks", tmp_path)
    other = named.make(XML, "7.100", None)
    calling.fit(other, CAUSE, DONE, tmp_path)
    assert isinstance(other, Second)
    assert (DONE, True) == (other.got[2], named.wants_tasks)


class Remembering(Model):
    def fit(self, tasks: list[Any], **kwargs: Any) -> dict[str, int]:
        seen = self.get("seen", 0)
        assert isinstance(seen, int)
        self.set("seen", seen + len(tasks))
        return {"rounds": 1}

    def predict(self, tasks: list[Any]) -> list[Any]:
        return tasks


def test_values_and_outputs_of_a_training_are_there_in_the_next(tmp_path: Path) -> None:
    made = calling.ModelClass(Remembering, "tests:Remembering", tmp_path)
    workdir = None
    for name in ("one", "two"):
        model = made.make(XML, "7.100", workdir)
        workdir = tmp_path / name
        workdir.mkdir()
        calling.fit(model, CAUSE, DONE, workdir)
    model = made.make(XML, "7.100", workdir)

    def again(key: str) -> object:
        anew = made.make(XML, "7.100", workdir)
        assert isinstance(anew, Remembering)
        return anew.get(key)

    assert isinstance(model, Remembering)
    model.set("seen", 9)  # outside `fit`: no version ever changes
    assert (9, 2) == (model.get("seen"), again("seen"))
    assert {"rounds": 1} == model.train_output


def test_the_interface_is_told_in_the_form_that_models_know() -> None:
    assert {
        "sentiment": {
            "type": "Choices",
            "to_name": ["text"],
            "inputs": [{"type": "Text", "value": "text"}],
            "labels": ["Positive", "Negative"],
        }
    } == Model(label_config=XML).parsed_label_config
