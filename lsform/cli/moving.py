"""The last line of a terminal, which tells what is being done, and for how long: it moves also where one waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, RLock, Thread

BEAT = 0.5  # seconds between two looks at the clock


class MovingLine:
    """One line, drawn by `write` over what it was before. A thread draws it until `end`, and dies with the process."""

    def __init__(
        self,
        write: Callable[[str], None],
        *,
        columns: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
        beat: float = BEAT,
    ) -> None:
        self._write, self._columns, self._clock, self._every = write, columns, clock, beat
        self._lock = RLock()  # a signal may come while it is held
        self._text, self._since, self._drawn = "", 0.0, ""
        self._ended: Event | None = None

    def show(self, text: str) -> None:
        """From now on this is done."""
        with self._lock:
            if text != self._text:
                self._text, self._since = text, self._clock()
            self._draw()
            if self._ended is None:
                self._ended = Event()
                Thread(target=self._beat, args=(self._ended,), daemon=True).start()

    def above(self, text: str) -> None:
        """Write something that stays; the line comes back below it with the next beat."""
        with self._lock:
            self._erase()
            self._write(text)

    def end(self) -> None:
        """Take the line away."""
        with self._lock:
            self._erase()
            self._text = ""
            if self._ended is not None:
                self._ended.set()
            self._ended = None

    def _beat(self, ended: Event) -> None:
        while not ended.wait(self._every):
            with self._lock:
                if not ended.is_set():
                    self._draw()

    def _draw(self) -> None:
        seconds = int(self._clock() - self._since)
        line = f"{self._text}, {seconds} s" if seconds else self._text
        line = line[: self._columns() - 1]  # one that wraps could not be erased
        if line != self._drawn:
            self._erase()
            self._write(line)
            self._drawn = line

    def _erase(self) -> None:
        if self._drawn:
            self._write("\r" + " " * len(self._drawn) + "\r")
            self._drawn = ""
