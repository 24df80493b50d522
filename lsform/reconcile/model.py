"""What one pass over one stack came to. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lsform.core.diagnostics import Finding
from lsform.core.errors import ExitCode, LsformError


@dataclass(frozen=True, slots=True)
class Subject:
    """One stack in one environment: its folder, counted from the checkout, and the name it goes by in what is told."""

    name: str
    folder: str
    environment: str = ""


class Ending(str, Enum):
    """How a pass ended."""

    STEADY = "steady"
    APPLIED = "applied"
    PAUSED = "paused"
    STANDBY = "standby"
    LOCKED = "locked"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_success(self) -> bool:
        """The server is as declared now."""
        return self in (Ending.STEADY, Ending.APPLIED)


EXIT_CODES = {
    Ending.STANDBY: ExitCode.CONFLICT,
    Ending.LOCKED: ExitCode.CONFLICT,
    Ending.REFUSED: ExitCode.REFUSED,
    Ending.FAILED: ExitCode.ERROR,
    Ending.INTERRUPTED: ExitCode.INTERRUPTED,
}


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass. `drift` has a text for each resource, and is None where nobody looked, as `findings` is.

    `problem` says why it did not end well, or what it waits for. `changes` are action and result of each change.
    """

    stack: str
    ending: Ending
    revision: str = ""
    drift: tuple[str, ...] | None = None
    findings: tuple[Finding, ...] | None = None
    changes: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    hint: str = ""
    seconds: float = 0.0
    code: ExitCode = ExitCode.DONE


def ended(stack: str, ending: Ending, revision: str, error: LsformError | None = None) -> Pass:
    """A pass that ended as `ending`, for the reason that the error gives."""
    code = EXIT_CODES.get(ending, ExitCode.DONE)
    if error is None:
        return Pass(stack, ending, revision, code=code)
    code = error.exit_code if ending is Ending.FAILED else code
    return Pass(stack, ending, revision, problem=error.message, hint=error.hint, code=code)


def exit_code(passes: tuple[Pass, ...]) -> ExitCode:
    """That of all passes when those that did not end well agree, else an error."""
    codes = {one.code for one in passes} - {ExitCode.DONE}
    if ExitCode.INTERRUPTED in codes:
        return ExitCode.INTERRUPTED
    return codes.pop() if len(codes) == 1 else ExitCode.ERROR if codes else ExitCode.DONE
