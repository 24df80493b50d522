"""The formats that Label Studio exports annotations to, and what each of them has room for. Pure.

This is what the converter of `label_studio_sdk` 2.1 does, which the server runs: a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsform.core.diagnostics import nearest
from lsform.core.errors import UsageError

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node, Subject

BOXES = frozenset({"Rectangle", "RectangleLabels"})  # what `Rectangle` draws has the class of a `Labels` beside it


@dataclass(frozen=True, slots=True)
class Format:
    """What one format can hold.

    `controls` are the tags whose results it keeps, on one of `objects`; None: all of them. `pages`: of a task that has
    several, each with its own. `key`: its converter looks up one key of a task, at the top of the data. `stem`: a task
    becomes a file that is called as its media, up to the dot. `turned`: boxes may be.
    """

    controls: frozenset[str] | None = None
    objects: frozenset[str] | None = None
    pages: bool = True
    key: bool = False
    stem: bool = False
    turned: bool = True

    def keeps(self, control: Node, shown: Iterable[Node]) -> bool:
        """Whether it has room for what a control makes on these objects; on any when nobody knows which."""
        on = [one.name for one in shown]
        return (self.controls is None or control.name in self.controls) and (
            self.objects is None or not on or any(name in self.objects for name in on)
        )


_SHAPES = BOXES | {"KeyPointLabels", "PolygonLabels"}
_MASKS = frozenset({"Brush", "BrushLabels"})
_IMAGE = frozenset({"Image"})
_ALL = Format()
_COCO = Format(_SHAPES, _IMAGE, pages=False, key=True, turned=False)
_YOLO = Format(_SHAPES, _IMAGE, pages=False, key=True, stem=True, turned=False)
_OBB = Format(_SHAPES, _IMAGE, pages=False, key=True, stem=True)
_BRUSH = Format(_MASKS, _IMAGE)
# what YOLO is where an interface has keypoints: upright boxes, and the keypoints in them
_POSE = Format(frozenset({"KeyPointLabels", "RectangleLabels"}), _IMAGE, pages=False, key=True, stem=True, turned=False)

FORMATS: Mapping[str, Format] = {
    "JSON": _ALL,
    "JSON_MIN": _ALL,
    "CSV": _ALL,
    "TSV": _ALL,
    "CONLL2003": Format(frozenset({"Labels"}), frozenset({"Text"}), key=True),
    "COCO": _COCO,
    "COCO_WITH_IMAGES": _COCO,
    "VOC": Format(BOXES, _IMAGE, pages=False, key=True, stem=True, turned=False),
    "YOLO": _YOLO,
    "YOLO_WITH_IMAGES": _YOLO,
    "YOLO_OBB": _OBB,
    "YOLO_OBB_WITH_IMAGES": _OBB,
    "BRUSH_TO_NUMPY": _BRUSH,
    "BRUSH_TO_PNG": _BRUSH,
    "BRUSH_TO_COCO": Format(frozenset({"BrushLabels", "PolygonLabels"}) | BOXES, _IMAGE, turned=False),
    "ASR_MANIFEST": Format(frozenset({"TextArea"}), frozenset({"Audio", "AudioPlus"}), key=True),
    "DOCLANG": Format(frozenset({"CustomInterface", "ReactCode", "TextArea"})),
}
"""By the name that Label Studio gives a format, in its order."""

YOLO = frozenset(name for name in FORMATS if name.startswith("YOLO"))
COCO = frozenset({"COCO", "COCO_WITH_IMAGES"})  # BRUSH_TO_COCO numbers its classes by itself


def checked(names: Iterable[str]) -> frozenset[str]:
    """The formats of these names, in any case and with `-` for `_`; UsageError for one that Label Studio has not."""
    found = {name: name.strip().upper().replace("-", "_") for name in names}
    for name, meant in found.items():
        if meant not in FORMATS:
            hint = nearest(meant, FORMATS) or f"formats are {listed(FORMATS)}"
            raise UsageError(f"there is no export format `{name}`", hint=hint)
    return frozenset(found.values())


def listed(names: Iterable[str]) -> str:
    """Names of formats in their own order, as in "`COCO` and `YOLO`"."""
    *others, last = (f"`{name}`" for name in FORMATS if name in frozenset(names))
    return f"{', '.join(others)} and {last}" if others else last


def declared(subject: Subject) -> Mapping[str, Format]:
    """The declared formats, as they are for this interface."""
    has_poses = bool(subject.of("KeyPointLabels"))
    formats = {name: one for name, one in FORMATS.items() if name in subject.exports}
    return {name: _POSE if has_poses and name in YOLO else one for name, one in formats.items()}


def shown(subject: Subject, control: Node) -> tuple[Node, ...]:
    """The objects that a control works on; none where nobody knows."""
    return tuple(node for node in subject.aims.targets.get(control, ()) if node.is_object)


def used(subject: Subject, control: str, target: str) -> tuple[Node, ...]:
    """The controls of one kind that work on an object of another."""
    return tuple(node for node in subject.of(control) if any(one.name == target for one in shown(subject, node)))
