"""YOLO, COCO and Pascal VOC: golden cases, computed by hand."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from math import isfinite
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_studio_sdk.converter.brush import decode_rle, encode_rle
from pycocotools import mask as codec
from pycocotools.coco import COCO

from lsform.core.errors import LsformError
from lsform.data.export import Media, Unsupported
from lsform.data.formats.coco import DIGITS, pixels
from tests.unit.data.tasks import (
    BOXES,
    MASKS,
    POINTS,
    POLYGONS,
    box,
    interface,
    picture,
    point,
    region,
    run_export,
)

TURNED = box("Car", 35.3, 30, 12.5, 25, 45)  # a square of 125 pixels, turned by an eighth, on 1000 x 500


@given(st.lists(st.floats(allow_nan=False) | st.decimals(-1000, 1000, places=4).map(float), max_size=4))
def test_pixels_are_rounded_and_written_as_python_does(numbers: list[float]) -> None:
    if all(map(isfinite, numbers)) and isfinite(sum(numbers)):
        assert [repr(round(number, DIGITS)) for number in numbers] == pixels(*numbers)
    else:
        with pytest.raises(OverflowError):
            pixels(*numbers)


def boxes_of(document: Any) -> list[list[float]]:
    return [one["bbox"] for one in document["annotations"]]


def test_yolo_has_the_centre_and_the_sides_as_shares(tmp_path: Path) -> None:
    made = run_export(tmp_path / "out", "yolo", interface(BOXES), [picture(1, box("Truck", 10, 20, 30, 40))])
    assert "1 0.250000 0.400000 0.300000 0.400000\n" == made.text("labels/1.txt")
    assert "Car\nTruck\n" == made.text("classes.txt")


def test_class_ids_are_those_of_the_interface_and_agree_with_classes_txt(tmp_path: Path) -> None:
    labels = '<Label value="zebra" category="1"/><Label value="apple" category="0"/><Label value="late" category="3"/>'
    xml = interface(f'<RectangleLabels name="box" toName="image">{labels}</RectangleLabels>')
    made = run_export(tmp_path / "out", "yolo", xml, [picture(1, box("zebra", 0, 0, 50, 50))])
    assert "1 0.250000 0.250000 0.500000 0.500000\n" == made.text("labels/1.txt")
    assert "apple\nzebra\nunused_2\nlate\n" == made.text("classes.txt")


def test_two_labels_of_one_class_id_are_an_error(tmp_path: Path) -> None:
    labels = '<Label value="a" category="1"/><Label value="b" category="1"/>'
    xml = interface(f'<RectangleLabels name="box" toName="image">{labels}</RectangleLabels>')
    with pytest.raises(LsformError, match="`a` and `b` both have the class id 1"):
        run_export(tmp_path / "out", "yolo", xml, [])


def test_files_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    tasks = [
        picture(7, box("Car", 0, 0, 10, 10), image="s3://bucket/x/1.jpg"),
        picture(8, box("Truck", 0, 0, 10, 10), image="s3://bucket/y/1.jpg"),
        picture(9, box("Truck", 0, 0, 10, 10), image="/data/local-files/?d=z/1.PNG"),
    ]
    made = run_export(tmp_path / "out", "yolo", interface(BOXES), tasks)
    assert ["labels/1-8.txt", "labels/1-9.txt", "labels/1.txt"] == [name for name in made.files if "labels" in name]
    assert "0" == made.text("labels/1.txt")[0]
    assert '{"file": "1-9.PNG", "part": "", "task": 9, "url": "/data/local-files/?d=z/1.PNG"}' in made.text(
        "media.jsonl"
    )


@pytest.mark.parametrize("form", ["yolo", "coco", "voc"])
def test_a_turned_box_is_enclosed_in_pixels_and_not_in_percent(tmp_path: Path, form: str) -> None:
    made = run_export(tmp_path / "out", form, interface(BOXES), [picture(1, TURNED)])
    if form == "coco":
        [[x, y, width, height]] = boxes_of(made.json("annotations/all.json"))
        assert [264.612, 150, 176.777, 176.777] == [x, y, width, height]
    elif form == "yolo":
        _, *numbers = map(float, made.text("labels/1.txt").split())
        assert pytest.approx([0.353, 0.476777, 0.176777, 0.353553], abs=1e-6) == numbers
    else:
        corners = ET.fromstring(made.text("Annotations/1.xml")).find("object/bndbox")
        assert corners is not None
        assert {"xmin": "265", "ymin": "150", "xmax": "441", "ymax": "327"} == {one.tag: one.text for one in corners}


def test_obb_has_the_corners_of_the_turned_box(tmp_path: Path) -> None:
    made = run_export(tmp_path / "out", "yolo-obb", interface(BOXES), [picture(1, TURNED)])
    _, *numbers = map(float, made.text("labels/1.txt").split())
    expected = [0.353, 0.3, 0.441388, 0.476777, 0.353, 0.653553, 0.264612, 0.476777]
    assert pytest.approx(expected, abs=1e-6) == numbers


def test_coco_keeps_the_exact_outline_and_area_of_a_turned_box(tmp_path: Path) -> None:
    made = run_export(tmp_path / "out", "coco", interface(BOXES), [picture(1, TURNED)])
    [found] = made.json("annotations/all.json")["annotations"]
    assert [[353, 150, 441.388, 238.388, 353, 326.777, 264.612, 238.388]] == found["segmentation"]
    assert 125 * 125 == found["area"]


def test_keypoints_of_two_animals_stay_apart(tmp_path: Path) -> None:
    results = [
        box("Car", 0, 0, 20, 20, ref="a"), box("Truck", 50, 50, 20, 20, ref="b"),
        point("tail", 60, 60, parent="b"), point("nose", 5, 10, parent="a"), point("nose", 55, 55, parent="b"),
    ]  # fmt: skip
    xml = interface(BOXES, POINTS)
    yolo = run_export(tmp_path / "yolo", "yolo-pose", xml, [picture(1, *results)])
    assert (
        "0 0.100000 0.100000 0.200000 0.200000 0.050000 0.100000 2 0 0 0\n"
        "1 0.600000 0.600000 0.200000 0.200000 0.550000 0.550000 2 0.600000 0.600000 2\n"
    ) == yolo.text("labels/1.txt")
    assert "kpt_shape: [2, 3]" in yolo.text("data.yaml")
    coco = run_export(tmp_path / "coco", "coco", xml, [picture(1, *results)]).json("annotations/all.json")
    assert [[50, 50, 2, 0, 0, 0], [550, 275, 2, 600, 300, 2]] == [one["keypoints"] for one in coco["annotations"]]
    assert ["nose", "tail"] == coco["categories"][0]["keypoints"]


def test_a_keypoint_without_a_parent_belongs_to_the_box_that_it_lies_in(tmp_path: Path) -> None:
    results = [box("Car", 0, 0, 20, 20), box("Car", 50, 50, 20, 20), point("nose", 55, 55)]
    made = run_export(tmp_path / "out", "yolo-pose", interface(BOXES, POINTS), [picture(1, *results)])
    assert ["0 0 0 0 0 0", "0.550000 0.550000 2 0 0 0"] == [
        " ".join(line.split()[5:]) for line in made.text("labels/1.txt").splitlines()
    ]


def test_a_keypoint_that_could_be_of_several_boxes_is_refused(tmp_path: Path) -> None:
    results = [box("Car", 0, 0, 60, 60), box("Car", 50, 50, 20, 20), point("nose", 55, 55)]
    with pytest.raises(Unsupported, match="keypoint that belongs to no box"):
        run_export(tmp_path / "out", "yolo-pose", interface(BOXES, POINTS), [picture(1, *results)])


def test_outlines_of_polygons_ellipses_and_boxes_are_segments(tmp_path: Path) -> None:
    triangle = region("polygonlabels", "area", ["Road"], points=[[0, 0], [50, 0], [0, 50]])
    made = run_export(tmp_path / "out", "yolo-segment", interface(POLYGONS), [picture(1, triangle)])
    assert "0 0.000000 0.000000 0.500000 0.000000 0.000000 0.500000\n" == made.text("labels/1.txt")


def test_an_ellipse_in_coco_has_its_own_area(tmp_path: Path) -> None:
    xml = interface('<EllipseLabels name="e" toName="image"><Label value="Sun"/></EllipseLabels>')
    sun = region("ellipselabels", "e", ["Sun"], x=50, y=50, radiusX=10, radiusY=20, rotation=0)
    [found] = run_export(tmp_path / "out", "coco", xml, [picture(1, sun)]).json("annotations/all.json")["annotations"]
    assert [400, 150, 200, 200] == found["bbox"]
    assert pytest.approx(31415.927, abs=1e-3) == found["area"]


OLD_NUMPY = "ignore:__array__ implementation:DeprecationWarning"  # pycocotools' own, in its compiled part


@pytest.mark.filterwarnings(OLD_NUMPY)
def test_a_brush_mask_in_coco_has_the_painted_pixels(tmp_path: Path) -> None:
    painted = numpy.zeros((8, 10, 4), dtype=numpy.uint8)
    painted[2:5, 3:9] = 255
    sky = region("brushlabels", "brush", ["Sky"], size=(10, 8), format="rle", rle=encode_rle(painted.flatten()))
    made = run_export(tmp_path / "out", "coco", interface(MASKS), [picture(1, sky)], media=Media(decode_rle))
    [found] = made.json("annotations/all.json")["annotations"]
    assert (painted[:, :, 3] > 0).tolist() == codec.decode(found["segmentation"]).astype(bool).tolist()
    assert (18, [3, 2, 6, 3]) == (found["area"], found["bbox"])


@pytest.mark.filterwarnings(OLD_NUMPY)
def test_pycocotools_reads_what_we_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks = [picture(number, TURNED, box("Truck", 1, 1, 10, 10)) for number in range(1, 6)]
    made = run_export(tmp_path / "out", "coco", interface(BOXES), tasks)
    found = COCO(str(made.folder / "annotations/all.json"))
    assert 10 == len(found.getAnnIds())
    for one in found.loadAnns(found.getAnnIds()):
        assert abs(int(found.annToMask(one).sum()) - one["area"]) < 0.02 * one["area"] + 50
    capsys.readouterr()


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ("yolo", {"polygon": 1, "keypoint": 1}),
        ("yolo-obb", {"polygon": 1, "keypoint": 1}),
        ("yolo-segment", {"keypoint": 1}),
        ("voc", {"polygon": 1, "keypoint": 1}),
    ],
)
def test_what_a_format_cannot_hold_is_counted_and_refused_unless_it_may_be_left_out(
    tmp_path: Path, form: str, found: dict[str, int]
) -> None:
    road = region("polygonlabels", "area", ["Road"], points=[[0, 0], [50, 0], [0, 50]])
    tasks = [picture(4, box("Car", 0, 0, 10, 10), road, point("nose", 1, 1))]
    xml = interface(BOXES, POLYGONS, POINTS)
    with pytest.raises(Unsupported, match=r"x keypoint \(first in task 4\)"):
        run_export(tmp_path / "out", form, xml, tasks)
    assert not (tmp_path / "out").exists()
    assert found == run_export(tmp_path / "out", form, xml, tasks, skip=True).manifest["dropped"]


PLAIN: dict[str, dict[str, Any]] = {
    "rectangle": {"x": 1, "y": 1, "width": 5, "height": 5, "rotation": 0},
    "ellipse": {"x": 9, "y": 9, "radiusX": 3, "radiusY": 2, "rotation": 0},
    "polygon": {"points": [[0, 0], [50, 0], [0, 50]]},
    "keypoint": {"x": 5, "y": 5, "width": 1},
    "vector": {"vertices": [{"id": "v", "x": 1, "y": 1}]},
}


@pytest.mark.parametrize("shape", PLAIN)
@pytest.mark.parametrize("form", ["yolo", "yolo-obb", "yolo-segment", "yolo-pose", "voc", "coco"])
@pytest.mark.parametrize("points", ["", POINTS], ids=["no keypoint labels", "keypoint labels"])
def test_a_region_is_written_or_told_whatever_gave_it_its_label(
    tmp_path: Path, shape: str, form: str, points: str
) -> None:
    labels = '<Labels name="given" toName="image"><Label value="Car"/></Labels>'
    tags = {"keypoint": "KeyPoint"}
    tag = f'<{tags.get(shape, shape.title())} name="drawn" toName="image"/>'
    drawn = region(shape, "drawn", [], ref="r", **PLAIN[shape])
    del drawn["value"][shape]
    said = region("labels", "given", ["Car"], ref="r", **PLAIN[shape])
    made = run_export(tmp_path / "out", form, interface(tag, labels, points), [picture(1, drawn, said)], skip=True)
    written = {
        "coco": lambda: len(made.json("annotations/all.json")["annotations"]),
        "voc": lambda: made.text("Annotations/1.xml").count("<object>"),
    }.get(form, lambda: len(made.text("labels/1.txt").splitlines()))()
    assert 1 == written + sum(made.manifest["dropped"].values())


def test_a_picture_of_unknown_size_is_refused_and_never_written_as_null(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="picture of unknown size"):
        run_export(tmp_path / "out", "coco", interface(BOXES), [picture(1)])


def test_a_label_that_the_interface_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="label that the interface does not have"):
        run_export(tmp_path / "out", "yolo", interface(BOXES), [picture(1, box("Ghost", 0, 0, 1, 1))])


def test_boxes_drawn_with_a_rectangle_have_the_class_of_the_labels_beside_it(tmp_path: Path) -> None:
    xml = interface(
        '<Labels name="what" toName="image"><Label value="Cat"/></Labels><Rectangle name="where" toName="image"/>'
    )
    place = {"x": 0, "y": 0, "width": 50, "height": 50, "rotation": 0}
    shape = {**region("rectangle", "where", [], ref="one", **place), "type": "rectangle"}
    label = {**region("labels", "what", ["Cat"], ref="one", **place), "type": "labels"}
    made = run_export(tmp_path / "out", "yolo", xml, [picture(1, shape, label)])
    assert "0 0.250000 0.250000 0.500000 0.500000\n" == made.text("labels/1.txt")


@given(
    place=st.tuples(*[st.floats(0, 60)] * 2),
    sides=st.tuples(*[st.floats(0.1, 40)] * 2),
    size=st.tuples(st.integers(1, 9000), st.integers(1, 9000)),
)
def test_for_upright_boxes_of_one_annotator_we_agree_with_the_usual_script(
    tmp_path_factory: pytest.TempPathFactory,
    place: tuple[float, float],
    sides: tuple[float, float],
    size: tuple[int, int],
) -> None:
    """The script that everybody copies: percents by 100, and half of the sides added."""
    (x, y), (width, height) = place, sides
    expected = [(x + width / 2) / 100, (y + height / 2) / 100, width / 100, height / 100]
    folder = tmp_path_factory.mktemp("agree") / "out"
    made = run_export(folder, "yolo", interface(BOXES), [picture(1, box("Car", x, y, width, height, size=size))])
    _, *numbers = map(float, made.text("labels/1.txt").split())
    assert pytest.approx(expected, abs=1.000001e-6) == numbers


def test_a_box_beyond_all_numbers_is_refused_and_never_written_as_infinity(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="region that reaches beyond all numbers"):
        run_export(tmp_path / "out", "coco", interface(BOXES), [picture(1, box("Car", 1e308, 0, 10, 10))])


def test_pictures_of_one_name_in_two_parts_have_files_of_their_own_where_parts_share_a_folder(tmp_path: Path) -> None:
    tasks = [picture(number, box("Car", 0, 0, 10, 10), image=f"s3://bucket/{number}/1.jpg") for number in range(1, 9)]
    made = run_export(tmp_path / "out", "voc", interface(BOXES), tasks, split="train=1,val=1")
    assert 8 == len([name for name in made.files if name.startswith("Annotations/")])
