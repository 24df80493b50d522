"""When which stack has its turn: every interval, later after failures, at once after a new commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lsform.core.errors import LsformError
from lsform.reconcile.model import Ending, Pass, Subject, ended
from lsform.reconcile.source import Checkout, Source

SOURCE = "source"  # the name under which it is told how fetching goes
LONGEST_BACKOFF = 900.0  # seconds: an hour without a look would be longer than anybody waits for a server that is back


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, in seconds. `jitter` is the share by which a pause varies, so that replicas do not march in step.

    `standby` is how often one that stands by looks whether the leader is still there.
    """

    interval: float
    standby: float
    jitter: float = 0.1
    longest: float = LONGEST_BACKOFF

    def pause(self, done: Pass, failures: int, chance: float) -> float:
        """From the end of a pass to the next one; `chance` is 0..1."""
        length = self.interval
        if done.ending is Ending.STANDBY:
            length = min(self.interval, self.standby)
        elif failures:
            length = min(self.interval * 2.0 ** min(failures, 30), max(self.longest, self.interval))
        return length * (1 + self.jitter * (2 * chance - 1))


@dataclass(slots=True)
class Turn:
    """When something has its next turn, how often it has failed since it last did not, and the commit it was at."""

    at: float = 0.0
    failures: int = 0
    revision: str = ""


Listener = Callable[[Pass], None]


@dataclass(slots=True)
class Loop:
    """Rounds over all stacks, one after the other. `wait` may return early, when `should_stop`."""

    source: Source
    subjects: Sequence[Subject]
    keep: Callable[[Subject, Checkout], Pass]
    listeners: Sequence[Listener]
    rhythm: Rhythm
    clock: Callable[[], float]
    wait: Callable[[float], None]
    chance: Callable[[], float]
    should_stop: Callable[[], bool] = lambda: False
    turns: dict[str, Turn] = field(default_factory=dict)

    def run(self, *, once: bool = False) -> tuple[Pass, ...]:
        """Rounds until it should stop, or one; what the last round came to."""
        while True:
            done = self.round()
            if once or self.should_stop():
                return done
            self.wait(max(0.0, self._next() - self.clock()))
            if self.should_stop():
                return ()

    def round(self) -> tuple[Pass, ...]:
        """Fetch, then a pass over each stack whose turn it is."""
        try:
            checkout = self.source.checkout()
        except LsformError as error:
            return (self._heard(ended(SOURCE, Ending.FAILED, "", error)),)
        passes = [self._heard(ended(SOURCE, Ending.STEADY, checkout.revision))]
        for subject in self.subjects:
            if self.should_stop():
                break
            turn = self._turn(subject.name)
            if turn.at <= self.clock() or turn.revision != checkout.revision:
                passes.append(self._heard(self.keep(subject, checkout)))
        return tuple(passes)

    def _next(self) -> float:
        """Nobody has a turn while there is nothing to read."""
        source = self._turn(SOURCE)
        return source.at if source.failures else min(turn.at for turn in self.turns.values())

    def _turn(self, name: str) -> Turn:
        return self.turns.setdefault(name, Turn())

    def _heard(self, done: Pass) -> Pass:
        turn = self._turn(done.stack)
        turn.failures = turn.failures + 1 if done.ending is Ending.FAILED else 0
        turn.revision = done.revision
        turn.at = self.clock() + self.rhythm.pause(done, turn.failures, self.chance())
        for listener in self.listeners:
            listener(done)
        return done
