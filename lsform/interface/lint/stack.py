"""LSF407: the interfaces of a stack write a class in one way.

Where one project has `Car` and another `car `, their exports cannot be put together, and a model that learned one of
them predicts labels that the other does not know. Classes that differ in capitals or spaces alone are taken for one.
The way in which most interfaces write it is the right one, the first among equals; what annotations hold counts.

It looks at several interfaces at once, so it is no rule in the table of those that look at one. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from lsform.core.diagnostics import Severity
from lsform.interface.lint.label_names import folded, is_variable
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node
from lsform.interface.model import Label, LabelInterface

CODE = "LSF407"
SEVERITY = Severity.INFO

Spellings = Mapping[str, Mapping[str, Label]]  # spelling -> name of an interface -> the first label that has it there


def across(interfaces: Mapping[str, LabelInterface]) -> Iterator[tuple[str, Mistake]]:
    """Classes that an interface writes otherwise than others do, by the names of the interfaces: as people know them.

    Each comes once an interface, with its name. The nodes have a place, but nothing around them.
    """
    for spellings in _classes(interfaces).values():
        if len(spellings) == 1:
            continue
        usual = max(spellings, key=lambda spelling: len(spellings[spelling]))
        for spelling, labels in spellings.items():
            for name, label in labels.items():
                is_own = name in spellings[usual]  # one interface that has both is told by LSF403
                if not is_own and CODE not in label.tag.silenced:
                    other = next(iter(spellings[usual]))
                    message = f"`{spelling}` is `{usual}` in `{other}`"
                    attribute = "alias" if label.tag.get("alias") else "value"
                    yield name, Mistake(_bare(label), message, f"write `{usual}`, if they are the same", attribute)


def _classes(interfaces: Mapping[str, LabelInterface]) -> Mapping[str, Spellings]:
    found: defaultdict[str, defaultdict[str, dict[str, Label]]] = defaultdict(lambda: defaultdict(dict))
    for name, interface in interfaces.items():
        for control in interface.controls():
            for label in control.labels:
                stored = label.stored
                if stored.strip() and not is_variable(stored):
                    found[folded(stored)][stored].setdefault(name, label)
    return found


def _bare(label: Label) -> Node:
    return Node(label.tag, None, None, {name.lower(): value for name, value in label.tag.attributes.items()})
