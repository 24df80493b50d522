"""Label Studio's results as typed regions, and what is said of a whole task. Pure.

A result is `{id, type, from_name, to_name, value, original_width, original_height, parentID, ...}`. Results that share
an id are one region: a shape, its labels, and what else was answered about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lsform.core.values import Json
from lsform.data.shapes import Box, Ellipse, Interval, Keypoint, Mask, Other, Polygon, Shape, Size, Span

Record = Mapping[str, Json]
# Answers about a task or a region, by the type of their result; each is a value under this key.
ANSWERS: Mapping[str, str] = {
    "choices": "choices",
    "taxonomy": "taxonomy",
    "textarea": "text",
    "rating": "rating",
    "number": "number",
    "datetime": "datetime",
    "pairwise": "selected",
    "ranker": "ranker",
}
NUMBER = (int, float)


class Malformed(ValueError):
    """A result that is not as Label Studio makes them; says what is wrong, in words for users."""


class Region(NamedTuple):
    """A part of what a task shows.

    `labels` by the control that gave them, in the order of the results; `answers` by control, as Label Studio has them.
    `size` is that of the picture, which is turned by `image_rotation`; `item` is the place among several pictures.
    """

    id: str
    target: str
    shape: Shape
    labels: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, Json]
    size: Size | None
    image_rotation: float
    parent: str
    item: int | None
    score: float | None

    @property
    def label(self) -> str:
        """The first label, '' when there is none."""
        return next((label for given in self.labels.values() for label in given), "")


@dataclass(frozen=True, slots=True)
class Relation:
    """An arrow from one region to another."""

    source: str
    target: str
    direction: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One annotation or prediction: its regions, what it says of the whole task, and relations."""

    regions: tuple[Region, ...]
    answers: Mapping[str, Json]
    relations: tuple[Relation, ...] = ()


def read_results(results: Iterable[Json]) -> Reading:
    """The typed form of the `result` of one annotation; raises Malformed with the number of the result."""
    grouped: dict[str, list[Record]] = {}
    answers: dict[str, Json] = {}
    relations = []
    for number, result in enumerate(results, start=1):
        try:
            if not isinstance(result, dict):
                raise Malformed("is no mapping")
            kind = _text(result, "type")
            if kind == "relation":
                relations.append(_relation(result))
            elif kind in ANSWERS and not _is_of_region(result):
                answers[_text(result, "from_name")] = _value(result).get(ANSWERS[kind])
            else:
                grouped.setdefault(str(result.get("id") or f"#{number}"), []).append(result)
        except Malformed as error:
            raise Malformed(f"result {number} {error}") from None
    regions = []
    for identity, parts in grouped.items():
        try:
            regions.append(_region(identity, parts))
        except Malformed as error:
            raise Malformed(f"the region `{identity}` {error}") from None
    return Reading(tuple(regions), answers, tuple(relations))


def _is_of_region(result: Record) -> bool:
    """Answers about a region repeat where it is."""
    return bool(_SIGNS & _value(result).keys())


_SIGNS = frozenset({"x", "points", "start", "rle", "sequence", "startOffset"})


def _region(identity: str, parts: list[Record]) -> Region:
    shown: Record | None = None  # the part that says where the region is
    labels: dict[str, tuple[str, ...]] = {}
    answers: dict[str, Json] = {}
    score: float | None = None
    for part in parts:
        kind, control, value = _text(part, "type"), _text(part, "from_name"), _value(part)
        if kind in ANSWERS:
            answers[control] = value.get(ANSWERS[kind])
        else:
            shown = shown or part
            if isinstance(given := value.get(kind), list):
                labels[control] = tuple(map(str, given))
        if score is None and isinstance(sure := part.get("score"), NUMBER):
            score = float(sure)
    shown = shown or parts[0]
    size, item = _size(shown), shown.get("item_index")
    return Region(
        id=identity,
        target=_text(shown, "to_name"),
        shape=_shape(shown, size),
        labels=labels,
        answers=answers,
        size=size,
        image_rotation=_number(shown, "image_rotation", 0.0),
        parent=str(shown.get("parentID") or shown.get("parent_id") or ""),
        item=item if isinstance(item, int) else None,
        score=score,
    )


def _size(result: Record) -> Size | None:
    width, height = result.get("original_width"), result.get("original_height")
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        return Size(width, height)
    return None


def _shape(result: Record, size: Size | None) -> Shape:
    """What a value describes is told by its keys: labels may have come by a control of their own."""
    value = _value(result)
    for key, make in _SHAPES:
        if key in value:
            return make(value, size)
    return Other(_text(result, "type"))


def _mask(value: Record, _size: Size | None) -> Shape:
    rle = value["rle"]
    if not isinstance(rle, list) or not all(isinstance(one, int) for one in rle):
        raise Malformed("has an `rle` that is no list of whole numbers")
    return Mask(tuple(one for one in rle if isinstance(one, int)))


def _polygon(value: Record, size: Size | None) -> Shape:
    width, height = _scale(size)
    points = value["points"]
    if not isinstance(points, list) or len(points) < 3:
        raise Malformed("has fewer than three points")
    outline = []
    for point in points:
        match point:
            case [int() | float() as x, int() | float() as y]:
                outline.append((x * width, y * height))
            case _:
                raise Malformed("has a point that is not `[x, y]`")
    return Polygon(tuple(outline))


def _ellipse(value: Record, size: Size | None) -> Shape:
    width, height = _scale(size)
    x, y = _number(value, "x") * width, _number(value, "y") * height
    radii = _number(value, "radiusX") * width, _number(value, "radiusY") * height
    return Ellipse(x, y, *radii, _number(value, "rotation", 0.0))


def _box_or_point(value: Record, size: Size | None) -> Shape:
    across, down = _scale(size)
    x, y = _number(value, "x") * across, _number(value, "y") * down
    if "height" not in value:
        return Keypoint(x, y, _number(value, "width", 0.0) * across)
    width, height = _number(value, "width") * across, _number(value, "height") * down
    return Box(x, y, width, height, _number(value, "rotation", 0.0))


def _span_or_interval(value: Record, _size: Size | None) -> Shape:
    offsets = value.get("globalOffsets")  # of a text in HTML, whose own start and end are paths
    start, end = (offsets.get("start"), offsets.get("end")) if isinstance(offsets, dict) else (None, None)
    if isinstance(start, int) and isinstance(end, int):
        return Span(start, end, str(value.get("text") or ""))
    if "startOffset" in value or isinstance(value["start"], str):  # in a paragraph, or in HTML of old
        return Other("paragraphs")
    first, last = _number(value, "start"), _number(value, "end")
    if "text" in value and isinstance(value["text"], str) and first == int(first) and last == int(last):
        return Span(int(first), int(last), value["text"])
    channel = value.get("channel")
    return Interval(first, last, channel if isinstance(channel, int) else 0)


# Key that tells a shape -> what it makes of the value; the first that is there counts.
_SHAPES: tuple[tuple[str, Callable[[Record, Size | None], Shape]], ...] = (
    ("rle", _mask),
    ("sequence", lambda _value, _size: Other("video")),
    ("points", _polygon),
    ("vertices", lambda _value, _size: Other("vector")),
    ("radiusX", _ellipse),
    ("x", _box_or_point),
    ("start", _span_or_interval),
)


def _scale(size: Size | None) -> tuple[float, float]:
    """Pixels of a percent."""
    if size is None:
        raise Malformed("does not tell the size of its picture: `original_width` and `original_height` are missing")
    return size.width / 100, size.height / 100


def _relation(result: Record) -> Relation:
    labels = result.get("labels")
    return Relation(
        source=_text(result, "from_id"),
        target=_text(result, "to_id"),
        direction=str(result.get("direction") or "right"),
        labels=tuple(str(label) for label in labels) if isinstance(labels, list) else (),
    )


def _value(result: Record) -> Mapping[str, Json]:
    value = result.get("value")
    if not isinstance(value, dict):
        raise Malformed("has no `value`")
    return value


def _text(record: Record, key: str) -> str:
    found = record.get(key)
    if not isinstance(found, str) or not found:
        raise Malformed(f"has no `{key}`")
    return found


def _number(record: Record, key: str, default: float | None = None) -> float:
    found = record.get(key)
    if type(found) is float:  # nearly always, and an export asks this millions of times
        return found
    if found is None and default is not None:
        return default
    if isinstance(found, bool) or not isinstance(found, NUMBER):
        raise Malformed(f"has no number as its `{key}`")
    return float(found)
