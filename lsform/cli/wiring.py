"""The only place that looks at the process: its environment, its streams, its signals, its clock."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from types import FrameType
from typing import IO


def start_quickly() -> None:
    """Settings of this process, and of what it starts, that spare it what no command needs."""
    # to find plugins, pydantic reads what every installed distribution says of itself; ours are no models to watch
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # httpx takes its own command line along, and all of rich with it: None says that this part is not installed
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]


def environment() -> Mapping[str, str]:
    """The environment variables of this process."""
    return os.environ


def now() -> str:
    """The time of day, in UTC and ISO 8601, to the millisecond."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def wants_color(*, no_color: bool, stream_is_terminal: bool) -> bool:
    """Colours go to terminals, unless `--no-color`, `NO_COLOR` (https://no-color.org) or a dumb terminal says no."""
    return stream_is_terminal and not no_color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def is_terminal(stream: str) -> bool:
    """Whether `stdin`, `stdout` or `stderr` is a terminal."""
    return bool(getattr(sys, stream).isatty())


def columns() -> int:
    """How wide the terminal behind stderr is; 80 where it does not say."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80


def write(stream: str, text: str) -> None:
    """Write to `stdout` or `stderr`. When its reader has gone, this and all that follows goes nowhere."""
    try:
        getattr(sys, stream).write(text)
        getattr(sys, stream).flush()
    except BrokenPipeError:
        discard(stream)


def read_stdin() -> bytes:
    """All of stdin."""
    return sys.stdin.buffer.read()


def stdin() -> IO[bytes]:
    """Stdin, for what may be too long to be read at once."""
    return sys.stdin.buffer


def discard(stream: str) -> None:
    """Let the rest of `stdout` or `stderr` go nowhere, also what Python flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, getattr(sys, stream).fileno())
    os.close(nowhere)


def wait(seconds: float, *, until: Callable[[], bool], beat: Callable[[], None]) -> None:
    """Wait, or until it is time to stop; `beat` is called all the while."""
    end = time.monotonic() + seconds
    while not until() and (left := end - time.monotonic()) > 0:
        beat()
        time.sleep(min(left, 0.2))


@contextmanager
def graceful_interrupt(tell: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Inside, the first ctrl-C or SIGTERM only asks to stop; a second one stops at once."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        if asked:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            raise KeyboardInterrupt
        asked.append(number)
        tell()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
