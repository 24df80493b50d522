"""What is to be remembered of resources. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lsform.engine.declared import DesiredResource
from lsform.engine.digests import field_digests
from lsform.engine.fingerprints import fingerprints_now
from lsform.engine.ignoring import managed_parts
from lsform.engine.model import LiveResource, Pair, Plan, StateEntry


def entry_of(desired: DesiredResource, live: LiveResource, nonce: str, fingerprints: Mapping[str, str]) -> StateEntry:
    """What to remember of a resource that is on the server as declared.

    What identifies it is remembered even where it is not declared: it must be known again when its marker is lost.
    """
    kind = desired.kind
    identity = {name: live.attributes[name] for name in kind.fields.identity if name in live.attributes}
    return StateEntry(
        address=desired.address,
        kind=kind.name,
        variant=kind.variant,
        remote=live.remote,
        nonce=nonce,
        digests=field_digests(kind, {**identity, **managed_parts(desired)}),
        protect=desired.lifecycle.protect,
        fingerprints=fingerprints,
    )


def recovered(plan: Plan) -> Iterator[StateEntry]:
    """Entries that were lost or are out of date, of resources that are as declared; and of those that are no longer
    declared and moved with their project the new address, which nobody writes on them.

    What is remembered is what is declared, so drift that is only reported stays visible.
    """
    for pair in plan.pairs:
        if pair.live and pair.entry and not pair.desired and pair.entry.address != pair.address:
            yield replace(pair.entry, address=pair.address)
    for pair in _as_declared(plan):
        assert pair.desired is not None and pair.live is not None and pair.live.ownership is not None
        fresh = entry_of(pair.desired, pair.live, pair.live.ownership.nonce, fingerprints_now(pair))
        if fresh != pair.entry:
            yield fresh


def _as_declared(plan: Plan) -> Iterator[Pair]:
    """What the plan leaves as it is, also where its children get another order or a twin of it goes."""
    yield from plan.unchanged
    touched = {change.address for change in plan.changes}
    changed = {one.address for one in plan.changes if one.payload or not (one.after or one.twin)}
    yield from (pair for pair in plan.pairs if pair.address in touched - changed and pair.desired and pair.live)
