"""A stack, a server and a memory in this process: what the tests of the engine are played on.

Everything is the real thing but for the server (tests.fakes) and the place of the state, which is a dict.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lsform import workflow
from lsform.config.checked import Checked
from lsform.config.compile import Compiled
from lsform.config.loader import Configuration
from lsform.config.manifest import LimitsSpec, StackSpec
from lsform.core.address import Address
from lsform.core.values import Attributes, Secret, Value
from lsform.engine import guard
from lsform.engine.declared import DesiredResource, Move, Removal
from lsform.engine.model import LiveResource, Outcome, Ownership, Plan, Result
from lsform.resources import KINDS, Lifecycle, ResourceKind, variants_of
from lsform.state import State, StateLock, StateStore
from lsform.state.objects import Objects, Stored
from tests.fakes import MemoryServer

if TYPE_CHECKING:
    from obstore import UpdateVersion

STACK = "s"
KEY = Secret("a key that outlives the state")


def no_limits() -> LimitsSpec:
    """The cases of guards set limits of their own; elsewhere all of an estate may change at once."""
    return LimitsSpec(max_delete_share=1.0, max_update_share=1.0, max_missing_share=1.0)


class Crash(BaseException):
    """The process dies here: nothing in lsform may catch this."""


@dataclass
class Fuse:
    """Burns down by one with each call to the world, and raises Crash when it is through. -1 never is."""

    left: int = -1

    def burn(self) -> None:
        if self.left == 0:
            self.left = -1
            raise Crash
        self.left -= 1


class FusedServer(MemoryServer):
    """A server during whose calls the caller may die, before or after the write."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    def _enter(self, method: str) -> None:
        self.fuse.burn()
        super()._enter(method)

    def _leave(self, method: str) -> None:
        super()._leave(method)
        self.fuse.burn()


class MemoryObjects(Objects):
    """`state.objects.Objects` in a dict; whoever writes the state may die before or after it."""

    def __init__(self, fuse: Fuse) -> None:
        self.url = "memory:"
        self.fuse = fuse
        self.kept: dict[str, tuple[bytes, str]] = {}

    def read(self, name: str) -> Stored | None:
        found = self.kept.get(name)
        return None if found is None else Stored(found[0], {"e_tag": found[1]})

    def replace(self, name: str, data: bytes, *, seen: UpdateVersion | None) -> UpdateVersion | None:
        found = self.kept.get(name)
        if (None if found is None else {"e_tag": found[1]}) != seen:
            return None
        if name.endswith(".lock"):
            self.kept[name] = (data, secrets.token_hex(4))
        else:
            self.fuse.burn()
            self.kept[name] = (data, secrets.token_hex(4))
            self.fuse.burn()
        return {"e_tag": self.kept[name][1]}

    def delete(self, name: str, *, seen: UpdateVersion | None = None) -> None:
        self.kept.pop(name, None)

    def names(self, folder: str) -> list[str]:
        return sorted(name for name in self.kept if name.startswith(f"{folder}/"))

    def remove(self, names: Sequence[str]) -> None:
        for name in names:
            self.fuse.burn()
            self.kept.pop(name, None)


@dataclass
class Estate:
    """One stack and all that it touches. `desired` and the history are what the manifests would say."""

    fuse: Fuse = field(default_factory=Fuse)
    desired: dict[Address, DesiredResource] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    removals: tuple[Removal, ...] = ()
    limits: LimitsSpec = field(default_factory=no_limits)
    gaps: tuple[str, ...] = ()
    server: FusedServer = field(init=False)
    objects: MemoryObjects = field(init=False)

    def __post_init__(self) -> None:
        self.server = FusedServer(self.fuse)
        self.objects = MemoryObjects(self.fuse)

    @property
    def store(self) -> StateStore:
        return StateStore(self.objects, STACK)

    @property
    def state(self) -> State:
        return self.store.load() or self.store.new(server=self.server.url)

    def declare(self, *resources: DesiredResource) -> None:
        """From now on the stack declares these, and nothing else."""
        spoken_of: dict[Address, set[str]] = {}
        for one in resources:
            spoken_of.setdefault(one.address.root, set()).update(one.collections, {one.address.kind} - {"project"})
        self.desired = {
            one.address: one if one.address.parent else replace(one, collections=frozenset(spoken_of[one.address]))
            for one in resources
        }

    def lose_state(self) -> None:
        self.store.delete()

    @contextmanager
    def session(self) -> Iterator[workflow.Session]:
        """As `workflow.session`, under the lock."""
        spec = StackSpec(limits=self.limits)
        configuration = Configuration(Path(), STACK, "", spec, (), (), gaps=self.gaps)
        compiled = Compiled(self.desired, self.moves, self.removals, {}, ())
        store = self.store
        with StateLock(store, command="test") as lock:
            state = store.load() or store.new(server=self.server.url)
            checked = Checked(configuration, compiled)
            yield workflow.Session(checked, self.server, store, state, workflow.quiet, lock, KEY)

    def plan(self, *, prune: bool = False, destroy: bool = False, targets: tuple[str, ...] = ()) -> Plan:
        with self.session() as session:
            return workflow.make_plan(session, workflow.Options(prune, destroy, targets))

    def apply(
        self,
        *,
        prune: bool = False,
        destroy: bool = False,
        targets: tuple[str, ...] = (),
        allow: tuple[str, ...] = (),
        recreate: bool = False,
        meanwhile: Callable[[], object] = lambda: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Applied:
        """Plan and apply. `meanwhile` happens between the two."""
        with self.session() as session:
            plan = workflow.make_plan(session, workflow.Options(prune, destroy, targets))
            meanwhile()
            self.server.writes.clear()
            self.server.calls.clear()
            permission = guard.Permission(allow, recreate=recreate, whole_estate=destroy)
            return Applied(plan, list(workflow.run_plan(session, plan, permission, should_stop=should_stop)))

    def bearers(self) -> dict[Address, list[int]]:
        """Address -> ids of the objects on the server that bear our marker for it."""
        found: dict[Address, list[int]] = {}
        for kind in KINDS:
            for one in listed(self.server, kind):
                if one.ownership is not None and one.ownership.stack == STACK:
                    found.setdefault(one.ownership.address, []).append(one.remote)
        return found

    def live(self, address: str) -> LiveResource:
        """The object that bears the marker of this address."""
        wanted = Address.parse(address)
        (found,) = [
            one
            for kind in KINDS
            for one in listed(self.server, kind)
            if one.ownership is not None and one.ownership.address == wanted
        ]
        return found

    def edit(self, live: LiveResource, values: Attributes) -> None:
        """Change an object as somebody else would who does not mind its marker."""
        edited = {**live.attributes, **values}
        marked = live.kind.marker.write(edited, str(live.ownership)) if live.ownership else edited
        self.server.update(live.kind, live.remote, marked, project=live.parent)

    def put(
        self,
        kind: ResourceKind,
        attributes: Mapping[str, Value],
        *,
        remote: int | None = None,
        project: int | None = None,
        marker: str = "",
    ) -> int:
        """Make an object on the server, as somebody else would, or as an earlier run of ours with its marker."""
        if remote is not None:
            self.server.ids[kind.name] = itertools.count(remote)
        owner = Ownership.parse(f"lsform:{marker}") if marker else None
        marked = kind.marker.write(attributes, str(owner)) if owner else attributes
        return self.server.create(kind, marked, project=project).remote


@dataclass(frozen=True)
class Applied:
    """A plan and what became of it."""

    plan: Plan
    outcomes: list[Outcome]

    @property
    def summary(self) -> list[tuple[str, str]]:
        return [(str(one.address), one.result.value) for one in self.outcomes]

    def outcome(self, address: str) -> Outcome:
        return next(one for one in self.outcomes if str(one.address) == address)

    @property
    def is_done(self) -> bool:
        return all(one.result is Result.APPLIED for one in self.outcomes)


def declared(
    address: str,
    *,
    sync: str = "",
    lifecycle: Lifecycle | None = None,
    empty: tuple[str, ...] = (),
    **attributes: Value,
) -> DesiredResource:
    """A resource as a manifest would declare it; `empty` are collections of children that it mentions without any."""
    at = Address.parse(address)
    return DesiredResource(at, variants_of(at.kind)[0], attributes, lifecycle or Lifecycle(), frozenset(empty), sync)


def listed(server: MemoryServer, kind: ResourceKind) -> list[LiveResource]:
    """All objects of a kind, without being counted as a call, and without risk to the caller."""
    fuse, calls = (server.fuse.left if isinstance(server, FusedServer) else -1), server.calls.copy()
    if isinstance(server, FusedServer):
        server.fuse.left = -1
    found = server.list(kind)
    server.calls = calls
    if isinstance(server, FusedServer):
        server.fuse.left = fuse
    return found


def changes_of(plan: Plan) -> list[tuple[str, str]]:
    """(address, action) of each change."""
    return [(str(one.address), one.action.value) for one in plan.changes]


def addresses(texts: Iterable[str]) -> list[Address]:
    return [Address.parse(text) for text in texts]
