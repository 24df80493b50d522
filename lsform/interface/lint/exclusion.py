"""Which conditions of visibility can never hold together. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsform.interface.lint.label_names import shown
from lsform.interface.lint.visibility import CHOSEN, NO_REGION, REGION, Condition

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node, Subject

_SINGLE = ("", "single", "single-radio")


def excludes(subject: Subject, one: Condition, other: Condition) -> bool:
    """Whether two conditions never hold at a time; False where nobody can tell."""
    kinds = {one.kind, other.kind}
    if kinds == {REGION, NO_REGION}:
        return True
    if kinds == {REGION}:  # the editor looks at one label of a region, which is of one control
        return bool(one.targets and other.targets) and set(one.targets).isdisjoint(other.targets)
    if one.is_of_choices and other.is_of_choices and len(one.targets) == 1 and one.targets == other.targets:
        return _choices_exclude(subject, one, other)
    return False


def _choices_exclude(subject: Subject, one: Condition, other: Condition) -> bool:
    (target,) = one.targets
    first, second = _wanted(subject, target, one), _wanted(subject, target, other)
    if first is None or second is None:
        return False
    if one.kind == other.kind:
        is_single = target.name == "Choices" and target.get("choice") in _SINGLE and not target.is_true("allowNested")
        return one.kind == CHOSEN and is_single and bool(first and second) and first.isdisjoint(second)
    wanted, unwanted = (first, second) if one.kind == CHOSEN else (second, first)
    return not unwanted or (bool(wanted) and wanted <= unwanted)  # no values at all stand for any


def _wanted(subject: Subject, target: Node, condition: Condition) -> frozenset[Node] | None:
    """The labels that a condition names; None when it names some that nobody knows."""
    items = condition.node.list_of("whenChoiceValue")
    if not items:
        return frozenset()
    labels: dict[str, Node] = {}
    for label in subject.labels(target):
        labels.setdefault(shown(label), label)
        labels.setdefault(label.get("alias"), label)
    found = [labels.get(item) for item in items]
    return None if None in found else frozenset(one for one in found if one)
