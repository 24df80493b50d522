"""What a new interface takes from annotations that exist. Pure: judged from the project's summary alone.

The server refuses some of it, and lets most of it pass (docs of `PATCH label_config`); we tell all of it beforehand.
Judge the interface now in use as well, and what only the new one loses is the change's doing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from lsform.core.diagnostics import counted
from lsform.interface.model import Control, LabelInterface

UNDEFINED_KEY = "$undefined$"  # the key of tasks imported as bare values: they show under any data key
BORROWING = frozenset({"videorectangle"})  # results that hold labels of the other controls of their object


class LossKind(str, Enum):
    """What annotations lose, or may lose."""

    INTERFACE_EMPTIED = "interface_emptied"
    CONTROL_REMOVED = "control_removed"
    CONTROL_RETYPED = "control_retyped"
    CONTROL_RETARGETED = "control_retargeted"
    CONTROL_HIDDEN = "control_hidden"
    LABEL_REMOVED = "label_removed"
    DATA_KEY_MISSING = "data_key_missing"


@dataclass(frozen=True, slots=True)
class Usage:
    """What annotations use, as `GET /api/projects/{id}/summary/` has it. Numbers count results, as the server does.

    `created_annotations` by `control|object|type`, the two others by control and label; a draft without labels leaves
    its control with none. `data_keys` are those that any task has; none means that there are no tasks.
    """

    created_annotations: Mapping[str, int]
    created_labels: Mapping[str, Mapping[str, int]]
    created_labels_drafts: Mapping[str, Mapping[str, int]]
    data_keys: frozenset[str]

    def results_of(self, control: str) -> int:
        """How many results a control has made."""
        return sum(number for key, number in self.created_annotations.items() if key.partition("|")[0] == control)


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that annotations lose. `subject` is a control, `control/label` or an object; '' is everything."""

    text: str
    annotations: int
    drafts: int
    subject: str
    kind: LossKind


@dataclass(frozen=True, slots=True)
class _Use:
    """What one control's results say of it, by `(object, type)`."""

    name: str
    results: Mapping[tuple[str, str], int]
    labels: Mapping[str, int]
    draft_labels: Mapping[str, int] | None

    @property
    def annotations(self) -> int:
        return sum(self.results.values())

    @property
    def drafts(self) -> int:
        """At least: the server counts labels only, so a draft without them is known to be there, and no more."""
        return 0 if self.draft_labels is None else max(1, sum(self.draft_labels.values()))


def losses(usage: Usage, after: LabelInterface) -> tuple[Loss, ...]:
    """What annotations would lose under the interface: by control in order of name, then data keys.

    Labels that come with the task or from elsewhere are never lost.
    """
    uses = tuple(_uses(usage))
    controls = after.controls()
    if uses and not controls:
        annotations, drafts = sum(use.annotations for use in uses), sum(use.drafts for use in uses)
        text = f"the interface has no controls left: {_count(annotations, drafts)} cannot be shown"
        found = [Loss(text, annotations, drafts, "", LossKind.INTERFACE_EMPTIED)]
    else:
        hidden = _conditions(after) if uses else {}
        found = [loss for use in uses for loss in _losses_of_control(use, controls, after, hidden)]
    return (*found, *_missing_keys(usage, after))


def _conditions(after: LabelInterface) -> Mapping[str, str]:
    from lsform.interface.hiding import conditions  # here, with half of the linter: most plans change no interface

    return conditions(after)


def _uses(usage: Usage) -> Iterator[_Use]:
    results: dict[str, dict[tuple[str, str], int]] = {}
    for key, number in usage.created_annotations.items():
        path, _, kind = key.rpartition("|")
        name, _, target = path.rpartition("|")
        results.setdefault(name, {})[target, kind] = number
    for name in sorted({*results, *usage.created_labels, *usage.created_labels_drafts}):
        labels = usage.created_labels.get(name, {})
        yield _Use(name, results.get(name, {}), labels, usage.created_labels_drafts.get(name))


def _losses_of_control(
    use: _Use, controls: tuple[Control, ...], after: LabelInterface, hidden: Mapping[str, str]
) -> Iterator[Loss]:
    control = next((control for control in controls if control.is_named(use.name)), None)
    if control is None:
        if not _is_its_own_object(use, after):
            text = f"control `{use.name}` is gone: {_count(use.annotations, use.drafts)} cannot be shown"
            yield Loss(text, use.annotations, use.drafts, use.name, LossKind.CONTROL_REMOVED)
        return
    retyped = sum(number for (_, kind), number in use.results.items() if kind != control.result_type)
    if retyped:
        text = f"`{use.name}` becomes a `{control.tag.name}`: {_count(retyped, use.drafts)} cannot be shown"
        yield Loss(text, retyped, use.drafts, use.name, LossKind.CONTROL_RETYPED)
    else:
        yield from _lost_targets(use, control)
        yield from _hidden(use, hidden.get(control.name, ""))
        yield from _lost_labels(use, control, controls)


def _is_its_own_object(use: _Use, after: LabelInterface) -> bool:
    """Tags such as `Chat` are object and control at once, without a `toName`."""
    targets = {target for target, _ in use.results}
    return targets == {use.name} and any(shown.is_named(use.name) for shown in after.objects())


def _lost_targets(use: _Use, control: Control) -> Iterator[Loss]:
    for (target, _), number in sorted(use.results.items()):
        if not control.points_at(target):
            text = f"`{use.name}` no longer points at `{target}`: {_count(number, 0)} cannot be shown"
            yield Loss(text, number, 0, use.name, LossKind.CONTROL_RETARGETED)


def _hidden(use: _Use, condition: str) -> Iterator[Loss]:
    """Which results meet a condition, nobody has counted: those that do not are hidden."""
    if condition:
        text = f"`{use.name}` is shown only with {condition}: {_count(use.annotations, use.drafts)} may be hidden"
        yield Loss(text, use.annotations, use.drafts, use.name, LossKind.CONTROL_HIDDEN)


def _lost_labels(use: _Use, control: Control, controls: tuple[Control, ...]) -> Iterator[Loss]:
    sources = [control]
    if control.result_type in BORROWING:
        sources += [other for other in controls if {*other.targets} & {*control.targets}]
    if any(source.is_dynamic for source in sources):
        return
    kept = {label.stored for source in sources for label in source.labels}
    drafts = use.draft_labels or {}
    for label in sorted({*use.labels, *drafts} - kept):
        numbers = use.labels.get(label, 0), drafts.get(label, 0)
        text = f"label `{label}` of `{use.name}` is gone: used by {_count(*numbers)}"
        yield Loss(text, *numbers, f"{use.name}/{label}", LossKind.LABEL_REMOVED)


def _missing_keys(usage: Usage, after: LabelInterface) -> Iterator[Loss]:
    if not usage.data_keys or UNDEFINED_KEY in usage.data_keys:
        return
    for shown in after.objects():
        if shown.data_key and shown.data_key not in usage.data_keys:
            results = (use.results.items() for use in _uses(usage))
            number = sum(count for items in results for (target, _), count in items if shown.is_named(target))
            text = f"`{shown.name}` shows `{shown.data_key}`, which no task has: every task is empty there"
            yield Loss(text, number, 0, shown.name, LossKind.DATA_KEY_MISSING)


def _count(annotations: int, drafts: int) -> str:
    """`2 annotations and 1 draft`, without what there is none of."""
    parts = ((annotations, "annotation"), (drafts, "draft"))
    return " and ".join(counted(number, noun) for number, noun in parts if number) or "0 annotations"
