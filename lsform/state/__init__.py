"""The memory of lsform: a cache of which server object each address was last applied to, and the lock on it."""

from lsform.state.document import FORMAT_VERSION, State, StateError
from lsform.state.lock import LockInfo, StateLock, current, holder, unlock
from lsform.state.store import StateStore

__all__ = [
    "FORMAT_VERSION",
    "LockInfo",
    "State",
    "StateError",
    "StateLock",
    "StateStore",
    "current",
    "holder",
    "unlock",
]
