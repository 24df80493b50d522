"""LSFC303: the project shows predictions of a version that has none.

Symptom: tasks come without predictions, and uncertainty sampling is random.

Cause: `model_version` names neither an ML backend of the project nor a version of which there are predictions.

Remedy: choose a version that has predictions under Settings > Predictions, or let the model predict: `lsform train
PROJECT --only-predict`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC303"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.BACKENDS


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project in evidence.projects:
        predicted = (version for version, number in project.predictions.items() if number)
        known = {*predicted, *(one.title for one in project.backends)}
        if project.model_version and project.model_version not in known:
            text = f"{project.name}: `model_version` is `{project.model_version}`, of which there are no predictions"
            yield Trouble(text, owner=project.owner)
