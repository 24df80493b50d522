"""What a rule is: a module with a code, a severity, a docstring that documents it, and a check. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from lsform.core.diagnostics import Severity
from lsform.interface.lint.subject import Node, Subject


@dataclass(frozen=True, slots=True)
class Mistake:
    """One place where an interface breaks a rule.

    `attribute`, in any case, is where in the tag; '' is the tag itself. `severity`, where a rule has several.
    """

    node: Node
    message: str
    hint: str = ""
    attribute: str = ""
    severity: Severity | None = None


class Documented(Protocol):
    """A code with its documentation, the docstring. Some are checked by the reader of XML, and have no more."""

    @property
    def CODE(self) -> str: ...  # noqa: N802  a constant of the module

    @property
    def SEVERITY(self) -> Severity: ...  # noqa: N802

    @property
    def __doc__(self) -> str | None: ...  # type: ignore[override]


class Rule(Documented, Protocol):
    """A module of this package, as the table `RULES` lists it."""

    def check(self, subject: Subject) -> Iterator[Mistake]:
        """Every mistake of this kind, in the order of the text."""
