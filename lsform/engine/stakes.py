"""Reads what the changes of a plan put at risk: the work that hangs on a project, and what of it an interface takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lsform.core.diagnostics import counted
from lsform.core.values import Attributes, Value
from lsform.engine.counting import Asked, Counted, Counting, count_work
from lsform.engine.diff import as_interface
from lsform.engine.model import Action, Change, Impact, Stake, Step
from lsform.engine.planner import INTERFACE
from lsform.engine.ports import Server
from lsform.engine.readers import read_each
from lsform.interface.compatibility import UNDEFINED_KEY, Loss, LossKind, Usage, losses
from lsform.interface.diff import ChangeKind
from lsform.interface.model import LabelInterface
from lsform.interface.renaming import renames
from lsform.resources.project import PROJECT

# What can show data that no task has.
SHOWING = frozenset({ChangeKind.DATA_KEY_CHANGED, ChangeKind.OBJECT_ADDED})
MOST_RENAMES = 3  # of labels that a hint names
SOME_DATA = frozenset({""})  # tasks have data, whatever its keys are
REPAIR = "`Reset Cache` under Danger Zone in the settings of the project counts anew"
# Parts of the objections that the server also raises against the change itself, whatever we allow.
FINAL = ("incompatible with provided labeling schema", "you can't remove it")


@dataclass(frozen=True, slots=True)
class _Told:
    """What the server says of a project that a change may hurt, before anything is counted."""

    impact: Impact
    usage: Usage
    objection: str


def read_stakes(server: Server, changes: Sequence[Change], counting: Counting) -> dict[Step, Stake]:
    """Ask for the work that hangs on every project that a change deletes or gives another interface."""
    risky = [change for change in changes if is_risky(change)]
    told = read_each(
        lambda change: _ask(server, change),
        risky,
        readers=server.readers,
        progress=counting.progress,
        text="reading what depends on changed projects",
    )
    return {change.step: _stake(server, change, one, counting) for change, one in zip(risky, told, strict=True)}


def is_risky(change: Change) -> bool:
    """Whether a change may cost labeling work."""
    if change.kind.parent or change.remote is None:
        return False
    return change.action.is_destructive or bool(change.interface_changes)


def read_stake(server: Server, change: Change, counting: Counting) -> Stake:
    """What a risky change puts at risk now."""
    return _stake(server, change, _ask(server, change), counting)


def _ask(server: Server, change: Change) -> _Told:
    assert change.remote is not None
    usage = server.usage(change.remote)
    impact = server.impact(change.remote)
    if impact.tasks and change.action is Action.UPDATE:
        usage = replace(usage, data_keys=_data_keys(server, change, usage.data_keys))
    drafts = max((sum(one.values()) for one in usage.created_labels_drafts.values()), default=0)
    impact = replace(impact, drafts=drafts)
    return _Told(impact, usage, _objection(server, change, impact) if change.action is Action.UPDATE else "")


def _data_keys(server: Server, change: Change, known: frozenset[str]) -> frozenset[str]:
    """The data keys that tasks have; none where nobody knows.

    The server counts those of a task anew with each annotation, and so goes on counting them when the task is deleted;
    after some failures it knows of none. So what the interface did not show before is asked for.
    """
    assert change.remote is not None
    before, after = (_shown(one) for one in (_live(change).get(INTERFACE), change.payload.get(INTERFACE)))
    if UNDEFINED_KEY in known:
        return known
    asked = {key: server.has_data(change.remote, key) for key in sorted(after - before) if key in known or not known}
    if not known and (None in asked.values() or not asked):
        return known
    lacking = {key for key, is_there in asked.items() if is_there is False}
    return frozenset({*(known or before), *asked} - lacking) or SOME_DATA


def _shown(xml: Value) -> frozenset[str]:
    return frozenset(one.data_key for one in as_interface(xml).objects() if one.data_key)


def _stake(server: Server, change: Change, told: _Told, counting: Counting) -> Stake:
    if change.action is not Action.UPDATE:
        return Stake(told.impact)
    found = _counted(server, change, told, counting)
    losing = tuple(_lost(change, found.usage))
    lost = tuple(one.text for one in losing)
    impact = told.impact if found.drafts is None else replace(told.impact, drafts=found.drafts)
    is_right = lost == tuple(one.text for one in _lost(change, told.usage))
    objections = _objections(told.objection, is_lost=bool(lost), is_right=is_right)
    told_of = (*_unseen(change, told), *found.doubts, *lost, *objections)
    return Stake(impact, told_of, _remedy(change, losing), found.seen)


def _counted(server: Server, change: Change, told: _Told, counting: Counting) -> Counted:
    """What annotations and drafts use: looked at where the change can take anything from any."""
    assert change.remote is not None
    usage, summed = told.usage, sum(told.usage.created_annotations.values())
    takes = tuple(_lost(change, _supposed(as_interface(_live(change).get(INTERFACE)))))
    is_fixed = _is_fixed(change)
    if not (takes or is_fixed) or not (summed or told.impact.annotations or usage.created_labels_drafts):
        return Counted(usage)
    asked = Asked(
        project=change.remote,
        name=str(change.address),
        tasks=told.impact.tasks,
        summary=usage,
        lost=lambda used: tuple(_lost(change, used)),
        doubted=is_fixed or _contradicts_itself(told.impact, usage, takes) or not _knows(takes, _lost(change, usage)),
    )
    return count_work(server, asked, counting)


def _supposed(interface: LabelInterface) -> Usage:
    """As if everything that the interface offers were used once; tags such as `Chat` are object and control at once."""
    controls = interface.controls()
    results = {f"{one.name}|{target}|{one.result_type}": 1 for one in controls for target in one.targets}
    results |= {f"{one.name}|{one.name}|{one.tag.name.lower()}": 1 for one in interface.objects()}
    labels = {one.name: {label.stored: 1 for label in one.labels} for one in controls}
    return Usage(results, labels, {}, frozenset())


def _is_fixed(change: Change) -> bool:
    """Whether labels that came with the task are named by the interface now: nobody knows which may be missing."""
    fixed = {one.name for one in as_interface(change.payload.get(INTERFACE)).controls() if not one.is_dynamic}
    return any(one.is_dynamic and one.name in fixed for one in as_interface(_live(change).get(INTERFACE)).controls())


def _contradicts_itself(impact: Impact, usage: Usage, takes: Sequence[Loss]) -> bool:
    """Whether what the server has counted cannot be, as it has in Label Studio 1.23.2 where annotations were imported,
    which it does not count, or were deleted along with their tasks.

    Of the first annotation that a control is in, it counts only the labels of the control's last result; so it does for
    all annotations when it is told to count anew. Then it knows of fewer labels than results.
    """
    summed = sum(usage.created_annotations.values())
    if summed < impact.annotations or (summed and not impact.annotations):
        return True
    concerned = {one.subject.partition("/")[0] for one in takes if one.kind is LossKind.LABEL_REMOVED}
    return any(sum(usage.created_labels.get(one, {}).values()) < usage.results_of(one) for one in concerned)


def _knows(takes: Iterable[Loss], lost: Iterable[Loss]) -> bool:
    """Whether the server's counters know of all that can be taken as used. That they do not is no proof: annotations
    that were imported, uncounted, may hide behind others that were counted twice.
    """
    known = {(one.kind, one.subject) for one in lost}
    return all((one.kind, one.subject) in known for one in takes)


def _live(change: Change) -> Attributes:
    assert change.pair is not None and change.pair.live is not None
    return change.pair.live.attributes


def _lost(change: Change, usage: Usage) -> Iterator[Loss]:
    """What the new interface takes from annotations and the one in use does not."""
    before = {loss.text for loss in losses(usage, as_interface(_live(change).get(INTERFACE)))}
    after = losses(usage, as_interface(change.payload.get(INTERFACE)))
    yield from (loss for loss in after if loss.text not in before)


def _remedy(change: Change, lost: Sequence[Loss]) -> str:
    """What keeps labels that seem to be renamed, as far as a line holds them."""
    interfaces = (as_interface(one.get(INTERFACE)) for one in (_live(change), change.payload))
    pairs = islice(renames(lost, *interfaces), MOST_RENAMES)
    kept = " and ".join(f"`{held}` as the `alias` of `{label}`" for held, label in pairs)
    return f"if only the name is new, keep {kept}" if kept else ""


def _unseen(change: Change, told: _Told) -> Iterator[str]:
    """Where the server does not know what data its tasks have."""
    kinds = {one.kind for one in change.interface_changes}
    if kinds & SHOWING and told.impact.tasks and not told.usage.data_keys:
        known = f"the server has {counted(told.impact.tasks, 'task')} and no summary of their data"
        yield f"{known}, so what they show is unknown: {REPAIR}"


def _objection(server: Server, change: Change, impact: Impact) -> str:
    """The server's own opinion, which is stricter than what it lets pass. What it says of the interface that is in use
    already is not this change's doing.

    Where there is no labeling work it has none, and would only reset its summary.
    """
    assert change.remote is not None
    if not (impact.annotations or impact.drafts):
        return ""
    objection = server.objection(change.remote, _sent(change.payload))
    return objection if objection and objection != server.objection(change.remote, _sent(_live(change))) else ""


def _objections(objection: str, *, is_lost: bool, is_right: bool) -> Iterator[str]:
    """What the server objects to. It judges by its counters: where they are not right, only what it will insist on."""
    if any(part in objection for part in FINAL):
        if is_lost:
            yield f"the server refuses it as long as they are there: {objection}"
        else:
            yield f"nothing is lost, but the server refuses it, as its counters are wrong: {objection}: {REPAIR}"
    elif objection and is_right:
        yield f"the server objects: {objection}"


def _sent(attributes: Attributes) -> str:
    return str(PROJECT.to_record({INTERFACE: attributes.get(INTERFACE)})[INTERFACE])
