"""`engine.ports.Memory` over a store: what a write did is in the journal when a call returns, the rest in the state."""

from __future__ import annotations

from dataclasses import replace

from lsform.core.address import Address
from lsform.engine.model import Intent, StateEntry
from lsform.state.document import State
from lsform.state.lock import StateLock
from lsform.state.store import StateStore


class StateMemory:
    """The entries of one run. The lock must still be ours whenever something is to be written."""

    def __init__(self, store: StateStore, state: State, lock: StateLock, doubts: frozenset[str] | None = None) -> None:
        """`doubts` are those of the state that are still open, all unless told."""
        self._store = store
        self._state = state
        self._lock = lock
        self._entries: dict[Address, StateEntry] = dict(state.entries)
        self._homes = {_object(entry): address for address, entry in state.entries.items()}
        self._is_writing = False
        self._doubts = set(state.doubts if doubts is None else doubts)
        self._nonce = ""  # of what is being made

    def intend(self, intent: Intent) -> None:
        """Tell of a write before it is made. The first of a run saves the state, which the journal then follows."""
        self._lock.refresh()
        if not self._is_writing or self._store.journal.is_full:
            self._save()
        self._store.journal.begin(self._state, intent)
        self._nonce = intent.nonce
        self._doubts |= {intent.nonce} - {""}
        self._is_writing = True

    def remember(self, *entries: StateEntry, doubted: bool = False) -> None:
        """Keep these entries; an object that had another address is remembered under the new one alone."""
        gone: list[Address] = []
        for entry in entries:
            gone += self._cleared(entry)
            self._entries[entry.address] = entry
            self._homes[_object(entry)] = entry.address
        if entries:
            self._keep(gone, entries, doubted=doubted)

    def forget(self, *entries: StateEntry) -> None:
        """Drop these entries, also where their objects have moved meanwhile; none of them where a write has changed
        nothing that was remembered.
        """
        gone = [address for entry in entries for address in self._cleared(entry)]
        if entries or self._is_writing:
            self._keep(gone, ())

    def finish(self) -> None:
        """A run has come to its end: the state is saved, unless it says all that the journal does."""
        if not self._store.journal.is_empty or self._doubts != self._state.doubts:
            self._lock.refresh()
            self._save()

    def _cleared(self, entry: StateEntry) -> list[Address]:
        """Nothing is remembered of its object any more, nor under its address."""
        return [*self._dropped(self._homes.get(_object(entry))), *self._dropped(entry.address)]

    def _dropped(self, address: Address | None) -> list[Address]:
        before = self._entries.pop(address, None) if address is not None else None
        if before is None:
            return []
        self._homes.pop(_object(before), None)
        return [before.address]

    def _keep(self, gone: list[Address], entries: tuple[StateEntry, ...], *, doubted: bool = False) -> None:
        if self._is_writing:
            self._store.journal.end(tuple(gone), entries, doubted=doubted)
            if not doubted:
                self._doubts.discard(self._nonce)
        else:
            self._lock.refresh()
            self._save()

    def _save(self) -> None:
        now = replace(self._state, entries=dict(self._entries), interrupted=None, doubts=frozenset(self._doubts))
        self._state = self._store.save(now)


def _object(entry: StateEntry) -> tuple[str, str, int]:
    return entry.kind, entry.variant, entry.remote
