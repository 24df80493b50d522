"""What the editor or the server would not take is told before anything is sent, with the field."""

from __future__ import annotations

from typing import Any

import pytest

from lsform.core.diagnostics import NOWHERE, Said
from lsform.core.values import Json
from lsform.data.complaints import SHOWN, Complaints
from lsform.data.tasks import task_of
from lsform.data.validation import HEAVY, Checker
from lsform.interface.model import parse

IMAGE = """<View><Image name="image" value="$image"/>
<RectangleLabels name="box" toName="image"><Label value="Car"/><Label value="Lorry" alias="Truck"/></RectangleLabels>
<PolygonLabels name="area" toName="image"><Label value="Road"/></PolygonLabels>
<Choices name="kind" toName="image"><Choice value="A"/></Choices>
<Taxonomy name="tree" toName="image"><Choice value="Animal"><Choice value="Cat"/></Choice></Taxonomy>
<Choices name="own" toName="image" value="$choices"/>
<TextArea name="note" toName="image"/></View>"""
TEXT = (
    """<View><Text name="text" value="$text"/><Labels name="ner" toName="text"><Label value="PER"/></Labels></View>"""
)
PLACE = {"x": 1, "y": 2, "width": 3, "height": 4}


def result(name: str, kind: str, target: str = "image", /, **value: Any) -> dict[str, Any]:
    return {"from_name": name, "to_name": target, "type": kind, "value": value}


def told(xml: str, record: Json) -> list[str]:
    return [
        f"{one.code} {finding.message}"
        for one in Checker(parse(xml)).task(task_of(record))
        for finding in [one.at(NOWHERE)]
    ]


def on_image(*results: Any, **prediction: Any) -> list[str]:
    whole = {"model_version": "v", "result": [*results], **prediction}
    data = {"image": "https://example.com/1.jpg", "choices": [{"value": "X"}]}
    return told(IMAGE, {"data": data, "predictions": [whole]})


AT = "`predictions[0].result[0]"


@pytest.mark.parametrize(
    "good",
    [
        result("box", "rectanglelabels", **PLACE, rectanglelabels=["Car", "Truck"]),
        result("box", "rectangle", **PLACE, rotation=359),
        result("area", "polygonlabels", points=[[0, 0], [100.0000001, 0], [50, 100]], polygonlabels=["Road"]),
        result("kind", "choices", choices=["A"]),
        result("kind", "choices", choices=["A"], **PLACE),
        result("tree", "taxonomy", taxonomy=[["Animal", "Cat"], ["Animal"]]),
        result("own", "choices", choices=["whatever the task says"]),
        result("note", "textarea", text=["x"]),
        {"type": "relation", "from_id": "a", "to_id": "b"},
    ],
)
def test_what_fits_is_not_spoken_of(good: Json) -> None:
    assert [] == on_image(good)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (result("bax", "choices"), [f"LSFD03 {AT}.from_name` is `bax`, and the interface has no such control"]),
        (result("kind", "choices", "picture", choices=["A"]), [f"LSFD03 {AT}.to_name` is `picture`"]),
        (result("kind", "rectanglelabels", choices=["A"]), [f"LSFD03 {AT}.type` is `rectanglelabels`"]),
        (result("kind", "choices", choices=["B"]), [f"LSFD03 {AT}.value.choices` holds `B`, which is no label of it"]),
        (result("box", "rectanglelabels", **PLACE, rectanglelabels=["Lorry"]),
         [f"LSFD03 {AT}.value.rectanglelabels` holds `Lorry`, which is no label of it"]),
        (result("tree", "taxonomy", taxonomy=[["Animal", "Dog"]]),
         [f"LSFD03 {AT}.value.taxonomy` holds `Dog`, which is no label of it"]),
        (result("tree", "taxonomy", taxonomy=[["Cat"]]),
         [f"LSFD03 {AT}.value.taxonomy` holds `Cat`, and no choice is there"]),
        (result("kind", "choices"), [f"LSFD04 {AT}.value.choices` is missing"]),
        (result("box", "rectanglelabels", **{**PLACE, "x": 120}, rectanglelabels=["Car"]),
         [f"LSFD04 {AT}.value.x` is 120"]),
        (result("box", "rectanglelabels", x=1, y="2", width=3, rectanglelabels=["Car"]),
         [f"LSFD04 {AT}.value.height` is missing", f"LSFD04 {AT}.value.y` is `2`"]),
        (result("box", "rectanglelabels", **PLACE), [f"LSFD04 {AT}.value.rectanglelabels` is no list of labels"]),
        (result("area", "polygonlabels", points=[[0, 0], [1, 101]], polygonlabels=["Road"]),
         [f"LSFD04 {AT}.value.points` has 2 points, and a polygon three or more",
          f"LSFD04 {AT}.value.points[1]` is [1, 101]"]),
        ({**result("kind", "choices", choices=["A"]), "score": True}, [f"LSFD05 {AT}.score` is True"]),
        ({**result("kind", "choices"), "value": None}, [f"LSFD03 {AT}.value` is no mapping"]),
        ({"type": "relation", "from_id": "a"}, [f"LSFD03 {AT}.to_id` names no region"]),
        ("Car", [f"LSFD03 {AT}` is no mapping"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_field(wrong: Json, expected: list[str]) -> None:
    assert expected == on_image(wrong)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"start": 0, "end": 3, "text": "Ann", "labels": ["PER"]}, []),
        ({"start": 3, "end": 0, "labels": ["PER"]}, [f"LSFD04 {AT}.value.end` is 0, before `start`"]),
        ({"labels": ["PER"]}, [f"LSFD04 {AT}.value` says nowhere where the labels are"]),
    ],
)
def test_labels_of_text_say_where_they_are(value: dict[str, Json], expected: list[str]) -> None:
    prediction = {"model_version": "v", "result": [result("ner", "labels", "text", **value)]}
    assert expected == told(TEXT, {"text": "Ann", "predictions": [prediction]})


def test_predictions_have_a_model_version_and_a_score_from_0_to_1() -> None:
    assert ["LSFD05 `predictions[0].model_version` is missing"] == on_image(model_version="")
    assert ["LSFD05 `predictions[0].score` is 50"] == on_image(score=50)
    assert [] == on_image(score=None)
    assert ["LSFD01 `predictions[0]` is no mapping"] == told(TEXT, {"data": {"text": "a"}, "predictions": [1]})
    assert ["LSFD01 `annotations[0].result` is no list"] == told(TEXT, {"data": {"text": "a"}, "annotations": [{}]})


def test_data_that_the_interface_shows_are_there() -> None:
    assert ["LSFD02 `data.text` is missing"] == told(TEXT, {"txt": "a"})
    wrong = told(IMAGE, {"image": 3, "choices": []})
    assert ["LSFD02 `data.image` is a number, not a URL, and `Image` shows it"] == wrong[:1]
    assert ["LSFD09 `data.text` is empty"] == told(TEXT, {"text": ""})


def test_heavy_tasks_are_warned_of() -> None:
    assert ["LSFD08 `data` has 100 kB"] == told(TEXT, {"text": "a", "more": "x" * HEAVY})
    assert ["LSFD08 `data.text` holds a file, in base64"] == told(TEXT, {"text": "data:image/png;base64,AAAAAAA"})


def test_the_first_are_shown_and_all_are_counted() -> None:
    complaints = Complaints()
    for _ in range(SHOWN + 5):
        complaints.add(Said("LSFD01", "", "is no mapping"), NOWHERE)
    assert (SHOWN + 5, SHOWN, 5) == (complaints.errors, len(complaints.first), complaints.left_out)
