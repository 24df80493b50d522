"""Tasks that are sent together: how many at most, and their bytes. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TypeAlias

from lsform.data.tasks import Task

MOST_TASKS = 1_000  # in a batch: the server takes 7,000 a second of them, and only 4,000 of ten times as many
MOST_BYTES = 5_000_000  # in a batch: below what gateways take as a body, and above what the first limit mostly gives
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
Counts: TypeAlias = tuple[int, int]  # of annotations and of predictions


@dataclass(slots=True)
class Batch:
    """Tasks that are sent together: keys, and the bytes of each."""

    keys: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    beside: list[Counts] = field(default_factory=list)
    size: int = 0

    def add(self, key: bytes, body: bytes, beside: Counts) -> None:
        self.keys.append(key)
        self.bodies.append(body)
        self.beside.append(beside)
        self.size += len(body) + 1

    def has_room(self, body: bytes) -> bool:
        return len(self.keys) < MOST_TASKS and self.size + len(body) < MOST_BYTES

    def without(self, keys: set[bytes]) -> Batch:
        made = Batch()
        for key, body, beside in zip(self.keys, self.bodies, self.beside, strict=True):
            if key not in keys:
                made.add(key, body, beside)
        return made

    @property
    def counts(self) -> Counts:
        """How many annotations and predictions it has."""
        return sum(one for one, _ in self.beside), sum(one for _, one in self.beside)

    @property
    def body(self) -> bytes:
        return b"[" + b",".join(self.bodies) + b"]"


def body_of(task: Task) -> bytes:
    """A task as it is sent."""
    return _ENCODER.encode(task.record()).encode("utf-8", "backslashreplace")
