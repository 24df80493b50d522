"""Reads from the server what a plan needs to know, in few requests; `stakes` reads what hangs on what changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lsform.core.address import Address
from lsform.engine.declared import DesiredResource, Move, Removal
from lsform.engine.match import Matching, match, moved
from lsform.engine.model import LiveResource, Pair, StateEntry
from lsform.engine.ports import Progress, Server
from lsform.resources import KINDS, ResourceKind, variants_of

ROOTS = tuple(kind for kind in KINDS if not kind.parent)
CHILDREN = tuple(kind for kind in KINDS if kind.parent)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan is to be made for."""

    stack: str
    desired: Mapping[Address, DesiredResource]
    entries: Mapping[Address, StateEntry]
    moves: Sequence[Move] = ()
    removals: Sequence[Removal] = ()

    def forgets(self, address: Address) -> bool:
        """Whether it is to be left on the server."""
        return any(address.is_within(one.source) and not one.destroy for one in self.removals)


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
    forgotten = (one for one in wanted.entries.values() if one.kind == kind.name and one.address not in wanted.desired)
    names |= {*kind.fields.identity, *kind.marker.fields, *(name for one in forgotten for name in one.digests)}
    listed = server.list(kind, attributes=[name for name in kind.attributes if name in names])
    yield from listed
    seen = {one.remote for one in listed}
    for entry in wanted.entries.values():
        if entry.kind == kind.name and entry.remote not in seen:
            found = server.get(kind, entry.remote)
            if found is not None:
                yield found


def _children(server: Server, wanted: Wanted, roots: Sequence[Pair], progress: Progress) -> Iterator[LiveResource]:
    needs = _needs(wanted)
    ours = {pair.live.remote: pair.address for pair in roots if pair.live is not None}
    for kind in CHILDREN:
        key = (kind.name, kind.variant)
        asked = [remote for remote, address in ours.items() if key in needs.get(address, ()) or wanted.forgets(address)]
        if kind.bulk and asked:
            yield from (one for one in server.list(kind) if one.parent in ours)
        elif asked:
            for done, remote in enumerate(asked, start=1):
                progress(f"reading {kind.collection}", done=done, total=len(asked))
                yield from server.list(kind, project=remote)


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
