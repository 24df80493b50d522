"""`engine.ports.Memory` over a store: every call is saved when it returns."""

from __future__ import annotations

from dataclasses import replace

from lsform.core.address import Address
from lsform.engine.model import StateEntry
from lsform.state.document import State
from lsform.state.lock import StateLock
from lsform.state.store import StateStore


class StateMemory:
    """The entries of one run. The lock must still be ours whenever something is remembered."""

    def __init__(self, store: StateStore, state: State, lock: StateLock) -> None:
        self._store = store
        self._state = state
        self._lock = lock
        self._entries: dict[Address, StateEntry] = dict(state.entries)
        self._homes = {_object(entry): address for address, entry in state.entries.items()}

    def remember(self, *entries: StateEntry) -> None:
        """Keep these entries; an object that had another address is remembered under the new one alone."""
        for entry in entries:
            self._drop(self._homes.get(_object(entry)))
            self._drop(entry.address)
            self._entries[entry.address] = entry
            self._homes[_object(entry)] = entry.address
        if entries:
            self._save()

    def forget(self, *entries: StateEntry) -> None:
        """Drop these entries."""
        for entry in entries:
            self._drop(entry.address)
        if entries:
            self._save()

    def _drop(self, address: Address | None) -> None:
        before = self._entries.pop(address, None) if address is not None else None
        if before is not None:
            self._homes.pop(_object(before), None)

    def _save(self) -> None:
        self._lock.refresh()
        self._state = self._store.save(replace(self._state, entries=dict(self._entries)))


def _object(entry: StateEntry) -> tuple[str, str, int]:
    return entry.kind, entry.variant, entry.remote
