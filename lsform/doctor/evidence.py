"""What a doctor has seen of a server: values that checks judge. Pure: no ports, files, clock or network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from lsform.core.values import Attributes
from lsform.interface.compatibility import Usage
from lsform.interface.model import LabelInterface
from lsform.resources.base import ResourceKind

LEGACY_OFF = "legacy token authentication has been disabled"  # the server's own words
PREFIXES = ("LABEL_STUDIO_", "HEARTEX_", "")  # in the order in which Label Studio looks for a setting


class Part(str, Enum):
    """What a check looks at, and what is to be asked for it."""

    SERVER = "server"
    SETTINGS = "settings"
    ADDRESSES = "addresses"
    STORAGES = "storages"
    BACKENDS = "backends"
    TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says of itself. `kind` is `legacy`, `refresh` (a personal one) or `access`; `expires` in seconds."""

    kind: str
    expires: float | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What somebody said no with, and what to do about it."""

    reason: str
    hint: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """One server as it was met.

    refusal     why nothing can be read of it with this token
    skew        seconds that its clock is ahead of ours; None where it does not tell the time
    links       where the links of its pages lead, '' for where they come from
    login       what it says to a browser's login form, None when it takes it
    body_limit  bytes of a request that it, or a gateway before it, would not take; 0 when all was taken
    members     how many people use it
    """

    url: str
    token: Token
    now: float = 0.0
    release: str = ""
    refusal: Refusal | None = None
    skew: float | None = None
    links: str = ""
    login: Refusal | None = None
    body_limit: int = 0
    members: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """Somewhere the server is to go. `subject` is who says so, `use` is `ml` or ''; `refusal` why it will not."""

    subject: str
    use: str
    host: str
    refusal: Refusal | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A medium of a task, fetched as a browser does it."""

    task: int
    status: int
    allows: bool
    is_signed: bool = True


@dataclass(frozen=True, slots=True)
class Storage:
    """A storage on the server. `failure` is that of its last sync, `objection` what the server says to a try.

    `stack` and `owner`, its address, where lsform made it.
    """

    kind: ResourceKind
    remote: int
    attributes: Attributes
    status: str
    failure: str = ""
    waiting: float = 0.0
    objection: Refusal | None = None
    region: str = ""
    link: Link | None = None
    stack: str = ""
    owner: str = ""

    @property
    def name(self) -> str:
        direction = "import" if self.kind.name == "import_storage" else "export"
        return f"the {direction} storage `{self.attributes.get('title') or self.remote}` ({self.kind.variant})"


@dataclass(frozen=True, slots=True)
class Backend:
    """An ML backend, as the server sees it. `seconds` is how long its `/health` took from here; None: not reached."""

    title: str
    host: str
    error: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Tasks that were looked at.

    usage      what their annotations really use
    results    how many results that are
    twins      a task and how many have the same data, itself included
    lacking    data key -> how many tasks have nothing there
    uncounted  annotated tasks that the server takes for tasks without annotations
    """

    seen: int = 0
    total: int = 0
    annotated: int = 0
    usage: Usage = field(default_factory=lambda: Usage({}, {}, {}, frozenset()))
    twins: tuple[tuple[int, int], ...] = ()
    lacking: Mapping[str, int] = field(default_factory=dict)
    uncounted: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        return self.seen >= self.total


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the server. `stack` and `owner`, its address, where lsform made it; `interface` None: no XML."""

    remote: int
    title: str
    stack: str = ""
    owner: str = ""
    interface: LabelInterface | None = None
    model_version: str = ""
    counted: Usage | None = None
    predictions: Mapping[str, int] = field(default_factory=dict)
    storages: tuple[Storage, ...] = ()
    backends: tuple[Backend, ...] = ()
    sample: Sample = field(default_factory=Sample)

    @property
    def name(self) -> str:
        return f"project `{self.title}` ({self.remote})"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was seen. `settings` are those of the server, None where nobody showed them; `unread` could not be."""

    server: ServerFacts
    settings: Mapping[str, str] | None = None
    addresses: tuple[Address, ...] = ()
    projects: tuple[Project, ...] = ()
    unread: tuple[tuple[str, Refusal], ...] = ()

    def setting(self, name: str) -> str:
        """A setting by the name that Label Studio reads it under, '' when it is not set."""
        given = self.settings or {}
        return next((given[one] for prefix in PREFIXES if (one := f"{prefix}{name}") in given), "")

    def sets(self, name: str) -> bool:
        """Whether the server's settings are known, and name this one."""
        return any(f"{prefix}{name}" in (self.settings or {}) for prefix in PREFIXES)
