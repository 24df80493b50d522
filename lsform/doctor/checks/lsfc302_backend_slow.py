"""LSFC302: an ML backend is slow to say that it is well.

Symptom: a backend is connected now and then, and `Disconnected` in between.

Cause: Label Studio waits one second for `/health`; a backend that computes in its only process answers late.

Remedy: answer `/health` from memory, and predict in another process or thread, as `lsform ml serve` does
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import backends

ID = "LSFC302"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.BACKENDS
SLOW = 0.5  # seconds: half of what the server waits


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project, backend in backends(evidence):
        if not backend.error and backend.seconds is not None and backend.seconds > SLOW:
            text = f"{project.name}: `/health` of the ML backend `{backend.title}` took {backend.seconds:.1f} s"
            yield Trouble(text, owner=project.owner)
