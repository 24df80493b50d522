"""What can only be set once children are there becomes a second change of their parent, after them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lsform.core.address import Address
from lsform.core.values import Json, reveal
from lsform.engine.declared import DesiredResource
from lsform.engine.ignoring import is_ignored
from lsform.engine.model import Action, Change, FieldChange, Pair


def in_phases(changes: Sequence[Change], pairs: Iterable[Pair]) -> tuple[Change, ...]:
    """The same changes, with what is late taken out of them and put into second ones."""
    own = {change.address: change for change in changes}
    below: dict[Address | None, list[Change]] = {}
    for change in changes:
        below.setdefault(change.address.parent, []).append(change)
    second = [
        late
        for pair in pairs
        if pair.desired and pair.address in below
        for late in _second(pair, pair.desired, own.get(pair.address), below[pair.address])
    ]
    names = {change.address: set(change.payload) for change in second}
    first = (_without(change, names[change.address]) if change.address in names else change for change in changes)
    return (*(change for change in first if change is not None), *second)


def _second(pair: Pair, desired: DesiredResource, own: Change | None, below: Sequence[Change]) -> Iterator[Change]:
    for name, (child, named) in desired.kind.fields.late.items():
        if name not in desired.attributes:
            continue
        want = desired.kind.canonical(name, desired.attributes[name])
        is_due = own is not None and name in own.payload
        giving = [one for one in below if one.address.kind == child and _gives(one, named)]
        if not want:
            after = [one for one in giving if one.action.makes]
            reason = f"the server fills `{name}` in when there is a first `{child}`"
            is_due = is_due or not is_ignored(desired, name)
        else:
            after = [one for one in giving if desired.kind.canonical(name, one.payload[named]) == want]
            reason = f"`{name}` names what has to be there before it"
        if after and is_due:
            filled = "" if want else reveal(after[0].payload[named])
            yield _late(pair, desired, FieldChange(name, _before(own, name) or filled, reveal(want)), after, reason)


def _gives(change: Change, named: str) -> bool:
    """Whether a change of a child gives it the attribute that its parent may name."""
    return named in change.payload and (change.action.makes or any(one.path == named for one in change.fields))


def _before(change: Change | None, name: str) -> Json:
    return next((one.before for one in change.fields if one.path == name), None) if change else None


def _late(pair: Pair, desired: DesiredResource, field: FieldChange, after: Sequence[Change], reason: str) -> Change:
    return Change(
        address=pair.address,
        kind=desired.kind,
        action=Action.UPDATE,
        reason=reason,
        remote=pair.live.remote if pair.live else None,
        fields=(field,),
        pair=pair,
        payload={field.path: desired.attributes[field.path]},
        after=tuple(one.address for one in after),
    )


def _without(change: Change, names: set[str]) -> Change | None:
    """A change less what is late, in what it remembers as well; None when nothing is left of it."""
    assert change.pair is not None and change.pair.desired is not None
    fields = tuple(one for one in change.fields if one.attribute not in names)
    if not fields and not change.action.makes:
        return None
    desired = change.pair.desired
    attributes = {name: value for name, value in desired.attributes.items() if name not in names}
    payload = {name: value for name, value in change.payload.items() if name not in names}
    pair = replace(change.pair, desired=replace(desired, attributes=attributes))
    return replace(change, fields=fields, payload=payload, pair=pair)
