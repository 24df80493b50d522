"""What the linter knows of export formats is what the converter does, which the SDK has and the server runs."""

from __future__ import annotations

import json
import re
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy
import pytest
from label_studio_sdk._extensions.label_studio_tools.core.label_config import parse_config
from label_studio_sdk.converter import Converter
from label_studio_sdk.converter.brush import mask2rle
from label_studio_sdk.converter.keypoints import get_yolo_categories_for_keypoints

from lsform.core.errors import UsageError
from lsform.core.values import Json
from lsform.interface import lint
from lsform.interface.catalogue import catalogue
from lsform.interface.lint.classes import numbers, numbers_of_poses
from lsform.interface.lint.exports import FORMATS, checked, declared, listed, shown
from lsform.interface.lint.subject import Subject, survey
from lsform.interface.model import parse

SHAPE: dict[str, Json] = {"x": 10, "y": 20, "width": 40, "height": 20, "rotation": 0}
POINTS: dict[str, Json] = {"points": [[10, 10], [50, 10], [30, 50]]}
RLE: dict[str, Json] = {"format": "rle", "rle": mask2rle(numpy.pad(numpy.full((4, 4), 255, numpy.uint8), 3))}
OVAL: dict[str, Json] = {"x": 50, "y": 50, "radiusX": 5, "radiusY": 5, "rotation": 0}
SPAN: dict[str, Json] = {"start": 0, "end": 5, "text": "hello"}
RANGE: dict[str, Json] = {**SPAN, "start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]"}
FRAMES: dict[str, Json] = {"framesCount": 9, "sequence": [{"frame": 1, "x": 1, "y": 1, "width": 9, "height": 9}]}
# object -> control -> what a mark of it is, but for its labels
MARKS: Mapping[str, Mapping[str, dict[str, Json]]] = {
    "Image": {
        **dict.fromkeys(("Rectangle", "RectangleLabels"), SHAPE),
        **dict.fromkeys(("Polygon", "PolygonLabels"), POINTS),
        **dict.fromkeys(("Brush", "BrushLabels"), RLE),
        **dict.fromkeys(("Ellipse", "EllipseLabels"), OVAL),
        "KeyPointLabels": {"x": 20, "y": 30, "width": 1},
        "VectorLabels": {"vertices": [{"x": 1, "y": 1}, {"x": 9, "y": 9}]},
        "BitmaskLabels": {"imageDataURL": "data:,"},
        "Choices": {},
        "TextArea": {"text": ["hello"]},
    },
    "Text": {"Labels": SPAN, "Choices": {}, "TextArea": {"text": ["hello"]}},
    "HyperText": dict.fromkeys(("HyperTextLabels", "Labels"), RANGE),
    "Audio": {"Labels": {"start": 60.5, "end": 61}, "TextArea": {"text": ["hello"]}, "Choices": {}},
    "Video": {"VideoRectangle": FRAMES, "TimelineLabels": {"ranges": [{"start": 1, "end": 2}]}},
}
BARE = {"Rectangle", "Polygon", "Brush", "Ellipse", "VideoRectangle"}  # their classes are those of a `Labels`
NAMES = [name for name, one in FORMATS.items() if one.controls is not None and name != "DOCLANG"]
SOUND = "/data/upload/1/a.wav"
DATA = {"Image": "a.jpg", "Text": "hello world", "HyperText": "hello", "Audio": SOUND, "Video": "a.mp4"}


@dataclass
class Export:
    """A folder where the converter works, without a server and without media but for a sound."""

    folder: Path

    def convert(self, xml: str, tasks: Sequence[Mapping[str, Json]], name: str) -> Path:
        source, target = self.folder / "tasks.json", self.folder / name
        source.write_text(json.dumps(tasks), "utf-8")
        target.mkdir()
        with_media = name == "ASR_MANIFEST"  # of which it writes the length
        converter = Converter(
            parse_config(xml), None, upload_dir=str(self.folder / "upload"), download_resources=with_media
        )
        converter.convert(str(source), str(target), name, is_dir=False)
        return target


@pytest.fixture
def export(tmp_path: Path) -> Export:
    sound = tmp_path / "upload" / "1" / "a.wav"
    sound.parent.mkdir(parents=True)
    with wave.open(str(sound), "wb") as file:
        file.setparams((1, 1, 8000, 8, "NONE", ""))
        file.writeframes(bytes(8))
    return Export(tmp_path)


def task(number: int, key: str, value: Json, results: Sequence[Json]) -> Mapping[str, Json]:
    annotation: Json = {"id": number, "completed_by": 1, "created_at": "2026", "result": list(results)}
    return {"id": number, "data": {key: value}, "annotations": [annotation]}


def result(name: str, control: str, value: Mapping[str, Json], **more: Json) -> Json:
    size: dict[str, Json] = {"original_width": 10, "original_height": 10}
    about: dict[str, Json] = {"id": name, "from_name": name, "to_name": "on", "type": control.lower()}
    return {**about, **size, "value": dict(value), **more}


def example(control: str, target: str) -> tuple[str, list[Json]]:
    """An interface of one control, with the one that it cannot be without, and the results of one mark."""
    value, tags, results = MARKS[target][control], "", list[Json]()
    labels = '<Label value="mark" model_index="0"/>'
    if control in BARE:
        tags += f'<Labels name="label" toName="on">{labels}</Labels>'
        results.append(result("label", "Labels", {**value, "labels": ["mark"]}))
    if control == "KeyPointLabels":
        tags += '<RectangleLabels name="box" toName="on"><Label value="body"/></RectangleLabels>'
        results.append(result("box", "RectangleLabels", {**SHAPE, "rectanglelabels": ["body"]}))
    inside = {"Choices": '<Choice value="mark"/>', "TextArea": ""}.get(control, "" if control in BARE else labels)
    named: dict[str, Json] = {} if control in BARE | {"TextArea"} else {control.lower(): ["mark"]}
    results.append(result("it", control, {**value, **named}, parentID="box"))
    tags += f'<{control} name="it" toName="on">{inside}</{control}>'
    return f'<View><{target} name="on" value="$it"/>{tags}</View>', results


def has_mark(folder: Path, control: str) -> bool:
    """Whether anything in a folder of the converter comes from a mark of this control."""
    keypoints = control == "KeyPointLabels"
    for path in folder.rglob("*"):
        if path.name in ("result.json", "result_coco.json"):
            marks = json.loads(path.read_text("utf-8"))["annotations"]
            return any("keypoints" in one for one in marks) if keypoints else bool(marks)
        if path.parent.name == "labels":
            return len(path.read_text("utf-8").split()) > (5 if keypoints else 0)
        if path.suffix in (".npy", ".png"):
            return True
        if path.suffix in (".xml", ".conll", ".json") and path.name != "notes.json":
            return bool(re.search(r"<name>mark<|B-mark|hello\"", path.read_text("utf-8")))
    return False


def subject_of(xml: str, *exports: str) -> Subject:
    return survey(parse(xml), catalogue(), exports=frozenset(exports))


def test_the_formats_are_those_that_the_server_offers() -> None:
    assert {one.name for one in Converter._FORMAT_INFO} == set(FORMATS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", MARKS)
def test_a_format_has_room_for_what_the_converter_writes(export: Export, name: str, target: str) -> None:
    written, expected = {}, {}
    for number, control in enumerate(MARKS[target]):
        xml, results = example(control, target)
        subject = subject_of(xml, name)
        (node,) = subject.of(control) if control != "Labels" else subject.of(control)[:1]
        expected[control] = declared(subject)[name].keeps(node, shown(subject, node))
        space = Export(export.folder / str(number))
        space.folder.mkdir()
        (space.folder / "upload").symlink_to(export.folder / "upload")
        try:
            written[control] = has_mark(space.convert(xml, [task(1, "it", DATA[target], results)], name), control)
        except (KeyError, TypeError):  # what some formats do with marks that they do not know
            written[control] = False
    assert written == expected


def test_a_format_that_reads_documents_writes_what_annotators_typed(export: Export) -> None:
    xml, _ = example("TextArea", "Image")
    results = [result("it", "TextArea", {"text": ["<doclang version='0.6'><text>hello</text></doclang>"]})]
    folder = export.convert(xml, [task(1, "it", DATA["Image"], results)], "DOCLANG")
    assert [".dclx"] == [path.suffix for path in folder.rglob("*") if path.is_file()]
    assert FORMATS["DOCLANG"].keeps(subject_of(xml).of("TextArea")[0], ())


@pytest.mark.parametrize("name", ["VOC", "YOLO", "YOLO_OBB"])
def test_a_format_of_upright_boxes_does_not_see_that_one_is_turned(export: Export, name: str) -> None:
    xml, _ = example("RectangleLabels", "Image")
    turned = []
    for angle in (0, 30):
        space = Export(export.folder / str(angle))
        space.folder.mkdir()
        value: dict[str, Json] = {**SHAPE, "rotation": angle, "rectanglelabels": ["mark"]}
        folder = space.convert(xml, [task(1, "it", "a.jpg", [result("it", "RectangleLabels", value)])], name)
        (file,) = (path for path in folder.rglob("*") if path.parent.name in ("labels", "Annotations"))
        turned.append(file.read_text("utf-8"))
    assert FORMATS[name].turned == (turned[0] != turned[1])


@pytest.mark.parametrize("name", NAMES)
def test_a_format_that_has_no_room_for_pages_or_reads_one_key_is_not_offered_where_that_is_missing(name: str) -> None:
    control = next(
        f'<{one} name="{{0}}" toName="{{1}}"/><Labels name="l{{0}}" toName="{{1}}"><Label value="a"/></Labels>'
        for one in ("TextArea", "BrushLabels", "RectangleLabels", "Labels")
        if one in (FORMATS[name].controls or ())
    )
    target = next(one for one in ("Audio", "Image", "Text") if one in (FORMATS[name].objects or ()))
    one_key = f'<View><{target} name="o" value="$a"/>{control.format("c", "o")}</View>'
    two_keys = one_key.replace("</View>", f'<{target} name="p" value="$b"/>{control.format("d", "p")}</View>')
    pages = one_key.replace("value=", "valueList=", 1)
    offered = [name in Converter(parse_config(xml), None).supported_formats for xml in (one_key, two_keys)]
    assert [True, False] == offered
    if target == "Image":
        assert FORMATS[name].pages == (name in Converter(parse_config(pages), None).supported_formats)


@pytest.mark.parametrize("name", [name for name in NAMES if FORMATS[name].objects == frozenset({"Image"})])
def test_a_format_that_reads_a_key_fails_where_it_is_not_at_the_top(export: Export, name: str) -> None:
    xml, results = example("BrushLabels" if name.startswith("BRUSH") else "RectangleLabels", "Image")
    nested = task(1, "a", {"it": "a.jpg"}, results)
    if FORMATS[name].key:
        with pytest.raises(KeyError, match=r"a\.it"):
            export.convert(xml.replace("$it", "$a.it"), [nested], name)
    elif name != "BRUSH_TO_COCO":
        export.convert(xml.replace("$it", "$a.it"), [nested], name)


LABELS = {
    "none": [[("b", ""), ("a", "")], []],
    "all": [[("b", "0"), ("a", "1")], []],
    "turned round": [[("b", "1"), ("a", "0")], []],
    "from one": [[("b", "1"), ("a", "2")], []],
    "some": [[("b", "0"), ("a", ""), ("c", "")], []],
    "of two controls": [[("b", "0"), ("a", "1")], [("b", "0"), ("d", "2")]],
    "and choices": [[("b", "0"), ("a", "1")], [("x", ""), ("c", "")]],
    "no numbers": [[("b", "x"), ("a", "1.5")], []],
    "gaps": [[("b", "7"), ("a", "-1"), ("c", "")], [("z", "7")]],
}


def boxes(labels: Sequence[Sequence[tuple[str, str]]], keypoints: str = "") -> str:
    def control(number: int, of_it: Sequence[tuple[str, str]]) -> str:
        asked = (f'value="{value}"' + (f' category="{id_}"' if id_ else "") for value, id_ in of_it)
        inside = "".join(f"<Label {one}/>" for one in asked)
        return f'<RectangleLabels name="c{number}" toName="i">{inside}</RectangleLabels>' if inside else ""

    controls = "".join(control(number, of_it) for number, of_it in enumerate(labels))
    return f'<View><Image name="i" value="$i"/>{controls}{keypoints}</View>'


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_classes_have_the_numbers_that_the_converter_gives_them(labels: Sequence[Sequence[tuple[str, str]]]) -> None:
    xml = boxes(labels)
    categories, ids = Converter(parse_config(xml), None)._get_labels()
    found = numbers(subject_of(xml))
    assert (ids, [one["name"] for one in categories]) == (found.ids, list(found.places))


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_with_keypoints_boxes_are_numbered_in_their_order(labels: Sequence[Sequence[tuple[str, str]]]) -> None:
    xml = boxes(labels, '<KeyPointLabels name="k" toName="i"><Label value="k" model_index="0"/></KeyPointLabels>')
    categories, ids = get_yolo_categories_for_keypoints(parse_config(xml))
    found = numbers_of_poses(subject_of(xml))
    assert (ids, [one["name"] for one in categories]) == (found.ids, list(found.places))


MEDIA = {
    "in folders of a storage": ("s3://a/1.jpg", "s3://b/1.jpg"),
    "of a local storage": ("/data/local-files/?d=a/1.jpg", "/data/local-files/?d=b/1.jpg"),
    "of a local storage's top": ("/data/local-files/?d=1.jpg", "/data/local-files/?d=1.png"),
    "with other endings": ("gs://a/1.jpg", "gs://a/1.png"),
    "of other names": ("s3://a/1.jpg", "s3://a/2.jpg"),
    "in folders of the web": ("http://127.0.0.1:9/a/1.jpg", "http://127.0.0.1:9/b/1.jpg"),
    "twice in the web": ("http://127.0.0.1:9/1.jpg", "http://127.0.0.1:9/1.jpg"),
}


@pytest.mark.parametrize("name", ["YOLO", "VOC"])
@pytest.mark.parametrize("media", MEDIA.values(), ids=MEDIA)
def test_files_of_one_name_are_told_where_the_converter_overwrites(
    export: Export, name: str, media: tuple[str, str]
) -> None:
    xml, results = example("RectangleLabels", "Image")
    tasks = [task(number, "it", url, results) for number, url in enumerate(media, 1)]
    written = [
        path for path in export.convert(xml, tasks, name).rglob("*") if path.parent.name in ("labels", "Annotations")
    ]
    found = lint(xml, tasks=[{"it": url} for url in media], exports=[name], select=["LSF907"])
    assert len(found) == 2 - len(written)


def test_names_of_formats_may_be_typed_as_people_type_them() -> None:
    assert {"YOLO_OBB", "COCO"} == checked(["yolo-obb", " Coco "])
    assert "`COCO`, `YOLO` and `YOLO_OBB`" == listed({"YOLO_OBB", "COCO", "YOLO"})
    with pytest.raises(UsageError) as error:
        checked(["YOLOO"])
    assert ("there is no export format `YOLOO`", "did you mean `YOLO`?") == (str(error.value), error.value.hint)
    with pytest.raises(UsageError) as error:
        checked(["spacy"])
    assert error.value.hint.startswith("formats are `JSON`, ")
