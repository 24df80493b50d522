"""What the labels of one list are to each other: class ids, and who is below whom. Pure.

Law: ids are what is written, and nothing else. None is invented, so no label gets another id when the list changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from lsform.core.diagnostics import nearest

if TYPE_CHECKING:
    from lsform.interface.labels import LabelSpec

NAMED = 5  # labels or numbers that a message names


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the field of a label, counted from 0. `message` begins with a word that follows its name."""

    index: int
    field: str
    message: str
    hint: str
    is_error: bool = True


def problems(labels: Sequence[LabelSpec]) -> Iterator[Problem]:
    """Everything that is wrong between the labels, by field."""
    yield from _id_problems(labels)
    yield from _parent_problems(labels)


def _id_problems(labels: Sequence[LabelSpec]) -> Iterator[Problem]:
    ids = [label.id for label in labels if label.id is not None]
    if not ids:
        return
    most = max(ids)
    owners: dict[int, LabelSpec] = {}
    for index, label in enumerate(labels):
        if label.id is None:
            continue
        if label.id < 0:
            yield Problem(index, "id", f"has the id {label.id}", "class ids count from 0")
        elif label.id in owners:
            hint = f"an id is that of one class: the next free one is {most + 1}"
            yield Problem(index, "id", f"has the id {label.id}, and so has `{owners[label.id].value}`", hint)
        owners.setdefault(label.id, label)
    yield from _without_id(labels, most + 1)
    missing = islice((number for number in range(most) if number not in owners), NAMED)
    if named := [str(number) for number in missing]:
        last = next(index for index, label in enumerate(labels) if label.id == most)
        hint = (
            "YOLO and others need 0, 1, 2 and so on: keep a label that retires, or renumber before the first training"
        )
        text = f"has the id {most}, but no label has {_listed(named, most + 1 - sum(one >= 0 for one in owners))}"
        yield Problem(last, "id", text, hint, is_error=False)


def _without_id(labels: Sequence[LabelSpec], free: int) -> Iterator[Problem]:
    """Labels without an id where others have one; what has labels below it may be no class, and needs none."""
    parents = {label.parent for label in labels if label.parent is not None}
    bare = [
        (index, label)
        for index, label in enumerate(labels)
        if label.id is None and not {label.value, label.alias}.intersection(parents)
    ]
    if bare:
        advice = [f"`id: {number}` for `{label.value}`" for number, (_, label) in enumerate(bare[:NAMED], start=free)]
        hint = f"all classes have ids, or none; free are {_listed(advice, len(bare))}"
        yield Problem(bare[0][0], "id", "has no id, and others have one", hint)


def _parent_problems(labels: Sequence[LabelSpec]) -> Iterator[Problem]:
    parents = _Parents(labels)
    for index, label in enumerate(labels):
        if label.parent is None:
            continue
        found = parents.of(label)
        if len(found) > 1:
            hint = "give each of them an `alias`, and write that of the one"
            yield Problem(index, "parent", f"is below `{label.parent}`, and several labels are called so", hint)
        elif not found:
            others = parents.names - {label.value, label.alias}
            hint = nearest(label.parent, others) or "it is the `value` or the `alias` of another label of this list"
            yield Problem(index, "parent", f"is below `{label.parent}`, which is no label here", hint)
        elif index in parents.above(index):
            yield Problem(index, "parent", f"is below `{label.parent}`, and so below itself", "take one `parent` out")


def with_children(labels: Sequence[LabelSpec]) -> tuple[LabelSpec, ...]:
    """The same labels in the same order, each with those below it; nothing may be wrong with their parents."""
    parents = _Parents(labels)
    below: dict[int, list[int]] = {}
    for index, label in enumerate(labels):
        for parent in parents.of(label):
            below.setdefault(parent, []).append(index)
    made = [*labels]
    for index in sorted(below, key=lambda index: len(parents.above(index)), reverse=True):  # the deepest first
        made[index] = replace(labels[index], children=tuple(made[child] for child in below[index]))
    return tuple(made)


class _Parents:
    """Finds labels by what `parent` may call them."""

    def __init__(self, labels: Sequence[LabelSpec]) -> None:
        self._labels = labels
        self._aliases: dict[str, list[int]] = {}
        self._values: dict[str, list[int]] = {}
        for index, label in enumerate(labels):
            self._values.setdefault(label.value, []).append(index)
            if label.alias is not None:
                self._aliases.setdefault(label.alias, []).append(index)

    @property
    def names(self) -> frozenset[str]:
        return frozenset((*self._values, *self._aliases))

    def of(self, label: LabelSpec) -> Sequence[int]:
        """The labels that its `parent` can mean: one when all is well, none for one that is below nothing."""
        if label.parent is None:
            return ()
        return self._aliases.get(label.parent) or self._values.get(label.parent) or ()

    def above(self, index: int) -> frozenset[int]:
        """The label's parent, that one's parent and so on; itself as well where they go round in a circle."""
        seen: set[int] = set()
        found = self.of(self._labels[index])
        while len(found) == 1 and found[0] not in seen:
            seen.add(found[0])
            found = self.of(self._labels[found[0]])
        return frozenset(seen)


def _listed(named: Sequence[str], number: int) -> str:
    """The first ones by name, and how many there are besides."""
    more = number - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")
