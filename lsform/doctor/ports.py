"""What the doctor needs of a server: answers to questions. The adapter fits it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from lsform.core.values import Attributes
from lsform.doctor.check import Repairs
from lsform.doctor.evidence import Backend, Link, Project, Refusal, Sample, ServerFacts, Storage
from lsform.engine.model import LiveResource
from lsform.engine.ports import Progress
from lsform.interface.compatibility import Usage
from lsform.interface.model import LabelInterface
from lsform.resources.base import ResourceKind


class Patient(Repairs, Protocol):
    """A Label Studio server that may be ill. Every method but `meet` raises ServerError; only repairs write.

    What the server itself does when a person looks at its settings, it does when it is asked here: it tries the
    storage (`Check Connection`), and asks ML backends how they are.
    """

    def meet(self) -> ServerFacts:
        """Who answers, and how; never raises for what it says."""
        ...

    def projects(self) -> Sequence[Project]:
        """All projects, with what the list tells of them."""
        ...

    def list(self, kind: ResourceKind, *, project: int | None = None) -> list[LiveResource]:
        """All objects of a kind; see `engine.ports.Server`."""
        ...

    def refusal(self, url: str, *, model: bool) -> Refusal | None:
        """Why the server would not go to an address at all, as that of a model or of anything else; None: it would."""
        ...

    def storages(self, project: int) -> Iterator[Storage]:
        """The storages of a project, not tried yet."""
        ...

    def tried(self, storage: Storage, project: int, declared: Attributes) -> Storage:
        """The same, tried by the server, and its bucket asked where it is; `declared` is what its stack says of it."""
        ...

    def link(self, storage: Storage, project: int) -> Link | None:
        """A medium that a task has from this storage, fetched as a browser does it; None when there is none."""
        ...

    def backend(self, live: LiveResource) -> Backend:
        """An ML backend, asked by the server how it is, and how fast it says so from here."""
        ...

    def prediction_counts(self, project: int) -> dict[str, int]:
        """Version -> how many predictions a project has of it."""
        ...

    def usage(self, project: int) -> Usage:
        """What the server has counted."""
        ...

    def sample(self, project: int, interface: LabelInterface | None, limit: int, progress: Progress) -> Sample:
        """The newest tasks and their annotations, as many as `limit`; 0: all."""
        ...
