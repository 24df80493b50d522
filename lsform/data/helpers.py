"""Other processes that draw, so that a large export takes every processor. Starts processes, and is what they run.

A helper reads an order and says that it is there; then it reads texts of tasks from its standard input, and answers
them with a stretch, in pickles; sheets are in them in MessagePack, which takes a fifth of the time. Whoever started it
draws, too, while all helpers are busy.
Laws: stretches come in the order of the texts, so the export is the one that a single process would make. A helper
ends with its standard input, hence with whoever started it, killed or not. One that is lost costs time and no result:
its texts are drawn here.
"""

from __future__ import annotations

import os
import pickle
import select
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import IO, TypeAlias

import msgspec

from lsform.core.errors import LsformError
from lsform.data.drawing import Order, Stretch
from lsform.data.formats.base import Sheet
from lsform.data.raw import RawTask
from lsform.data.reading import Odd, raw_in
from lsform.data.regions import Malformed

WORTH_IT = 1 << 24  # bytes of an export: below, helpers take longer to start than they save
MOST = 3  # one writer keeps no more than these busy
SHARE = 4  # texts that a helper gets at once: it works on while this process draws and writes
AHEAD = 16  # stretches that may wait for an earlier one
Draw: TypeAlias = Callable[[Iterable[RawTask]], Stretch]
# Its modules are ours, not those that lie in the folder in which the user happens to be.
_START = "import sys; sys.path[:] = {path!r}; from lsform.data.helpers import main; main()"


def count_for(size: int) -> int:
    """How many helpers an export of so many bytes is worth."""
    return min((os.cpu_count() or 1) - 1, MOST) if size >= WORTH_IT else 0


@contextmanager
def helpers(order: Order, count: int) -> Iterator[tuple[Helper, ...]]:
    """These many, until the end of the context."""
    with ExitStack() as opened:
        yield tuple(opened.enter_context(_started(order)) for _ in range(count))


def drawn(texts: Iterable[bytes], crew: Sequence[Helper], draw: Draw) -> Iterator[Stretch]:
    """What helpers and this process make of the texts, in their order, a few of them in memory.

    Raises when it is that text's turn: Odd, Malformed, LsformError.
    """
    left = _Left(iter(texts))
    turns: deque[Turn] = deque()  # in the order of the texts
    while turns or not left.are_none:
        is_time = bool(turns) and (left.are_none or len(turns) > AHEAD or _is_made(turns[0]))
        made = _taken(turns.popleft(), draw) if is_time else None
        for helper in crew:  # they work while what was made is written
            if helper.takes_texts() and (share := left.next(SHARE)):
                turns.append(share if isinstance(share, Odd) else helper.send(share))
        if made is not None:
            yield made
        elif share := left.next(1):
            turns.append(share if isinstance(share, Odd) else _made(share, draw))


@dataclass(slots=True)
class _Left:
    """The texts that nobody has drawn yet."""

    texts: Iterator[bytes]
    are_none: bool = False

    def next(self, count: int) -> list[bytes] | Odd:
        """No more than so many; Odd, and no more, where there is none to be seen."""
        try:
            found = [] if self.are_none else list(islice(self.texts, count))
        except Odd as error:
            self.are_none = True
            return error
        self.are_none = not found
        return found


def _is_made(turn: Turn) -> bool:
    return not isinstance(turn, Helper) or turn.has_answered


def _made(texts: Iterable[bytes], draw: Draw) -> Stretch | Exception:
    try:
        return draw(task for text in texts for task in raw_in(text))
    except (Odd, Malformed, LsformError) as error:
        return error


def _taken(turn: Turn, draw: Draw) -> Stretch:
    found = turn.answer(draw) if isinstance(turn, Helper) else turn
    if isinstance(found, Exception):
        raise found
    return found


class Helper:
    """One of them; has the texts of one stretch at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._to: IO[bytes] = process.stdin
        self._back: IO[bytes] = process.stdout
        self._texts: list[bytes] = []
        self._is_there = self._is_lost = False
        self._ear = select.poll()
        self._ear.register(self._back, select.POLLIN)

    def takes_texts(self) -> bool:
        """It has begun, has nothing to do, and is still there as far as one knows."""
        if not self._is_there and self.has_answered:
            self._is_there = True
            self._heard()
        return self._is_there and not self._texts and not self._is_lost

    @property
    def has_answered(self) -> bool:
        """Or is lost: there is something to hear."""
        return bool(self._ear.poll(0))

    def send(self, texts: list[bytes]) -> Helper:
        """Itself, whose answer is due."""
        self._texts = texts
        self.put(texts)
        return self

    def put(self, what: list[bytes] | Order) -> None:
        with suppress(OSError):  # it is gone, which its answer will say
            pickle.dump(what, self._to, pickle.HIGHEST_PROTOCOL)
            self._to.flush()

    def close(self) -> None:
        with suppress(OSError):  # what it did not take is for nobody
            self._to.close()

    def answer(self, draw: Draw) -> Stretch | Exception:
        """Waits for it; made here, with `draw`, if the helper is lost."""
        found, texts, self._texts = self._heard(), self._texts, []
        return _made(texts, draw) if found is None else found

    def _heard(self) -> Stretch | Exception | None:
        try:
            found = pickle.load(self._back)
        except (OSError, EOFError, pickle.UnpicklingError):
            self._is_lost = True
            return None
        if isinstance(found, tuple):
            sheets, *told = found
            return Stretch(_SHEETS.decode(sheets), *told)
        assert isinstance(found, Exception | None)
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


Turn: TypeAlias = Helper | Stretch | Exception  # whose answer is due, or what was made


def main() -> None:
    """Run by a helper."""
    orders, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library says is no answer
    draw = pickle.load(orders).drawing()
    answer: object = None  # it is there
    with suppress(EOFError, KeyboardInterrupt, BrokenPipeError):
        while True:
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
            found = _made(pickle.load(orders), draw)
            answer = (_PACK(found.sheets), *found[1:]) if isinstance(found, Stretch) else found


_PACK = msgspec.msgpack.encode
_SHEETS = msgspec.msgpack.Decoder(list[Sheet])
