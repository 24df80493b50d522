"""Which keypoints belong to which box: one person each, however many there are in a picture. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lsform.data.formats.base import Kit
from lsform.data.formats.images import Picture, labeled
from lsform.data.regions import Region
from lsform.data.shapes import Box, Keypoint, enclosing

LONE = "keypoint that belongs to no box: relate it to one in the editor, or draw it inside exactly one"
TWICE = "second keypoint of one name in one box"


@dataclass(slots=True)
class Pose:
    """A box with its class, and its keypoints by their numbers."""

    number: int
    box: Box
    points: dict[int, Keypoint] = field(default_factory=dict)


def poses(picture: Picture, kit: Kit, classes: Mapping[str, int], points: Mapping[str, int]) -> Iterator[Pose]:
    """The boxes of a picture with their keypoints: by their parent, else by the one box that they lie in.

    Where there is no class of boxes at all, the keypoints of a picture are one pose, in the box that they span.
    """
    boxes: dict[str, list[Pose]] = {}
    found = []
    for region, number in labeled(picture, kit, (Box, Keypoint), {**points, **classes}):
        if isinstance(region.shape, Keypoint):
            found.append((region, number))
        elif isinstance(region.shape, Box):
            boxes.setdefault(region.id, []).append(Pose(number, region.shape))
    if found and not classes:
        spanned = [(region.shape.x, region.shape.y) for region, _ in found if isinstance(region.shape, Keypoint)]
        boxes[""] = [Pose(0, enclosing(spanned))]
    for region, number in found:
        home = _home(region, boxes)
        assert isinstance(region.shape, Keypoint)
        if not home:
            kit.problems.add(LONE, picture.item)
        for pose in home:
            if pose.points.setdefault(number, region.shape) is not region.shape:
                kit.problems.add(TWICE, picture.item)
    yield from (pose for group in boxes.values() for pose in group)


def _home(region: Region, boxes: Mapping[str, list[Pose]]) -> list[Pose]:
    if region.parent in boxes:
        return boxes[region.parent]
    if len(boxes) == 1:
        return next(iter(boxes.values()))
    around = [group for group in boxes.values() if _holds(group[0].box, region)]
    return around[0] if len(around) == 1 else []


def _holds(box: Box, region: Region) -> bool:
    assert isinstance(region.shape, Keypoint)
    whole = box.bounds
    return whole.x <= region.shape.x <= whole.x + whole.width and whole.y <= region.shape.y <= whole.y + whole.height
