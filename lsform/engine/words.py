"""The closed sets of words that plans are made of. Pure."""

from __future__ import annotations

from enum import Enum


class Bond(str, Enum):
    """How a live object was recognised; `binding`: somebody says that this is it."""

    STATE = "state"
    MARKER = "marker"
    BINDING = "binding"
    NONE = "none"


class Action(str, Enum):
    """What a change does."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    ADOPT = "adopt"
    FORGET = "forget"
    NOOP = "noop"

    @property
    def is_destructive(self) -> bool:
        return self in (Action.DELETE, Action.REPLACE)

    @property
    def makes(self) -> bool:
        return self in (Action.CREATE, Action.REPLACE)


class Risk(str, Enum):
    """The worst that a change can do."""

    NONE = "none"
    SAFE = "safe"
    DATA_LOSS = "data-loss"
    DESTRUCTIVE = "destructive"


class Origin(str, Enum):
    """Why a declared and a live value differ, by the digest of our last apply.

    Where both changed to the same there is no difference left, and the state is brought up to date.
    """

    CHANGE = "change"  # the manifest changed
    DRIFT = "drift"  # the server changed
    CONFLICT = "conflict"  # both changed, differently
    UNKNOWN = "unknown"  # nothing is remembered
