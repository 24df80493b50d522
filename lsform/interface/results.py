"""Whether results of annotations and predictions fit an interface, and are as the editor can show them. Pure.

A result that the editor cannot show breaks the page of its task, and the server takes any.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from lsform.core.diagnostics import Said, nearest
from lsform.core.values import Json
from lsform.interface.model import Control, LabelInterface

Record = Mapping[str, Json]
SHAPE, FITS, RANGE, SCORE = "LSFD01", "LSFD03", "LSFD04", "LSFD05"
SLACK = 1e-6  # percent: what is left of rounding
PERCENTS = ("x", "y", "width", "height", "radiusX", "radiusY")
# Result type, without `labels` -> fields without which the editor has nothing to draw, or to tick.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "rectangle": ("x", "y", "width", "height"),
    "ellipse": ("x", "y", "radiusX", "radiusY"),
    "keypoint": ("x", "y"),
    "polygon": ("points",),
    "vector": ("vertices",),
    "brush": ("rle",),
    "videorectangle": ("sequence",),
    "timeline": ("ranges",),
    "timeseries": ("start", "end"),
    "hypertext": ("start", "end"),
    "paragraph": ("start", "end"),
    "choices": ("choices",),
    "taxonomy": ("taxonomy",),
    "textarea": ("text",),
    "rating": ("rating",),
    "number": ("number",),
    "datetime": ("datetime",),
    "pairwise": ("selected",),
    "ranker": ("ranker",),
}
# Any of these says where labels of a control without a shape of its own are.
PLACES = frozenset(
    {"x", "start", "points", "rle", "sequence", "ranges", "vertices", "startOffset", "imageDataURL", "globalOffsets"}
)


@dataclass(frozen=True, slots=True)
class _Known:
    """A control, and what its results may hold.

    `labels` has what is stored for each, and is None where labels come with the task. `paths` has the ways from an
    outermost choice down to each, and is None where aliases make them unknown.
    """

    control: Control
    types: frozenset[str]
    labels: frozenset[str] | None
    paths: frozenset[tuple[str, ...]] | None


class Results:
    """What an interface takes."""

    def __init__(self, interface: LabelInterface) -> None:
        self._known = [_known(control) for control in interface.controls()]
        self._by_name = {one.control.name: one for one in self._known}

    def of_prediction(self, record: Record, field: str) -> Iterator[Said]:
        """Everything that is wrong with the score and the results of a prediction."""
        yield from _score(record, field)
        yield from self.of_record(record, field)

    def of_record(self, record: Record, field: str) -> Iterator[Said]:
        """Everything that is wrong with the results of a prediction or an annotation."""
        results = record.get("result")
        if not isinstance(results, list):
            yield Said(SHAPE, f"{field}.result", "is no list")
            return
        for number, result in enumerate(results):
            yield from self.problems(result, f"{field}.result[{number}]")

    def problems(self, result: Json, field: str) -> Iterator[Said]:
        """Everything that is wrong with one result; `field` is where it stands."""
        if not isinstance(result, dict):
            yield Said(FITS, field, "is no mapping")
        elif result.get("type") == "relation":
            yield from (
                Said(FITS, f"{field}.{end}", "names no region")
                for end in ("from_id", "to_id")
                if not isinstance(result.get(end), str)
            )
        else:
            yield from _score(result, field)
            yield from self._of_control(result, field)

    def _of_control(self, result: Record, field: str) -> Iterator[Said]:
        name, target, kind, value = (result.get(key) for key in ("from_name", "to_name", "type", "value"))
        known = self._control(name)
        if known is None:
            hint = nearest(str(name), self._by_name) or f"controls are {_listed(self._by_name)}"
            yield Said(FITS, f"{field}.from_name", f"is {_shown(name)}, and the interface has no such control", hint)
            return
        control = known.control
        if not isinstance(target, str) or not control.points_at(target):
            hint = f"`{control.name}` points at {_listed(control.targets)}"
            yield Said(FITS, f"{field}.to_name", f"is {_shown(target)}", hint)
        if kind not in known.types:
            hint = f"results of `{control.name}` are `{control.result_type}`"
            yield Said(FITS, f"{field}.type", f"is {_shown(kind)}", hint)
        elif not isinstance(value, dict):
            yield Said(FITS, f"{field}.value", "is no mapping")
        else:
            yield from _labels(known, str(kind), value, f"{field}.value")
            yield from _place(str(kind), value, f"{field}.value")

    def _control(self, name: Json) -> _Known | None:
        if not isinstance(name, str):
            return None
        found = self._by_name.get(name)
        return found or next((one for one in self._known if one.control.is_named(name)), None)


def _known(control: Control) -> _Known:
    kind = control.result_type
    plain = kind.removesuffix("labels")  # a region that was drawn before a label was chosen
    labels = None if control.is_dynamic else frozenset(label.stored for label in control.labels)
    has_paths = labels is not None and all(label.stored == label.value for label in control.labels)
    paths = frozenset(label.path for label in control.labels) if has_paths else None
    return _Known(control, frozenset({kind, plain} - {""}), labels, paths)


def _score(record: Record, field: str) -> Iterator[Said]:
    """A score is left out, null, or from 0 to 1."""
    score = record.get("score")
    if score is None:
        return
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
        yield Said(SCORE, f"{field}.score", f"is {_shown(score)}", "scores are from 0, unsure, to 1, sure")


def _labels(known: _Known, kind: str, value: Record, field: str) -> Iterator[Said]:
    if kind not in ("choices", "taxonomy") and not kind.endswith("labels"):
        return
    given = value.get(kind)
    if not isinstance(given, list):
        if kind not in NEEDED:  # else it is told as a field that is needed
            yield Said(RANGE, f"{field}.{kind}", "is no list of labels")
        return
    for one in given:
        way = tuple(map(str, one)) if isinstance(one, list) and one else None  # down to the choice that was chosen
        label = one[-1] if isinstance(one, list) and one else one
        if known.labels is not None and label not in known.labels:
            hint = _meant(known.control, str(label)) or nearest(str(label), known.labels)
            hint = hint or f"labels are {_listed(known.labels)}"
            yield Said(FITS, f"{field}.{kind}", f"holds {_shown(label)}, which is no label of it", hint)
        elif way and known.paths is not None and way not in known.paths:
            hint = nearest(" / ".join(way), map(" / ".join, known.paths))
            yield Said(FITS, f"{field}.{kind}", f"holds {_shown(' / '.join(way))}, and no choice is there", hint)


def _meant(control: Control, label: str) -> str:
    """What is stored for a label that was given by what people see."""
    stored = next((one.stored for one in control.labels if one.value == label), "")
    return f"`{stored}` is what is stored for it" if stored else ""


def _place(kind: str, value: Record, field: str) -> Iterator[Said]:
    needed = NEEDED.get(kind.removesuffix("labels") or kind, NEEDED.get(kind, ()))
    yield from (Said(RANGE, f"{field}.{name}", "is missing") for name in needed if value.get(name) is None)
    if kind == "labels" and not PLACES & value.keys():
        yield Said(RANGE, field, "says nowhere where the labels are", "as `start` and `end`, or `x` and `y`")
    yield from _percents(value, field)
    points = value.get("points")
    if isinstance(points, list):
        yield from _points(points, f"{field}.points")
    sequence = value.get("sequence")
    for number, frame in enumerate(sequence if isinstance(sequence, list) else ()):
        if isinstance(frame, dict):
            yield from _percents(frame, f"{field}.sequence[{number}]")
    start, end = value.get("start"), value.get("end")
    if isinstance(start, int | float) and isinstance(end, int | float) and start > end:
        yield Said(RANGE, f"{field}.end", f"is {_shown(end)}, before `start`")
    if "rle" in value and not (isinstance(value["rle"], list) and all(isinstance(one, int) for one in value["rle"])):
        yield Said(RANGE, f"{field}.rle", "is no list of whole numbers")


def _percents(value: Record, field: str) -> Iterator[Said]:
    for name in PERCENTS:
        found = value.get(name)
        if found is not None and not _is_percent(found):
            yield Said(
                RANGE, f"{field}.{name}", f"is {_shown(found)}", "places are in percent of the picture, 0 to 100"
            )


def _points(points: list[Json], field: str) -> Iterator[Said]:
    if len(points) < 3:
        yield Said(RANGE, field, f"has {len(points)} points, and a polygon three or more")
    for number, point in enumerate(points):
        if not (isinstance(point, list) and len(point) == 2 and all(map(_is_percent, point))):
            hint = "points are `[x, y]`, in percent of the picture, 0 to 100"
            yield Said(RANGE, f"{field}[{number}]", f"is {_shown(point)}", hint)


def _is_percent(value: Json) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return is_number and -SLACK <= value <= 100 + SLACK  # type: ignore[operator]


def _shown(value: Json) -> str:
    match value:
        case None:
            return "missing"
        case str():
            return f"`{value}`" if len(value) <= 60 else f"`{value[:60]}...`"
        case _:
            text = str(value)
            return text if len(text) <= 60 else f"{text[:60]}..."


def _listed(names: Collection[str], most: int = 8) -> str:
    found = sorted(names)
    return ", ".join(f"`{name}`" for name in found[:most]) + (" ..." if len(found) > most else "")
