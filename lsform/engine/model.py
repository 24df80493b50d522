"""The values that travel through a plan: live, pairs, changes, the plan and its outcomes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from lsform.core.address import Address
from lsform.core.diagnostics import NOWHERE, Finding, Span
from lsform.core.values import Attributes, Json, Value
from lsform.engine.declared import DesiredResource
from lsform.interface.diff import InterfaceChange
from lsform.resources import ResourceKind
from lsform.resources.base import Place


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


class Bond(str, Enum):
    """How a live object was recognised; `binding`: somebody says that this is it."""

    STATE = "state"
    MARKER = "marker"
    BINDING = "binding"
    NONE = "none"


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


class Action(str, Enum):
    """What a change does."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    ADOPT = "adopt"
    FORGET = "forget"
    NOOP = "noop"

    @property
    def is_destructive(self) -> bool:
        return self in (Action.DELETE, Action.REPLACE)

    @property
    def makes(self) -> bool:
        return self in (Action.CREATE, Action.REPLACE)


class Risk(str, Enum):
    """The worst that a change can do."""

    NONE = "none"
    SAFE = "safe"
    DATA_LOSS = "data-loss"
    DESTRUCTIVE = "destructive"


class Origin(str, Enum):
    """Why a declared and a live value differ, by the digest of our last apply.

    Where both changed to the same there is no difference left, and the state is brought up to date.
    """

    CHANGE = "change"  # the manifest changed
    DRIFT = "drift"  # the server changed
    CONFLICT = "conflict"  # both changed, differently
    UNKNOWN = "unknown"  # nothing is remembered


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
class Change:
    """One entry of a plan. `payload` is what is sent, secrets included: it is never printed, stored or compared.

    `after` are the children that a second change of their parent waits for, which is there by then; `order` are those
    that it puts into this order.
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
    pair: Pair | None = None
    payload: Mapping[str, Value] = field(default_factory=dict, repr=False)
    after: tuple[Address, ...] = ()
    order: tuple[Address, ...] = ()

    @property
    def step(self) -> tuple[Address, bool]:
        """What tells it from all other changes of a plan: the address, and whether it is the second of it."""
        return self.address, bool(self.after)


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
    what of the stack could not be loaded.
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

    `late`: it is of the second change of this address.
    """

    address: Address
    result: Result
    error: str = ""
    hint: str = ""
    span: Span = NOWHERE
    remote: int | None = None
    notes: tuple[str, ...] = ()
    synced: str = ""
    late: bool = False

    @property
    def step(self) -> tuple[Address, bool]:
        """That of its change."""
        return self.address, self.late
