"""What is told of a plan and its changes, in the words that all forms share. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lsform.core.diagnostics import counted
from lsform.core.values import Json
from lsform.engine.model import Action, Change, DriftItem, FieldChange, Impact, Origin, Plan, Risk, ServerInfo
from lsform.engine.planner import INTERFACE
from lsform.report.wording import visible

SHOWN = 60  # characters of a long text: enough to recognise it
LEAD = 12  # of them, before the first difference
TEXT_ONLY = "its text, not its meaning"  # what changed of an interface that reads the same

VERBS = {
    Action.CREATE: "to create",
    Action.UPDATE: "to update",
    Action.REPLACE: "to replace",
    Action.DELETE: "to delete",
    Action.ADOPT: "to adopt",
    Action.FORGET: "to forget",
}
# What a plan says of a field besides its values; that the manifest changed is what people expect.
ORIGINS = {Origin.DRIFT: " (drift)", Origin.CONFLICT: " (conflict)", Origin.UNKNOWN: " (origin unknown)"}
DANGERS = (Risk.DESTRUCTIVE, Risk.DATA_LOSS)


def whose(stack: str, environment: str) -> str:
    """The stack, and the environment if there is one."""
    return f"stack {stack}" + (f", environment {environment}" if environment else "")


def edition(server: ServerInfo) -> str:
    return f"Label Studio {server.version} {server.edition}"


def counts(plan: Plan) -> str:
    """`1 to create, 2 to update`; '' when nothing changes."""
    return ", ".join(f"{plan.count(action)} {verb}" for action, verb in VERBS.items() if plan.count(action))


def is_dangerous(change: Change) -> bool:
    """Whether something is deleted or made anew, or work is lost: what a reviewer must not miss."""
    return change.action.is_destructive or change.risk in DANGERS


def dangerous_first(plan: Plan) -> list[Change]:
    """All changes: deletes, then what is made anew, then what loses work, then the others; each in the plan's order."""
    first = (Action.DELETE, Action.REPLACE)

    def rank(change: Change) -> int:
        if change.action in first:
            return first.index(change.action)
        return len(first) if is_dangerous(change) else len(first) + 1

    return sorted(plan.changes, key=rank)


def lone_syncs(plan: Plan) -> list[str]:
    """Storages that are synced without a change of theirs."""
    changed = {change.address for change in plan.changes}
    return [str(address) for address in plan.syncs if address not in changed]


def identity(remote: int | None) -> str:
    return f" (id {remote})" if remote is not None else ""


def drifted(item: DriftItem) -> str:
    """What happened to it behind our back."""
    return "is gone" if item.missing else ", ".join(item.fields)


def warnings(change: Change) -> Iterator[str]:
    """What a change costs, each in a line."""
    if change.action is Action.REPLACE and change.risk is Risk.DESTRUCTIVE:
        # only storages are: a project is never made anew, and in all else no work is lost
        yield "destructive: made anew, a storage reads or writes all its objects once more"
    impact = _impact(change.impact)
    if impact and change.action.is_destructive:
        yield f"it has {impact}"
    yield from (visible(loss) for loss in change.losses)
    if change.losses and change.impact.predictions:
        yield f"its {counted(change.impact.predictions, 'prediction')} were not looked at"


def _impact(impact: Impact) -> str:
    numbers = (
        (impact.tasks, "task"),
        (impact.annotations, "annotation"),
        (impact.drafts, "draft"),
        (impact.predictions, "prediction"),
    )
    return ", ".join(counted(number, noun) for number, noun in numbers if number)


def interface_lines(change: Change) -> tuple[str, ...]:
    """What changes of the interface, in words; nothing when it stays."""
    if change.interface_changes:
        return tuple(visible(one.text) for one in change.interface_changes)
    return (TEXT_ONLY,) if interface_field(change) else ()


def interface_field(change: Change) -> FieldChange | None:
    """The interface's text before and after."""
    return next((field for field in change.fields if field.path == INTERFACE), None)


def other_fields(change: Change) -> list[FieldChange]:
    return [field for field in change.fields if field.path != INTERFACE]


def origin(field: FieldChange) -> str:
    """Why it differs, where that is not what people expect."""
    return ORIGINS.get(field.origin, "") if field.origin else ""


def sides(field: FieldChange, *, shown: int = SHOWN) -> tuple[str, str]:
    """Both values as JSON; two long texts that begin alike are shown from where they differ."""
    before, after = _text(field.before), _text(field.after)
    start = 0
    if max(len(before), len(after)) > shown:
        pairs = enumerate(zip(before, after, strict=False))
        start = max(0, next((at for at, (one, other) in pairs if one != other), 0) - LEAD)
    return _shown(before, start, shown), _shown(after, start, shown)


def _text(value: Json) -> str:
    return visible(json.dumps(value, ensure_ascii=False))


def _shown(text: str, start: int, shown: int) -> str:
    shortened = text[start : start + shown]
    return f"{'...' if start else ''}{shortened}{'...' if start + shown < len(text) else ''}"
