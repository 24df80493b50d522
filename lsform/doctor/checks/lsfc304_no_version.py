"""LSFC304: predictions have no version.

Symptom: they cannot be deleted or chosen by version, and their scores are mixed with those of others.

Cause: they were imported without `model_version`.

Remedy: import them again with a version: `lsform predictions import --model-version NAME`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity, counted
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC304"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.BACKENDS
NAMELESS = ("", "undefined", "None")


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project in evidence.projects:
        if number := sum(project.predictions.get(name, 0) for name in NAMELESS):
            yield Trouble(f"{project.name}: {counted(number, 'prediction')} without a version", owner=project.owner)
