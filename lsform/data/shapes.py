"""Where regions are: shapes in the unit of their medium. Pure.

Images are in pixels of the original picture, x to the right and y down; Label Studio has percents of its sides, in
which a rotation is no rotation unless the picture is square. Text is in characters, sound and time series in their
own unit.

What an export makes by the million is a Struct: a frozen dataclass takes ten times as long to make.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, pi, radians, sin
from typing import TypeAlias

from msgspec import Struct

Point: TypeAlias = tuple[float, float]
SIDES_OF_AN_ELLIPSE = 64  # of the polygon that stands for one: its area is 0.16 % less


class Size(Struct, frozen=True, gc=False, array_like=True):
    """Width and height of a picture, in pixels."""

    width: int
    height: int


class Box(Struct, frozen=True, gc=False):
    """A rectangle: its first corner, its sides, and the angle in degrees, clockwise, by which it is turned about it."""

    x: float
    y: float
    width: float
    height: float
    rotation: float = 0.0

    @property
    def is_upright(self) -> bool:
        return not self.rotation % 360

    @property
    def outline(self) -> tuple[Point, ...]:
        """The corners, clockwise: first, right of it, opposite, below it, as the box is before it is turned."""
        if self.is_upright:
            right, below = self.x + self.width, self.y + self.height
            return (self.x, self.y), (right, self.y), (right, below), (self.x, below)
        along, down = _turned((self.width, 0.0), self.rotation), _turned((0.0, self.height), self.rotation)
        first = (self.x, self.y)
        return first, _plus(first, along), _plus(_plus(first, along), down), _plus(first, down)

    @property
    def bounds(self) -> Box:
        """The smallest upright box round it; sides that were drawn backwards are turned round."""
        if self.rotation % 360:
            return enclosing(self.outline)
        x, y = self.x, self.y
        right, below = x + self.width, y + self.height
        if right >= x and below >= y:
            return Box(x, y, right - x, below - y)
        return Box(min(x, right), min(y, below), abs(right - x), abs(below - y))

    @property
    def area(self) -> float:
        return self.width * self.height


class Polygon(Struct, frozen=True, gc=False):
    """A closed outline."""

    outline: tuple[Point, ...]

    @property
    def bounds(self) -> Box:
        return enclosing(self.outline)

    @property
    def area(self) -> float:
        return area_of(self.outline)


class Ellipse(Struct, frozen=True, gc=False):
    """Centre, radii, and the angle in degrees, clockwise, by which it is turned about its centre."""

    x: float
    y: float
    radius_x: float
    radius_y: float
    rotation: float = 0.0

    @property
    def outline(self) -> tuple[Point, ...]:
        """A polygon that stands for it."""
        steps = (2 * pi * step / SIDES_OF_AN_ELLIPSE for step in range(SIDES_OF_AN_ELLIPSE))
        around = ((self.radius_x * cos(angle), self.radius_y * sin(angle)) for angle in steps)
        return tuple(_plus((self.x, self.y), _turned(one, self.rotation)) for one in around)

    @property
    def bounds(self) -> Box:
        return enclosing(self.outline)

    @property
    def area(self) -> float:
        return pi * self.radius_x * self.radius_y


class Keypoint(Struct, frozen=True, gc=False):
    """A point, and how large the editor draws it."""

    x: float
    y: float
    width: float = 0.0


class Mask(Struct, frozen=True, gc=False):
    """Pixels, in the run lengths of Label Studio's brush, which are not those of COCO."""

    rle: tuple[int, ...]


class Span(Struct, frozen=True, gc=False):
    """Characters of a text, from `start` up to but not including `end`."""

    start: int
    end: int
    text: str = ""


class Interval(Struct, frozen=True, gc=False):
    """A part of a recording or of a time series, in its own unit."""

    start: float
    end: float
    channel: int = 0


class Other(Struct, frozen=True, gc=False):
    """A shape that has no type here, such as a track through a video: `kind` is the type of its result."""

    kind: str


Filled: TypeAlias = Box | Polygon | Ellipse
FILLED = (Box, Polygon, Ellipse)  # for `isinstance`, which is much slower with a union
Shape: TypeAlias = Filled | Keypoint | Mask | Span | Interval | Other


def enclosing(outline: Sequence[Point]) -> Box:
    """The smallest upright box round some points."""
    left, top = min(x for x, _ in outline), min(y for _, y in outline)
    return Box(left, top, max(x for x, _ in outline) - left, max(y for _, y in outline) - top)


def area_of(outline: Sequence[Point]) -> float:
    """The area inside a closed outline that does not cross itself (the shoelace formula)."""
    ends = (*outline[1:], *outline[:1])
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(outline, ends, strict=True))) / 2


def distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _turned(point: Point, degrees: float) -> Point:
    """Turned clockwise about the origin, as seen on a screen."""
    angle = radians(degrees)
    return point[0] * cos(angle) - point[1] * sin(angle), point[0] * sin(angle) + point[1] * cos(angle)


def _plus(one: Point, other: Point) -> Point:
    return one[0] + other[0], one[1] + other[1]
