"""The lock: one holder at a time, and none for longer than it lives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from lsform.core.errors import Conflict
from lsform.state import LockInfo, StateError, StateLock, StateStore, current, unlock
from lsform.state.lock import LEASE, this_host

Open = Callable[[], StateStore]

HOLDER = """
import sys
from pathlib import Path
from lsform.state import StateLock, StateStore
store = StateStore.open("file:.lsform/state", base=Path(sys.argv[1]), stack="vision")
with StateLock(store, command="apply"):
    print("held", flush=True)
    sys.stdin.read()
"""


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock until its standard input ends."""
    command = [sys.executable, "-c", HOLDER, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def dead_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def lock_text(**changes: object) -> bytes:
    text = {"owner": "ann", "host": "here", "pid": 1, "command": "apply", "id": "i"}
    times = {"created_at": "2026-01-01T00:00:00+00:00", "expires_at": "2026-01-01T00:02:00+00:00"}
    return json.dumps({**text, **times, **changes}).encode()


def test_a_lock_is_there_while_it_is_held_and_gone_after(open_store: Open) -> None:
    with StateLock(open_store(), command="apply"):
        found = current(open_store())
        assert found is not None
        assert ("apply", os.getpid(), this_host()) == (found.command, found.pid, found.host)
    assert current(open_store()) is None


def test_a_second_process_is_told_who_holds_the_lock_and_gets_it_after(open_store: Open, tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        with pytest.raises(Conflict, match=f"locked by `apply` of .* pid {process.pid}, since 20") as caught:
            StateLock(open_store(), command="apply").acquire()
        assert "`lsform state unlock`" in caught.value.hint
        process.communicate(b"")
        assert process.returncode == 0
        with StateLock(open_store(), command="apply"):
            pass


def test_a_killed_holder_blocks_nobody(open_store: Open, tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.kill()
        process.wait()
        assert current(open_store()) is not None
        with StateLock(open_store(), command="apply"):
            found = current(open_store())
            assert found is not None
            assert os.getpid() == found.pid


def test_a_dead_pid_of_another_host_says_nothing(open_store: Open) -> None:
    elsewhere = StateLock(open_store(), command="apply", host="elsewhere", pid=dead_pid())
    with elsewhere, pytest.raises(Conflict):
        StateLock(open_store(), command="apply").acquire()


def test_a_lease_that_has_run_out_is_taken_over_and_one_that_has_not_is_not(open_store: Open) -> None:
    clock = Clock()
    first = StateLock(open_store(), command="apply", owner="ann", clock=clock)
    second = StateLock(open_store(), command="apply", owner="bob", clock=clock)
    first.acquire()
    clock.now += LEASE - timedelta(seconds=1)
    with pytest.raises(Conflict, match="of ann on"):
        second.acquire()
    clock.now += timedelta(seconds=1)
    taken = second.acquire()
    assert taken == current(open_store())
    second.release()
    first.release()


def test_who_lost_the_lock_is_told_and_does_not_release_the_others(open_store: Open) -> None:
    clock = Clock()
    first = StateLock(open_store(), command="apply", clock=clock)
    second = StateLock(open_store(), command="drift", owner="bob", clock=clock)
    first.acquire()
    clock.now += LEASE
    taken = second.acquire()
    with pytest.raises(Conflict, match="`drift` of bob"):
        first.refresh()
    first.release()
    assert taken == current(open_store())
    second.release()
    assert current(open_store()) is None


def test_a_refresh_extends_the_lease_of_the_same_lock(open_store: Open) -> None:
    clock = Clock()
    lock = StateLock(open_store(), command="apply", clock=clock)
    taken = lock.acquire()
    clock.now += LEASE * 3
    lock.refresh()
    assert replace(taken, expires_at="2026-01-01T00:08:00.000+00:00") == current(open_store())
    with pytest.raises(Conflict):
        StateLock(open_store(), command="apply", clock=clock).acquire()
    lock.release()


def test_a_heartbeat_keeps_the_lease_alive_without_being_asked(
    open_store: Open, wait_until: Callable[[Callable[[], bool]], None]
) -> None:
    with StateLock(open_store(), command="apply", lease=timedelta(seconds=0.4)):
        taken = current(open_store())
        assert taken is not None

        def extended() -> bool:
            found = current(open_store())
            assert found is not None
            return found.id == taken.id and found.expires_at > taken.expires_at

        wait_until(extended)
        with pytest.raises(Conflict):
            StateLock(open_store(), command="apply").acquire()


def test_a_released_lock_leaves_no_thread_behind(open_store: Open) -> None:
    before = threading.active_count()
    lock = StateLock(open_store(), command="apply")
    lock.acquire()
    assert before + 1 == threading.active_count()
    lock.release()
    lock.release()
    assert before == threading.active_count()


def test_of_many_who_take_a_dead_lock_over_at_once_one_succeeds(open_store: Open) -> None:
    pid = dead_pid()
    for _ in range(20):
        StateLock(open_store(), command="apply", pid=pid).acquire()
        start = threading.Barrier(8)
        locks = [StateLock(open_store(), command="apply", owner=f"user {number}") for number in range(8)]
        won: list[LockInfo] = []

        def compete(lock: StateLock, *, start: threading.Barrier = start, won: list[LockInfo] = won) -> None:
            start.wait()
            with suppress(Conflict):
                won.append(lock.acquire())

        threads = [threading.Thread(target=compete, args=(lock,)) for lock in locks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [current(open_store())] == won
        for lock in locks:
            lock.release()
        assert current(open_store()) is None


def test_unlock_takes_the_lock_away_and_says_whose_it_was(open_store: Open) -> None:
    assert unlock(open_store()) is None
    lock = StateLock(open_store(), command="apply")
    taken = lock.acquire()
    assert taken == unlock(open_store())
    assert current(open_store()) is None
    with pytest.raises(Conflict):
        lock.refresh()
    lock.release()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"owner": "ann"}',
        lock_text(pid="1"),
        lock_text(expires_at="2026-01-01T00:00:00"),
        lock_text(expires_at="soon"),
    ],
)
def test_a_lock_that_cannot_be_read_stops_until_it_is_unlocked(data: bytes, open_store: Open) -> None:
    store = open_store()
    store.objects.replace(store.lock_name, data, seen=None)
    with pytest.raises(StateError, match="the lock of the stack `vision`") as caught:
        StateLock(store, command="apply").acquire()
    assert "`lsform state unlock`" in caught.value.hint
    assert unlock(store) is None
    with StateLock(store, command="apply"):
        pass


def test_an_error_inside_is_not_hidden_by_a_lock_that_cannot_be_released(open_store: Open, tmp_path: Path) -> None:
    with pytest.raises(KeyError), StateLock(open_store(), command="apply"):
        (tmp_path / ".lsform/state/vision.lock").write_bytes(b"{")
        raise KeyError
