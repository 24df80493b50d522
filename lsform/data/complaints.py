"""What is said of data that is to be imported: counted all, kept as far as anybody reads them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lsform.core.diagnostics import Finding, Said, Severity, Span

SHOWN = 20  # of errors, and of warnings: what is wrong with data is mostly wrong with all of it

# Code -> what it says; the table of docs/import.md.
CODES = {
    "LSFD01": "a record that is no task, or a row that is no prediction",
    "LSFD02": "data that the interface shows and a task lacks, or of another kind",
    "LSFD03": "a result that does not fit the interface",
    "LSFD04": "a value outside its range, or a field that a region lacks",
    "LSFD05": "a score outside 0..1, or a prediction of no model version",
    "LSFD06": "a task without its key, or a prediction for a task that is not there",
    "LSFD07": "two records of one key",
    "LSFD08": "a task that is too heavy, or holds a file",
    "LSFD09": "a task that shows nothing",
}


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
