"""What the engine needs of the outside world: a server, a memory and somebody to tell. Adapters fit these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from lsform.core.values import Json, Secret, Value
from lsform.engine.model import Impact, Intent, LiveResource, ServerInfo, StateEntry
from lsform.interface.compatibility import Usage
from lsform.resources import ResourceKind


class Server(Protocol):
    """A Label Studio server. Reads, updates and deletes may be sent again by the adapter, what it creates never.

    Every method raises ServerError (refused or failed) or ServerUnavailable (no use in going on). `readers` is how many
    threads may read at once: as many as are faster than one.
    """

    readers: int

    def close(self) -> None:
        """Give back what it holds; the next call would open it again."""
        ...

    def info(self) -> ServerInfo:
        """Which server this is; raises ServerUnavailable when lsform cannot work with it."""
        ...

    def list(self, kind: ResourceKind, *, project: int | None = None, attributes: Iterable[str] | None = None,
             title: str | None = None) -> list[LiveResource]:  # fmt: skip
        """All objects of a kind: of one project, or of all where the kind is bulk-listable or a root.

        `attributes` limits what is read (markers always are), `title` narrows roots down; both are hints.
        """
        ...

    def get(self, kind: ResourceKind, remote: int, *, project: int | None = None) -> LiveResource | None:
        """One object, or None when the server says that there is none. To know its project may save requests."""
        ...

    def create(self, kind: ResourceKind, attributes: Mapping[str, Value], *, project: int | None) -> LiveResource:
        """Make an object and return it as the server stored it."""
        ...

    def update(
        self, kind: ResourceKind, remote: int, attributes: Mapping[str, Value], *, project: int | None
    ) -> LiveResource:
        """Change an object and return it as the server stored it."""
        ...

    def arrange(self, kind: ResourceKind, remotes: Sequence[int], *, project: int) -> None:
        """Show the objects of a kind in this order; `remotes` are all that the project has."""
        ...

    def delete(self, kind: ResourceKind, remote: int) -> None:
        """Delete an object; one that is already gone is no error."""
        ...

    def sync(self, kind: ResourceKind, remote: int, *, secrets: Iterable[Secret] = ()) -> str:
        """Sync a storage, wait for its end and say how it went, as `completed, 12 objects`; failures raise.

        The server may quote `secrets` in its reason: they are taken out.
        """
        ...

    def usage(self, project: int) -> Usage:
        """Which controls, labels and data keys the project's annotations use."""
        ...

    def objection(self, project: int, label_config: str) -> str:
        """What the server itself has against an interface for this project, or ''. Changes nothing that people see."""
        ...

    def impact(self, project: int) -> Impact:
        """How many tasks, annotations and predictions a project has; nothing of drafts."""
        ...

    def has_data(self, project: int, key: str) -> bool | None:
        """Whether any task has something under a data key; None where the server cannot be asked of such a key."""
        ...

    def results(self, project: int) -> Iterator[Sequence[Json]]:
        """Of each task the results of its annotations, in the order of tasks, a page at a time."""
        ...

    def drafts(self, project: int) -> Iterator[Json]:
        """The results of each draft that anybody has in a project."""
        ...


class Memory(Protocol):
    """Where entries of the state are kept; each call is durable when it returns."""

    def intend(self, intent: Intent) -> None:
        """A write is about to be made; what is remembered or forgotten next came of it.

        Raises Conflict when somebody else writes: then nothing may be written any more.
        """
        ...

    def remember(self, *entries: StateEntry, doubted: bool = False) -> None:
        """Keep these entries. `doubted`: the write has made one, but whether a twin as well could not be seen."""
        ...

    def forget(self, *entries: StateEntry) -> None: ...


class Progress(Protocol):
    """Who hears about long work. `done` counts from 1 up to `total`, which is 0 where nobody knows it yet."""

    def __call__(self, text: str, *, done: int, total: int) -> None: ...
