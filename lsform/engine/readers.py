"""Reads many things by a few threads, with results and errors as if they had been read one after the other."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lsform.engine.ports import Progress

Item = TypeVar("Item")
Result = TypeVar("Result")


def read_each(
    read: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    readers: int,
    progress: Progress,
    text: str,
) -> list[Result]:
    """What `read` makes of each item, in their order. Raises what the first of them that fails raises.

    The caller is one of the readers and the only one who tells of progress. The others die with the process: ctrl-C
    need not wait for a server that hangs.
    """
    work = _Work(read, deque(enumerate(items)))
    helpers = [threading.Thread(target=work.share, daemon=True) for _ in range(min(readers, len(items)) - 1)]
    for helper in helpers:
        helper.start()
    try:
        while work.step():
            progress(text, done=len(work.results), total=len(items))
        for helper in helpers:
            helper.join()
    finally:
        work.left.clear()
    if work.errors:
        raise work.errors[min(work.errors)]
    return [work.results[at] for at in range(len(items))]


@dataclass(slots=True)
class _Work(Generic[Item, Result]):
    """What is left to read, and what came of the rest, by place. Items are taken in order, so that all before the first
    one that fails have been read as well.
    """

    read: Callable[[Item], Result]
    left: deque[tuple[int, Item]]
    results: dict[int, Result] = field(default_factory=dict)
    errors: dict[int, Exception] = field(default_factory=dict)

    def share(self) -> None:
        while self.step():
            pass

    def step(self) -> bool:
        """Read the next item; False when there is none, or no use in it."""
        try:
            at, item = self.left.popleft()
        except IndexError:
            return False
        try:
            self.results[at] = self.read(item)
        except Exception as error:  # noqa: BLE001  a thread's error is carried to whoever waits for it
            self.errors[at] = error
            self.left.clear()
        return not self.errors
