"""A process that outlives us: starting it, knowing it again, stopping it; a lock and a free port. Touches processes.

Law: nobody gets a signal before the command line of its group's leader has shown the mark that we started it with, so
that neither a stale record nor a recycled process id can hit a stranger. For Linux and macOS.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lsform.core.errors import Conflict

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.1
MARK_SECONDS = 5.0
BURIAL_SECONDS = 2.0
"""How long to wait for the parent of dead processes to bury them; in a container without an init nobody does."""


@dataclass(frozen=True, slots=True)
class MarkedProcess:
    """The leader of a process group of its own. `mark` is a word of its command line that no other process has; '' is
    that of a process which was never started."""

    pid: int
    mark: str

    def is_running(self) -> bool:
        return bool(self.mark) and self.mark in _command_line(self.pid)

    def stop(self, *, timeout: float) -> bool:
        """End the whole group: SIGTERM, then SIGKILL after `timeout` seconds. Whether it was running."""
        if not self.is_running():
            return False
        _signal_group(self.pid, signal.SIGTERM)
        _wait_until(lambda: not self.is_running(), timeout)
        _signal_group(self.pid, signal.SIGKILL)  # for a leader that stays, and for children that it leaves behind
        # the command line is the first thing that a dying process loses; its sockets and files are free only now
        _wait_until(lambda: not _signal_group(self.pid, 0), BURIAL_SECONDS)
        return True


def _wait_until(is_so: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def start_python(
    arguments: Sequence[str], *, directory: Path, environment: Mapping[str, str], log: Path
) -> MarkedProcess:
    """Run this interpreter in a session of its own, so that it survives ours; its output goes to `log`, made anew."""
    mark = f"lsform-server={secrets.token_hex(8)}"
    # Python keeps an `-X` option that it does not know, and does nothing with it
    command = [sys.executable, "-X", mark, *arguments]
    with open_private(log) as output:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    marked = MarkedProcess(process.pid, mark)
    # a program runs for a moment before the kernel shows its command line
    _wait_until(lambda: marked.is_running() or process.poll() is not None, MARK_SECONDS)
    # should it die while we live, somebody has to bury it: a zombie still counts as a member of its group
    threading.Thread(target=process.wait, daemon=True).start()
    return marked


def open_private(path: Path) -> BinaryIO:
    """Open a file anew for writing; only its owner may read it, from its first byte on."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _command_line(pid: int) -> str:
    """The arguments of a process; '' when there is none, or only a zombie."""
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        return ""
    shown = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout


def _signal_group(pid: int, number: int) -> bool:
    """Whether there was anybody in the group to signal; macOS answers "not permitted" where only zombies are."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


@contextmanager
def exclusive(path: Path, *, timeout: float, progress: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock `path`, waiting up to `timeout` seconds; then raises Conflict.

    It is the file lock of SQLite: portable, and gone with its holder however that one died.
    """
    deadline = time.monotonic() + timeout
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        if not _locks(connection):
            progress("waiting for another `lsform server` command on the same folder")
        while not connection.in_transaction and not _locks(connection):
            if time.monotonic() > deadline:
                raise Conflict(
                    f"another `lsform server` command has held `{path}` for {timeout:.0f} s",
                    hint="wait until it is done, then try again",
                )
            time.sleep(POLL_SECONDS)
        yield


def _locks(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # as the server itself will: connections of the last run that linger do not count
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
