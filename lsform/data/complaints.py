"""What is said of data that is to be imported: counted all, kept as far as anybody reads them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lsform.core.diagnostics import Finding, Said, Severity, Span

SHOWN = 20  # of errors, and of warnings: what is wrong with data is mostly wrong with all of it


@dataclass(slots=True)
class Complaints:
    """Findings as they come in."""

    counts: Counter[Severity] = field(default_factory=Counter)
    first: list[Finding] = field(default_factory=list)

    def add(self, said: Said, place: Span) -> None:
        self.counts[said.severity] += 1
        if self.counts[said.severity] <= SHOWN:
            self.first.append(said.at(place))

    @property
    def errors(self) -> int:
        return self.counts[Severity.ERROR]

    @property
    def left_out(self) -> int:
        """How many are not among the first."""
        return sum(self.counts.values()) - len(self.first)
