"""Use cases that need a server: plan, apply, destroy. Puts the layers together and decides nothing itself."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from lsform.config.checked import Checked, checked
from lsform.config.connection import connection
from lsform.config.loader import Configuration, Request
from lsform.core.address import Address
from lsform.core.collector import no_full_collections
from lsform.core.diagnostics import Finding, Severity, has_errors, nearest
from lsform.core.errors import ConfigurationError, Conflict, LsformError, UsageError
from lsform.core.values import Json, Secret
from lsform.engine import drift, guard, interruption, planner, snapshot, twins
from lsform.engine.declared import DesiredResource
from lsform.engine.document import plan_digest
from lsform.engine.executor import execute
from lsform.engine.fingerprints import fingerprinted
from lsform.engine.model import Change, Outcome, Pair, Plan
from lsform.engine.notes import notes
from lsform.engine.ports import Progress, Server
from lsform.engine.stale import refuse_stale
from lsform.state import State, StateLock, StateStore, holder
from lsform.state.memory import StateMemory

PLAN_LIFETIME = timedelta(hours=24)  # a saved plan that nobody approved in a day is better made again
FINGERPRINT_KEY = "LSFORM_FINGERPRINT_KEY"
SHORTEST_KEY = 16  # characters: whoever guesses the key can go on and guess secrets

Connect = Callable[[str, Secret], Server]


def label_studio(url: str, api_key: Secret) -> Server:
    """The real server; importing its adapter is cheap, using it loads the SDK."""
    from lsform.server.label_studio import LabelStudio

    return LabelStudio(url, api_key)


def quiet(text: str, *, done: int, total: int) -> None:
    """Progress that nobody hears."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a plan is asked for; see `planner.Scope`."""

    prune: bool = False
    destroy: bool = False
    targets: tuple[str, ...] = ()


def open_store(configuration: Configuration) -> StateStore:
    """Where the stack's state is; each environment has its own, which no name of a stack can be as well."""
    name = configuration.stack + (f"@{configuration.environment}" if configuration.environment else "")
    return StateStore.open(configuration.spec.state.url, base=configuration.folder, stack=name)


@dataclass(slots=True)
class Session:
    """One stack, its server and its memory, for the length of a command."""

    checked: Checked
    server: Server
    store: StateStore
    state: State
    progress: Progress = quiet
    lock: StateLock | None = field(default=None)
    fingerprint_key: Secret | None = None

    @property
    def stack(self) -> str:
        return self.checked.configuration.stack

    @property
    def desired(self) -> Mapping[Address, DesiredResource]:
        """What is declared, with fingerprints by the user's own key or else the state's."""
        return fingerprinted(self.checked.compiled.desired, self.fingerprint_key or self.state.fingerprint_key)


@contextmanager
def session(
    request: Request, *, connect: Connect = label_studio, progress: Progress = quiet, lock_for: str = ""
) -> Iterator[Session]:
    """Read a stack and open it; see `opened`."""
    progress("reading manifests", done=0, total=0)
    with opened(checked(request), request.process, connect=connect, progress=progress, lock_for=lock_for) as session:
        yield session


@contextmanager
def opened(
    found: Checked,
    process: Mapping[str, str],
    *,
    connect: Connect = label_studio,
    progress: Progress = quiet,
    lock_for: str = "",
) -> Iterator[Session]:
    """The server and the memory of a stack. `lock_for` names the command that will write, and takes the lock first."""
    place = connection(found.configuration)
    key = _fingerprint_key(process)
    store = open_store(found.configuration)
    with ExitStack() as held:
        progress(f"reading {place.url}", done=0, total=0)
        server = connect(place.url, place.api_key)
        held.callback(server.close)
        info = server.info()
        lock = held.enter_context(StateLock(store, command=lock_for)) if lock_for else None
        state = _state_for(store.load() or store.new(server=info.url), info.url)
        if lock is None and holder(store) is not None:
            state = replace(state, interrupted=None)  # it is being written just now
        yield Session(found, server, store, state, progress, lock, key)


def _fingerprint_key(process: Mapping[str, str]) -> Secret | None:
    """The key that the user keeps; None where it is left to the state."""
    key = process.get(FINGERPRINT_KEY, "")
    if 0 < len(key) < SHORTEST_KEY:
        message = f"`{FINGERPRINT_KEY}` has fewer than {SHORTEST_KEY} characters"
        raise LsformError(message, hint="`openssl rand -hex 32` makes a key; without one the state has its own")
    return Secret(key, f"env:{FINGERPRINT_KEY}") if key else None


def _state_for(state: State, url: str) -> State:
    """A state of another server says nothing about this one: its ids are other people's objects here."""
    return (
        state if state.server == url else replace(state, server=url, entries={}, interrupted=None, doubts=frozenset())
    )


def make_plan(session: Session, options: Options, *, only: frozenset[Address] | None = None) -> Plan:
    """Read the server and decide. Writes nothing. Raises UsageError for a target that nothing matches."""
    wanted = snapshot.Wanted(
        stack=session.stack,
        desired=session.desired,
        entries=session.state.entries,
        moves=session.checked.compiled.moves,
    )
    scope = _scope(session, options, only)
    with no_full_collections():
        seen = snapshot.read(session.server, wanted, session.progress)
        pairs = seen.matching.pairs
        _require_targets(pairs, options.targets)
        twin, copies = twins.split(seen.matching.copies, session.state.doubts)
        changes = (*planner.decide(pairs, scope), *twins.removals(twin, pairs, scope))
    changes = planner.assessed(changes, snapshot.read_stakes(session.server, changes, session.progress))
    left = snapshot.read_left_behind(session.server, changes, pairs)
    unchanged = planner.unchanged(pairs, changes, scope)
    said = (
        *interruption.told(session.state.interrupted, pairs, changes, unchanged),
        *notes(pairs, changes, seen.live, copies, left, scope),
    )
    linted = _linted(session, changes)
    return Plan(
        stack=session.stack,
        environment=session.checked.configuration.environment,
        server=session.server.info(),
        changes=changes,
        pairs=pairs,
        unchanged=unchanged,
        syncs=planner.syncs(pairs, scope),
        drift=drift.drift(pairs),
        findings=(*session.checked.compiled.findings, *linted, *said),
        partial=scope.is_partial,
        prune=options.prune,
        doubts=frozenset(twins.nonce_of(one) for one in twin),
    )


def _scope(session: Session, options: Options, only: frozenset[Address] | None) -> planner.Scope:
    return planner.Scope(
        stack=session.stack,
        prune=options.prune,
        destroy=options.destroy,
        targets=options.targets,
        only=only,
        removals=session.checked.compiled.removals,
    )


def _require_targets(pairs: Sequence[Pair], targets: tuple[str, ...]) -> None:
    """What nothing declared, remembered or live matches would be a mere noop."""
    addresses = [pair.address for pair in pairs]
    for glob in targets:
        if not any(address.matches(glob) for address in addresses):
            hint = nearest(glob, [str(address) for address in addresses])
            raise UsageError(
                f"`--target {glob}` matches nothing", hint=hint or "it takes addresses, as `plan` shows them"
            )


def _linted(session: Session, changes: Sequence[Change]) -> tuple[Finding, ...]:
    """What the linter says of the interfaces that the changes write; ConfigurationError when there is an error.

    Those that are on the server already do no new harm: `validate` speaks of them, a plan need not wait for it.
    """
    written = [change.address for change in changes if "label_config" in change.payload]
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
