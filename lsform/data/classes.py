"""Which number each label has in training data: pinned where the interface pins it, and always the same. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lsform.core.errors import LsformError
from lsform.interface.model import Control, LabelInterface


@dataclass(frozen=True, slots=True)
class ClassMap:
    """Label, as annotations hold it -> number."""

    numbers: Mapping[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of their numbers; a number that nobody has is called `unused_<number>`."""
        by_number = {number: name for name, number in self.numbers.items()}
        return tuple(by_number.get(number, f"unused_{number}") for number in range(max(by_number, default=-1) + 1))


def class_map(interface: LabelInterface, result_types: Collection[str]) -> ClassMap:
    """The classes of the controls with these result types, in the order of the interface.

    `category` (the `id` of a LabelSet) pins a number; the others take what is free, in the order of their labels.
    Raises LsformError where two labels want one number, or one label two.
    """
    pinned: dict[str, int] = {}
    for name, number in _asked(interface, result_types):
        if pinned.setdefault(name, number) != number:
            raise _clash(f"the label `{name}` has two class ids, {pinned[name]} and {number}")
    owners: dict[int, str] = {}
    for name, number in pinned.items():
        if owners.setdefault(number, name) != name:
            raise _clash(f"`{owners[number]}` and `{name}` both have the class id {number}")
    every = dict.fromkeys(label.stored for control in _drawing(interface, result_types) for label in control.labels)
    free = (number for number in range(len(every) + len(owners)) if number not in owners)
    return ClassMap({**pinned, **dict(zip((name for name in every if name not in pinned), free, strict=False))})


def _drawing(interface: LabelInterface, result_types: Collection[str]) -> Iterator[Control]:
    return (control for control in interface.controls() if control.result_type in result_types)


def _asked(interface: LabelInterface, result_types: Collection[str]) -> Iterator[tuple[str, int]]:
    for control in _drawing(interface, result_types):
        for label in control.labels:
            category = label.tag.get("category")
            if category.isascii() and category.isdigit():
                yield label.stored, int(category)


def _clash(message: str) -> LsformError:
    return LsformError(message, hint="give each label of the LabelSet an `id` of its own, or none")
