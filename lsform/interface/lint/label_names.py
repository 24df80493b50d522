"""What labels are called: what annotators see, and what annotations hold; as the editor has it. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from lsform.interface.tags import UNKNOWN

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node, Subject

_VARIABLE = re.compile(rf"\$[\w\[{{]|\{{\{{|{UNKNOWN}")  # of a task, a Repeater, a template


class Named(NamedTuple):
    """A `Label` or `Choice` with names that are known and not empty: `shown` to annotators, `stored` in results."""

    node: Node
    shown: str
    stored: str


@dataclass(frozen=True, slots=True)
class Siblings:
    """Labels side by side: all of a control, or those of one `Choice` in it; their names mean nothing elsewhere."""

    control: Node
    labels: tuple[Named, ...]


def shown(label: Node) -> str:
    """The value of a label; the editor takes text in the tag before the attribute."""
    return ("" if label.tag.children else label.tag.text.strip()) or label.get("value")


def stored(label: Node) -> str:
    """The alias, or else the value; of a `Choice` an empty alias counts, too."""
    has_alias = label.has("alias") if label.name == "Choice" else bool(label.get("alias"))
    return label.get("alias") if has_alias else shown(label)


def is_variable(text: str) -> bool:
    """Whether something else will stand for it, or for a part of it."""
    return _VARIABLE.search(text) is not None


def folded(text: str) -> str:
    """The same for texts that differ in capitals and spaces alone."""
    return " ".join(text.split()).casefold()


def siblings(subject: Subject) -> Iterator[Siblings]:
    """The labels of every control, in the order of the text."""
    for control in subject.controls:
        groups: defaultdict[Node, list[Named]] = defaultdict(list)
        for label in subject.labels(control):
            one = Named(label, shown(label), stored(label))
            if one.shown and one.stored and not is_variable(one.shown + one.stored):
                groups[_around(label, control)].append(one)
        yield from (Siblings(control, tuple(labels)) for labels in groups.values())


def _around(label: Node, control: Node) -> Node:
    if label.parent is control:  # nearly always
        return control
    return next((one for one in label.above() if one.is_label or one is control), control)
