"""Which of a task's annotations count, where several people labeled it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from msgspec import Struct

from lsform.core.values import Json, canonical_json
from lsform.data.regions import Reading, Region
from lsform.data.shapes import Box, Ellipse, Interval, Polygon, Span

OVERLAP = 0.5  # of two regions that count as one and the same: the share of their union that both have


class Policy(str, Enum):
    """What `--annotations` says."""

    LATEST = "latest"
    MAJORITY = "majority"
    GROUND_TRUTH = "ground-truth"
    ALL = "all"


class Annotation(Struct, frozen=True, gc=False):
    """One annotation of a task, read."""

    id: int
    annotator: int | None
    created_at: str
    updated_at: str
    ground_truth: bool
    reading: Reading


def chosen(annotations: Sequence[Annotation], policy: Policy) -> tuple[Annotation, ...]:
    """The annotations that count, oldest first; none where nobody has said what is asked for."""
    if len(annotations) < 2 and policy is not Policy.GROUND_TRUTH:  # as most tasks are
        return tuple(annotations)
    return _CHOOSERS[policy](sorted(annotations, key=_age)) if annotations else ()


def _age(annotation: Annotation) -> tuple[str, int]:
    return annotation.created_at, annotation.id


def _latest(annotations: Sequence[Annotation]) -> tuple[Annotation, ...]:
    return (max(annotations, key=lambda one: (one.updated_at, one.id)),)


def _majority(annotations: Sequence[Annotation]) -> tuple[Annotation, ...]:
    """The one that agrees best with all others; of equals the oldest."""
    best = max(
        range(len(annotations)),
        key=lambda place: (sum(agreement(annotations[place].reading, one.reading) for one in annotations), -place),
    )
    return (annotations[best],)


_CHOOSERS: Mapping[Policy, Callable[[Sequence[Annotation]], tuple[Annotation, ...]]] = {
    Policy.LATEST: _latest,
    Policy.MAJORITY: _majority,
    Policy.GROUND_TRUTH: lambda annotations: tuple(one for one in annotations if one.ground_truth)[-1:],
    Policy.ALL: tuple,
}


def agreement(one: Reading, other: Reading) -> float:
    """0 to 1: the share of what the two say that both say, answers and regions alike (F1 of their matches)."""
    said, too = len(one.answers) + len(one.regions), len(other.answers) + len(other.regions)
    if not said and not too:
        return 1.0
    alike = sum(1 for name, value in one.answers.items() if _same(value, other.answers.get(name)))
    left = list(other.regions)
    for region in one.regions:
        twin = max(left, key=lambda each: _likeness(region, each), default=None)
        if twin is not None and _likeness(region, twin) >= OVERLAP:
            left.remove(twin)
            alike += 1
    return 2 * alike / (said + too)


def _same(one: Json, other: Json) -> bool:
    return canonical_json(one) == canonical_json(other)


def _likeness(one: Region, other: Region) -> float:
    """How much of two regions is one: 0 for other labels or another medium, exact for upright boxes and spans."""
    if one.target != other.target or one.labels != other.labels or one.item != other.item:
        return 0.0
    match one.shape, other.shape:
        case (Box() | Polygon() | Ellipse() as mine, Box() | Polygon() | Ellipse() as theirs):
            return _iou(mine.bounds, theirs.bounds)
        case (Span() | Interval() as mine, Span() | Interval() as theirs):
            shared = max(0.0, min(mine.end, theirs.end) - max(mine.start, theirs.start))
            whole = max(mine.end, theirs.end) - min(mine.start, theirs.start)
            return shared / whole if whole else 1.0
        case mine, theirs:
            return 1.0 if mine == theirs else 0.0


def _iou(one: Box, other: Box) -> float:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    shared = max(0.0, width) * max(0.0, height)
    whole = one.area + other.area - shared
    return shared / whole if whole else 1.0
