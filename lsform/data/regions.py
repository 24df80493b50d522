"""Label Studio's results as typed regions, and what is said of a whole task. Pure.

A result is `{id, type, from_name, to_name, value, original_width, original_height, parentID, ...}`. Results that share
an id are one region: a shape, its labels, and what else was answered about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from msgspec import Struct

from lsform.core.values import Json
from lsform.data.raw import RawResult, Record
from lsform.data.shapes import Box, Ellipse, Interval, Keypoint, Mask, Other, Polygon, Shape, Size, Span

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


class Region(Struct, frozen=True, gc=False):
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


class Reading(Struct, frozen=True, gc=False):
    """One annotation or prediction: its regions, what it says of the whole task, and relations."""

    regions: tuple[Region, ...]
    answers: Mapping[str, Json]
    relations: tuple[Relation, ...] = ()


def read_results(results: Iterable[RawResult | None]) -> Reading:
    """The typed form of the `result` of one annotation; raises Malformed with the number of the result."""
    grouped: dict[str, list[RawResult]] = {}
    answers: dict[str, Json] = {}
    relations = []
    for number, result in enumerate(results, start=1):
        try:
            if result is None:
                raise Malformed("is no mapping")
            kind = _text(result.type, "type")
            if kind in ANSWERS and not _is_of_region(result):
                answers[_text(result.from_name, "from_name")] = _value(result).get(ANSWERS[kind])
            elif kind == "relation":
                relations.append(_relation(result))
            else:
                identity = str(result.id or f"#{number}")
                if identity in grouped:
                    grouped[identity].append(result)
                else:
                    grouped[identity] = [result]
        except Malformed as error:
            raise Malformed(f"result {number} {error}") from None
    regions = []
    for identity, parts in grouped.items():
        try:
            regions.append(_region(identity, parts))
        except Malformed as error:
            raise Malformed(f"the region `{identity}` {error}") from None
        except OverflowError:
            raise Malformed(f"the region `{identity}` has a number beyond all numbers") from None
    return Reading(tuple(regions), answers, tuple(relations))


def _is_of_region(result: RawResult) -> bool:
    """Answers about a region repeat where it is."""
    return bool(_SIGNS & _value(result).keys())


_SIGNS = frozenset({"x", "points", "start", "rle", "sequence", "startOffset"})


def _region(identity: str, parts: list[RawResult]) -> Region:
    shown: RawResult | None = None  # the part that says where the region is
    labels: dict[str, tuple[str, ...]] = {}
    answers: dict[str, Json] = {}
    score: float | None = None
    for part in parts:
        kind, control, value = part.type, part.from_name, part.value
        if not (isinstance(kind, str) and isinstance(control, str) and control and isinstance(value, dict)):
            kind, control, value = _text(kind, "type"), _text(control, "from_name"), _value(part)  # says which
        if kind in ANSWERS:
            answers[control] = value.get(ANSWERS[kind])
        else:
            shown = shown or part
            if isinstance(given := value.get(kind), list):
                labels[control] = tuple(map(str, given))
        if score is None and isinstance(part.score, NUMBER):
            score = float(part.score)
    shown = shown or parts[0]
    size, parent, item = _size(shown), shown.parentID or shown.parent_id, shown.item_index
    return Region(
        id=identity,
        target=_text(shown.to_name, "to_name"),
        shape=_shape(shown, _value(shown), size),
        labels=labels,
        answers=answers,
        size=size,
        image_rotation=_as_number(shown.image_rotation, "image_rotation", 0.0),
        parent=str(parent) if parent else "",
        item=item if isinstance(item, int) else None,
        score=score,
    )


def _size(result: RawResult) -> Size | None:
    width, height = result.original_width, result.original_height
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        return Size(width, height)
    return None


def _shape(result: RawResult, value: Record, size: Size | None) -> Shape:
    """What a value describes is told by its keys: labels may have come by a control of their own."""
    for key, make in _SHAPES:
        if key in value:
            return make(value, size)
    return Other(_text(result.type, "type"))


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
    if "text" in value and isinstance(value["text"], str) and first.is_integer() and last.is_integer():
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


def _relation(result: RawResult) -> Relation:
    labels = result.labels
    return Relation(
        source=_text(result.from_id, "from_id"),
        target=_text(result.to_id, "to_id"),
        direction=str(result.direction or "right"),
        labels=tuple(str(label) for label in labels) if isinstance(labels, list) else (),
    )


def _value(result: RawResult) -> Record:
    value = result.value
    if not isinstance(value, dict):
        raise Malformed("has no `value`")
    return value


def _text(found: object, key: str) -> str:
    if not isinstance(found, str) or not found:
        raise Malformed(f"has no `{key}`")
    return found


def _number(value: Record, key: str, default: float | None = None) -> float:
    found = value.get(key)
    return found if type(found) is float else _as_number(found, key, default)  # an export asks this millions of times


def _as_number(found: object, key: str, default: float | None = None) -> float:
    if type(found) is int or type(found) is float:
        return float(found)
    if found is None and default is not None:
        return default
    raise Malformed(f"has no number as its `{key}`")
