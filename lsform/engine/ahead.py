"""What belongs to remembered objects, read while the manifests are: nearly all that a plan of them waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from lsform.core.address import Address
from lsform.engine.model import LiveResource, StateEntry
from lsform.engine.ports import Server
from lsform.resources import KINDS, ResourceKind

List = tuple[str, str, int | None]  # kind, its variant, and of which project; None is all of them
Early = Mapping[List, "Future[list[LiveResource]]"]
NOTHING: Early = MappingProxyType({})


def list_of(kind: ResourceKind, project: int | None) -> List:
    return kind.name, kind.variant, project


Result = TypeVar("Result")


def settle(future: Future[Result], make: Callable[[], Result]) -> None:
    """Give a future its result or its error."""
    try:
        future.set_result(make())
    except Exception as error:  # noqa: BLE001  a thread's error is carried to whoever waits for it
        future.set_exception(error)


class Ahead:
    """The lists, of which one is read at a time until somebody takes them over. Errors are theirs, too."""

    def __init__(self, server: Server, entries: Mapping[Address, StateEntry]) -> None:
        self._server = server
        self._lists = [(kind, project, Future[list[LiveResource]]()) for kind, project in _lists(entries)]

    def read(self) -> None:
        """Read on, in a thread of its own."""
        for kind, project, future in self._lists:
            if not future.set_running_or_notify_cancel():
                return
            settle(future, partial(self._server.list, kind, project=project))

    def take(self) -> Early:
        """End it; what was read, or is being read just now. It is given once, as it would be old the second time."""
        lists, self._lists = self._lists, []
        return {list_of(kind, project): future for kind, project, future in lists if not future.cancel()}


def _lists(entries: Mapping[Address, StateEntry]) -> Iterator[tuple[ResourceKind, int | None]]:
    """In the order in which a plan reads them: by kind."""
    for kind in KINDS:
        owners = [
            entries[parent].remote
            for address, entry in entries.items()
            if (parent := address.parent) is not None
            and parent in entries
            and (entry.kind, entry.variant) == (kind.name, kind.variant)
        ]
        yield from ((kind, None) for _ in owners[:1]) if kind.bulk else ((kind, one) for one in dict.fromkeys(owners))
