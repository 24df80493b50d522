"""Other processes that draw, so that a large export takes every processor. Starts processes, and is what they run.

A helper reads an order and then texts of tasks from its standard input, and answers each with a stretch, in pickles.
Laws: stretches come in the order of the texts, so the export is the one that a single process would make. A helper
ends with its standard input, hence with whoever started it, killed or not. One that is lost costs time and no result:
its text counts as odd.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import cycle
from typing import IO

from lsform.core.errors import LsformError
from lsform.data.drawing import Order, Stretch
from lsform.data.reading import Odd, raw_in
from lsform.data.regions import Malformed

WORTH_IT = 1 << 24  # bytes of an export: below, helpers take longer to start than they save
MOST = 4  # one writer keeps no more than these busy
# Its modules are ours, not those that lie in the folder in which the user happens to be.
_START = "import sys; sys.path[:] = {path!r}; from lsform.data.helpers import main; main()"


def count_for(size: int) -> int:
    """How many helpers an export of so many bytes is worth."""
    processors = os.cpu_count() or 1
    return min(processors, MOST) if size >= WORTH_IT and processors > 1 else 0


@contextmanager
def helpers(order: Order, count: int) -> Iterator[tuple[Helper, ...]]:
    """These many, until the end of the context."""
    with ExitStack() as opened:
        yield tuple(opened.enter_context(_started(order)) for _ in range(count))


def drawn(texts: Iterable[bytes], crew: tuple[Helper, ...]) -> Iterator[Stretch]:
    """What the helpers make of the texts, in their order, while as many as there are helpers are in memory.

    Raises what a helper raised when it is that text's turn: Odd, Malformed, LsformError.
    """
    turn = cycle(crew)
    for text, helper in zip(texts, turn, strict=False):  # the texts end first
        before = helper.answer() if helper.is_busy else None
        helper.send(text)  # it works while what it made before is written
        if before is not None:
            yield before
    for _ in crew:
        helper = next(turn)
        if helper.is_busy:
            yield helper.answer()


class Helper:
    """One of them; has one text at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._to: IO[bytes] = process.stdin
        self._back: IO[bytes] = process.stdout
        self.is_busy = False

    def send(self, text: bytes) -> None:
        self.put(text)
        self.is_busy = True

    def put(self, what: bytes | Order) -> None:
        with suppress(OSError):  # it is gone, which its answer will say
            pickle.dump(what, self._to, pickle.HIGHEST_PROTOCOL)
            self._to.flush()

    def close(self) -> None:
        with suppress(OSError):  # what it did not take is for nobody
            self._to.close()

    def answer(self) -> Stretch:
        self.is_busy = False
        try:
            found = pickle.load(self._back)
        except (OSError, EOFError, pickle.UnpicklingError):
            raise Odd from None
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Stretch)
        return found


@contextmanager
def _started(order: Order) -> Iterator[Helper]:
    command = [sys.executable, "-c", _START.format(path=sys.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        helper = Helper(process)
        try:
            helper.put(order)
            yield helper
        finally:
            process.kill()  # it has nothing to lose
            helper.close()


def main() -> None:
    """Run by a helper."""
    texts, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library says is no answer
    draw = pickle.load(texts).drawing()
    with suppress(EOFError, KeyboardInterrupt, BrokenPipeError):
        while True:
            text = pickle.load(texts)
            try:
                made: Stretch | Exception = draw(raw_in(text))
            except (Odd, Malformed, LsformError) as error:
                made = error
            pickle.dump(made, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
