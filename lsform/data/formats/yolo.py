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
from lsform.data.formats.base import Context, beside
from lsform.data.formats.images import CLASSES, KEYPOINTS, Picture, image_objects, labeled, pictures, within
from lsform.data.formats.poses import Pose, poses
from lsform.data.items import Item
from lsform.data.shapes import Box, Ellipse, Point, Polygon, Size, enclosing

NO_SIZE = "picture of unknown size"
OUTSIDE = "region outside of its picture"
Row = tuple[int, tuple[float, ...]]
Rows = Callable[[Picture, Size, Context, ClassMap, ClassMap], Iterator[Row]]


def _detect(picture: Picture, size: Size, context: Context, classes: ClassMap, _points: ClassMap) -> Iterator[Row]:
    for region, number in labeled(picture, context, (Box,), classes.numbers):
        assert isinstance(region.shape, Box)
        box = within(enclosing(region.shape.outline), size)
        if box is None:
            context.problems.add(OUTSIDE, picture.item)
        else:
            yield number, _centred(box, size)


def _outline(
    picture: Picture, size: Size, context: Context, classes: ClassMap, _points: ClassMap, *, shapes: tuple[type, ...]
) -> Iterator[Row]:
    for region, number in labeled(picture, context, shapes, classes.numbers):
        assert isinstance(region.shape, Box | Polygon | Ellipse)
        if within(enclosing(region.shape.outline), size) is None:
            context.problems.add(OUTSIDE, picture.item)
        else:
            yield number, tuple(number for point in region.shape.outline for number in _share(point, size))


def _pose(picture: Picture, size: Size, context: Context, classes: ClassMap, points: ClassMap) -> Iterator[Row]:
    for pose in poses(picture, context, classes.numbers, points.numbers):
        box = within(enclosing(pose.box.outline), size)
        if box is None:
            context.problems.add(OUTSIDE, picture.item)
        else:
            yield pose.number, (*_centred(box, size), *_keypoints(pose, size, len(points.names)))


def _keypoints(pose: Pose, size: Size, count: int) -> Iterator[float]:
    """Each of the keypoints, in the order of their numbers; one that is not there is three noughts."""
    for number in range(count):
        point = pose.points.get(number)
        if point is None:
            yield from (0, 0, 0)
        else:
            yield from (*_share((point.x, point.y), size), 2)


def _centred(box: Box, size: Size) -> tuple[float, float, float, float]:
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return x / size.width, y / size.height, box.width / size.width, box.height / size.height


def _share(point: Point, size: Size) -> tuple[float, float]:
    """Readers refuse a file with a number beyond 0..1, so what lies outside is drawn to the edge."""
    return min(max(point[0] / size.width, 0.0), 1.0), min(max(point[1] / size.height, 0.0), 1.0)


def _write(items: Iterable[Item], context: Context, *, rows: Rows, task: str) -> None:
    """`labels/` beside `images/`, `classes.txt`, `data.yaml`, and which picture is of which task."""
    classes = class_map(context.interface, CLASSES)
    points = class_map(context.interface, KEYPOINTS if task == "pose" else ())
    shown = image_objects(context)
    with context.output.stream("media.jsonl") as index:
        for item in items:
            for picture in pictures(item, shown, context):
                name = context.keep(item, picture.medium, beside("images", item.part))
                index.write(_indexed(item, picture, name))
                if picture.size is None and picture.regions:
                    context.problems.add(NO_SIZE, item)
                found = rows(picture, picture.size, context, classes, points) if picture.size else ()
                text = "".join(f"{number} {' '.join(map(_number, values))}\n" for number, values in found)
                context.output.write(f"{beside('labels', item.part)}/{name.rpartition('.')[0] or name}.txt", text)
    context.output.write("classes.txt", "".join(f"{name}\n" for name in classes.names))
    context.output.write("data.yaml", _data_yaml(context.split.parts, classes.names, points.names))


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6f}"


def _indexed(item: Item, picture: Picture, name: str) -> bytes:
    facts = {"file": name, "part": item.part, "task": item.id, "url": picture.medium.url}
    return json.dumps(facts, ensure_ascii=False).encode() + b"\n"


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

detect = partial(_write, rows=_detect, task="detect")
segment = partial(_write, rows=partial(_outline, shapes=SHAPES_OF_SEGMENT), task="segment")
obb = partial(_write, rows=partial(_outline, shapes=SHAPES_OF_OBB), task="obb")
pose = partial(_write, rows=_pose, task="pose")
