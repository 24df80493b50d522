"""The values that travel through a plan: live, pairs, changes, the plan and its outcomes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from lsform.core.address import Address
from lsform.core.diagnostics import NOWHERE, Finding, Span
from lsform.core.values import Attributes, Json, Value
from lsform.engine.declared import DesiredResource
from lsform.engine.words import Action as Action
from lsform.engine.words import Bond as Bond
from lsform.engine.words import Origin as Origin
from lsform.engine.words import Risk as Risk
from lsform.interface.diff import InterfaceChange
from lsform.resources import ResourceKind
from lsform.resources.base import Place

Step = tuple[Address, str]


@dataclass(frozen=True, slots=True)
class Ownership:
    """The marker that lsform leaves on an object: whose it is, what it is called, which create made it."""

    stack: str
    address: Address
    nonce: str

    def __str__(self) -> str:
        return f"lsform:{self.stack}/{self.address}#{self.nonce}"

    @classmethod
    def parse(cls, text: str | None) -> Ownership | None:
        """Read a marker; None when there is none or when it is somebody else's text."""
        if not text or not text.startswith("lsform:"):
            return None
        path, _, nonce = text.removeprefix("lsform:").rpartition("#")
        stack, _, address = path.partition("/")
        try:
            return cls(stack, Address.parse(address), nonce) if stack and nonce else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class LiveResource:
    """An object on the server. `attributes` are those of its kind, without the marker; `status` is a storage's.

    `place` is where it stands among its project's, for kinds that have an order.

    The server tells secrets in plain text, so attributes are never printed; `fingerprints` are of those.
    """

    kind: ResourceKind
    remote: int
    attributes: Attributes = field(repr=False)
    parent: int | None = None
    ownership: Ownership | None = None
    status: str = ""
    place: Place = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StateEntry:
    """What we remember of the last apply of one resource: no payload, no secret.

    `fingerprints` are of secrets as they were last sent.
    """

    address: Address
    kind: str
    variant: str
    remote: int
    nonce: str
    digests: Mapping[str, str]
    protect: bool = False
    fingerprints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intent:
    """A write that is about to be made: no payload, no secret. `nonce` is that of what it makes, or ''."""

    address: Address
    action: Action
    nonce: str = ""

    def __str__(self) -> str:
        return f"{self.action.value} {self.address}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is who: at most one desired, one live and one remembered resource of one address."""

    address: Address
    desired: DesiredResource | None = None
    live: LiveResource | None = None
    entry: StateEntry | None = None
    bond: Bond = Bond.NONE

    @property
    def is_certain(self) -> bool:
        """Whether what is remembered is about this very object."""
        return self.bond is Bond.STATE

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Fingerprints of the secrets that the live object has from us."""
        return self.entry.fingerprints if self.entry is not None and self.is_certain else {}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One attribute, or a part of one: both sides are masked at birth. A new object's have no origin."""

    path: str
    before: Json
    after: Json
    secret: bool = False
    origin: Origin | None = None

    @property
    def attribute(self) -> str:
        """The attribute that the path is in."""
        return self.path.partition(".")[0].partition("[")[0]


@dataclass(frozen=True, slots=True)
class Impact:
    """How much labeling work hangs on an object."""

    tasks: int = 0
    annotations: int = 0
    drafts: int = 0
    predictions: int = 0


@dataclass(frozen=True, slots=True)
class Stake:
    """What a change may hurt: the work that hangs on a project, and what of it is orphaned.

    `remedy` is what would keep it, in words. `counted` tasks were read to know it, as the server's own counters are
    wrong; 0: they are right.
    """

    impact: Impact
    losses: tuple[str, ...] = ()
    remedy: str = ""
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a plan. `payload` is what is sent, secrets included: it is never printed, stored or compared.

    `after` are the children that a second change of their parent waits for, which is there by then; `order` are those
    that it puts into this order. `losses`, `remedy` and `counted` are those of its stake. `twin`: it is about a second
    object that a replayed create made, and not about that of the address.
    """

    address: Address
    kind: ResourceKind
    action: Action
    reason: str
    risk: Risk = Risk.SAFE
    remote: int | None = None
    fields: tuple[FieldChange, ...] = ()
    interface_changes: tuple[InterfaceChange, ...] = ()
    impact: Impact = Impact()
    losses: tuple[str, ...] = ()
    remedy: str = ""
    counted: int = 0
    pair: Pair | None = None
    payload: Mapping[str, Value] = field(default_factory=dict, repr=False)
    after: tuple[Address, ...] = ()
    order: tuple[Address, ...] = ()
    twin: bool = False

    @property
    def step(self) -> Step:
        """What tells it from all other changes of a plan: the address, and which one of it where there are more."""
        return self.address, f"twin {self.remote}" if self.twin else "late" if self.after else ""


@dataclass(frozen=True, slots=True)
class DriftItem:
    """A resource that is no longer as we left it.

    `details` are of those fields that are declared: `before` on the server, `after` as declared.
    """

    address: Address
    kind: ResourceKind
    remote: int
    fields: tuple[str, ...]
    missing: bool = False
    details: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """Which server it is: `organization` is the id of the one that the token works in."""

    url: str
    version: str
    edition: str
    organization: int


@dataclass(frozen=True, slots=True)
class Drift:
    """What `lsform drift` tells: `items` differ from our last apply, `steady` is how many remembered ones do not."""

    stack: str
    environment: str
    server: ServerInfo
    items: tuple[DriftItem, ...]
    steady: int
    pairs: tuple[Pair, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that apply will do, and nothing else. `syncs` are storages to sync, after their change if any.

    `pairs` are all that was read; `unchanged` are those that the plan is about and that are as declared. `gaps` say
    what of the stack could not be loaded, `doubts` are nonces that more than one object bears because a create was
    replayed. `most_counted` is how many tasks of a project are read where the server has miscounted, 0 for all.
    """

    stack: str
    environment: str
    server: ServerInfo
    changes: tuple[Change, ...]
    pairs: tuple[Pair, ...]
    unchanged: tuple[Pair, ...] = ()
    syncs: tuple[Address, ...] = ()
    drift: tuple[DriftItem, ...] = ()
    findings: tuple[Finding, ...] = ()
    partial: bool = False
    prune: bool = False
    gaps: tuple[str, ...] = ()
    doubts: frozenset[str] = frozenset()
    most_counted: int = 0

    def count(self, action: Action) -> int:
        if action is Action.NOOP:
            return len(self.unchanged)
        return sum(1 for change in self.changes if change.action is action)


class Result(str, Enum):
    """What became of a change."""

    APPLIED = "applied"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one change, or to one sync. `notes` are worth telling although nothing failed.

    `part`: of which change of this address it is, as its step says. `conflict`: it failed because the plan was stale
    by then.
    """

    address: Address
    result: Result
    error: str = ""
    hint: str = ""
    span: Span = NOWHERE
    remote: int | None = None
    notes: tuple[str, ...] = ()
    synced: str = ""
    part: str = ""
    conflict: bool = False

    @property
    def step(self) -> Step:
        """That of its change."""
        return self.address, self.part
