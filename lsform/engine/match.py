"""Who is who: desired, live and remembered resources of one address, by state, then marker, never by title. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lsform.core.address import Address
from lsform.engine.digests import field_digest
from lsform.engine.model import Bond, DesiredResource, LiveResource, Move, Pair, StateEntry


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
) -> Matching:
    """Pair every address that is declared, remembered or marked as this stack's on the server."""
    remembered = {moved(address, moves): entry for address, entry in entries.items()}
    by_state = _by_state(remembered, live)
    marked, copies = _by_marker(live, by_state, stack=stack, moves=moves)
    addresses = sorted({*desired, *remembered, *marked}, key=lambda address: address.path)
    pairs = tuple(_pair(address, desired, by_state, marked, remembered) for address in addresses)
    return Matching(pairs, copies)


def moved(address: Address, moves: Iterable[Move]) -> Address:
    """Where `Moved` manifests, followed one after the other, have taken an address."""
    for move in moves:
        if address.is_within(move.source):
            address = address.moved(move.source, move.target)
    return address


def _pair(
    address: Address,
    desired: Mapping[Address, DesiredResource],
    by_state: Mapping[Address, LiveResource],
    marked: Mapping[Address, LiveResource],
    remembered: Mapping[Address, StateEntry],
) -> Pair:
    found, bond = by_state.get(address), Bond.STATE
    if found is None:
        found, bond = marked.get(address), Bond.MARKER
    return Pair(
        address=address,
        desired=desired.get(address),
        live=found,
        entry=remembered.get(address),
        bond=bond if found else Bond.NONE,
    )


def _by_state(entries: Mapping[Address, StateEntry], live: Sequence[LiveResource]) -> dict[Address, LiveResource]:
    objects = {(one.kind.name, one.kind.variant, one.remote): one for one in live}
    found = {}
    for address, entry in entries.items():
        candidate = objects.get((entry.kind, entry.variant, entry.remote))
        if candidate is not None and is_remembered(candidate, entry):
            found[address] = candidate
    return found


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


def _by_marker(
    live: Sequence[LiveResource],
    by_state: Mapping[Address, LiveResource],
    *,
    stack: str,
    moves: Sequence[Move],
) -> tuple[dict[Address, LiveResource], tuple[LiveResource, ...]]:
    """Address -> oldest object with its marker. Copies are made later, so they have the higher ids."""
    found: dict[Address, LiveResource] = dict(by_state)
    parents = {address: one.remote for address, one in by_state.items()}
    copies = []
    taken = {(one.kind.name, one.kind.variant, one.remote) for one in by_state.values()}
    for one in sorted(live, key=lambda item: (item.parent is not None, item.remote)):
        if one.ownership is None or one.ownership.stack != stack:
            continue
        if (one.kind.name, one.kind.variant, one.remote) in taken:
            continue
        address = moved(one.ownership.address, moves)
        if address in found:
            copies.append(one)
        elif address.parent is None or parents.get(address.parent) == one.parent:
            found[address] = one
            parents[address] = one.remote
    return found, tuple(copies)


def renamed(entry: StateEntry, address: Address) -> StateEntry:
    """The entry under the address that it has now."""
    return entry if entry.address == address else replace(entry, address=address)
