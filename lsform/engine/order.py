"""Children that the server shows in an order stand in that of the manifest: a second change of their parent. Pure.

Only the objects of one stack are put in order: they change places with each other, and all others keep theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lsform.core.address import Address
from lsform.engine.ignoring import is_ignored
from lsform.engine.model import Action, Change, FieldChange, LiveResource, Pair
from lsform.resources.lifecycle import OnDrift


def in_order(changes: Sequence[Change], pairs: Sequence[Pair], covered: Iterable[Address]) -> tuple[Change, ...]:
    """The same changes, and what puts the children of each covered parent in order."""
    about = frozenset(covered)
    made = {change.address for change in changes if change.action.makes}
    second = {change.address: change for change in changes if change.after}
    below: dict[Address | None, list[Pair]] = {}
    for pair in pairs:
        if pair.desired and pair.desired.kind.place:
            below.setdefault(pair.address.parent, []).append(pair)
    ordered = [
        _merged(second.get(parent.address), change)
        for parent in pairs
        if parent.desired is not None and parent.address in about
        for change in _arranging(parent, below.get(parent.address, ()), made)
    ]
    addresses = {change.address for change in ordered}
    return (*(one for one in changes if not (one.after and one.address in addresses)), *ordered)


def _arranging(parent: Pair, below: Iterable[Pair], made: set[Address]) -> Iterator[Change]:
    """What puts those of its children right that have a place."""
    groups: dict[str, list[Pair]] = {}
    for pair in below:
        if pair.desired and (pair.live is not None or pair.address in made):
            groups.setdefault(pair.desired.kind.collection, []).append(pair)
    for collection, group in groups.items():
        wanted = [pair.address for pair in sorted(group, key=_rank)]
        standing = [(pair.live.place, pair.address) for pair in group if pair.live and pair.address not in made]
        now = [address for _, address in sorted(standing)]
        if len(wanted) > 1 and now != wanted and (len(now) < len(wanted) or _is_managed(parent, collection)):
            yield _change(parent, collection, now, wanted)


def _rank(pair: Pair) -> int:
    assert pair.desired is not None
    return pair.desired.rank


def _is_managed(parent: Pair, collection: str) -> bool:
    """Whether an order that was right once is put right again."""
    assert parent.desired is not None
    reverted = parent.desired.lifecycle.on_drift is OnDrift.REVERT
    return reverted and not is_ignored(parent.desired, collection)


def _change(parent: Pair, collection: str, now: Sequence[Address], wanted: Sequence[Address]) -> Change:
    assert parent.desired is not None
    are = "stand in another order than that of the manifest" if len(now) == len(wanted) else "are new among others"
    return Change(
        address=parent.address,
        kind=parent.desired.kind,
        action=Action.UPDATE,
        reason=f"some of `{collection}` {are}",
        remote=parent.live.remote if parent.live else None,
        fields=(FieldChange(collection, [one.name for one in now], [one.name for one in wanted]),),
        pair=parent,
        after=tuple(wanted),
        order=tuple(wanted),
    )


def _merged(late: Change | None, change: Change) -> Change:
    """One second change of a parent, whatever it is for."""
    if late is None:
        return change
    return replace(
        late,
        reason=f"{late.reason}, and {change.reason}",
        fields=(*late.fields, *change.fields),
        after=(*late.after, *change.after),
        order=change.order,
    )


def rearranged(live: Iterable[LiveResource], wanted: Sequence[int]) -> list[int]:
    """The ids of all objects as they should stand: the wanted ones in their own places, in the wanted order."""
    turn = iter(wanted)
    ours = frozenset(wanted)
    return [next(turn) if one.remote in ours else one.remote for one in sorted(live, key=lambda one: one.place)]
