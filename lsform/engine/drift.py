"""What changed on the server behind our back: live values against the digests of our last apply. Pure.

Three values tell why a field differs: the declared one, the digest of the last applied one, and the live one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lsform.core.values import Value
from lsform.engine.declared import DesiredResource
from lsform.engine.diff import field_changes, restricted
from lsform.engine.digests import field_digest
from lsform.engine.fingerprints import fingerprint_origin, is_hidden
from lsform.engine.ignoring import is_ignored, managed_part
from lsform.engine.model import DriftItem, FieldChange, LiveResource, Origin, Ownership, Pair, StateEntry
from lsform.resources import kind_of
from lsform.resources.lifecycle import OnDrift

MARKER = "(marker)"
SECRET_CHANGED = "(secret changed)"
BEHIND_OUR_BACK = frozenset({Origin.DRIFT, Origin.CONFLICT})


def origin(pair: Pair, name: str) -> Origin | None:
    """Why a declared field differs from the live one; None when it does not."""
    desired, live, entry = pair.desired, pair.live, pair.entry
    assert desired is not None and live is not None
    if is_hidden(desired.kind, name, desired.attributes.get(name)):
        return fingerprint_origin(pair, name)
    want = desired.attributes[name]
    if isinstance(want, str) and want == live.attributes.get(name):
        return None  # nearly always, and much cheaper than two digests
    now = field_digest(desired.kind, name, managed_part(desired, name, want))
    seen = _digest(desired, name, live.attributes.get(name), want)
    if now == seen:
        return None
    if entry is None or not pair.is_certain:
        return Origin.UNKNOWN
    last = entry.digests.get(name)
    if last in (seen, None):
        return Origin.CHANGE
    return Origin.DRIFT if last == now else Origin.CONFLICT


def _digest(desired: DesiredResource, name: str, have: Value, want: Value) -> str:
    compared = restricted(have, want) if name in desired.kind.fields.lenient else have
    return field_digest(desired.kind, name, managed_part(desired, name, compared))


def drifted_fields(pair: Pair) -> tuple[str, ...]:
    """The declared fields that the server has neither as we left them nor as they are declared now."""
    desired = pair.desired
    if desired is None or pair.live is None or not pair.is_certain:
        return ()
    return tuple(
        name for name in desired.attributes if not is_ignored(desired, name) and origin(pair, name) in BEHIND_OUR_BACK
    )


def drift(pairs: Iterable[Pair], stack: str, *, undeclared: bool = False) -> tuple[DriftItem, ...]:
    """Drift of all that is declared and was applied before, unless its `lifecycle` ignores it.

    `undeclared`: of what is no longer declared as well, as long as it is remembered.
    """
    items = []
    for pair in pairs:
        entry, desired = pair.entry, pair.desired
        if entry is None or not (undeclared if desired is None else desired.lifecycle.on_drift is not OnDrift.IGNORE):
            continue
        fields, details = _of(pair, entry, stack)
        if fields or pair.live is None:
            kind = desired.kind if desired is not None else kind_of(entry.kind, entry.variant)
            items.append(DriftItem(pair.address, kind, entry.remote, fields, pair.live is None, details))
    return tuple(items)


def _of(pair: Pair, entry: StateEntry, stack: str) -> tuple[tuple[str, ...], tuple[FieldChange, ...]]:
    if pair.live is None or not pair.is_certain:
        return (), ()
    marker = marker_drift(pair, stack)
    if pair.desired is None:
        names, details = tuple(_of_undeclared(pair.live, entry)), marker
    else:
        names = drifted_fields(pair)
        details = (*(one for name in names for one in _details(pair, pair.desired, pair.live, name)), *marker)
    return (*names, *(one.path for one in marker)), details


def _details(pair: Pair, desired: DesiredResource, live: LiveResource, name: str) -> Iterator[FieldChange]:
    if is_hidden(desired.kind, name, desired.attributes[name]):
        yield FieldChange(name, SECRET_CHANGED, None, secret=True, origin=origin(pair, name))
        return
    parts = [managed_part(desired, name, value) for value in (desired.attributes[name], live.attributes.get(name))]
    for one in field_changes(desired.kind, {name: parts[0]}, {name: parts[1]}):
        yield replace(one, origin=origin(pair, name))


def _of_undeclared(live: LiveResource, entry: StateEntry) -> Iterator[str]:
    """Names only: what it was is not known any more. Of a mapping that was managed in part nothing can be said."""
    for name, last in entry.digests.items():
        known = name in live.attributes and name not in live.kind.fields.lenient
        if known and field_digest(live.kind, name, live.attributes[name]) != last:
            yield name


def marker_drift(pair: Pair, stack: str) -> tuple[FieldChange, ...]:
    """A marker that somebody took away or altered; one that a `Moved` manifest is about to change is neither."""
    if pair.live is None or pair.entry is None or not pair.is_certain:
        return ()
    there = pair.live.ownership
    if there is not None and there.stack == stack and there.address in (pair.address, pair.entry.address):
        return ()
    left = Ownership(stack, pair.entry.address, "")
    before = None if there is None else owner(there)
    return (FieldChange(MARKER, before, owner(left), origin=Origin.DRIFT),)


def owner(ownership: Ownership) -> str:
    """A marker as people see it."""
    return f"{ownership.stack}/{ownership.address}"
