"""Answers of models: what fits is passed on as JSON, what does not is told with its place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lsform.interface.model import parse
from lsform.interface.results import prediction_problems
from lsform.ml.answers import WrongAnswer, checked

INTERFACE = parse(
    '<View><Image name="img" value="$image"/><Text name="text" value="$text"/>'
    '<RectangleLabels name="box" toName="img"><Label value="Car"/><Label value="Lorry" alias="Truck"/>'
    "</RectangleLabels>"
    '<Taxonomy name="kind" toName="text"><Choice value="A"><Choice value="B"/></Choice></Taxonomy>'
    '<Choices name="seen" toName="text" value="$options"/><Rating name="stars" toName="img"/></View>'
)


def box(**changed: Any) -> dict[str, Any]:
    value = {"x": 1, "y": 1, "width": 5, "height": 5, "rectanglelabels": ["Car"]}
    return {"from_name": "box", "to_name": "img", "type": "rectanglelabels", "value": value, **changed}


def taxonomy(*paths: list[str]) -> dict[str, Any]:
    return {"from_name": "kind", "to_name": "text", "type": "taxonomy", "value": {"taxonomy": [*paths]}}


GOOD = (
    {"result": []},
    {"result": [box()], "score": 1},
    {"result": [box(score=0.0)], "score": None},
    {"result": [box(value={"rectanglelabels": ["Truck"]}), {"type": "relation", "from_id": "a", "to_id": "b"}]},
    {"result": [taxonomy(["A", "B"], ["A"])]},
    {"result": [{"from_name": "seen", "to_name": "text", "type": "choices", "value": {"choices": ["any"]}}]},
    {"result": [{"from_name": "stars", "to_name": "img", "type": "rating", "value": {"rating": 4}}]},
)


@pytest.mark.parametrize("prediction", GOOD, ids=str)
def test_what_fits_the_interface_is_no_problem(prediction: Any) -> None:
    assert [] == [*prediction_problems(INTERFACE.controls(), prediction)]


@pytest.mark.parametrize(
    ("prediction", "problem"),
    [
        ({"score": 1}, "it is no mapping with a list as `result`"),
        ({"result": [], "score": 1.5}, "`score` is 1.5, which is not from 0 to 1"),
        ({"result": [], "score": "high"}, "`score` is `high`, which is no number"),
        ({"result": [], "score": float("nan")}, "`score` is `nan`, which is no number"),
        ({"result": [1]}, "result 1 is no mapping"),
        (
            {"result": [box(), box(from_name="boxx")]},
            "result 2: `from_name` is `boxx`, which is no control of the interface; did you mean `box`?",
        ),
        ({"result": [box(to_name="text")]}, "result 1: `to_name` is `text`, but `box` points at `img`"),
        (
            {"result": [box(type="rectangle")]},
            "result 1: `type` is `rectangle`, but results of `box` are of type `rectanglelabels`",
        ),
        ({"result": [box(value=None)]}, "result 1: it has no mapping as `value`"),
        ({"result": [box(value={"rectanglelabels": "Car"})]}, "result 1: `value.rectanglelabels` is no list"),
        (
            {"result": [box(value={"rectanglelabels": ["car"]})]},
            "result 1: `car` is no label of `box`; did you mean `Car`?",
        ),
        ({"result": [taxonomy(["B"])]}, "result 1: `B` is no label of `kind`"),
        ({"result": [box(score=-1)]}, "result 1: `score` is -1, which is not from 0 to 1"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_told_with_its_place(prediction: Any, problem: str) -> None:
    assert [problem] == [*prediction_problems(INTERFACE.controls(), prediction)]


TASKS = [{"id": 5}, {"id": 6}]


def test_answers_of_numpy_and_of_models_with_fields_become_json() -> None:
    class Response:
        def model_dump(self) -> dict[str, Any]:
            value = {"x": np.float32(0.5), "rectanglelabels": np.array(["Car"])}
            return {"predictions": ({"result": [box(value=value)], "score": np.float64(0.25)}, {"result": []})}

    found = checked(Response(), TASKS, INTERFACE, "v1")
    result = [box(value={"x": 0.5, "rectanglelabels": ["Car"]})]
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
        ([{"result": []}, {"result": [box(from_name="x")]}], "task 6: result 1: `from_name` is `x`"),
        ([{"result": []}, {"result": [object()]}], "a `object` is no JSON"),
        ([{"result": []}, {"result": [], "score": np.float32("nan")}], "`nan` is no number in JSON"),
    ],
)
def test_an_answer_that_does_not_fit_is_an_error_that_says_which(answer: object, problem: str) -> None:
    with pytest.raises(WrongAnswer, match=f"the model's answer does not fit: {problem}"):
        checked(answer, TASKS, INTERFACE, "v1")
