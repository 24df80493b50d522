"""Which of several replicas keeps a stack: one lease beside the state, held from pass to pass. Touches the store.

That nothing is written twice does not hang on it: whoever writes holds the lock of the state as well.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from lsform.core.errors import Conflict
from lsform.state import LockInfo, StateError, StateLock, StateStore, current

COMMAND = "reconcile"


class Leadership:
    """The leases that this process holds, by the place of the state."""

    def __init__(self, lease: timedelta) -> None:
        self.lease = lease
        self._held: dict[str, StateLock] = {}

    def lead(self, store: StateStore) -> LockInfo | None:
        """None when this process leads, now or still; else who does. Raises StateError."""
        name = f"{store.stack}.leader"
        held = self._held.get(store.where)
        if held is not None:
            try:
                held.refresh()
                return None
            except Conflict:
                held.release()
                del self._held[store.where]
        lock = StateLock(store, command=COMMAND, lease=self.lease, name=name)
        try:
            lock.acquire()
        except Conflict:
            found = current(store, name)
            if found is None:  # it has just ended: the next pass will lead
                raise
            return found
        self._held[store.where] = lock
        return None

    def close(self) -> None:
        """Let others lead at once."""
        for lock in self._held.values():
            with suppress(StateError):
                lock.release()
        self._held.clear()
