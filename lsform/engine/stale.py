"""Reads what a plan touches again: all of it before the first write, as a stale plan writes nothing, then each object
just before its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.errors import Conflict, Stale
from lsform.engine.counting import Counting
from lsform.engine.declared import Move
from lsform.engine.diff import differs
from lsform.engine.match import moved
from lsform.engine.model import Change, LiveResource, Plan
from lsform.engine.ports import Progress, Server
from lsform.engine.stakes import is_risky, read_stake
from lsform.resources import ResourceKind

HINT = "somebody else works on this server: plan again and look at the new plan"


def refuse_stale(plan: Plan, server: Server, progress: Progress, *, moves: tuple[Move, ...] = ()) -> None:
    """Raises Conflict when an object that the plan touches is no longer as the plan saw it.

    What changed elsewhere on the server does not matter.
    """
    total = len(plan.changes)
    listed: dict[tuple[str, str, int | None], list[LiveResource]] = {}
    for done, change in enumerate(plan.changes, start=1):
        progress("checking that nothing has changed since", done=done, total=total)
        if change.remote is not None:
            refuse_changed(change, server, Counting(plan.most_counted, progress))
        else:
            _refuse_existing(plan, change, server, listed, moves)


def refuse_changed(change: Change, server: Server, counting: Counting) -> None:
    """Raises Stale when the object that a change is about, or the work that hangs on it, is not what the plan saw."""
    assert change.remote is not None and change.pair is not None and change.pair.live is not None
    seen = change.pair.live
    now = server.get(seen.kind, change.remote, project=seen.parent)
    if now is None:
        raise Stale(f"stale plan: `{change.address}` is gone from the server", hint=HINT)
    if now.ownership != seen.ownership or differs(seen.kind, now.attributes, seen.attributes, seen.attributes):
        raise Stale(f"stale plan: `{change.address}` was changed on the server after the plan was made", hint=HINT)
    if is_risky(change):
        stake = read_stake(server, change, counting)
        if stake.losses != change.losses or (change.action.is_destructive and stake.impact != change.impact):
            raise Stale(f"stale plan: people went on labeling in `{change.address}`", hint=HINT)


def _refuse_existing(
    plan: Plan,
    change: Change,
    server: Server,
    listed: dict[tuple[str, str, int | None], list[LiveResource]],
    moves: tuple[Move, ...],
) -> None:
    """Something to be created must still be missing; one list answers that for all of a kind and a parent."""
    kind, parent = change.kind, None
    if kind.parent:
        parent = _parent_of(plan, change)
        if parent is None:
            return  # its project is created by this very plan
    key = (kind.name, kind.variant, parent)
    if key not in listed:
        listed[key] = list(_owned(server, kind, parent, plan.stack))
    for one in listed[key]:
        assert one.ownership is not None
        if moved(one.ownership.address, moves) == change.address and not _was_seen(plan, one):
            raise Conflict(f"stale plan: somebody else has just created `{change.address}`", hint=HINT)


def _parent_of(plan: Plan, change: Change) -> int | None:
    above = change.address.parent
    return next((pair.live.remote for pair in plan.pairs if pair.address == above and pair.live), None)


def _owned(server: Server, kind: ResourceKind, parent: int | None, stack: str) -> Iterator[LiveResource]:
    for one in server.list(kind, project=parent, attributes=()):
        if one.ownership is not None and one.ownership.stack == stack:
            yield one


def _was_seen(plan: Plan, one: LiveResource) -> bool:
    return any(pair.live and (pair.live.kind, pair.live.remote) == (one.kind, one.remote) for pair in plan.pairs)
