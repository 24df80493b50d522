"""From pairs to changes: at most one a pair, in the order in which they will run. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lsform.core.address import Address
from lsform.core.values import Value
from lsform.engine.adoption import adoption
from lsform.engine.declared import DesiredResource, Removal
from lsform.engine.diff import field_changes, interface_changes, merged
from lsform.engine.drift import MARKER, marker_drift, origin, owner
from lsform.engine.fingerprints import removed_secrets, secret_changes
from lsform.engine.ignoring import is_ignored, left_alone
from lsform.engine.model import Change, FieldChange, Impact, LiveResource, Ownership, Pair, Stake, Step
from lsform.engine.order import in_order
from lsform.engine.phases import in_phases
from lsform.engine.reasons import update_reason
from lsform.engine.words import Action, Bond, Origin, Risk
from lsform.resources import KINDS, ResourceKind
from lsform.resources.lifecycle import OnDrift

_RANK = {(kind.name, kind.variant): rank for rank, kind in enumerate(KINDS)}
INTERFACE = "label_config"
Path = tuple[tuple[str, str], ...]
SYNC_IS_DUE = frozenset({"initialized", "failed"})  # what the server says of a storage that was never synced well


@dataclass(frozen=True, slots=True)
class Scope:
    """What this plan is about.

    `prune` allows deletes, `destroy` asks for nothing else; `targets` are globs of addresses, empty for all; `only`
    limits the plan to exactly these addresses, as a saved plan does.
    """

    stack: str
    prune: bool = False
    destroy: bool = False
    targets: tuple[str, ...] = ()
    only: frozenset[Address] | None = None
    removals: tuple[Removal, ...] = ()

    @property
    def is_partial(self) -> bool:
        return bool(self.targets)

    def covers(self, address: Address) -> bool:
        if self.only is not None and address not in self.only:
            return False
        return not self.targets or any(address.matches(glob) for glob in self.targets)


def decide(pairs: Sequence[Pair], scope: Scope) -> tuple[Change, ...]:
    """The changes that make the live resources as declared, deletes last."""
    by_address = {pair.address: pair for pair in pairs}
    covered = _covered(pairs, scope)
    changes = [change for pair in pairs if pair.address in covered for change in _decide(pair, by_address, scope)]
    phased = in_phases(changes, (pair for pair in pairs if pair.address in covered))
    return tuple(sorted(phased if scope.destroy else in_order(phased, pairs, covered), key=_order))


def _covered(pairs: Sequence[Pair], scope: Scope) -> frozenset[Address]:
    """What the plan is about: the parent that a child still lacks comes along."""
    covered = [pair for pair in pairs if scope.covers(pair.address)]
    above = {pair.address.parent for pair in covered if pair.desired is not None}
    lacking = {pair.address for pair in pairs if pair.live is None and pair.address in above}
    return frozenset(lacking.union(pair.address for pair in covered))


def unchanged(pairs: Sequence[Pair], changes: Iterable[Change], scope: Scope) -> tuple[Pair, ...]:
    """The declared resources that the plan is about and does nothing to."""
    changed = {change.address for change in changes}
    return tuple(
        pair
        for pair in pairs
        if pair.desired and scope.covers(pair.address) and pair.address not in changed and not scope.destroy
    )


def assessed(changes: Iterable[Change], stakes: Mapping[Step, Stake]) -> tuple[Change, ...]:
    """The same changes with what they put at risk."""
    return tuple(_assess(change, stakes.get(change.step, Stake(Impact()))) for change in changes)


def _order(change: Change) -> tuple[bool, bool, Path, int, int, Path]:
    """Parents first; what is deleted or forgotten goes after what belongs to it, since that is found through it."""
    address = change.address
    rank = _RANK[change.kind.name, change.kind.variant]
    depth = len(address.path)
    last = change.action is Action.DELETE
    leaves = last or change.action is Action.FORGET
    return (last, bool(change.after), address.root.path, -depth if leaves else depth, rank, address.path)


def syncs(pairs: Iterable[Pair], scope: Scope) -> tuple[Address, ...]:
    """The storages to sync: those that are made, those that say `always`, and those whose first sync is still due."""
    if scope.destroy:
        return ()
    return tuple(pair.address for pair in pairs if scope.covers(pair.address) and _needs_sync(pair))


def _needs_sync(pair: Pair) -> bool:
    desired, live = pair.desired, pair.live
    if desired is None or desired.sync in ("", "never") or desired.attributes.get("synchronizable") is False:
        return False
    if live is None or live.kind is not desired.kind:
        return not desired.kind.syncs_itself
    return desired.sync == "always" or live.status in SYNC_IS_DUE


def _decide(pair: Pair, pairs: Mapping[Address, Pair], scope: Scope) -> Iterable[Change]:
    if scope.destroy:
        return _destroy(pair, pairs, scope)
    match pair.desired, pair.live:
        case None, None:
            return ()
        case None, LiveResource() as live:
            return _orphan(pair, live, pairs, scope)
        case DesiredResource() as desired, None:
            return (_create(pair, desired),)
        case DesiredResource() as desired, LiveResource() as live if pair.bond is Bond.BINDING:
            return (adoption(pair, desired, live, scope.stack),)
        case DesiredResource() as desired, LiveResource() as live:
            return _converge(pair, desired, live, scope)
        case _:
            raise AssertionError("a pair has a desired or a live side")


def _destroy(pair: Pair, pairs: Mapping[Address, Pair], scope: Scope) -> Iterable[Change]:
    """Everything of ours but what is to stay, topmost objects only: what is inside them goes with them."""
    parent = pair.address.parent
    above = pairs.get(parent) if parent is not None else None
    goes_along = above is not None and above.live is not None and scope.covers(above.address)
    if pair.live is not None and _stays(pair.address, scope):
        return _orphan(pair, pair.live, pairs, scope)
    if pair.live is None or goes_along:
        return ()
    return (_change(pair, pair.live, Action.DELETE, "`destroy` was asked for", _delete_risk(pair.live)),)


def _delete_risk(live: LiveResource) -> Risk:
    return Risk.SAFE if live.kind.fields.disposable else Risk.DESTRUCTIVE


def _create(pair: Pair, desired: DesiredResource) -> Change:
    payload = {**desired.kind.defaults(pair.address.name), **desired.attributes}
    gone = "it is gone from the server" if pair.entry else "it is not on the server yet"
    return Change(
        address=pair.address,
        kind=desired.kind,
        action=Action.CREATE,
        reason=gone,
        fields=field_changes(desired.kind, payload, {}),
        interface_changes=interface_changes(None, payload[INTERFACE]) if INTERFACE in payload else (),
        pair=pair,
        payload=payload,
    )


def _orphan(pair: Pair, live: LiveResource, pairs: Mapping[Address, Pair], scope: Scope) -> Iterable[Change]:
    """Something of ours that is not declared: forgotten, deleted with its parent, deleted, or left where it is."""
    if _stays(pair.address, scope):
        return (_change(pair, live, Action.FORGET, "`Removed` says to leave it on the server", Risk.NONE),)
    if not scope.prune or not is_orphan(pair, pairs):
        return ()
    return (_change(pair, live, Action.DELETE, "it is no longer declared", _delete_risk(live)),)


def _stays(address: Address, scope: Scope) -> bool:
    removal = next((one for one in scope.removals if address.is_within(one.source)), None)
    return removal is not None and not removal.destroy


def is_orphan(pair: Pair, pairs: Mapping[Address, Pair]) -> bool:
    """Whether an undeclared resource of ours would be pruned on its own.

    A collection that the parent does not mention is left alone, and what goes with its parent is not named twice.
    """
    if pair.desired is not None or pair.live is None:
        return False
    parent = pair.address.parent
    if parent is None:
        return True
    above = pairs.get(parent)
    return above is not None and above.desired is not None and pair.address.kind in above.desired.collections


def _change(pair: Pair, live: LiveResource, action: Action, reason: str, risk: Risk) -> Change:
    return Change(pair.address, live.kind, action, reason, risk, live.remote, pair=pair)


def _converge(pair: Pair, desired: DesiredResource, live: LiveResource, scope: Scope) -> Iterable[Change]:
    kind = desired.kind
    wanted = _managed(pair, desired)
    if kind is not live.kind:
        reason = f"its type changes from `{live.kind.variant}` to `{kind.variant}`"
        return (_replace(pair, live, reason, field_changes(kind, desired.attributes, {}), desired.attributes),)
    seen = {name: value for name, value in wanted.items() if name not in kind.fields.write_only}
    found = (*field_changes(kind, seen, live.attributes), *secret_changes(pair, desired, wanted))
    changed = tuple(replace(change, origin=_origin(pair, change.attribute)) for change in found)
    names = {change.attribute for change in changed}
    stuck = sorted(name for name in names if name in kind.fields.replace and kind.fields.replace[name](wanted[name]))
    if stuck:
        reason = f"the server cannot change `{stuck[0]}` in place"
        sent_anew = field_changes(kind, {name: value for name, value in wanted.items() if name not in seen}, {})
        told = (*(change for change in changed if change.attribute in seen), *sent_anew)
        return (_replace(pair, live, reason, told, {**live.attributes, **wanted}),)
    marker = _marker_change(pair, live, scope.stack)
    if not changed and not marker:
        return ()
    return (
        Change(
            address=pair.address,
            kind=kind,
            action=Action.UPDATE,
            reason=update_reason(pair, changed),
            risk=Risk.SAFE if changed else Risk.NONE,
            remote=live.remote,
            fields=(*changed, *marker),
            interface_changes=interface_changes(live.attributes.get(INTERFACE), wanted[INTERFACE])
            if INTERFACE in names
            else (),
            pair=pair,
            payload=_update_payload(kind, wanted, live, names, names.union(kind.marker.fields if marker else ())),
        ),
    )


def _managed(pair: Pair, desired: DesiredResource) -> Mapping[str, Value]:
    """The declared attributes less those that the lifecycle leaves to the server, and secrets to be cleared."""
    live = pair.live.attributes if pair.live is not None else {}
    declared = {name: left_alone(desired, name, live.get(name)) for name in desired.attributes}
    declared |= removed_secrets(pair, desired)
    kept = {name: value for name, value in declared.items() if not is_ignored(desired, name)}
    if desired.lifecycle.on_drift is OnDrift.REVERT:
        return kept
    return {name: value for name, value in kept.items() if _origin(pair, name) is not Origin.DRIFT}


def _replace(
    pair: Pair, live: LiveResource, reason: str, fields: tuple[FieldChange, ...], payload: Mapping[str, Value]
) -> Change:
    assert pair.desired is not None
    change = _change(pair, live, Action.REPLACE, reason, _delete_risk(live))
    return replace(change, kind=pair.desired.kind, fields=fields, payload=payload)


def _update_payload(
    kind: ResourceKind, wanted: Mapping[str, Value], live: LiveResource, names: set[str], touched: set[str]
) -> dict[str, Value]:
    """What a PATCH must carry: the whole object where the server harms what is left out, else what changed.

    Fields that the server changes along with a changed one go with it, as declared. `touched` are the changed ones and,
    where the marker is put back, those that carry it. Other write-only secrets are never sent again.
    """
    sent = {*names, *(other for name in touched for other in kind.fields.coupled.get(name, ()) if other in wanted)}
    if not kind.fields.partial:
        known = {name: value for name, value in wanted.items() if name in sent or name not in kind.fields.write_only}
        return {**live.attributes, **known}
    lenient = kind.fields.lenient
    return {
        name: merged(live.attributes.get(name), value) if name in lenient else value
        for name, value in wanted.items()
        if name in sent
    }


def _origin(pair: Pair, name: str) -> Origin | None:
    """A secret whose reference is gone was declared once: the manifest changed."""
    assert pair.desired is not None
    return origin(pair, name) if name in pair.desired.attributes else Origin.CHANGE


def _marker_change(pair: Pair, live: LiveResource, stack: str) -> tuple[FieldChange, ...]:
    """The marker is put back where it was lost, and follows a move."""
    before = live.ownership
    if before is not None and (before.stack, before.address) == (stack, pair.address):
        return ()
    why = Origin.DRIFT if marker_drift(pair, stack) else None
    after = Ownership(stack, pair.address, "")
    return (FieldChange(MARKER, owner(before) if before else None, owner(after), origin=why),)


def _assess(change: Change, stake: Stake) -> Change:
    risk = Risk.DATA_LOSS if stake.losses and not change.action.is_destructive else change.risk
    return replace(
        change, impact=stake.impact, losses=stake.losses, remedy=stake.remedy, counted=stake.counted, risk=risk
    )
