"""Meets the server of a stack, and begins to read what the state remembers, while the manifests are being read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Thread

from lsform.config.connection import connection
from lsform.config.loader import Configuration
from lsform.core.errors import LsformError
from lsform.core.values import Secret
from lsform.engine.ahead import Ahead, settle
from lsform.engine.ports import Server
from lsform.state import State, StateStore

Connect = Callable[[str, Secret], Server]


def open_store(configuration: Configuration) -> StateStore:
    """Where the stack's state is; each environment has its own, which no name of a stack can be as well."""
    name = configuration.stack + (f"@{configuration.environment}" if configuration.environment else "")
    return StateStore.open(configuration.spec.state.url, base=configuration.folder, stack=name)


@dataclass(frozen=True, slots=True)
class Met:
    """A server that has said who it is, the memory of it, and what is being read of it."""

    server: Server
    store: StateStore
    state: State | None
    ahead: Ahead


@dataclass(slots=True)
class Opening:
    """A meeting in a thread of its own, which dies with the process. What goes wrong in it is raised by `met`: where
    nothing is done ahead, that is found out after what is wrong with the manifests, too.
    """

    connect: Connect
    _future: Future[Met] | None = field(default=None)

    def begin(self, settings: Configuration) -> None:
        """For `loader.load`: called as soon as the settings are known.

        What connecting takes of a processor it takes here: two threads that compute are no faster than one, and the
        sooner the server has something to do, the sooner all is done.
        """
        try:
            place, store = connection(settings), open_store(settings)
            server = self.connect(place.url, place.api_key)
        except LsformError:
            return  # it is met again, and told, when the manifests have been read

        def made() -> Met:
            url, state = server.info().url, store.load()
            return Met(server, store, state, Ahead(server, state.entries if state and state.server == url else {}))

        self._future = Future()
        Thread(target=_meet, args=(self._future, made), daemon=True).start()

    def met(self) -> Met | None:
        """What came of it, waited for; None where it was not begun."""
        return self._future.result() if self._future is not None else None

    def end(self) -> None:
        """Nobody has use for it any more."""
        if self._future is not None:
            self._future.add_done_callback(_left)


def _meet(future: Future[Met], made: Callable[[], Met]) -> None:
    settle(future, made)
    if future.exception() is None:
        future.result().ahead.read()


def _left(future: Future[Met]) -> None:
    if future.exception() is None:
        future.result().ahead.take()
        future.result().server.close()
