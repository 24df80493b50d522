"""Which controls go on which objects, and which make regions or say what these are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

# what labels parts of an object; nothing does of those that are not here
_INSTEAD: Mapping[str, str] = {
    "Audio": "Labels",
    "AudioPlus": "Labels",
    "HyperText": "HyperTextLabels",
    "Image": "RectangleLabels",
    "Paragraphs": "ParagraphLabels",
    "Text": "Labels",
    "TimeSeries": "TimeSeriesLabels",
    "Video": "TimelineLabels",
}


def fits(control: Node, target: Node) -> bool:
    """Whether a control is made for an object; none are for what is no object."""
    objects = control.info.objects if control.info else None
    return target.is_object and (objects is None or target.name in objects)


def misfits(subject: Subject) -> Iterator[tuple[Node, Node]]:
    """Controls with an object that they point at and that is none of theirs."""
    for control, targets in subject.aims.targets.items():
        yield from ((control, one) for one in targets if one.is_object and not fits(control, one))


def misfit(control: Node, target: Node) -> Mistake:
    """That a control does not go on an object."""
    fitting = sorted(control.info.objects or ()) if control.info else []
    hint = f"it goes on {' or '.join(f'`<{one}>`' for one in fitting)}"
    if instead := _INSTEAD.get(target.name):
        hint += f"; on `<{target.name}>` goes `<{instead}>`"
    return Mistake(control, f"`<{control.name}>` does not go on a `<{target.name}>`", hint, "toName")


def is_labeling(control: Node) -> bool:
    """Whether it is a taxonomy that labels parts of text."""
    return control.name == "Taxonomy" and control.is_true("labeling")


def makes_regions(control: Node) -> bool:
    return bool(control.info and control.info.region) or is_labeling(control)


def says_what(control: Node) -> bool:
    """Whether it can tell what a region is."""
    return control.name.endswith("Labels") or control.is_true("perRegion") or is_labeling(control)
