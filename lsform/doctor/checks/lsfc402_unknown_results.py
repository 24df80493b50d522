"""LSFC402: annotations use what the interface no longer has.

Symptom: annotations open empty or without a region, exports have classes that nobody knows, each change of the
interface is refused.

Cause: a label, a control or an object was removed, renamed or given another type after it had been used: Label Studio
accepts nearly every such change.

Remedy: give the label or control back, or rename the label in annotations, too: an `alias` with the old name keeps
both
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import seen
from lsform.interface.compatibility import LossKind, losses

ID = "LSFC402"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.TASKS
INTENDED = frozenset({LossKind.DATA_KEY_MISSING, LossKind.CONTROL_HIDDEN})  # LSFC404's, and how interfaces are made


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project in evidence.projects:
        if project.interface is None:
            continue
        for loss in losses(project.sample.usage, project.interface):
            if loss.kind not in INTENDED:
                yield Trouble(f"{project.name}: {loss.text}{seen(project.sample)}", owner=project.owner)
