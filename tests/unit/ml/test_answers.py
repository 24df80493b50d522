"""Answers of models: what fits is passed on as JSON, what does not is told with its place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lsform.interface.model import parse
from lsform.ml.answers import WrongAnswer, checked

INTERFACE = parse(
    '<View><Image name="img" value="$image"/><Text name="text" value="$text"/>'
    '<RectangleLabels name="box" toName="img"><Label value="Car"/><Label value="Lorry" alias="Truck"/>'
    "</RectangleLabels>"
    "</View>"
)


PLACE = {"x": 1, "y": 1, "width": 5, "height": 5}


def box(**changed: Any) -> dict[str, Any]:
    value = {**PLACE, "rectanglelabels": ["Car"]}
    return {"from_name": "box", "to_name": "img", "type": "rectanglelabels", "value": value, **changed}


TASKS = [{"id": 5}, {"id": 6}]


def test_answers_of_numpy_and_of_models_with_fields_become_json() -> None:
    class Response:
        def model_dump(self) -> dict[str, Any]:
            value = {**PLACE, "x": np.float32(0.5), "rectanglelabels": np.array(["Car"])}
            return {"predictions": ({"result": [box(value=value)], "score": np.float64(0.25)}, {"result": []})}

    found = checked(Response(), TASKS, INTERFACE, "v1")
    result = [box(value={**PLACE, "x": 0.5, "rectanglelabels": ["Car"]})]
    assert [
        {"result": result, "score": 0.25, "model_version": "v1"},
        {"result": [], "model_version": "v1"},
    ] == found


def test_several_predictions_of_a_task_all_get_the_version() -> None:
    [several, one] = checked([[{"result": []}, {"result": []}], {"result": []}], TASKS, INTERFACE, "v1")
    assert [{"result": [], "model_version": "v1"}] * 2 == several
    assert {"result": [], "model_version": "v1"} == one


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (None, "it is no list of predictions"),
        ([{"result": []}], "there are 1 predictions for 2 tasks"),
        ([{"result": []}, 1], "task 6: a prediction is no mapping"),
        ([{"result": []}, {"score": 1}], "task 6: `result` is no list"),
        ([{"result": []}, {"result": [], "score": 1.5}], "task 6: `score` is 1.5; scores are from 0, unsure, to 1"),
        (
            [{"result": []}, {"result": [box(), box(from_name="bax")]}],
            r"task 6: `result\[1\].from_name` is `bax`, and the interface has no such control; did you mean `box`\?",
        ),
        (
            [{"result": []}, {"result": [box(value={**PLACE, "rectanglelabels": ["Lorry"]})]}],
            r"task 6: `result\[0\].value.rectanglelabels` holds `Lorry`, which is no label of it; `Truck` is what is",
        ),
        ([{"result": []}, {"result": [object()]}], "a `object` is no JSON"),
        ([{"result": []}, {"result": [], "score": np.float32("nan")}], "`nan` is no number in JSON"),
    ],
)
def test_an_answer_that_does_not_fit_is_an_error_that_says_which(answer: object, problem: str) -> None:
    with pytest.raises(WrongAnswer, match=f"the model's answer does not fit: {problem}"):
        checked(answer, TASKS, INTERFACE, "v1")
