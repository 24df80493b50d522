"""What the loop says of its passes: lines of a log, and notifications of what is wrong. Never the same thing twice."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from lsform.core.diagnostics import Severity
from lsform.core.errors import LsformError
from lsform.core.events import Detail, Event, Tell
from lsform.reconcile.conditions import Conditions, News, Topic
from lsform.reconcile.loop import SOURCE
from lsform.reconcile.model import Ending, Pass

LONGEST_TEXT = 3000  # characters: Slack cuts what is much longer
MOST_UNDELIVERED = 100  # older ones are given up: after an outage nobody reads more
SEVERITY = {Topic.DRIFT: Severity.WARNING, Topic.REFUSAL: Severity.ERROR, Topic.FAILURE: Severity.ERROR}
WAITING = {Ending.STANDBY: "stands by", Ending.PAUSED: "paused", Ending.LOCKED: "locked"}


@dataclass(slots=True)
class Notifier:
    """Posts texts. One that fails is told once, kept, and tried again with the next pass."""

    post: Callable[[str], None]
    tell: Tell
    waiting: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_UNDELIVERED))
    is_failing: bool = False

    def add(self, text: str) -> None:
        """Deliver it, sooner or later."""
        self.waiting.append(text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 4] + " ...")

    def flush(self) -> None:
        """Deliver what waits, in order, until one fails."""
        while self.waiting:
            try:
                self.post(self.waiting[0])
            except LsformError as error:
                if not self.is_failing:
                    self.tell(Event(f"not notified: {error.message}", {}, Detail.NEWS, Severity.WARNING))
                self.is_failing = True
                return
            self.waiting.popleft()
            self.is_failing = False


@dataclass(slots=True)
class Teller:
    """Hears each pass and tells what is new of it."""

    tell: Tell
    notifier: Notifier | None = None
    conditions: Conditions = field(default_factory=Conditions)
    _last: dict[str, Pass] = field(default_factory=dict)

    def __call__(self, done: Pass) -> None:
        """Wrong things as news; else how it ended, when that is not as it ended before."""
        for one in self.conditions.after(done):
            self._news(one)
        before = self._last.get(done.stack)
        self._last[done.stack] = done
        is_new = before is None or _manner(before) != _manner(done)
        if done.ending in WAITING or done.ending.is_success:
            self.tell(Event(_line(done), _fields(done), Detail.NEWS if is_new else Detail.STEP))
        if self.notifier is not None:
            self.notifier.flush()

    def _news(self, news: News) -> None:
        severity = Severity.INFO if news.is_over else SEVERITY[news.topic]
        told = {"stack": news.stack, "revision": news.revision, "condition": news.topic.value}
        text = f"{news}\nhint: {news.hint}" if news.hint else str(news)
        self.tell(Event(text, {**told, "over": int(news.is_over)}, Detail.NEWS, severity))
        if self.notifier is not None:
            self.notifier.add(f"lsform: {text}")


def _manner(done: Pass) -> tuple[bool, str, str]:
    return done.ending.is_success, "" if done.ending.is_success else done.ending.value, done.revision


def _line(done: Pass) -> str:
    at = f" at {done.revision[:12]}" if done.revision else ""
    if done.ending in WAITING:
        return f"{done.stack}{at}: {WAITING[done.ending]}: {done.problem}"
    if done.stack == SOURCE:
        return f"{done.stack}{at}: read"
    return f"{done.stack}{at}: as declared"


def _fields(done: Pass) -> dict[str, str | int]:
    return {
        "stack": done.stack,
        "revision": done.revision,
        "ending": done.ending.value,
        "ms": round(1000 * done.seconds),
        "changes": len(done.changes),
    }
