"""What stays wrong from pass to pass, told once: when it begins, when it changes, when it is over. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from lsform.reconcile.model import Ending, Pass

# Endings after which another process knows better, or nobody knows anything.
SILENT = frozenset({Ending.STANDBY, Ending.LOCKED, Ending.INTERRUPTED})
NUMBER = re.compile(r"\d+")  # an error that differs in its numbers alone, such as a port or a time, is the same


class Topic(str, Enum):
    """What can be wrong."""

    DRIFT = "drift"
    REFUSAL = "refused"
    FAILURE = "failed"


@dataclass(frozen=True, slots=True)
class News:
    """Something began, changed, or is over. `text` says what is wrong, or was."""

    stack: str
    topic: Topic
    text: str
    revision: str = ""
    hint: str = ""
    is_over: bool = False

    def __str__(self) -> str:
        at = f" at {self.revision[:12]}" if self.revision else ""
        return f"{self.stack}{at}: no longer {self.topic.value}" if self.is_over else (
            f"{self.stack}{at}: {self.topic.value}: {self.text}"
        )  # fmt: skip


@dataclass(slots=True)
class Conditions:
    """What is wrong now, by stack and topic."""

    _open: dict[tuple[str, Topic], str] = field(default_factory=dict)

    def after(self, done: Pass) -> tuple[News, ...]:
        """What is news after this pass."""
        return tuple(self._news(done))

    def _news(self, done: Pass) -> Iterator[News]:
        if done.ending is Ending.STANDBY:  # whoever leads tells
            self._open = {key: text for key, text in self._open.items() if key[0] != done.stack}
        for topic, text in _looked_at(done):
            key = (done.stack, topic)
            known = NUMBER.sub("0", text) if topic is Topic.FAILURE else text
            before = self._open.get(key, "")
            if text and known != before:
                self._open[key] = known
                hint = "" if topic is Topic.DRIFT else done.hint
                yield News(done.stack, topic, text, done.revision, hint)
            elif before and not text:
                del self._open[key]
                yield News(done.stack, topic, before, done.revision, is_over=True)


def _looked_at(done: Pass) -> Iterator[tuple[Topic, str]]:
    """Of what this pass can tell whether it is wrong, and how: '' when it is not."""
    if done.drift is not None:
        yield Topic.DRIFT, "\n".join(done.drift)
    if done.ending not in SILENT | {Ending.FAILED, Ending.PAUSED}:
        yield Topic.REFUSAL, done.problem if done.ending is Ending.REFUSED else ""
    if done.ending not in SILENT:
        yield Topic.FAILURE, done.problem if done.ending is Ending.FAILED else ""
