"""LSF901: classes that ask for a number have those from 0 on, in the order of their tags, all of them or none.

In YOLO, label files have the number that `category` says, and `classes.txt` has the classes in the order of their tags:
where the two differ, training takes one class for another. In YOLO and COCO, classes with the same number become one,
and one without a number gets the first that is free, in the order of the alphabet, so that it moves when a class comes
before it. Where an interface has keypoints, YOLO numbers boxes in the order of their tags, whatever `category` says.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="animal" toName="image" canRotate="false">
        <Label value="Zebra" category="1"/>
        <Label value="Lion" category="0"/>
      </RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="animal" toName="image" canRotate="false">
        <Label value="Lion" category="0"/>
        <Label value="Zebra" category="1"/>
      </RectangleLabels>
    </View>

Exports:

    [YOLO]
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from lsform.core.diagnostics import Severity
from lsform.interface.lint.classes import Numbers, classes, numbers, numbers_of_poses, stored, whole
from lsform.interface.lint.exports import COCO, YOLO, listed
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import UNKNOWN, Node, Subject

CODE = "LSF901"
SEVERITY = Severity.ERROR
_ORDER = "number the classes from 0 without gaps, and put them in that order"


def check(subject: Subject) -> Iterator[Mistake]:
    """One mistake a control: all that are wrong with its numbers are put right together."""
    labelled = subject.of("Label", "Choice")
    if subject.exports.isdisjoint(YOLO | COCO) or not any(one.has("category") for one in labelled):
        return
    if any(UNKNOWN in stored(one) + one.get("category") for one in labelled):  # nobody can count these
        return
    has_poses = bool(subject.of("KeyPointLabels"))
    given = numbers_of_poses(subject) if has_poses else numbers(subject)
    owners: dict[int, str] = {}
    found = [(control, classes(subject, control)) for control in subject.controls]
    asking = {name for _, labels in found for name, label in labels.items() if label.has("category")}
    for control, labels in found:
        if not asking.isdisjoint(labels):
            moved = _moved(labels, given, subject.exports & YOLO)
            yield from (*_wrong(labels, owners), *moved, *_missing(control, labels, asking))[:1]


def _wrong(labels: Mapping[str, Node], owners: dict[int, str]) -> Iterator[Mistake]:
    """Numbers that are none, and those of other classes; `owners` are the classes seen so far."""
    for name, label in labels.items():
        number = whole(label, "category")
        if number is not None and owners.setdefault(number, name) != name:
            message = f"`{name}` has the same `category` as `{owners[number]}`: {number}"
            yield Mistake(label, message, "give every class a number of its own", "category")
        elif number is None and label.has("category"):
            message = f"`category` of `{name}` is no whole number, but `{label.get('category')}`"
            yield Mistake(label, message, _ORDER, "category")


def _moved(labels: Mapping[str, Node], given: Numbers, formats: Collection[str]) -> Iterator[Mistake]:
    """Classes that readers of YOLO files take for others."""
    if not formats:
        return
    for name, label in labels.items():
        number, asked = given.ids.get(name), whole(label, "category")
        if number is None:  # a keypoint
            continue
        other = given.meant_by(name)
        message = f"in {listed(formats)}, `{name}` is number {number}"
        if other != name:
            message += f", which is `{other}` in `classes.txt`" if other else ", and `classes.txt` is shorter"
            yield Mistake(label, message, _ORDER, "category")
        elif asked not in (None, number):
            message += f", not {asked}: with keypoints it follows the order of boxes"
            yield Mistake(label, message, _ORDER, "category")


def _missing(control: Node, labels: Mapping[str, Node], asking: Collection[str]) -> Iterator[Mistake]:
    for name, label in labels.items():
        if name not in asking:
            message = f"`{name}` has no `category`, other classes of `<{control.name}>` have: its number can change"
            yield Mistake(label, message, _ORDER, severity=Severity.WARNING)
