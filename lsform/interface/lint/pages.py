"""The documentation of the rules, as their docstrings have it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from lsform.core.diagnostics import Severity
from lsform.interface.lint.engine import ALL


@dataclass(frozen=True, slots=True)
class Page:
    """What is to say of one rule: its law in one line, and the rest, Markdown with examples as indented XML."""

    code: str
    severity: Severity
    law: str
    text: str


@cache
def pages() -> Mapping[str, Page]:
    """Every rule by its code, in their order."""
    return {rule.CODE: _page(rule.CODE, rule.SEVERITY, rule.__doc__ or "") for rule in ALL}


def _page(code: str, severity: Severity, documentation: str) -> Page:
    first, _, rest = documentation.partition("\n")
    return Page(code, severity, first.removeprefix(f"{code}: ").rstrip("."), rest.strip("\n"))
