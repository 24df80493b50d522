"""Where a stack's state is kept: a folder or a bucket. Touches the disk or the network, through `objects`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING
from uuid import uuid4

from lsform.core.errors import Conflict
from lsform.core.values import Secret
from lsform.state.document import CACHE_HINT, State, StateError, dumps, loads
from lsform.state.journal import Journal
from lsform.state.objects import Objects

if TYPE_CHECKING:
    from obstore import UpdateVersion

KEY_BYTES = 32  # as many as HMAC-SHA256 makes use of


class StateStore:
    """The state of one stack, `<stack>.json`, beside its journal and lock. All methods may raise StateError."""

    def __init__(self, objects: Objects, stack: str) -> None:
        self.objects = objects
        self.stack = stack
        self.journal = Journal(objects, stack)
        self.lock_name = f"{stack}.lock"
        self._name = f"{stack}.json"
        self._known: tuple[str, int, UpdateVersion] | None = None  # lineage, serial and version last seen here

    @classmethod
    def open(cls, url: str, *, base: Path, stack: str) -> StateStore:
        """A store at `file:`, `s3://`, `gs://` or `az://`; `file:` paths are relative to `base`. Creates nothing."""
        return cls(Objects(url, base=base), stack)

    @property
    def where(self) -> str:
        """The state's address, for people."""
        return f"{self.objects.url.rstrip('/')}/{self._name}"

    def new(self, *, server: str) -> State:
        """An empty state, of a lineage of its own, that only an absent one lets be saved."""
        return _with_key(State(stack=self.stack, server=server, lineage=uuid4().hex, serial=0, entries={}))

    def load(self) -> State | None:
        """The state that was saved last, with what the journal has since, or None when there is none."""
        state = self._read()
        self.journal.look()
        return None if state is None else self.journal.recovered(state)

    def save(self, state: State) -> State:
        """Save and return the next serial; raises Conflict when the store does not hold the one `state` came from.

        The journal is cleared: what it has must be in `state`.
        """
        saved = replace(state, serial=state.serial + 1)
        version = self.objects.replace(self._name, dumps(saved), seen=self._version_under(state))
        if version is None:
            raise self._conflict()
        self._known = (saved.lineage, saved.serial, version)
        self.journal.clear()
        return saved

    def delete(self) -> None:
        """Delete the state and its journal, not its lock; nothing happens when there is none."""
        self._known = None
        self.objects.delete(self._name)
        self.journal.look()
        self.journal.clear()

    def _read(self) -> State | None:
        self._known = None
        stored = self.objects.read(self._name)
        if stored is None:
            return None
        state = _with_key(loads(stored.data, where=self.where))
        if state.stack != self.stack:
            raise StateError(f"the state `{self.where}` is of the stack `{state.stack}`", hint=CACHE_HINT)
        self._known = (state.lineage, state.serial, stored.version)
        return state

    def _version_under(self, state: State) -> UpdateVersion | None:
        """The version that `state` was loaded from or saved as; read again only when it is not the last one seen."""
        if state.serial == 0:
            return None
        for _ in range(2):
            if self._known is not None and self._known[:2] == (state.lineage, state.serial):
                return self._known[2]
            self._read()
        raise self._conflict()

    def _conflict(self) -> Conflict:
        self._known = None
        return Conflict(
            f"the state `{self.where}` was changed by somebody else; it was not saved",
            hint="plan again: what was applied is found by its markers",
        )


def _with_key(state: State) -> State:
    """The same state with a key for fingerprints: made once, and kept from the next save on."""
    if state.fingerprint_key.value:
        return state
    return replace(state, fingerprint_key=Secret(token_hex(KEY_BYTES), "state"))
