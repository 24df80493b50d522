"""LSFC011: the server process has lost its signals.

Symptom: tasks stay unlabeled after they were annotated, counters stay at 0, storages get no annotations, used labels
can be removed without a word.

Cause: two projects were deleted at the same time: Label Studio puts its signals aside while it deletes one, and two
at once lose them for as long as the process lives.

Remedy: restart the server; delete projects one at a time, as lsform does; annotate the tasks that were missed once
more, or save them again
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity, counted
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC011"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.TASKS


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project in evidence.projects:
        if missed := project.sample.uncounted:
            tasks = counted(len(missed), "annotated task")
            text = f"{project.name}: the server takes {tasks} for not annotated, as task {missed[0]}"
            yield Trouble(text, owner=project.owner)
