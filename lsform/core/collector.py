"""Python's garbage collector, told what is about to be made and kept, and the turns of its threads.

Touches the process's own settings.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

TURN = 0.0005  # seconds: a tenth of Python's own
NEVER = 1_000_000  # collections of the middle generation before a full one


@contextmanager
def no_full_collections() -> Iterator[None]:
    """Inside, only young objects are looked through for cycles.

    A stack of thousands of resources is millions of objects, kept and without cycles: full collections look at all of
    them again and again, a quarter of the time for 10,000 projects. What has cycles there dies young.
    """
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)


@contextmanager
def short_turns() -> Iterator[None]:
    """Inside, a thread that computes lets others in ten times as often.

    One that talks to a server wants in some ten times a request, for a moment each. At Python's own 5 ms the server
    would wait for it most of the time; so it answers three times as much while the manifests are read.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def load(name: str) -> ModuleType:
    """A module, imported when it is first asked for. What an import makes stays, so the collector never looks at it.

    Else that takes it a tenth of the time until a command works. Whatever exists at that moment is spared as well.
    """
    if name not in sys.modules:
        gc.disable()
        try:
            import_module(name)
            gc.freeze()
        finally:
            gc.enable()
    return import_module(name)  # which waits where another thread is at it
