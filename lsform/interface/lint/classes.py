"""The numbers that Label Studio's converter gives to classes in YOLO and COCO. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lsform.interface.lint.subject import Node, Subject


@dataclass(frozen=True, slots=True)
class Numbers:
    """`ids` are what annotations refer to; `places` are the lines of `classes.txt`, which has no other numbers."""

    ids: Mapping[str, int]
    places: tuple[str, ...]

    def meant_by(self, name: str) -> str:
        """The class that a reader of `classes.txt` takes this one for; '' when there is none of that number."""
        number = self.ids[name]
        return self.places[number] if 0 <= number < len(self.places) else ""


def stored(label: Node) -> str:
    """What annotations hold."""
    return label.get("alias") or label.get("value")


def classes(subject: Subject, control: Node) -> Mapping[str, Node]:
    """The labels of a control by what annotations hold; of several with one name, the last counts."""
    return {name: label for label in subject.labels(control) if (name := stored(label))}


def whole(label: Node, attribute: str) -> int | None:
    """The whole number that an attribute is, as the converter reads it; None when it is none, or not there."""
    try:
        return int(label.get(attribute))
    except ValueError:
        return None


def numbers(subject: Subject) -> Numbers:
    """The classes of all controls, choices too: first those that ask for a number, the others by their names."""
    labels = [pair for control in subject.controls for pair in classes(subject, control).items()]
    asked = [(name, number) for name, label in labels if (number := whole(label, "category")) is not None]
    ids = dict(asked)
    others = sorted({name for name, _ in labels} - set(ids))
    taken = set(ids.values())
    free = (number for number in range(len(others) + len(taken)) if number not in taken)
    ids.update(zip(others, free, strict=False))
    return Numbers(ids, (*(name for name, _ in asked), *others))


def numbers_of_poses(subject: Subject) -> Numbers:
    """In YOLO, where there are keypoints: the classes of boxes in the order of their tags, whatever they ask for."""
    places = dict.fromkeys(name for control in subject.of("RectangleLabels") for name in classes(subject, control))
    return Numbers({name: number for number, name in enumerate(places)}, tuple(places))
