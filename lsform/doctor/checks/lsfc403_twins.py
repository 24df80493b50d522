"""LSFC403: tasks exist twice.

Symptom: people label the same thing twice, and exports have it twice.

Cause: a file was imported again, two storages took the same objects, or a storage was made anew and synced.

Remedy: Remove Duplicated Tasks among the actions of the data manager keeps annotations; import with `lsform tasks
import --key`, which takes each task once
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity, counted
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import seen

ID = "LSFC403"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.TASKS


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project in evidence.projects:
        if twins := project.sample.twins:
            extra = counted(sum(number - 1 for _, number in twins), "task")
            text = f"{project.name}: {extra} more than once, as that of task {twins[0][0]}{seen(project.sample)}"
            yield Trouble(text, owner=project.owner)
