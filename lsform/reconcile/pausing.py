"""A pause of the loop, kept beside the state where every replica sees it. Touches the store."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import ConfigDict, TypeAdapter
from pydantic_core import to_json

from lsform.core.errors import Conflict
from lsform.state import StateError, StateStore

if TYPE_CHECKING:
    from lsform.state.objects import Stored


@dataclass(frozen=True, slots=True)
class Pause:
    """Until when nothing is written, why, and who said so; times in ISO 8601 with offset."""

    __pydantic_config__ = ConfigDict(strict=True, defer_build=True)

    reason: str
    by: str
    since: str
    until: str

    def __str__(self) -> str:
        return f"paused by {self.by} until {self.until}: {self.reason}"


_PAUSE = TypeAdapter(Pause)


def paused(store: StateStore, now: datetime) -> Pause | None:
    """The pause that holds now; StateError when nobody can tell, which is no leave to write."""
    found = store.objects.read(_name(store))
    pause = _decoded(found, store)
    return pause if pause is not None and datetime.fromisoformat(pause.until) > now else None


def pause(store: StateStore, *, reason: str, by: str, now: datetime, length: timedelta) -> Pause:
    """Pause, in place of an earlier pause. Raises Conflict when somebody else pauses or resumes right now."""
    wanted = Pause(reason, by, now.isoformat(timespec="seconds"), (now + length).isoformat(timespec="seconds"))
    found = store.objects.read(_name(store))
    data = to_json(asdict(wanted), indent=2) + b"\n"
    if store.objects.replace(_name(store), data, seen=None if found is None else found.version) is None:
        raise Conflict("somebody else has paused or resumed just now", hint="try again")
    return wanted


def resume(store: StateStore) -> bool:
    """Whether there was a pause to end."""
    found = store.objects.read(_name(store))
    if found is not None:
        store.objects.delete(_name(store), seen=found.version)
    return found is not None


def _name(store: StateStore) -> str:
    return f"{store.stack}.pause"


def _decoded(found: Stored | None, store: StateStore) -> Pause | None:
    if found is None:
        return None
    try:
        read = _PAUSE.validate_json(found.data)
        if datetime.fromisoformat(read.until).tzinfo is None:
            raise ValueError("its time has no offset")
    except ValueError:
        raise StateError(
            f"the pause of the stack `{store.stack}` cannot be read", hint="`lsform reconcile resume` takes it away"
        ) from None
    return read
