"""Reads from the server what a plan needs to know, in few requests; `stakes` reads what hangs on what changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lsform.core.address import Address
from lsform.core.values import Attributes
from lsform.engine.ahead import NOTHING, Ahead, Early, list_of
from lsform.engine.declared import DesiredResource, Move, Removal
from lsform.engine.match import Matching, match, moved
from lsform.engine.model import Action, Change, LiveResource, Pair, StateEntry
from lsform.engine.ports import Progress, Server
from lsform.engine.readers import read_each
from lsform.resources import KINDS, ResourceKind, variants_of

ROOTS = tuple(kind for kind in KINDS if not kind.parent)
CHILDREN = tuple(kind for kind in KINDS if kind.parent)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan is to be made for. `bindings` are the ids of objects that are adopted by it."""

    stack: str
    desired: Mapping[Address, DesiredResource]
    entries: Mapping[Address, StateEntry]
    moves: Sequence[Move] = ()
    removals: Sequence[Removal] = ()
    bindings: Mapping[Address, int] = field(default_factory=dict)

    def forgets(self, address: Address) -> bool:
        """Whether it is to be left on the server."""
        return any(address.is_within(one.source) and not one.destroy for one in self.removals)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that was read, and who is who in it."""

    live: tuple[LiveResource, ...]
    matching: Matching


def read(server: Server, wanted: Wanted, progress: Progress, ahead: Ahead | None = None) -> Snapshot:
    """List the roots once, then the children of those that are ours, where they are declared or remembered.

    What was read `ahead` is not read again.
    """
    roots = [one for kind in ROOTS for one in _roots(server, kind, wanted)]
    pairs = _match(wanted, roots).pairs
    live = (*roots, *_children(server, wanted, pairs, progress, ahead.take() if ahead else NOTHING))
    return Snapshot(live, _match(wanted, live))


def _match(wanted: Wanted, live: Sequence[LiveResource]) -> Matching:
    return match(wanted.desired, live, wanted.entries, stack=wanted.stack, moves=wanted.moves, bindings=wanted.bindings)


def _roots(server: Server, kind: ResourceKind, wanted: Wanted) -> Iterator[LiveResource]:
    """The list, and whatever it did not show although we remember it: a list that is too short is no absence."""
    names = {name for one in wanted.desired.values() if one.kind is kind for name in one.attributes}
    forgotten = (one for one in wanted.entries.values() if one.kind == kind.name and one.address not in wanted.desired)
    names |= {*kind.fields.identity, *kind.marker.fields, *(name for one in forgotten for name in one.digests)}
    if wanted.bindings:  # what changes along with a marker
        names |= {other for name in kind.marker.fields for other in kind.fields.coupled.get(name, ())}
    listed = server.list(kind, attributes=[name for name in kind.attributes if name in names])
    yield from listed
    seen = {one.remote for one in listed}
    for entry in wanted.entries.values():
        if entry.kind == kind.name and entry.remote not in seen:
            found = server.get(kind, entry.remote)
            if found is not None:
                yield found


def _children(
    server: Server, wanted: Wanted, roots: Sequence[Pair], progress: Progress, early: Early
) -> Iterator[LiveResource]:
    """What a plan needs to know of what belongs to the roots."""
    needs = _needs(wanted)
    ours = {pair.live.remote: pair.address for pair in roots if pair.live is not None}

    def asked(kind: ResourceKind) -> list[int]:
        key = kind.name, kind.variant
        return [at for at, address in ours.items() if key in needs.get(address, ()) or wanted.forgets(address)]

    return children(server, asked, progress, early)


def children(
    server: Server, of: Callable[[ResourceKind], list[int]], progress: Progress, early: Early = NOTHING
) -> Iterator[LiveResource]:
    """What belongs to roots; `of` tells whose objects of a kind are read.

    It takes one list for all projects where the server has such a list, else one each.
    """
    projects = [(kind, of(kind)) for kind in CHILDREN]
    lists: list[tuple[ResourceKind, int | None]] = []
    for kind, asked in projects:
        lists += [(kind, None)] if kind.bulk and asked else [(kind, remote) for remote in asked]

    def listed(one: tuple[ResourceKind, int | None]) -> Sequence[LiveResource]:
        is_early = early.get(list_of(*one))
        return server.list(one[0], project=one[1]) if is_early is None else is_early.result()

    found = read_each(
        listed,
        lists,
        readers=server.readers,
        progress=progress,
        text="reading what projects have",
    )
    wanted = {remote for _, asked in projects for remote in asked}
    return (one for some in found for one in some if one.parent in wanted)


def _needs(wanted: Wanted) -> dict[Address, set[tuple[str, str]]]:
    """Root -> the kinds of children that must be read for it.

    Declared and remembered ones; and of a collection that the manifest mentions every type, where none of it is
    declared or remembered or where the project is not: what was forgotten must not hide what we made. Below a root that
    is to be forgotten all are read, so that nothing there keeps a marker.
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
