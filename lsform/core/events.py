"""What lsform tells of its work while it works; who listens decides what is shown, and how. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from lsform.core.diagnostics import Severity


class Detail(IntEnum):
    """How closely one has to listen: the number of `-v` on the command line."""

    NEWS = 0
    STEP = 1
    REQUEST = 2


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: in words, and the same in fields for machines. Never a value that could be secret."""

    text: str
    fields: Mapping[str, str | int] = field(default_factory=dict)
    detail: Detail = Detail.STEP
    severity: Severity = Severity.INFO


def step(text: str, **fields: str | int) -> Event:
    """A step, whose words name its fields: `step("read {file}", file=name)`."""
    return Event(text.format(**fields), fields)


Tell = Callable[[Event], None]


def untold(_event: Event) -> None:
    """Nobody listens."""
