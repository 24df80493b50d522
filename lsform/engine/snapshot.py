"""Reads from the server what a plan needs to know, in few requests: the only I/O of planning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lsform.core.address import Address
from lsform.core.values import Attributes
from lsform.engine.declared import DesiredResource, Move
from lsform.engine.diff import as_interface
from lsform.engine.match import Matching, match, moved
from lsform.engine.model import Action, Change, Impact, LiveResource, Pair, StateEntry, Step
from lsform.engine.planner import INTERFACE, Stake
from lsform.engine.ports import Progress, Server
from lsform.engine.readers import read_each
from lsform.interface.compatibility import losses
from lsform.interface.diff import ChangeKind
from lsform.resources import KINDS, ResourceKind, variants_of

# What can take something from annotations. A server that lost track of them (label-studio-api.md 0.1) says that they
# use nothing, which must not be believed then.
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
ROOTS = tuple(kind for kind in KINDS if not kind.parent)
CHILDREN = tuple(kind for kind in KINDS if kind.parent)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan is to be made for."""

    stack: str
    desired: Mapping[Address, DesiredResource]
    entries: Mapping[Address, StateEntry]
    moves: Sequence[Move] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that was read, and who is who in it."""

    live: tuple[LiveResource, ...]
    matching: Matching


def read(server: Server, wanted: Wanted, progress: Progress) -> Snapshot:
    """List the roots once, then the children of those that are ours, where they are declared or remembered."""
    roots = [one for kind in ROOTS for one in _roots(server, kind, wanted)]
    pairs = _match(wanted, roots).pairs
    live = (*roots, *_children(server, wanted, pairs, progress))
    return Snapshot(live, _match(wanted, live))


def _match(wanted: Wanted, live: Sequence[LiveResource]) -> Matching:
    return match(wanted.desired, live, wanted.entries, stack=wanted.stack, moves=wanted.moves)


def _roots(server: Server, kind: ResourceKind, wanted: Wanted) -> Iterator[LiveResource]:
    """The list, and whatever it did not show although we remember it: a list that is too short is no absence."""
    names = {name for one in wanted.desired.values() if one.kind is kind for name in one.attributes}
    names |= {*kind.fields.identity, *kind.marker.fields}
    listed = server.list(kind, attributes=[name for name in kind.attributes if name in names])
    yield from listed
    seen = {one.remote for one in listed}
    for entry in wanted.entries.values():
        if entry.kind == kind.name and entry.remote not in seen:
            found = server.get(kind, entry.remote)
            if found is not None:
                yield found


def _children(server: Server, wanted: Wanted, roots: Sequence[Pair], progress: Progress) -> Iterator[LiveResource]:
    """The lists of children that a plan needs: one for all projects where the server has such a list, else one each."""
    needs = _needs(wanted)
    ours = {pair.live.remote: pair.address for pair in roots if pair.live is not None and pair.desired is not None}
    lists: list[tuple[ResourceKind, int | None]] = []
    for kind in CHILDREN:
        asked = [remote for remote, address in ours.items() if (kind.name, kind.variant) in needs.get(address, ())]
        lists += [(kind, None)] if kind.bulk and asked else [(kind, remote) for remote in asked]
    found = read_each(
        lambda one: server.list(one[0], project=one[1]),
        lists,
        readers=server.readers,
        progress=progress,
        text="reading what projects have",
    )
    return (one for some in found for one in some if one.parent in ours)


def _needs(wanted: Wanted) -> dict[Address, set[tuple[str, str]]]:
    """Root -> the kinds of children that must be read for it.

    Declared and remembered ones; and of a collection that the manifest mentions every type, where none of it is
    declared or remembered or where the project is not: what was forgotten must not hide what we made.
    """
    needs: dict[Address, set[tuple[str, str]]] = {}
    remembered = {moved(address, wanted.moves): entry for address, entry in wanted.entries.items()}
    known = {address.root for address in remembered}
    for address, resource in wanted.desired.items():
        if address.parent is not None:
            needs.setdefault(address.root, set()).add((resource.kind.name, resource.kind.variant))
    for address, entry in remembered.items():
        if address.parent is not None:
            needs.setdefault(address.root, set()).add((entry.kind, entry.variant))
    for address, resource in wanted.desired.items():
        needed = needs.setdefault(address.root, set())
        spoken_of = {name for name, _ in needed}
        for name in resource.collections:
            if address not in known or name not in spoken_of:
                needed.update((kind.name, kind.variant) for kind in variants_of(name))
    return needs


def read_left_behind(
    server: Server, changes: Sequence[Change], pairs: Sequence[Pair]
) -> tuple[tuple[Change, LiveResource], ...]:
    """What the server once added with an object that now goes or moves, and that it will leave where it is."""
    leaving = [(change, identity) for change in changes if (identity := _left_by(change, pairs))]
    listed: dict[int | None, list[LiveResource]] = {}
    found = []
    for change, identity in leaving:
        project = change.pair.live.parent if change.pair and change.pair.live else None
        if project not in listed:
            kinds = variants_of(change.kind.brings[0]) if change.kind.brings else ()
            every = [one for kind in kinds for one in server.list(kind, project=project)]
            listed[project] = [one for one in every if one.parent == project and one.ownership is None]
        found += [(change, one) for one in listed[project] if identity.items() <= one.attributes.items()]
    return tuple(found)


def _left_by(change: Change, pairs: Sequence[Pair]) -> Attributes:
    """What identifies the leftover of a change; empty where there is none, or another object has use for it."""
    brings, pair = change.kind.brings, change.pair
    if brings is None or pair is None or pair.live is None or change.action is Action.FORGET:
        return {}
    _, identity = brings
    before = identity(pair.live.attributes)
    kept = [
        identity({**one.live.attributes, **one.desired.attributes})
        for one in pairs
        if one.live and one.desired and one.live.kind is change.kind and one.live.parent == pair.live.parent
    ]
    return {} if before in kept else before


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
    return impact, _orphaned(server, change, impact) if change.action is Action.UPDATE else ()


def _orphaned(server: Server, change: Change, impact: Impact) -> tuple[str, ...]:
    """What the new interface takes from annotations and the one in use does not."""
    assert change.remote is not None and change.pair is not None and change.pair.live is not None
    usage = server.usage(change.remote)
    takes = any(one.kind in TAKING for one in change.interface_changes)
    if takes and impact.annotations and not usage.created_annotations:
        return (f"the server has {impact.annotations} annotations and no summary of them, so what is lost is unknown",)
    before = {loss.text for loss in losses(usage, as_interface(change.pair.live.attributes.get(INTERFACE)))}
    after = losses(usage, as_interface(change.payload.get(INTERFACE)))
    return tuple(loss.text for loss in after if loss.text not in before)
