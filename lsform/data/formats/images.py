"""What the formats for pictures share: which regions lie on which picture, and how much of them is in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from lsform.data.formats.base import Kit
from lsform.data.items import Item, Medium, Shown, media, objects, on_medium, size_of
from lsform.data.regions import Region
from lsform.data.shapes import Box, Ellipse, Interval, Keypoint, Mask, Other, Polygon, Size, Span
from lsform.interface.model import LabelInterface

# Types of results whose labels are classes; `labels` are those of shapes drawn with a tag of their own.
CLASSES = ("rectanglelabels", "polygonlabels", "ellipselabels", "brushlabels", "labels")
KEYPOINTS = ("keypointlabels",)
SHAPE_NAMES: Mapping[type, str] = {
    Box: "box", Polygon: "polygon", Ellipse: "ellipse", Mask: "brush mask", Keypoint: "keypoint", Span: "text span",
    Interval: "interval",
}  # fmt: skip


class Picture(Struct, frozen=True, gc=False):
    """One picture of a task with the regions on it; `size` is None where nobody tells it."""

    item: Item
    medium: Medium
    regions: Sequence[Region]
    size: Size | None


def pictures(item: Item, shown: tuple[Shown, ...], kit: Kit) -> Iterator[Picture]:
    """The pictures of a task; what is on a turned picture is told as a problem, as nothing says how it was turned."""
    every = item.regions()
    for medium in media(item, shown):
        on = on_medium(every, medium)
        upright = [region for region in on if not region.image_rotation % 360]
        for _ in range(len(on) - len(upright)):
            kit.problems.add("region on a picture that was turned in the editor", item)
        size = size_of(upright) or kit.measure(medium)
        yield Picture(item, medium, upright, size)


def image_objects(interface: LabelInterface) -> tuple[Shown, ...]:
    return objects(interface, "image")


def labeled(
    picture: Picture, kit: Kit, shapes: tuple[type, ...], numbers: Mapping[str, int]
) -> Iterator[tuple[Region, int]]:
    """The regions of these shapes with the number of each of their labels; others are told as problems."""
    for region in picture.regions:
        if not isinstance(region.shape, shapes):
            kit.problems.add(named(region), picture.item)
            continue
        given, known = 0, []
        for labels in region.labels.values():
            for label in labels:
                given += 1
                if label in numbers:
                    known.append(numbers[label])
        if not given:
            kit.problems.add(f"{named(region)} without a label", picture.item)
        for _ in range(given - len(known)):
            kit.problems.add("label that the interface does not have", picture.item)
        for number in known:
            yield region, number


def named(region: Region) -> str:
    """The shape of a region, for people."""
    shape = region.shape
    return f"`{shape.kind}` region" if isinstance(shape, Other) else SHAPE_NAMES[type(shape)]


def within(box: Box, size: Size) -> Box | None:
    """The part of an upright box that is in the picture; None when nothing is."""
    left, top, right, below = box.x, box.y, box.x + box.width, box.y + box.height
    if left < 0 or top < 0 or right > size.width or below > size.height:
        left, top = max(left, 0.0), max(top, 0.0)
        right, below = min(right, float(size.width)), min(below, float(size.height))
    return Box(left, top, right - left, below - top) if right > left and below > top else None
