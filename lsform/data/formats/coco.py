"""COCO: one JSON a part, in pixels (https://cocodataset.org/#format-data). Boxes, outlines, keypoints and masks. Files.

`segmentation` has the exact outline of every box, ellipse and polygon, turned or not, `bbox` the smallest upright box
round it. Masks are in COCO's own run lengths, compressed; the brush's are decoded with the SDK's codec.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import isfinite
from tempfile import TemporaryFile
from typing import IO

from lsform.core.values import Json
from lsform.data.classes import ClassMap, class_map
from lsform.data.formats.base import Context, Draw, Drawn, Kit, Sheet, as_line, beside, quoted
from lsform.data.formats.images import CLASSES, KEYPOINTS, Picture, image_objects, labeled, pictures
from lsform.data.formats.masks import coco_mask
from lsform.data.formats.poses import Pose, poses
from lsform.data.formats.yolo import NO_SIZE
from lsform.data.items import Item, file_name
from lsform.data.regions import Region
from lsform.data.shapes import FILLED, Box, Filled, Keypoint, Mask, Shape, Size
from lsform.interface.model import LabelInterface

FAR = "region that reaches beyond all numbers"
DIGITS = 3  # of a pixel: finer than anybody draws
EXACT = 1e12  # below, a number has no more digits than a float holds, and its text is the same however it is made
_FORM = f"%.{DIGITS}f "


@dataclass(slots=True)
class _Part:
    """The file of one part: pictures go into it as they come, their annotations wait in another."""

    images: IO[bytes]
    annotations: IO[bytes]
    pictures: int = 0
    objects: int = 0

    def add(self, facts: str, objects: Iterable[str]) -> None:
        """A picture, and what is on it: each in JSON that lacks its beginning, which has its id."""
        _write_next(self.images, self.pictures, [f'{{"id": {self.pictures + 1}, {facts}'])
        self.pictures += 1
        numbered = enumerate(objects, self.objects + 1)
        made = [f'{{"id": {number}, "image_id": {self.pictures}, {each}' for number, each in numbered]
        _write_next(self.annotations, self.objects, made)
        self.objects += len(made)


def _write_next(file: IO[bytes], before: int, made: list[str]) -> None:
    """More of a JSON array that has so many already."""
    if made:
        file.write(f"{_NEXT if before else ''}{_NEXT.join(made)}".encode())


_NEXT = ",\n"


def _drawing(kit: Kit) -> Draw:
    classes, points = _classes(kit.interface)
    shown = image_objects(kit.interface)

    def draw(item: Item) -> Iterator[Sheet]:
        for picture in pictures(item, shown, kit):
            objects: list[str] = []
            if picture.size is None:
                kit.problems.add(NO_SIZE, item)
            else:
                objects = list(_objects(picture, picture.size, kit, classes, points))
            yield Sheet(picture.medium, item.part, file_name(picture.medium.url), picture.size, objects)

    return draw


def _write(sheets: Iterable[Sheet], context: Context) -> None:
    """`annotations/<part>.json`; `file_name` is below `images/<part>`."""
    with ExitStack() as opened:
        files = context.output.streams({part: f"annotations/{part or 'all'}.json" for part in context.split.parts})
        parts = {
            part: _Part(images, opened.enter_context(TemporaryFile()))
            for part, images in opened.enter_context(files).items()
        }
        for part in parts.values():
            part.images.write(b'{"info": {"description": "Label Studio, by lsform"},\n"images": [\n')
        for sheet in sheets:
            _picture(parts[sheet.part], sheet, context)
        for part in parts.values():
            part.images.write(b'\n],\n"annotations": [\n')
            part.annotations.seek(0)
            shutil.copyfileobj(part.annotations, part.images)
            categories = as_line(_categories(*_classes(context.interface)))
            part.images.write(f'\n],\n"categories": {categories}}}\n'.encode())


def _picture(part: _Part, sheet: Sheet, context: Context) -> None:
    medium, size = sheet.medium, sheet.size
    name = context.keep(sheet.part, medium, beside("images", sheet.part), wish=sheet.wish)
    if size is not None:
        sides = f'"width": {size.width}, "height": {size.height}'
        facts = f'"file_name": {quoted(name)}, {sides}, "task_id": {medium.task}, "url": {quoted(medium.url)}}}'
        part.add(facts, sheet.lines)


def _classes(interface: LabelInterface) -> tuple[ClassMap, ClassMap]:
    return class_map(interface, CLASSES), class_map(interface, KEYPOINTS)


def _objects(picture: Picture, size: Size, kit: Kit, classes: ClassMap, points: ClassMap) -> Iterator[str]:
    """What is on a picture, in JSON that lacks its beginning."""
    for number, what in _found(picture, kit, classes, points):
        try:
            place = _pose(what, len(points.names)) if isinstance(what, Pose) else _geometry(what, size, kit)
        except OverflowError:
            kit.problems.add(FAR, picture.item)
        else:
            yield f'"category_id": {number}, "iscrowd": 0, {place}}}'


def _found(picture: Picture, kit: Kit, classes: ClassMap, points: ClassMap) -> Iterator[tuple[int, Pose | Shape]]:
    """The number of its class and what it is."""
    if points.numbers and any(isinstance(region.shape, Keypoint) for region in picture.regions):
        boxes = [region for region in picture.regions if isinstance(region.shape, _OF_POSES)]
        for pose in poses(_with(picture, boxes), kit, classes.numbers, points.numbers):
            yield pose.number, pose
        picture = _with(picture, [region for region in picture.regions if not isinstance(region.shape, _OF_POSES)])
    for region, number in labeled(picture, kit, _SHAPES, classes.numbers):
        yield number, region.shape


_OF_POSES: tuple[type, ...] = (Box, Keypoint)
_SHAPES: tuple[type, ...] = (*FILLED, Mask)


def _with(picture: Picture, regions: Sequence[Region]) -> Picture:
    return Picture(picture.item, picture.medium, regions, picture.size)


def _geometry(shape: Shape, size: Size, kit: Kit) -> str:
    if isinstance(shape, Mask):
        return as_line(coco_mask(shape, size, kit.decode))[1:-1]
    assert isinstance(shape, FILLED)
    return _drawn(shape)


def _drawn(shape: Filled) -> str:
    """Put together by hand: it is numbers alone, and each side of an upright box stands in two corners."""
    if isinstance(shape, Box) and shape.is_upright:
        x, y, width, height = shape.x, shape.y, shape.width, shape.height
        u, v = x + width, y + height
        left, top, right, below, across, down, area = pixels(x, y, u, v, abs(u - x), abs(v - y), width * height)
        bbox = f"{left if x <= u else right}, {top if y <= v else below}, {across}, {down}"
        outline = f"{left}, {top}, {right}, {top}, {right}, {below}, {left}, {below}"
    else:
        around = shape.bounds
        *sides, area = pixels(around.x, around.y, around.width, around.height, shape.area)
        bbox = ", ".join(sides)
        outline = ", ".join(pixels(*(number for point in shape.outline for number in point)))
    return f'"bbox": [{bbox}], "area": {area}, "segmentation": [[{outline}]]'


def pixels(*numbers: float) -> list[str]:
    """Numbers as JSON has them, cut to DIGITS; raises OverflowError for what it has no number for."""
    if sum(map(abs, numbers)) < EXACT:  # all in one go, less the noughts at the end but for one
        return (_FORM * len(numbers) % numbers).replace("0 ", " ").replace("0 ", " ").split()
    if not isfinite(sum(numbers)):
        raise OverflowError
    return [repr(round(number, DIGITS)) for number in numbers]


def _pose(pose: Pose, count: int) -> str:
    found = [pose.points.get(number) for number in range(count)]
    places = ["0, 0, 0" if one is None else ", ".join((*pixels(one.x, one.y), "2")) for one in found]
    return f'{_drawn(pose.box)}, "keypoints": [{", ".join(places)}], "num_keypoints": {len(pose.points)}'


def _categories(classes: ClassMap, points: ClassMap) -> list[Json]:
    """In COCO the ids of categories need not follow each other: unused ones are left out."""
    names: Mapping[str, int] = classes.numbers or ({"pose": 0} if points.numbers else {})
    skeleton: dict[str, Json] = {"keypoints": [*points.names], "skeleton": []} if points.numbers else {}
    return [
        {"id": number, "name": name, "supercategory": "", **skeleton}
        for name, number in sorted(names.items(), key=lambda one: one[1])
    ]


FORMAT = Drawn("coco", "boxes, outlines, keypoints and masks", _drawing, _write)
