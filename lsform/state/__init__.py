"""The memory of lsform: a cache of which server object each address was last applied to, and the lock on it."""

from lsform.state.document import FORMAT_VERSION, State, StateError
from lsform.state.lock import LEASE, LockInfo, StateLock, current, holder, this_user, unlock, utc_now
from lsform.state.store import StateStore

__all__ = [
    "FORMAT_VERSION",
    "LEASE",
    "LockInfo",
    "State",
    "StateError",
    "StateLock",
    "StateStore",
    "current",
    "holder",
    "this_user",
    "unlock",
    "utc_now",
]
