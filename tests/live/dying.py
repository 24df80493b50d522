"""`lsform` that gets a signal at one boundary of its writes: `python -m tests.live.dying SIGKILL POINT ARGUMENTS...`.

A POINT is a number, for the n-th boundary whichever it is, or a name with the number of its occurrence, as `sent:2`.
A run that outlives its point says on stderr how many boundaries it had. lsform itself knows nothing of this: the ports
of its engine are wrapped here.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import lsform.server.label_studio as adapter
from lsform.cli.app import run
from lsform.state import memory

P = ParamSpec("P")
T = TypeVar("T")

WRITES = ("create", "update", "delete")


class Fate:
    """Counts boundaries, and strikes at one of them."""

    def __init__(self, number: signal.Signals, point: str) -> None:
        self.number = number
        self.point = point
        self.passed: Counter[str] = Counter()

    def boundary(self, name: str) -> None:
        self.passed[name] += 1
        if self.point in (f"{name}:{self.passed[name]}", str(self.passed.total())):
            os.kill(os.getpid(), self.number)

    def around(self, method: Callable[P, T], before: str = "", after: str = "") -> Callable[P, T]:
        @wraps(method)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            if before:
                self.boundary(before)
            result = method(*args, **kwargs)
            if after:
                self.boundary(after)
            return result

        return call


def main() -> int:
    name_of_signal, point, *arguments = sys.argv[1:]
    fate = Fate(signal.Signals[name_of_signal], point)
    server, kept = adapter.LabelStudio, memory.StateMemory
    for name in WRITES:
        setattr(server, name, fate.around(getattr(server, name), "sending", "sent"))
    kept.intend = fate.around(kept.intend, before="intending")  # type: ignore[method-assign]
    kept.remember = fate.around(kept.remember, after="remembered")  # type: ignore[method-assign]
    kept.forget = fate.around(kept.forget, after="remembered")  # type: ignore[method-assign]
    kept.finish = fate.around(kept.finish, "finishing", "finished")  # type: ignore[method-assign]
    code = run(arguments)
    print(f"boundaries: {fate.passed.total()}", file=sys.stderr)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
