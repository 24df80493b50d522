"""COCO: one JSON a part, in pixels (https://cocodataset.org/#format-data). Boxes, outlines, keypoints and masks. Files.

`segmentation` has the exact outline of every box, ellipse and polygon, turned or not, `bbox` the smallest upright box
round it. Masks are in COCO's own run lengths, compressed; the brush's are decoded with the SDK's codec.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from lsform.core.values import Json
from lsform.data.classes import ClassMap, class_map
from lsform.data.formats.base import Context, beside
from lsform.data.formats.images import CLASSES, KEYPOINTS, Picture, image_objects, labeled, pictures
from lsform.data.formats.masks import coco_mask
from lsform.data.formats.poses import Pose, poses
from lsform.data.formats.yolo import NO_SIZE
from lsform.data.items import Item
from lsform.data.regions import Region
from lsform.data.shapes import Box, Ellipse, Keypoint, Mask, Polygon, Shape, Size, enclosing

DIGITS = 3  # of a pixel: finer than anybody draws
Facts = dict[str, Json]


@dataclass(slots=True)
class _Part:
    """The file of one part: pictures go into it as they come, their annotations wait in another."""

    images: IO[bytes]
    annotations: IO[bytes]
    pictures: int = 0
    objects: int = 0

    def picture(self, facts: Facts) -> int:
        self.pictures += 1
        self.images.write(_line({"id": self.pictures, **facts}, first=self.pictures == 1))
        return self.pictures

    def object(self, facts: Facts) -> None:
        self.objects += 1
        self.annotations.write(_line({"id": self.objects, **facts}, first=self.objects == 1))


def write(items: Iterable[Item], context: Context) -> None:
    """`annotations/<part>.json`; `file_name` is below `images/<part>`."""
    classes, points = class_map(context.interface, CLASSES), class_map(context.interface, KEYPOINTS)
    shown = image_objects(context)
    with ExitStack() as opened:
        files = context.output.streams({part: f"annotations/{part or 'all'}.json" for part in context.split.parts})
        parts = {
            part: _Part(images, opened.enter_context(TemporaryFile()))
            for part, images in opened.enter_context(files).items()
        }
        for part in parts.values():
            part.images.write(b'{"info": {"description": "Label Studio, by lsform"},\n"images": [\n')
        for item in items:
            for picture in pictures(item, shown, context):
                _picture(parts[item.part], picture, context, classes, points)
        for part in parts.values():
            part.images.write(b'\n],\n"annotations": [\n')
            part.annotations.seek(0)
            shutil.copyfileobj(part.annotations, part.images)
            part.images.write(b'\n],\n"categories": ' + _dumped(_categories(classes, points)) + b"}\n")


def _picture(part: _Part, picture: Picture, context: Context, classes: ClassMap, points: ClassMap) -> None:
    item, size = picture.item, picture.size
    name = context.keep(item, picture.medium, beside("images", item.part))
    if size is None:
        context.problems.add(NO_SIZE, item)
        return
    facts: Facts = {"file_name": name, "width": size.width, "height": size.height}
    image = part.picture({**facts, "task_id": item.id, "url": picture.medium.url})
    for found in _objects(picture, size, context, classes, points):
        part.object({"image_id": image, **found})


def _objects(picture: Picture, size: Size, context: Context, classes: ClassMap, points: ClassMap) -> Iterator[Facts]:
    filled = [region for region in picture.regions if not isinstance(region.shape, Keypoint)]
    if points.numbers and len(filled) < len(picture.regions):
        boxes = tuple(region for region in picture.regions if isinstance(region.shape, Box | Keypoint))
        for pose in poses(_with(picture, boxes), context, classes.numbers, points.numbers):
            yield _pose(pose, len(points.names))
        filled = [region for region in filled if not isinstance(region.shape, Box)]
    for region, number in labeled(_with(picture, tuple(filled)), context, _SHAPES, classes.numbers):
        yield {"category_id": number, "iscrowd": 0, **_geometry(region.shape, size, context)}


_SHAPES: tuple[type, ...] = (Box, Polygon, Ellipse, Mask)


def _with(picture: Picture, regions: tuple[Region, ...]) -> Picture:
    return Picture(picture.item, picture.medium, regions, picture.size)


def _geometry(shape: Shape, size: Size, context: Context) -> Facts:
    if isinstance(shape, Mask):
        return coco_mask(shape, size, context.decode)
    assert isinstance(shape, Box | Polygon | Ellipse)
    return _drawn(shape)


def _drawn(shape: Box | Polygon | Ellipse) -> Facts:
    outline: list[Json] = [round(number, DIGITS) for point in shape.outline for number in point]
    return {"bbox": _bbox(shape), "area": round(shape.area, DIGITS), "segmentation": [outline]}


def _bbox(shape: Box | Polygon | Ellipse) -> list[Json]:
    box = enclosing(shape.outline)
    return [round(number, DIGITS) for number in (box.x, box.y, box.width, box.height)]


def _pose(pose: Pose, count: int) -> Facts:
    numbers: list[Json] = []
    for number in range(count):
        point = pose.points.get(number)
        numbers += [round(point.x, DIGITS), round(point.y, DIGITS), 2] if point else [0, 0, 0]
    return {
        "category_id": pose.number,
        "iscrowd": 0,
        **_drawn(pose.box),
        "keypoints": numbers,
        "num_keypoints": len(pose.points),
    }


def _categories(classes: ClassMap, points: ClassMap) -> list[Json]:
    """In COCO the ids of categories need not follow each other: unused ones are left out."""
    names: Mapping[str, int] = classes.numbers or ({"pose": 0} if points.numbers else {})
    skeleton: Facts = {"keypoints": [*points.names], "skeleton": []} if points.numbers else {}
    return [
        {"id": number, "name": name, "supercategory": "", **skeleton}
        for name, number in sorted(names.items(), key=lambda one: one[1])
    ]


def _line(facts: Facts, *, first: bool) -> bytes:
    return (b"" if first else b",\n") + _dumped(facts)


def _dumped(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")).encode()
