"""Runs a plan, one write at a time: the only path to a write. A failure stops what depends on it and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lsform.core.address import Address
from lsform.core.diagnostics import NOWHERE
from lsform.core.errors import LsformError, ServerError, ServerUnavailable, Stale
from lsform.core.values import Attributes, secrets_in
from lsform.engine.adoption import bound
from lsform.engine.arrangement import arrange
from lsform.engine.counting import Counting
from lsform.engine.creation import create_once, remove_twins
from lsform.engine.declared import DesiredResource
from lsform.engine.diff import field_changes
from lsform.engine.entries import entry_of, recovered
from lsform.engine.fingerprints import fingerprints_after
from lsform.engine.model import Action, Change, FieldChange, Intent, LiveResource, Outcome, Ownership, Plan, Result
from lsform.engine.ports import Memory, Progress, Server
from lsform.engine.settlement import delete_for_sure, put_marker_on, refuse_losses, take_marker_off, update_for_sure
from lsform.engine.stale import refuse_changed
from lsform.resources import variants_of


@dataclass(slots=True)
class Run:
    """One run of a plan: what it works with, and what it has learnt so far."""

    plan: Plan
    server: Server
    memory: Memory
    new_nonce: Callable[[], str]
    progress: Progress
    remotes: dict[Address, int] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    failed: set[Address] = field(default_factory=set)
    stopped: str = ""


def execute(
    plan: Plan,
    server: Server,
    memory: Memory,
    *,
    new_nonce: Callable[[], str],
    progress: Progress,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Yields one outcome for each change and each sync, in the order of the plan, as soon as it is known."""
    run = Run(plan, server, memory, new_nonce, progress)
    run.remotes = {pair.address: pair.live.remote for pair in plan.pairs if pair.live is not None}
    run.nonces = {pair.live.ownership.nonce for pair in plan.pairs if pair.live is not None and pair.live.ownership}
    memory.remember(*recovered(plan))
    steps = _steps(plan)
    for done, (address, change) in enumerate(steps, start=1):
        run.stopped = run.stopped or ("interrupted" if should_stop() else "")
        progress(_doing(address, change), done=done, total=len(steps))
        outcome = replace(_step(run, address, change), part=change.step[1] if change else "")
        if outcome.result is not Result.APPLIED:
            run.failed.add(address)
        yield outcome


def _steps(plan: Plan) -> list[tuple[Address, Change | None]]:
    """Changes, and between them the storages that only need a sync; second changes and then deletes stay last."""
    changed = {change.address for change in plan.changes}
    lone = [address for address in plan.syncs if address not in changed]
    last = [change for change in plan.changes if change.after or change.action is Action.DELETE]
    others = [change for change in plan.changes if not change.after and change.action is not Action.DELETE]
    return [
        *((change.address, change) for change in others),
        *((address, None) for address in lone),
        *((change.address, change) for change in last),
    ]


def _doing(address: Address, change: Change | None) -> str:
    return f"{address}: {change.action.value if change else 'sync'}"


def _step(run: Run, address: Address, change: Change | None) -> Outcome:
    blocker = run.stopped or _blocked(run, address, change)
    if blocker:
        return Outcome(address, Result.SKIPPED, error=blocker)
    try:
        notes = _act(run, change) if change else ()
        synced = _sync(run, address)
    except ServerUnavailable as error:
        run.stopped = "the server is no longer available"
        return _failure(run, address, change, error)
    except ServerError as error:
        return _failure(run, address, change, error)
    except Stale as error:
        return replace(_failure(run, address, change, error), conflict=True)
    return Outcome(address, Result.APPLIED, remote=run.remotes.get(address), notes=notes, synced=synced)


def _blocked(run: Run, address: Address, change: Change | None) -> str:
    """Why a step cannot run: a parent that failed, or what a second change waits for, or, for something that goes,
    anything of its project.
    """
    if change is not None and (change.action.is_destructive or change.action is Action.FORGET):
        hurt = next((one for one in sorted(run.failed) if one.root == address.root), None)
        verb = "forgotten" if change.action is Action.FORGET else "deleted"
        return f"not {verb}, because `{hurt}` failed" if hurt else ""
    needed: tuple[Address | None, ...] = (address.parent,)
    if change is not None and change.after:  # an order is that of the children that are there
        needed = (*(one for one in change.after if one not in change.order), address)
    return next((f"`{one}` failed" for one in needed if one in run.failed), "")


def _failure(run: Run, address: Address, change: Change | None, error: LsformError) -> Outcome:
    desired = change.pair.desired if change and change.pair else None
    fields = [one.attribute for one in change.fields] if change else []
    blamed = next((name for name in fields if f"`{name}`" in error.message), "")
    span = desired.locate(blamed) if desired else NOWHERE
    return Outcome(
        address, Result.FAILED, error=error.message, hint=error.hint, span=span, remote=run.remotes.get(address)
    )


def _project(run: Run, address: Address) -> int | None:
    above = address.parent
    return run.remotes[above] if above is not None else None


def _act(run: Run, change: Change) -> tuple[str, ...]:
    return (_finish if change.after else _ACTIONS[change.action])(run, change)


def _begin(run: Run, change: Change, *, nonce: str = "") -> None:
    """Tell the memory what is about to be written, and look whether it is still what the plan saw.

    A second change is of what this very run has written: it is not as the plan saw it, and need not be.
    """
    run.memory.intend(Intent(change.address, change.action, nonce))
    if change.remote is not None and not change.after:
        refuse_changed(change, run.server, Counting(run.plan.most_counted, run.progress))


def _create(run: Run, change: Change) -> tuple[str, ...]:
    nonce = run.new_nonce()
    _begin(run, change, nonce=nonce)
    return _make(run, change, nonce)


def _make(run: Run, change: Change, nonce: str) -> tuple[str, ...]:
    ownership = Ownership(run.plan.stack, change.address, nonce)
    project = _project(run, change.address)
    made = create_once(run.server, change.kind, change.payload, ownership, project=project)
    run.remotes[change.address] = made.remote
    try:
        notes = remove_twins(run.server, made, ownership, change.payload, project=project, known=run.nonces)
    except Stale:
        run.memory.forget(entry_of(_desired(change), made, nonce, {}))
        raise
    except ServerError:  # nobody could look: the next plan does
        _remember(run, change, made, ownership, doubted=True)
        raise
    refuse_losses(_remember(run, change, made, ownership))
    return notes


def _update(run: Run, change: Change) -> tuple[str, ...]:
    _begin(run, change)
    live = _live(change)
    ownership = Ownership(run.plan.stack, change.address, live.ownership.nonce if live.ownership else run.new_nonce())
    payload = _marked(change, live, ownership)
    kept = update_for_sure(run.server, change.kind, live.remote, payload, project=_project(run, change.address))
    refuse_losses(_remember(run, change, kept, ownership))
    return ()


def _finish(run: Run, change: Change) -> tuple[str, ...]:
    """The second change of a resource, which is there by now and has its marker."""
    remote = run.remotes[change.address]
    _begin(run, change)
    if change.order:
        wanted = [run.remotes[one] for one in change.order if one in run.remotes]
        arrange(run.server, variants_of(change.order[0].kind)[0], wanted, project=remote)
    if not change.payload:
        return ()
    kept = update_for_sure(run.server, change.kind, remote, change.payload, project=None)
    ownership = kept.ownership or Ownership(run.plan.stack, change.address, "")
    refuse_losses(_remember(run, change, kept, ownership))
    return ()


def _marked(change: Change, live: LiveResource, ownership: Ownership) -> Attributes:
    """The payload, with the marker unless it is right and the request does not touch what carries it."""
    marker, fields = change.kind.marker, change.kind.fields
    if live.ownership == ownership and fields.partial and not any(name in change.payload for name in marker.fields):
        return change.payload
    carried = {name: live.attributes[name] for name in marker.fields if name in live.attributes}
    return marker.write({**carried, **change.payload}, str(ownership))


def _adopt(run: Run, change: Change) -> tuple[str, ...]:
    """Remembered first: an object that takes no marker, or a run that dies here, must not lead to a second object."""
    live, desired = _live(change), _desired(change)
    ownership = Ownership(run.plan.stack, change.address, run.new_nonce())
    _begin(run, change, nonce=ownership.nonce)
    run.memory.remember(bound(desired, live, ownership.nonce))
    return put_marker_on(run.server, live, change.payload, ownership)


def _replace(run: Run, change: Change) -> tuple[str, ...]:
    """The old object goes first: a run that dies between the two leaves none, which is made again, and never two."""
    nonce = run.new_nonce()
    _begin(run, change, nonce=nonce)
    delete_for_sure(run.server, _live(change))
    return _make(run, change, nonce)


def _delete(run: Run, change: Change) -> tuple[str, ...]:
    live = _live(change)
    _begin(run, change, nonce=live.ownership.nonce if change.twin and live.ownership else "")
    delete_for_sure(run.server, live)
    if change.twin:
        run.memory.forget()  # nothing but the doubt
    else:
        _forget_below(run, change.address)
    return ()


def _forget(run: Run, change: Change) -> tuple[str, ...]:
    _begin(run, change)
    live = _live(change)
    if live.ownership is not None:
        take_marker_off(run.server, live)
    _forget_below(run, change.address)
    return ()


def _forget_below(run: Run, address: Address) -> None:
    """Memory of a resource goes together with that of its children."""
    gone = [pair.entry for pair in run.plan.pairs if pair.entry is not None and pair.address.is_within(address)]
    run.memory.forget(*gone)


_ACTIONS: dict[Action, Callable[[Run, Change], tuple[str, ...]]] = {
    Action.CREATE: _create,
    Action.UPDATE: _update,
    Action.REPLACE: _replace,
    Action.DELETE: _delete,
    Action.ADOPT: _adopt,
    Action.FORGET: _forget,
}


def _sync(run: Run, address: Address) -> str:
    if address not in run.plan.syncs:
        return ""
    pair = next(one for one in run.plan.pairs if one.address == address)
    assert pair.desired is not None
    secrets = [secret for value in pair.desired.attributes.values() for secret in secrets_in(value)]
    return run.server.sync(pair.desired.kind, run.remotes[address], secrets=secrets)


def _remember(
    run: Run, change: Change, kept: LiveResource, ownership: Ownership, *, doubted: bool = False
) -> tuple[FieldChange, ...]:
    """Remember an object as the server stored it, and return what it stored otherwise than it was declared and sent."""
    desired = _desired(change)
    sent = {
        name: value  # what the lifecycle leaves to the server is sent as the server has it
        for name, value in desired.attributes.items()
        if name in change.payload and (name in change.kind.fields.lenient or change.payload[name] == value)
    }
    shown = {name: value for name, value in sent.items() if name in kept.attributes}
    lost = field_changes(desired.kind, shown, kept.attributes)
    names = {one.attribute for one in lost}
    entry = entry_of(desired, kept, ownership.nonce, fingerprints_after(change))
    digests = {name: seen for name, seen in entry.digests.items() if name not in names}
    run.memory.remember(replace(entry, digests=digests), doubted=doubted)
    return lost


def _desired(change: Change) -> DesiredResource:
    assert change.pair is not None and change.pair.desired is not None
    return change.pair.desired


def _live(change: Change) -> LiveResource:
    assert change.pair is not None and change.pair.live is not None
    return change.pair.live
