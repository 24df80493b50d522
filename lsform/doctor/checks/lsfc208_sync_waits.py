"""LSFC208: a sync waits for nobody.

Symptom: a storage says `queued` or `in progress` for hours.

Cause: the server was stopped in the middle of it, or it has a queue (RQ) without a worker.

Remedy: sync again; where a queue is configured, start a worker: `label-studio rqworker`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import storages

ID = "LSFC208"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.STORAGES
WAITING = frozenset({"queued", "in_progress"})
PATIENCE = 3600.0  # seconds: a sync of many thousands of objects takes as long


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project, storage in storages(evidence):
        if storage.status in WAITING and storage.waiting > PATIENCE:
            hours = storage.waiting / 3600
            text = f"{project.name}: {storage.name} has been `{storage.status}` for {hours:.1f} h"
            yield Trouble(text, owner=project.owner)
