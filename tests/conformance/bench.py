"""A stack on a server under test, used as people use it: write manifests, plan, apply."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import yaml

from lsform import workflow
from lsform.cli.common import as_json
from lsform.core.address import Address
from lsform.engine.document import plan_document
from lsform.engine.guard import Permission
from lsform.engine.model import LiveResource, Outcome, Ownership, Plan, Result, StateEntry
from lsform.resources import KINDS, ResourceKind
from lsform.resources.project import PROJECT
from tests.conformance.examples import SECRETS, Body, Edit, example_of
from tests.conformance.worlds import World
from tests.conftest import Stack

HOST = "host"  # the project that children under test belong to
INSTRUCTIONS = "<h2 style='x'>From a file</h2>\r\n<p onclick=\"x()\">ünï & 🦊</p>\n"
LIMITS: Body = {"max_update_share": 1, "max_delete_share": 1, "max_missing_share": 1}  # all of a small stack is no harm

Said = tuple[str, str, list[str]]


def said(plan: Plan) -> list[Said]:
    """What a plan does: action, address, and the fields that it names."""
    return [
        (
            change.action.value,
            str(change.address),
            sorted({one.path.partition(".")[0].partition("[")[0] for one in change.fields}),
        )
        for change in plan.changes
    ]


def secrets_in(text: str) -> list[str]:
    """The names of the secrets that a text gives away."""
    return [name for name, value in SECRETS.items() if value.strip() and value.strip() in text]


def manifests(kind: ResourceKind, bodies: Mapping[str, Body], lifecycle: Body | None = None) -> list[Body]:
    """Projects with these bodies, or one project with children that have them."""
    more = {"lifecycle": lifecycle} if lifecycle else {}
    if not kind.parent:
        return [project(name, {**body, **more}) for name, body in bodies.items()]
    return [project(HOST, {kind.collection: _called(kind, bodies), **more})]


def _called(kind: ResourceKind, bodies: Mapping[str, Body]) -> dict[str, Body]:
    return {address(kind, name).name: body for name, body in bodies.items()}


def project(name: str, spec: Body) -> Body:
    return {"apiVersion": "lsform/v1", "kind": "Project", "metadata": {"name": name}, "spec": spec}


def moved(source: str, target: str) -> Body:
    return _past("Moved", {"from": source, "to": target})


def removed(source: str, *, destroy: bool) -> Body:
    return _past("Removed", {"from": source, "destroy": destroy})


def _past(kind: str, spec: Body) -> Body:
    name = str(spec["from"]).replace("/", "-")
    return {"apiVersion": "lsform/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def address(kind: ResourceKind, name: str = "it") -> Address:
    """Where a resource is that the manifests call so; types that share a collection get names of their own."""
    name = f"{name}-{kind.variant}".rstrip("-")
    return Address.of("project", HOST).child(kind.name, name) if kind.parent else Address.of(kind.name, name)


@dataclass
class Applied:
    """What an apply meant to do and what came of it."""

    plan: Plan
    outcomes: list[Outcome]

    @property
    def failures(self) -> list[str]:
        return [f"{one.address}: {one.error}" for one in self.outcomes if one.result is not Result.APPLIED]

    @property
    def results(self) -> dict[str, str]:
        return {str(one.address): one.result.value for one in self.outcomes}

    def outcome(self, where: Address) -> Outcome:
        return next(one for one in self.outcomes if one.address == where)


@dataclass
class Settled(Applied):
    """The same, and the plan that was made after it."""

    left: Plan

    @property
    def touched(self) -> set[Address]:
        """All that either plan is about."""
        return {one.address for plan in (self.plan, self.left) for one in (*plan.changes, *plan.drift)}

    def planned(self, where: Address) -> list[tuple[str, list[str]]]:
        """What was meant to be done to a resource: actions, and the fields that they name."""
        return [(action, fields) for action, address, fields in said(self.plan) if address == str(where)]

    def amiss(self, where: Address) -> list[object]:
        """All that went wrong with a resource: what was not done, what is left to do, and drift."""
        undone = [one.error for one in self.outcomes if one.address == where and one.result is not Result.APPLIED]
        left = [one.fields for one in self.left.changes if one.address == where]
        return [*undone, *left, *(one for one in self.left.drift if one.address == where)]


class Bench:
    """One stack of its own name, in a folder of its own, on one of the worlds."""

    def __init__(self, stack: Stack, world: World) -> None:
        self.stack, self.world = stack, world
        self.name = f"c--{uuid4().hex[:10]}"  # two hyphens may not stand in a comment, where markers of projects do
        stack.environment |= {
            **world.env,
            "LABEL_STUDIO_URL": world.url,
            "LABEL_STUDIO_API_KEY": world.api_key.value,
        }
        (stack.folder / "instructions.html").write_bytes(INSTRUCTIONS.encode())

    def write(self, *documents: Body) -> None:
        """Make these the manifests of the stack."""
        spec: Body = {"vars": dict(self.world.vars), "limits": LIMITS}
        head = {"apiVersion": "lsform/v1", "kind": "Stack", "metadata": {"name": self.name}, "spec": spec}
        text = yaml.safe_dump_all([head, *documents], allow_unicode=True, sort_keys=False)
        (self.stack.folder / "lsform.yaml").write_bytes(text.encode())

    def declare(self, kind: ResourceKind, lifecycle: Body | None = None, **bodies: Body) -> None:
        """Make these the only resources of the stack."""
        self.write(*manifests(kind, bodies, lifecycle))

    @property
    def kinds(self) -> list[ResourceKind]:
        """Those that this machine can test."""
        return [kind for kind in KINDS if kind.variant not in self.world.lacks]

    def declare_each(
        self, bodies: Callable[[ResourceKind], Mapping[str, Body]], lifecycle: Body | None = None, *more: Body
    ) -> None:
        """Make the stack one of resources of every kind: projects, and one project with all children."""
        children: dict[str, dict[str, Body]] = {}
        for kind in self.kinds:
            if kind.parent:
                children.setdefault(kind.collection, {}).update(_called(kind, bodies(kind)))
        self.write(
            *manifests(PROJECT, bodies(PROJECT), lifecycle),
            project(HOST, {**children, **({"lifecycle": lifecycle} if lifecycle else {})}),
            *more,
        )

    @contextmanager
    def session(self, command: str = "") -> Iterator[workflow.Session]:
        with workflow.session(self.stack.request(), connect=self.world.connect, lock_for=command) as opened:
            yield opened

    def plan(self, *, prune: bool = False) -> Plan:
        with self.session() as opened:
            return workflow.make_plan(opened, workflow.Options(prune=prune))

    def apply(self, *, prune: bool = False) -> Applied:
        with self.session("apply") as opened:
            plan = workflow.make_plan(opened, workflow.Options(prune=prune))
            return Applied(plan, list(workflow.run_plan(opened, plan, Permission())))

    def attempt(self, *, prune: bool = False) -> Settled:
        """Apply, see that no secret got out, and plan again."""
        applied = self.apply(prune=prune)
        assert [] == secrets_in(as_json(plan_document(applied.plan, created_at="", expires_at="")))
        assert [] == secrets_in(self.state_text())
        left = self.plan(prune=prune) if applied.outcomes else applied.plan
        return Settled(applied.plan, applied.outcomes, left)

    def settle(self, *, prune: bool = False) -> list[Said]:
        """Apply, see that all of it was done, nothing is left to do and no secret got out, and tell what it was."""
        settled = self.attempt(prune=prune)
        assert [] == settled.failures, settled.failures
        assert [] == said(settled.left), [change.fields for change in settled.left.changes]
        assert () == settled.left.drift
        return said(settled.plan)

    def entries(self) -> Mapping[Address, StateEntry]:
        """What the state remembers."""
        with self.session() as opened:
            return opened.state.entries

    def remote(self, where: Address) -> int:
        """The server's id of a resource, as the state remembers it."""
        return self.entries()[where].remote

    def live(self, kind: ResourceKind, name: str = "it") -> LiveResource:
        """A resource as it is on the server."""
        found = self.world.server.get(kind, self.remote(address(kind, name)))
        assert found is not None
        return found

    def live_ones(self, kind: ResourceKind) -> dict[Address, LiveResource]:
        """All of the stack's resources of a kind as they are on the server."""
        of_kind = (kind.name, kind.variant)
        known = {one.remote: where for where, one in self.entries().items() if (one.kind, one.variant) == of_kind}
        project = self.remote(address(kind).root) if kind.parent else None
        listed = self.world.server.list(kind, project=project)
        return {known[one.remote]: one for one in listed if one.remote in known}

    def by_hand(self, kind: ResourceKind, edit: Edit) -> None:
        """Somebody changes the resource past lsform."""
        remote = self.remote(address(kind))
        self.world.change(kind, remote, edit(self.world.record(kind, remote)))

    def foreign(self, kind: ResourceKind) -> int:
        """Somebody makes an object like ours past lsform, in the same project if it has one."""
        project = self.remote(address(kind).root) if kind.parent else None
        return self.world.make(kind, example_of(kind).foreign, project)

    def ours(self) -> list[tuple[str, int]]:
        """Address and id of everything on the server that bears this stack's marker."""
        found = []
        roots = [one for kind in KINDS if not kind.parent for one in self._marked(kind, None)]
        for one in roots:
            found += [one, *(child for kind in KINDS if kind.parent for child in self._marked(kind, one.remote))]
        return sorted((str(_owner(one).address), one.remote) for one in found)

    def _marked(self, kind: ResourceKind, project: int | None) -> list[LiveResource]:
        listed = self.world.server.list(kind, project=project, attributes=())
        return [one for one in listed if one.ownership is not None and one.ownership.stack == self.name]

    def state_text(self) -> str:
        """The state as it is kept."""
        path = self.stack.folder / ".lsform" / "state" / f"{self.name}.json"
        return path.read_text("utf-8") if path.exists() else ""

    def forget(self) -> None:
        """Lose the state."""
        with self.session("test") as opened:
            opened.store.delete()

    def clean(self) -> None:
        """Take the stack's projects off the server, so that the next tests have less to list."""
        roots = [entry.remote for where, entry in self.entries().items() if where.parent is None]
        for remote in roots:
            self.world.server.delete(PROJECT, remote)


def _owner(one: LiveResource) -> Ownership:
    assert one.ownership is not None
    return one.ownership


def attribute_names(kind: ResourceKind) -> set[str]:
    """Everything that can be declared of a kind, but for its variant, in the names of the server's attributes."""
    return {*kind.attributes, *kind.local} - ({"type"} & kind.local)
