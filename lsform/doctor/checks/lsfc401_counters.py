"""LSFC401: the counters of labels are wrong.

Symptom: removing a label is refused though nothing uses it, or goes through though annotations do.

Cause: Label Studio keeps counts of labels beside the annotations; it does not count imported ones, forgets results of
the first annotation but the last of each control, and loses count after failures.

Remedy: believe these numbers; `Reset Cache` under Settings > Danger Zone counts imported annotations, too, but of
each control only the labels of its last result, so `--fix` does it only where that is right
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Repair, Repairs, Trouble
from lsform.doctor.counters import differences, would_be_right
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC401"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.TASKS
SHOWN = 5


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project in evidence.projects:
        if lies := tuple(differences(project)):
            more = f" (and {len(lies) - SHOWN} more)" if len(lies) > SHOWN else ""
            text = f"count the labels of {project.name} anew"
            repair = Repair(text, partial(_reset, project.remote)) if would_be_right(project) else None
            yield Trouble(f"{project.name}: {'; '.join(lies[:SHOWN])}{more}", owner=project.owner, repair=repair)


def _reset(project: int, server: Repairs) -> None:
    server.reset_summary(project)
