"""Findings: what lsform has to say of a configuration, with the place it speaks of. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsform.core.values import Json


class Severity(str, Enum):
    """How bad it is; errors stop a plan."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file: line and column count from 1, and 0 says unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


NOWHERE = Span("")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said of a configuration. `address` is the resource that it is about, or ''."""

    code: str
    severity: Severity
    message: str
    hint: str = ""
    span: Span = NOWHERE
    address: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said of a record of data: the field, as `predictions[0].score`, and what is wrong with it."""

    code: str
    field: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def text(self) -> str:
        field = self.field.lstrip(".")  # of what is not inside anything
        return f"`{field}` {self.message}" if field else self.message

    def at(self, place: Span) -> Finding:
        return Finding(self.code, self.severity, self.text, self.hint, place)


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place, then code: the same findings always stand in the same order, each once."""
    unique = dict.fromkeys(findings)
    return tuple(sorted(unique, key=lambda one: (one.span, one.code, one.address, one.message)))


def finding_json(finding: Finding) -> dict[str, Json]:
    """One finding, as the contract has it."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "file": finding.span.file,
        "line": finding.span.line,
        "column": finding.span.column,
        "address": finding.address,
    }


def counted(number: int, noun: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean `x`?` for the known word that looks most like it, or ''."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else ""
