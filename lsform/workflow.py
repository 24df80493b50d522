"""Use cases that need a server: plan, apply, destroy. Puts the layers together and decides nothing itself."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from types import MappingProxyType

from lsform.core.address import Address
from lsform.core.collector import no_full_collections
from lsform.core.diagnostics import Finding, Severity, has_errors
from lsform.core.errors import ConfigurationError, Conflict, UsageError
from lsform.core.events import step
from lsform.core.values import Json
from lsform.engine import drift, guard, interruption, planner, snapshot, stakes, twins
from lsform.engine.counting import Counting
from lsform.engine.document import plan_digest
from lsform.engine.executor import execute
from lsform.engine.fingerprints import looked_at
from lsform.engine.model import Action, Change, Drift, Outcome, Pair, Plan
from lsform.engine.notes import drift_notes, notes
from lsform.engine.renames import renames
from lsform.engine.stale import refuse_stale
from lsform.engine.targets import require_targets
from lsform.session import Connect as Connect
from lsform.session import Session as Session
from lsform.session import open_store as open_store
from lsform.session import opened as opened
from lsform.session import quiet as quiet
from lsform.session import session as session
from lsform.state.memory import StateMemory

PLAN_LIFETIME = timedelta(hours=24)  # a saved plan that nobody approved in a day is better made again


@dataclass(frozen=True, slots=True)
class Options:
    """What a plan is asked for; see `planner.Scope`. With `bindings` it adopts these objects and does nothing else."""

    prune: bool = False
    destroy: bool = False
    targets: tuple[str, ...] = ()
    bindings: Mapping[Address, int] = field(default_factory=dict)


def _seen(
    session: Session, bindings: Mapping[Address, int] = MappingProxyType({})
) -> tuple[snapshot.Snapshot, tuple[Pair, ...]]:
    """What is on the server, and who is who, secrets looked at."""
    wanted = snapshot.Wanted(
        stack=session.stack,
        desired=session.desired,
        entries=session.state.entries,
        moves=session.checked.compiled.moves,
        removals=session.checked.compiled.removals,
        bindings=bindings,
    )
    with no_full_collections():
        seen = snapshot.read(session.server, wanted, session.progress, session.ahead)
        return seen, looked_at(seen.matching.pairs, session.key)


def find_drift(session: Session, targets: tuple[str, ...] = ()) -> Drift:
    """Read the server and tell what is not as the last apply left it. Writes nothing, and raises as `make_plan`."""
    scope = planner.Scope(session.stack, targets=targets)
    _, pairs = _seen(session)
    require_targets(pairs, targets)
    covered = [pair for pair in pairs if scope.covers(pair.address)]
    items = drift.drift(covered, session.stack, undeclared=True)
    return Drift(
        stack=session.stack,
        environment=session.checked.configuration.environment,
        server=session.server.info(),
        items=items,
        steady=sum(1 for pair in covered if pair.is_certain) - sum(1 for item in items if not item.missing),
        pairs=pairs,
        findings=drift_notes(pairs, scope),
    )


def make_plan(session: Session, options: Options, *, only: frozenset[Address] | None = None) -> Plan:
    """Read the server and decide. Writes nothing. Raises UsageError for a target that nothing matches."""
    scope = _scope(session, options, only)
    seen, pairs = _seen(session, options.bindings)
    with no_full_collections():
        require_targets(pairs, options.targets)
        twin, copies = twins.split(seen.matching.copies, session.state.doubts)
        changes = (*planner.decide(pairs, scope), *twins.removals(twin, pairs, scope))
    most = session.checked.configuration.spec.limits.max_counted_tasks
    counting = Counting(most, session.progress)
    changes = planner.assessed(changes, stakes.read_stakes(session.server, changes, counting))
    session.tell(step("objects read: {objects}, changes: {changes}", objects=len(seen.live), changes=len(changes)))
    left = snapshot.read_left_behind(session.server, changes, pairs)
    unchanged = planner.unchanged(pairs, changes, scope)
    said = (
        *interruption.told(session.state.interrupted, pairs, changes, unchanged),
        *notes(pairs, changes, seen.live, copies, left, scope),
        *renames(pairs, changes),
    )
    linted = _linted(session, changes)
    return Plan(
        stack=session.stack,
        environment=session.checked.configuration.environment,
        server=session.server.info(),
        changes=changes,
        pairs=pairs,
        unchanged=unchanged,
        syncs=() if options.bindings else planner.syncs(pairs, scope),
        drift=drift.drift(pairs, session.stack),
        findings=(*session.checked.compiled.findings, *linted, *said),
        partial=scope.is_partial,
        prune=options.prune,
        gaps=session.checked.configuration.gaps,
        doubts=frozenset(twins.nonce_of(one) for one in twin),
        most_counted=most,
    )


def _scope(session: Session, options: Options, only: frozenset[Address] | None) -> planner.Scope:
    return planner.Scope(
        stack=session.stack,
        prune=options.prune,
        destroy=options.destroy,
        targets=options.targets,
        only=frozenset(options.bindings) if options.bindings else only,
        removals=session.checked.compiled.removals,
    )


def _linted(session: Session, changes: Sequence[Change]) -> tuple[Finding, ...]:
    """What the linter says of the interfaces that the changes write; ConfigurationError when there is an error.

    Those that are on the server already do no new harm: `validate` speaks of them, a plan need not wait for it.
    """
    new = [change for change in changes if change.action is not Action.ADOPT]
    written = [change.address for change in new if "label_config" in change.payload]
    if not written:
        return ()
    # here, because the rules are many and most plans write no interface
    from lsform.config.linting import lint_findings
    from lsform.interface.catalogue import catalogue

    info = session.server.info()
    known = catalogue(info.version, "enterprise" if info.edition.lower() == "enterprise" else "community")
    found = lint_findings(session.checked.configuration, session.checked.compiled, known, written)
    if has_errors(found):
        raise ConfigurationError(found)
    if not known.fallback:
        return found
    message = f"Label Studio {info.version} is not known: interfaces were checked for {known.version}"
    return (*found, Finding("LSFP04", Severity.INFO, message, "a newer lsform may know it"))


def run_plan(
    session: Session,
    plan: Plan,
    permission: guard.Permission,
    *,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Guards, then the stale check, then the writes. The session must hold the lock."""
    if session.lock is None:
        raise AssertionError("nothing is written without the lock")
    guard.check(plan, session.checked.limits, permission)
    refuse_stale(plan, session.server, session.progress, moves=session.checked.compiled.moves)
    session.lock.refresh()
    doubts = None if plan.partial else plan.doubts  # a plan of the whole has seen what was in doubt
    memory = StateMemory(session.store, session.state, session.lock, doubts)
    yield from execute(
        plan,
        session.server,
        memory,
        new_nonce=lambda: secrets.token_hex(6),
        progress=session.progress,
        should_stop=should_stop,
    )
    memory.finish()  # not so when the run dies: then its journal says more than we know here


def lifetime(now: datetime | None = None) -> tuple[str, str]:
    """When a plan is made and when it expires, as ISO 8601 in UTC, in whole seconds."""
    made = (now or datetime.now(timezone.utc)).replace(microsecond=0)
    return made.isoformat(), (made + PLAN_LIFETIME).isoformat()


def planned_again(session: Session, saved: Mapping[str, Json]) -> Plan:
    """Exactly the saved plan, made anew from the same manifests and server; Conflict when that is not possible.

    A saved plan holds no payload and no secret, so it cannot be applied without the manifests it was made from.
    """
    hint = "plan again and look at the new plan"
    addresses, expires_at = _read_saved(saved)
    made = {"stack": session.stack, "environment": session.checked.configuration.environment}
    for key, value in made.items():
        if saved.get(key) != value:
            raise Conflict(f"the saved plan is for {key} `{saved.get(key)}`, this is `{value}`", hint=hint)
    if expires_at < datetime.now(timezone.utc):
        raise Conflict(f"the saved plan expired at {saved['expires_at']}", hint=hint)
    plan = make_plan(session, Options(prune=saved.get("prune") is True), only=addresses)
    plan = replace(plan, partial=saved.get("partial") is not False)
    expect(plan, str(saved.get("digest")))
    return plan


def _read_saved(saved: Mapping[str, Json]) -> tuple[frozenset[Address], datetime]:
    """What a saved plan touches, and until when it may be applied; raises UsageError when it is none."""
    changes, syncs = saved.get("changes"), saved.get("syncs")
    if isinstance(changes, list) and isinstance(syncs, list):
        touched = [*(one.get("address") if isinstance(one, dict) else None for one in changes), *syncs]
        with suppress(ValueError):
            expires_at = datetime.fromisoformat(str(saved.get("expires_at")))
            return frozenset(Address.parse(str(one)) for one in touched), expires_at.astimezone(timezone.utc)
    raise UsageError("this file is no saved plan", hint="`lsform plan --out FILE` writes one")


def expect(plan: Plan, wanted: str) -> None:
    """Raises Conflict unless the plan has this digest."""
    if plan_digest(plan) != wanted:
        raise Conflict(
            f"stale plan: digest {plan_digest(plan)[:12]} instead of {wanted[:12]}",
            hint="the manifests or the server have changed since: plan again and look at the new plan",
        )
