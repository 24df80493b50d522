"""LSFC404: tasks lack what the interface shows.

Symptom: an empty canvas or an error where the image or the text should be.

Cause: the interface shows a key of the data that tasks do not have: it was renamed, or tasks were imported for
another one.

Remedy: name the key as it is in the tasks, or import tasks that have it
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import seen

ID = "LSFC404"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.TASKS


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project in evidence.projects:
        sample = project.sample
        for key, number in sample.lacking.items():
            every = f"{number:,} of {sample.seen:,} tasks lack"
            lack = "every task lacks" if number == sample.seen else every
            severity = Severity.ERROR if number == sample.seen else None
            text = f"{project.name}: the interface shows `${key}`, which {lack}{seen(sample)}"
            yield Trouble(text, owner=project.owner, severity=severity)
