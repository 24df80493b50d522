"""The values that conditions wait for, held against the values that there are. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsform.core.diagnostics import Severity
from lsform.interface.lint.label_names import is_variable, shown, stored
from lsform.interface.lint.visibility import REGION, Condition, gives_choices, gives_labels

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node, Subject

_ELSEWHERE = ("value", "apiUrl", "sharedStore")  # where a control gets values that are not in its interface


_PARTS = 32  # of a value that a list may part: more are looked for in vain, and for long


@dataclass(frozen=True, slots=True)
class Values:
    """The values of some controls, their aliases by what is shown, and into how many parts commas part them at most."""

    known: frozenset[str]
    aliases: Mapping[str, str]
    parts: int

    def parted_in(self, items: Sequence[str]) -> tuple[str, ...]:
        """Values that stand in a list as a whole, and that its commas part."""
        spans = ((start, start + size) for start in range(len(items)) for size in range(2, self.parts + 1))
        joined = (",".join(items[start:end]) for start, end in spans if end <= len(items))
        return tuple(one for one in joined if one in self.known)


@dataclass(frozen=True, slots=True)
class Wait:
    """A condition that waits for values in vain.

    `parted` are values with a comma, `spaced` those that lack only the spaces around, `missing` all others.
    `severity`: an error when nothing that it waits for can come.
    """

    condition: Condition
    attribute: str
    values: Values
    parted: tuple[str, ...]
    spaced: tuple[str, ...]
    missing: tuple[str, ...]
    severity: Severity

    @property
    def node(self) -> Node:
        return self.condition.node

    @property
    def what(self) -> str:
        return "label" if self.attribute == "whenLabelValue" else "choice"


Texts = Callable[["Node"], tuple[str, ...]]


def _both(label: Node) -> tuple[str, ...]:
    return (shown(label), label.get("alias"))


def _stored(label: Node) -> tuple[str, ...]:
    return (stored(label),)


class Waits:
    """Finds what conditions wait for in vain; remembers the values of controls, which many conditions may ask for."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._pools: dict[tuple[str, str], Values | None] = {}

    def of(self, condition: Condition) -> Iterator[Wait]:
        """One for each list of values in a condition that has something wrong."""
        targets, name, node = condition.targets, condition.name, condition.node
        choices, labels = node.get("whenChoiceValue"), node.get("whenLabelValue")
        if condition.is_of_choices and targets and all(map(gives_choices, targets)):
            values = self._values("choices", name, targets, _both)
            yield from _waits(condition, "whenChoiceValue", choices.split(","), values)
        elif not condition.kind:
            yield from _waits(condition, "whenChoiceValue", [choices], self._anywhere())
        if condition.kind == REGION and (not name or (targets and all(map(gives_labels, targets)))):
            yield from _waits(condition, "whenLabelValue", labels.split(","), self._labels(name, targets))
        elif condition.kind != REGION and condition.is_per_region:
            found = self._labels("", ())
            items = [labels] if found and labels in found.known else labels.split(",")  # here the editor tries both
            yield from _waits(condition, "whenLabelValue", items, found)

    def _labels(self, name: str, targets: tuple[Node, ...]) -> Values | None:
        controls = targets if name else filter(gives_labels, self._subject.controls)
        return self._values("labels", name, controls, _stored)

    def _anywhere(self) -> Values | None:
        """What a condition without `visibleWhen` finds: not the paths of a `Taxonomy` or of nested choices."""
        controls = (one for one in self._subject.controls if one.name != "Taxonomy" and not one.is_true("allowNested"))
        return self._values("anywhere", "", controls, _stored)

    def _values(self, kind: str, name: str, controls: Iterable[Node], texts: Texts) -> Values | None:
        """The values of controls; None when the interface does not have them all."""
        if (kind, name) not in self._pools:
            self._pools[kind, name] = _values(self._subject, tuple(controls), texts)
        return self._pools[kind, name]


def _waits(condition: Condition, attribute: str, items: list[str], values: Values | None) -> Iterator[Wait]:
    text = condition.node.get(attribute)
    if not text or values is None or is_variable(text):
        return
    wrong = [item for item in dict.fromkeys(items) if item not in values.known]
    if wrong:
        parted = values.parted_in(items)
        others = [item for item in wrong if all(item not in one.split(",") for one in parted)]
        spaced = tuple(item for item in others if item.strip() in values.known)
        missing = tuple(item for item in others if item not in spaced)
        is_vain = values.known.isdisjoint(items)
        yield Wait(
            condition, attribute, values, parted, spaced, missing, Severity.ERROR if is_vain else Severity.WARNING
        )


def _values(subject: Subject, controls: tuple[Node, ...], texts: Texts) -> Values | None:
    labels = [label for control in controls for label in subject.labels(control)]
    known = frozenset(text for label in labels for text in texts(label) if text)
    if any(map(_is_open, controls)) or any(map(is_variable, known)):
        return None
    aliases = {shown(label): label.get("alias") for label in labels if label.get("alias")}
    parts = 1 + max((text.count(",") for text in known), default=0)
    return Values(known, aliases, min(parts, _PARTS))


def _is_open(control: Node) -> bool:
    """Whether it may have more values than its interface tells."""
    if any(map(control.get, _ELSEWHERE)) or control.is_true("legacy") or control.is_true("labeling"):
        return True
    return any(one.info is None for one in control.below())
