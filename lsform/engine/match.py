"""Who is who: desired, live and remembered resources of one address, by state, then marker, never by title. Pure.

An object that is adopted has neither: its address is bound to its id for that one time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from lsform.core.address import Address
from lsform.engine.declared import DesiredResource, Move
from lsform.engine.digests import field_digest
from lsform.engine.model import Bond, LiveResource, Pair, StateEntry
from lsform.resources import ResourceKind

_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Matching:
    """The pairs, in the order of their addresses, and the live objects whose marker another one bears as well."""

    pairs: tuple[Pair, ...]
    copies: tuple[LiveResource, ...] = ()


def match(
    desired: Mapping[Address, DesiredResource],
    live: Sequence[LiveResource],
    entries: Mapping[Address, StateEntry],
    *,
    stack: str,
    moves: Sequence[Move] = (),
    bindings: Mapping[Address, int] = MappingProxyType({}),
) -> Matching:
    """Pair every address that is declared, remembered or marked as this stack's on the server.

    No object is in two pairs, and a child is only ours in the project that its parent is.
    """
    remembered = {moved(address, moves): entry for address, entry in entries.items()}
    ours = [one for one in live if one.ownership is not None and one.ownership.stack == stack]
    seen = _Recognised()
    copies: list[LiveResource] = []
    for depth in (1, 2):
        known = {address: one for address, one in remembered.items() if len(address.path) == depth}
        _by_state(seen, known, [one for one in live if one.ownership is None or one.ownership.stack == stack])
        copies += _by_marker(seen, [one for one in ours if (2 if one.kind.parent else 1) == depth], moves)
        _by_binding(
            seen, {at: (desired[at].kind, remote) for at, remote in bindings.items() if len(at.path) == depth}, live
        )
    pairs = (
        Pair(address, desired.get(address), seen.live.get(address), remembered.get(address), seen.bond(address))
        for address in sorted({*desired, *remembered, *seen.live})
    )
    return Matching(tuple(pairs), tuple(copies))


def moved(address: Address, moves: Iterable[Move]) -> Address:
    """Where `Moved` manifests have taken an address: followed to the end, in whatever order they stand, each once."""
    left = list(moves)
    while (move := next((one for one in left if address.is_within(one.source)), None)) is not None:
        address = address.moved(move.source, move.target)
        left.remove(move)
    return address


@dataclass(slots=True)
class _Recognised:
    """What was recognised so far. `homes` are projects by their ids.

    `by_state` are those addresses that the state knew, `by_binding` those to adopt.
    """

    live: dict[Address, LiveResource] = field(default_factory=dict)
    taken: set[_Key] = field(default_factory=set)
    homes: dict[int | None, Address] = field(default_factory=dict)
    by_state: set[Address] = field(default_factory=set)
    by_binding: set[Address] = field(default_factory=set)

    def fits(self, address: Address, one: LiveResource) -> bool:
        """Whether an object can be what the address names."""
        above = self.live.get(address.parent) if address.parent is not None else None
        return address.kind == one.kind.name and (above.remote if above else None) == one.parent

    def take(self, address: Address, one: LiveResource) -> None:
        self.live[address] = one
        self.taken.add(_key(one))
        if address.parent is None:
            self.homes[one.remote] = address

    def found(self, address: Address, one: LiveResource) -> Address:
        """Where it is, if it bears the address of a project that is no more: that moved when it was undeclared."""
        home = self.homes.get(one.parent)
        is_lost = address.parent is not None and address.parent not in self.live
        return home.child(address.kind, address.name) if is_lost and home else address

    def bond(self, address: Address) -> Bond:
        if address in self.by_state:
            return Bond.STATE
        if address in self.by_binding:
            return Bond.BINDING
        return Bond.MARKER if address in self.live else Bond.NONE


def _key(one: LiveResource) -> _Key:
    return one.kind.name, one.kind.variant, one.remote


def _by_state(seen: _Recognised, entries: Mapping[Address, StateEntry], live: Sequence[LiveResource]) -> None:
    objects = {_key(one): one for one in live}
    for address, entry in entries.items():
        one = objects.get((entry.kind, entry.variant, entry.remote))
        if one and _key(one) not in seen.taken and seen.fits(address, one) and is_remembered(one, entry):
            seen.take(address, one)
            seen.by_state.add(address)


def _by_binding(
    seen: _Recognised, bindings: Mapping[Address, tuple[ResourceKind, int]], live: Sequence[LiveResource]
) -> None:
    """What nobody owns becomes the resource of an address that has none."""
    objects = {_key(one): one for one in live}
    for address, (kind, remote) in bindings.items():
        one = objects.get((kind.name, kind.variant, remote))
        free = one and one.ownership is None and _key(one) not in seen.taken and address not in seen.live
        if one and free and seen.fits(address, one):
            seen.take(address, one)
            seen.by_binding.add(address)


def is_remembered(candidate: LiveResource, entry: StateEntry) -> bool:
    """Whether an object with the remembered id is the remembered object.

    A server that was set up anew gives the same ids to other people's objects: the marker decides, and where it was
    lost, whether one of the attributes that identify the kind still is what we wrote.
    """
    if candidate.ownership is not None:
        return candidate.ownership.nonce == entry.nonce
    kind = candidate.kind
    return any(
        name in entry.digests and field_digest(kind, name, candidate.attributes.get(name)) == entry.digests[name]
        for name in kind.fields.identity
    )


def _by_marker(seen: _Recognised, ours: Sequence[LiveResource], moves: Sequence[Move]) -> list[LiveResource]:
    """Each address takes the oldest object with its marker, as copies have higher ids; returns the others."""
    copies = []
    bearers = Counter(one.ownership.nonce for one in ours if one.ownership)
    for one in sorted(ours, key=lambda each: each.remote):
        assert one.ownership is not None
        address = moved(one.ownership.address, moves)
        if bearers[one.ownership.nonce] == 1:  # copies are nowhere but where they say
            address = seen.found(address, one)
        if _key(one) in seen.taken or not seen.fits(address, one):
            continue
        if address in seen.live:
            copies.append(one)
        else:
            seen.take(address, one)
    return copies
