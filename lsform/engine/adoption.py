"""What it takes to make an existing object ours: its marker, and whatever has to be sent along with that. Pure."""

from __future__ import annotations

from dataclasses import replace

from lsform.core.values import Value
from lsform.engine.declared import DesiredResource
from lsform.engine.diff import field_changes
from lsform.engine.entries import entry_of
from lsform.engine.ignoring import is_ignored, left_alone
from lsform.engine.model import Action, Change, FieldChange, LiveResource, Pair, Risk, StateEntry


def adoption(pair: Pair, desired: DesiredResource, live: LiveResource, stack: str) -> Change:
    """The change that leaves everything as it is on the server and adds the marker."""
    return Change(
        address=pair.address,
        kind=live.kind,
        action=Action.ADOPT,
        reason="it is on the server already",
        risk=Risk.NONE,
        remote=live.remote,
        fields=(FieldChange("(marker)", None, f"{stack}/{pair.address}"),),
        pair=pair,
        payload=_payload(desired, live),
    )


def unlike(desired: DesiredResource, live: LiveResource) -> frozenset[str]:
    """The managed attributes that the server has otherwise than declared, as far as it tells them."""
    told = {
        name: left_alone(desired, name, live.attributes.get(name))
        for name in desired.attributes
        if name not in live.kind.fields.write_only and not is_ignored(desired, name)
    }
    return frozenset(one.attribute for one in field_changes(live.kind, told, live.attributes))


def bound(desired: DesiredResource, live: LiveResource, nonce: str) -> StateEntry:
    """What is remembered of it. What is not as declared never was: that is a change to be made, and no drift."""
    entry, different = entry_of(desired, live, nonce, desired.fingerprints), unlike(desired, live)
    return replace(entry, digests={name: seen for name, seen in entry.digests.items() if name not in different})


def _payload(desired: DesiredResource, live: LiveResource) -> dict[str, Value]:
    """The object as it is; where the server leaves the rest alone, only what carries the marker and goes with it.

    A secret that the server never tells is sent only where it refuses every change without it, as with Redis.
    """
    kind = live.kind
    along = {other for name in kind.marker.fields for other in kind.fields.coupled.get(name, ())}
    needed = {
        name: value for name, value in desired.attributes.items() if name in along and name in kind.fields.write_only
    }
    if not kind.fields.partial:
        return {**live.attributes, **needed}
    return {name: value for name, value in live.attributes.items() if name in along.union(kind.marker.fields)}
