"""Whether one result of an annotation or a prediction fits an interface, and is as the editor can show it. Pure.

A result that the editor cannot show breaks the page of its task, and the server takes any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from lsform.core.diagnostics import nearest
from lsform.core.values import Json
from lsform.data.complaints import Said
from lsform.data.regions import Record
from lsform.interface.model import Control, LabelInterface

FITS, RANGE, SCORE = "LSFD03", "LSFD04", "LSFD05"
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
    """A control, and what its results may hold; `labels` is None where they come with the task."""

    control: Control
    types: frozenset[str]
    labels: frozenset[str] | None


class Results:
    """What an interface takes."""

    def __init__(self, interface: LabelInterface) -> None:
        self._known = [_known(control) for control in interface.controls()]
        self._by_name = {one.control.name: one for one in self._known}

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
            yield from score_problems(result, field)
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
    return _Known(control, frozenset({kind, plain} - {""}), labels)


def score_problems(record: Record, field: str) -> Iterator[Said]:
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
        label = one[-1] if isinstance(one, list) and one else one  # a path of choices ends in the one that was chosen
        if known.labels is not None and label not in known.labels:
            hint = nearest(str(label), known.labels) or f"labels are {_listed(known.labels)}"
            yield Said(FITS, f"{field}.{kind}", f"holds {_shown(label)}, which is no label of it", hint)


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


def _listed(names: object, most: int = 8) -> str:
    found = sorted(map(str, names)) if isinstance(names, frozenset | dict | tuple) else []
    return ", ".join(f"`{name}`" for name in found[:most]) + (" ..." if len(found) > most else "")
