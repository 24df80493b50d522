"""Reads what the changes of a plan put at risk: the work that hangs on a project, and what of it an interface takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lsform.core.diagnostics import counted
from lsform.core.values import Attributes
from lsform.engine.diff import as_interface
from lsform.engine.model import Action, Change, Impact, Step
from lsform.engine.planner import INTERFACE, Stake
from lsform.engine.ports import Progress, Server
from lsform.engine.readers import read_each
from lsform.interface.compatibility import Loss, LossKind, Usage, losses
from lsform.interface.diff import ChangeKind
from lsform.resources.project import PROJECT

# What can take something from annotations, and what can show data that no task has. A server that lost track of what
# there is (label-studio-api.md 0.1) says that there is nothing, which must not be believed then.
TAKING = frozenset(
    {
        ChangeKind.CONTROL_REMOVED,
        ChangeKind.CONTROL_RETYPED,
        ChangeKind.CONTROL_RETARGETED,
        ChangeKind.OBJECT_REMOVED,
        ChangeKind.OBJECT_RETYPED,
        ChangeKind.DATA_KEY_CHANGED,
        ChangeKind.LABEL_REMOVED,
        ChangeKind.LABEL_RENAMED,
    }
)
SHOWING = frozenset({ChangeKind.DATA_KEY_CHANGED, ChangeKind.OBJECT_ADDED})
REPAIR = "`Reset Cache` under Danger Zone in the settings of the project counts anew"
COUNT = "`lsform doctor --all` counts what is used"
# Parts of the objections that the server also raises against the change itself, whatever we allow.
FINAL = ("incompatible with provided labeling schema", "you can't remove it")


def read_stakes(server: Server, changes: Sequence[Change], progress: Progress) -> dict[Step, Stake]:
    """Ask for the work that hangs on every project that a change deletes or gives another interface."""
    risky = [change for change in changes if is_risky(change)]
    stakes = read_each(
        lambda change: read_stake(server, change),
        risky,
        readers=server.readers,
        progress=progress,
        text="reading what depends on changed projects",
    )
    return {change.step: stake for change, stake in zip(risky, stakes, strict=True)}


def is_risky(change: Change) -> bool:
    """Whether a change may cost labeling work."""
    if change.kind.parent or change.remote is None:
        return False
    return change.action.is_destructive or bool(change.interface_changes)


def read_stake(server: Server, change: Change) -> Stake:
    """What a risky change puts at risk now."""
    assert change.remote is not None
    impact = server.impact(change.remote)
    if change.action is not Action.UPDATE:
        return impact, ()
    usage = server.usage(change.remote)
    lost = tuple(one.text for one in _lost(change, usage))
    doubts = (*_doubts(change, impact, usage, is_taking=bool(lost)), *_unknown_labels(change, usage))
    return impact, (*doubts, *lost, *_objections(server, change, impact))


def _live(change: Change) -> Attributes:
    assert change.pair is not None and change.pair.live is not None
    return change.pair.live.attributes


def _lost(change: Change, usage: Usage) -> Iterator[Loss]:
    """What the new interface takes from annotations and the one in use does not."""
    before = {loss.text for loss in losses(usage, as_interface(_live(change).get(INTERFACE)))}
    after = losses(usage, as_interface(change.payload.get(INTERFACE)))
    yield from (loss for loss in after if loss.text not in before)


def _unknown_labels(change: Change, usage: Usage) -> Iterator[str]:
    """Labels that go, and of which the server cannot tell whether they are used.

    Of the first annotation that a control is in, Label Studio 1.23.2 counts only the labels of the control's last
    result; so it does for all annotations when it is told to count anew. Where it knows of fewer labels than results,
    any label of the control may be in use.
    """
    for control in as_interface(_live(change).get(INTERFACE)).controls():
        known = usage.created_labels.get(control.name, {})
        labels, results = sum(known.values()), usage.results_of(control.name)
        if not labels < results:
            continue
        supposed = {**usage.created_labels, control.name: {label.stored: 1 for label in control.labels}}
        gone = _lost(change, replace(usage, created_labels=supposed))
        names = [one.subject.partition("/")[2] for one in gone if one.kind is LossKind.LABEL_REMOVED]
        if unknown := ", ".join(f"`{name}`" for name in names if name not in known):
            counts = f"{counted(labels, 'label')} in {counted(results, 'result')} of `{control.name}`"
            yield f"the server has counted {counts}, so whether {unknown} is used is unknown: {COUNT}"


def _doubts(change: Change, impact: Impact, usage: Usage, *, is_taking: bool) -> Iterator[str]:
    """Where the server's counters cannot be trusted: too low, as after an import of annotations, which it does not
    count, and nothing is known to be safe; too high, and what is said to be lost (`is_taking`) may not be there.
    """
    kinds = {one.kind for one in change.interface_changes}
    summed, there = sum(usage.created_annotations.values()), impact.annotations
    if kinds & TAKING and summed < there:
        known = f"the server has {counted(there, 'annotation')} and a summary of {counted(summed, 'result')}"
        yield f"{known}, so what is lost is unknown: {REPAIR}"
    if is_taking and summed and not there:
        known = f"the server has no annotations and a summary of {counted(summed, 'result')}"
        yield f"{known}, which cannot be trusted: {REPAIR}"
    if kinds & SHOWING and impact.tasks and not usage.data_keys:
        known = f"the server has {counted(impact.tasks, 'task')} and no summary of their data"
        yield f"{known}, so what they show is unknown: {REPAIR}"


def _objections(server: Server, change: Change, impact: Impact) -> Iterator[str]:
    """The server's own opinion, which is stricter than what it lets pass. What it says of the interface that is in use
    already is not this change's doing.

    Where there is no labeling work it has none, and would only reset its summary.
    """
    assert change.remote is not None
    if not (impact.annotations or impact.drafts):
        return
    objection = server.objection(change.remote, _sent(change.payload))
    if objection and objection != server.objection(change.remote, _sent(_live(change))):
        is_final = any(part in objection for part in FINAL)
        yield f"the server {'refuses it as long as they are there' if is_final else 'objects'}: {objection}"


def _sent(attributes: Attributes) -> str:
    return str(PROJECT.to_record({INTERFACE: attributes.get(INTERFACE)})[INTERFACE])
