"""The lock on a stack's state: a lease that dies with its holder. Touches clock, process table and store."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from uuid import uuid4

from pydantic import ConfigDict, TypeAdapter
from pydantic_core import to_json

from lsform.core.errors import Conflict
from lsform.core.values import digest
from lsform.state.document import StateError
from lsform.state.store import StateStore

# Long enough to miss three heartbeats, so that a slow network or clocks that differ by seconds cost nobody the lock;
# short enough to wait for when a machine has died. A dead holder on this machine is not waited for at all.
LEASE = timedelta(minutes=2)
HEARTBEATS_PER_LEASE = 4


@dataclass(frozen=True, slots=True)
class LockInfo:
    """Who holds the lock: `host` as `this_host` spells it, times in ISO 8601 with offset, `id` of this one lease."""

    __pydantic_config__ = ConfigDict(strict=True, defer_build=True)

    owner: str
    host: str
    pid: int
    command: str
    created_at: str
    expires_at: str
    id: str

    def __str__(self) -> str:
        return f"`{self.command}` of {self.owner} on {self.host}, pid {self.pid}, since {self.created_at}"


_LOCK_INFO = TypeAdapter(LockInfo)


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


def this_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run as a user that has no name
        return "unknown"


def this_host() -> str:
    """The host's name, and on Linux which boot and process namespace of it: elsewhere the same pid is someone else.

    Names alone do not do: build machines and containers share them, and a live lock would be taken for a dead one.
    """
    name = socket.gethostname()
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")
        namespace = str(Path("/proc/self/ns/pid").readlink())
        return f"{name}#{digest([boot, namespace])[:8]}"
    return name


class StateLock:
    """`with StateLock(store, command="apply"):` holds the stack's lock and keeps its lease alive in the background.

    Acquiring raises Conflict when somebody else holds it. A lease that has run out is taken over, and so is one whose
    process is gone from this host. `command` is shown to others: its name only, no arguments. `name` is that of another
    lease beside the state, for what is not the writing of it.
    """

    def __init__(
        self,
        store: StateStore,
        *,
        command: str,
        owner: str | None = None,
        host: str | None = None,
        pid: int | None = None,
        clock: Callable[[], datetime] = utc_now,
        lease: timedelta = LEASE,
        name: str = "",
    ) -> None:
        self._store = store
        self._name = name or store.lock_name
        self._command = command
        self._owner = this_user() if owner is None else owner
        self._host = this_host() if host is None else host
        self._pid = os.getpid() if pid is None else pid
        self._clock = clock
        self._lease = lease
        self._mine: LockInfo | None = None
        self._one_at_a_time = Lock()  # the heartbeat and its owner
        self._stopped = Event()
        self._heartbeat: Thread | None = None

    def __enter__(self) -> StateLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(StateError):  # what cannot be released runs out, and must not hide how the work ended
            self.release()

    def acquire(self) -> LockInfo:
        """Take the lock, or raise Conflict with who has it."""
        seen = None
        found = self._store.objects.read(self._name)
        if found is not None:
            holder = _decoded(found.data, self._store)
            if _is_alive(holder, host=self._host, now=self._clock()):
                raise _locked(self._store, holder)
            seen = found.version
        mine = self._new_lease()
        self._store.objects.replace(self._name, _encoded(mine), seen=seen)
        # Reading it back tells who won of several that came at once, even where a store ignores conditions.
        winner = current(self._store, self._name)
        if winner is None or winner.id != mine.id:
            raise _locked(self._store, winner)
        self._mine = mine
        self._stopped.clear()
        self._heartbeat = Thread(target=self._beat, name=f"lock of {self._store.stack}", daemon=True)
        self._heartbeat.start()
        return mine

    def refresh(self) -> None:
        """Extend the lease; raises Conflict when the lock is no longer ours, after which nothing may be written."""
        with self._one_at_a_time:
            if self._mine is None:
                return
            found = self._store.objects.read(self._name)
            holder = None if found is None else _decoded(found.data, self._store)
            if found is None or holder is None or holder.id != self._mine.id:
                raise _locked(self._store, holder)
            longer = replace(self._mine, expires_at=_iso(self._clock() + self._lease))
            if self._store.objects.replace(self._name, _encoded(longer), seen=found.version) is None:
                raise _locked(self._store, current(self._store, self._name))

    def release(self) -> None:
        """Give the lock back, if it is still ours; again is harmless."""
        self._stopped.set()
        with self._one_at_a_time:
            mine, self._mine = self._mine, None
            if mine is None:
                return
            found = self._store.objects.read(self._name)
            if found is not None and _decoded(found.data, self._store).id == mine.id:
                self._store.objects.delete(self._name, seen=found.version)
        if self._heartbeat is not None:
            self._heartbeat.join()

    def _new_lease(self) -> LockInfo:
        now = self._clock()
        return LockInfo(
            owner=self._owner,
            host=self._host,
            pid=self._pid,
            command=self._command,
            created_at=_iso(now),
            expires_at=_iso(now + self._lease),
            id=str(uuid4()),
        )

    def _beat(self) -> None:
        period = (self._lease / HEARTBEATS_PER_LEASE).total_seconds()
        while not self._stopped.wait(period):
            try:
                self.refresh()
            except Conflict:  # the next refresh of the holder says so
                return
            except StateError:  # one missed: there are more in a lease
                continue


def current(store: StateStore, name: str = "") -> LockInfo | None:
    """Who holds the lock, or held it last without giving it back; StateError when the lock cannot be read."""
    found = store.objects.read(name or store.lock_name)
    return None if found is None else _decoded(found.data, store)


def holder(store: StateStore) -> LockInfo | None:
    """Who holds the lock and lives, as far as one can tell from here."""
    found = current(store)
    return found if found is not None and _is_alive(found, host=this_host(), now=utc_now()) else None


def unlock(store: StateStore) -> LockInfo | None:
    """Take the lock away from whoever holds it, and say who that was; None when nobody did or nobody can tell."""
    found = store.objects.read(store.lock_name)
    if found is None:
        return None
    store.objects.delete(store.lock_name)
    with suppress(StateError):
        return _decoded(found.data, store)
    return None


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _encoded(info: LockInfo) -> bytes:
    return to_json(asdict(info), indent=2) + b"\n"


def _decoded(data: bytes, store: StateStore) -> LockInfo:
    try:
        info = _LOCK_INFO.validate_json(data)
        if datetime.fromisoformat(info.expires_at).tzinfo is None:
            raise ValueError("its time has no offset")
    except ValueError as error:
        raise StateError(
            f"the lock of the stack `{store.stack}` in `{store.objects.url}` cannot be read",
            hint="make sure that nothing runs, then `lsform state unlock`",
        ) from error
    return info


def _locked(store: StateStore, holder: LockInfo | None) -> Conflict:
    who = "somebody who was faster" if holder is None else str(holder)
    return Conflict(
        f"the stack `{store.stack}` is locked by {who}",
        hint="wait for it to end; when nothing runs any more, `lsform state unlock`",
    )


def _is_alive(holder: LockInfo, *, host: str, now: datetime) -> bool:
    if holder.host == host and not _is_running(holder.pid):
        return False
    return datetime.fromisoformat(holder.expires_at) > now


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":  # there is no signal 0 there: asking would end the process
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's, but there
        return True
    return True
