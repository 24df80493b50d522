"""Where controls point: at the tags that `toName` names, or where the editor lets them point without one. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node, Subject

# What the editor counts when it looks for the only object: it compares tags with the names of its models, and so
# overlooks `Text`, `HyperText` and `AudioPlus`, and takes two controls for objects.
_COUNTED = (
    *("Audio", "CustomInterface", "Image", "List", "Paragraphs", "Pdf", "Table", "TimeSeries", "Video"),
    *("Pairwise", "Ranker"),
)
_IMAGE = frozenset({"Image"})


@dataclass(frozen=True, slots=True)
class Aims:
    """Who points at whom. Tags that are control and object in one point at nobody, names of several tags at none.

    `targets` has all controls, in the order of the text; `controls` the tags that one of them points at. `only` is
    what the editor takes for the only object, and gives to controls without `toName`.
    """

    targets: Mapping[Node, tuple[Node, ...]]
    controls: Mapping[Node, tuple[Node, ...]]
    only: Node | None


def aims(subject: Subject) -> Aims:
    only = _only(subject)
    targets = {one: _targets(one, subject, only) for one in subject.controls if not one.is_object}
    controls: defaultdict[Node, list[Node]] = defaultdict(list)
    for control, pointed in targets.items():
        for target in pointed:
            controls[target].append(control)
    return Aims(targets, {target: tuple(found) for target, found in controls.items()}, only)


def _only(subject: Subject) -> Node | None:
    counted = [node for node in subject.of(*_COUNTED) if node.get("name")]
    is_one = len(counted) == 1 and counted[0].is_object and counted[0].within("Repeater") is None
    return counted[0] if is_one else None


def _targets(control: Node, subject: Subject, only: Node | None) -> tuple[Node, ...]:
    names = control.list_of("toName")
    if not names:
        return (only,) if only and _waits(control) else ()
    found = (subject.named.get(name, ()) for name in dict.fromkeys(names))
    return tuple(nodes[0] for nodes in found if len(nodes) == 1)


def _waits(control: Node) -> bool:
    """Whether the control still works when it is told late where to point. Tools of images look for it at once."""
    return control.info is not None and control.info.objects != _IMAGE and control.name not in _COUNTED
