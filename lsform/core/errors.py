"""Every error that lsform raises on purpose, and the exit code that each ends with. Pure.

LsformError                     1  an error
├── ConfigurationError          1  the manifests: findings, all at once
├── PlanRefused                 3  a guard
├── Conflict                    4  stale plan, or a state that is locked
│   └── Stale                   4  one object is no longer what the plan saw
├── ServerError                 1  the server refused one request
│   └── ServerUnavailable       6  unreachable, not authorised, too old
├── UsageError                 64  the command line
└── Interrupted               130  ctrl-C
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from lsform.core.diagnostics import Finding, Severity


class ExitCode(IntEnum):
    """What the shell is told; the contract's table."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    REFUSED = 3
    CONFLICT = 4
    PARTIAL = 5
    UNREACHABLE = 6
    USAGE = 64
    INTERRUPTED = 130


class LsformError(Exception):
    """Base of the tree. `hint` says what to do about it."""

    exit_code: ClassVar[ExitCode] = ExitCode.ERROR

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigurationError(LsformError):
    """The manifests are wrong; `findings` has every mistake that was found."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("the configuration has errors; nothing was sent")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that a plan may not do unasked. `address` is what it would do it to, or '' for the plan as a whole.

    `lifted_by` is what the user can do to have it done all the same.
    """

    code: str
    address: str
    text: str
    lifted_by: str

    @property
    def finding(self) -> Finding:
        """The same among the findings of a plan."""
        return Finding(self.code, Severity.ERROR, self.text, self.lifted_by, address=self.address)


class PlanRefused(LsformError):
    """Guards do not let the plan run. `refusals` has one for each thing that they object to."""

    exit_code = ExitCode.REFUSED

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("refused: " + "; ".join(f"{one.code} {one.text}" for one in self.refusals))


class Conflict(LsformError):
    """Somebody else holds the lock, or the server is no longer what the plan saw."""

    exit_code = ExitCode.CONFLICT


class Stale(Conflict):
    """One object is no longer what the plan saw, which concerns its own change and no other."""


class ServerError(LsformError):
    """The server refused or failed one request. `status` is its HTTP status, 0 when there was no answer.

    `is_unclear` says that a write may have been done nevertheless.
    """

    def __init__(self, message: str, *, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.status = status

    @property
    def is_unclear(self) -> bool:
        return self.status == 0 or self.status >= 500


class ServerUnavailable(ServerError):
    """No use in going on: unreachable, not authorised, or a server that lsform does not know."""

    exit_code = ExitCode.UNREACHABLE


class UsageError(LsformError):
    """The command line asks for something that makes no sense."""

    exit_code = ExitCode.USAGE


class Interrupted(LsformError):
    """Stopped by the user, between two writes."""

    exit_code = ExitCode.INTERRUPTED
