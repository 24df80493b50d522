"""YOLO as Ultralytics reads it: a text file a picture, `class` and then numbers as shares of the picture's sides.

detect   `class x y width height` of the centre (https://docs.ultralytics.com/datasets/detect/)
segment  `class x1 y1 x2 y2 ...` of the outline
obb      `class x1 y1 x2 y2 x3 y3 x4 y4` of the corners
pose     `class x y width height`, then `x y visible` of each keypoint in one fixed order
A turned box is not turned in detect and pose: what is written is the smallest upright box round it. Files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from lsform.data.classes import ClassMap, class_map
from lsform.data.formats.base import Context, Draw, Drawn, Kit, Sheet, beside, quoted
from lsform.data.formats.images import CLASSES, KEYPOINTS, Picture, image_objects, labeled, pictures, within
from lsform.data.formats.poses import poses
from lsform.data.items import Item, file_name, parted
from lsform.data.shapes import FILLED, Box, Ellipse, Keypoint, Point, Polygon, Size

NO_SIZE = "picture of unknown size"
OUTSIDE = "region outside of its picture"
Rows = Callable[[Picture, Size, Kit, ClassMap, ClassMap], Iterator[str]]


def _detect(picture: Picture, size: Size, kit: Kit, classes: ClassMap, _points: ClassMap) -> Iterator[str]:
    for region, number in labeled(picture, kit, (Box,), classes.numbers):
        assert isinstance(region.shape, Box)
        box = within(region.shape.bounds, size)
        if box is None:
            kit.problems.add(OUTSIDE, picture.item)
        else:
            yield _BOX % (number, *_centred(box, size))


_BOX = "%d %.6f %.6f %.6f %.6f"


def _outline(
    picture: Picture, size: Size, kit: Kit, classes: ClassMap, _points: ClassMap, *, shapes: tuple[type, ...]
) -> Iterator[str]:
    for region, number in labeled(picture, kit, shapes, classes.numbers):
        assert isinstance(region.shape, FILLED)
        if within(region.shape.bounds, size) is None:
            kit.problems.add(OUTSIDE, picture.item)
        else:
            yield _row(number, [share for point in region.shape.outline for share in _share(point, size)])


def _pose(picture: Picture, size: Size, kit: Kit, classes: ClassMap, points: ClassMap) -> Iterator[str]:
    for pose in poses(picture, kit, classes.numbers, points.numbers):
        box = within(pose.box.bounds, size)
        if box is None:
            kit.problems.add(OUTSIDE, picture.item)
        else:
            places = [_keypoint(pose.points.get(number), size) for number in range(len(points.names))]
            yield " ".join([_BOX % (pose.number, *_centred(box, size)), *places])


def _keypoint(point: Keypoint | None, size: Size) -> str:
    """One that is not there is three noughts."""
    if point is None:
        return "0 0 0"
    x, y = _share((point.x, point.y), size)
    return f"{x:.6f} {y:.6f} 2"


def _centred(box: Box, size: Size) -> tuple[float, float, float, float]:
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return x / size.width, y / size.height, box.width / size.width, box.height / size.height


def _share(point: Point, size: Size) -> tuple[float, float]:
    """Readers refuse a file with a number beyond 0..1, so what lies outside is drawn to the edge."""
    return min(max(point[0] / size.width, 0.0), 1.0), min(max(point[1] / size.height, 0.0), 1.0)


def _row(number: int, shares: Sequence[float]) -> str:
    return f"{number}{_FORM * len(shares)}" % tuple(shares)  # one formatting of all: half the time of one each


_FORM = " %.6f"


def _drawing(kit: Kit, *, rows: Rows, keypoints: tuple[str, ...]) -> Draw:
    classes, points = class_map(kit.interface, CLASSES), class_map(kit.interface, keypoints)
    shown = image_objects(kit.interface)

    def draw(item: Item) -> Iterator[Sheet]:
        for picture in pictures(item, shown, kit):
            if picture.size is None and picture.regions:
                kit.problems.add(NO_SIZE, item)
            lines = list(rows(picture, picture.size, kit, classes, points)) if picture.size else ()
            yield Sheet(picture.medium, item.part, file_name(picture.medium.url), picture.size, lines)

    return draw


def _write(sheets: Iterable[Sheet], context: Context, *, keypoints: tuple[str, ...]) -> None:
    """`labels/` beside `images/`, `classes.txt`, `data.yaml`, and which picture is of which task."""
    classes, points = class_map(context.interface, CLASSES), class_map(context.interface, keypoints)
    folders = {part: (beside("images", part), beside("labels", part)) for part in context.split.parts}
    with context.output.stream("media.jsonl") as index:
        for sheet in sheets:
            images, labels = folders[sheet.part]
            name = context.keep(sheet.part, sheet.medium, images, wish=sheet.wish)
            index.write(_indexed(sheet, name))
            text = "\n".join((*sheet.lines, ""))
            context.output.write(f"{labels}/{parted(name)[0]}.txt", text)
    context.output.write("classes.txt", "".join(f"{name}\n" for name in classes.names))
    context.output.write("data.yaml", _data_yaml(context.split.parts, classes.names, points.names))


def _indexed(sheet: Sheet, name: str) -> bytes:
    medium = sheet.medium
    where = f'"file": {quoted(name)}, "part": {quoted(sheet.part)}'
    return f'{{{where}, "task": {medium.task}, "url": {quoted(medium.url)}}}\n'.encode()


def _data_yaml(parts: Sequence[str], names: Sequence[str], points: Sequence[str]) -> str:
    """What Ultralytics trains with; JSON strings are YAML. Without a split the same pictures are for both."""
    folders = {part: beside("images", part) for part in parts}
    first = folders.get("train", next(iter(folders.values())))
    whole: Mapping[str, str] = {"train": first, "val": first, **{part: path for part, path in folders.items() if part}}
    lines = ["path: .", *(f"{part}: {path}" for part, path in whole.items()), f"nc: {len(names)}", "names:"]
    lines += [f"  {number}: {json.dumps(name, ensure_ascii=False)}" for number, name in enumerate(names)]
    if points:
        lines += [f"kpt_shape: [{len(points)}, 3]", f"# keypoints: {json.dumps([*points], ensure_ascii=False)}"]
    return "\n".join(lines) + "\n"


SHAPES_OF_OBB: tuple[type, ...] = (Box,)
SHAPES_OF_SEGMENT: tuple[type, ...] = (Polygon, Ellipse, Box)


def _drawn(name: str, title: str, rows: Rows, *, keypoints: tuple[str, ...] = ()) -> Drawn:
    return Drawn(name, title, partial(_drawing, rows=rows, keypoints=keypoints), partial(_write, keypoints=keypoints))


FORMATS = (
    _drawn("yolo", "boxes", _detect),
    _drawn("yolo-segment", "outlines", partial(_outline, shapes=SHAPES_OF_SEGMENT)),
    _drawn("yolo-obb", "turned boxes", partial(_outline, shapes=SHAPES_OF_OBB)),
    _drawn("yolo-pose", "boxes with keypoints", _pose, keypoints=KEYPOINTS),
)
