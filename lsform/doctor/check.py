"""What a check is: a module with an id, a severity, a docstring that documents it, and a judgement. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from lsform.core.diagnostics import Severity
from lsform.doctor.evidence import Evidence, Part


class Repairs(Protocol):
    """What may be done to a server without losing anything; each is what a person would do in its pages."""

    def reset_summary(self, project: int) -> None:
        """Have the server count labels and data keys of a project anew."""
        ...


@dataclass(frozen=True, slots=True)
class Repair:
    """Something safe that helps. `text` says what is done, as `count the labels of ... anew`."""

    text: str
    run: Callable[[Repairs], None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. `hint` where more is to say than the check's remedy, `severity` where it varies."""

    message: str
    hint: str = ""
    owner: str = ""
    severity: Severity | None = None
    repair: Repair | None = None


class Check(Protocol):
    """A module of `lsform.doctor.checks`, as the table `CHECKS` lists it."""

    @property
    def ID(self) -> str: ...  # noqa: N802  a constant of the module

    @property
    def SEVERITY(self) -> Severity: ...  # noqa: N802

    @property
    def LOOKS_AT(self) -> Part: ...  # noqa: N802

    @property
    def __doc__(self) -> str | None: ...  # type: ignore[override]

    def check(self, evidence: Evidence) -> Iterator[Trouble]:
        """Every trouble of this kind, in the order of the evidence."""


@dataclass(frozen=True, slots=True)
class Page:
    """A check's docstring, taken apart."""

    id: str
    severity: Severity
    title: str
    symptom: str
    cause: str
    remedy: str


_PARTS = re.compile(r"\A(\w+): (.+?)\.\n\nSymptom: (.+?)\n\nCause: (.+?)\n\nRemedy: (.+?)\n*\Z", re.DOTALL)


def page(check: Check) -> Page:
    """The documentation of a check. Each has its title, Symptom, Cause and Remedy, or this is an AssertionError."""
    found = _PARTS.match(check.__doc__ or "")
    assert found and found[1] == check.ID, f"{check.ID} is not documented as checks are"
    title, symptom, cause, remedy = (" ".join(part.split()) for part in found.groups()[1:])
    return Page(check.ID, check.SEVERITY, title, symptom, cause, remedy)
