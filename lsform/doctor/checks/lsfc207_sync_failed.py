"""LSFC207: the last sync of a storage failed.

Symptom: tasks are missing, or annotations are not in the bucket; Label Studio itself answers 200.

Cause: what the server's traceback says; a single bad object can end a sync.

Remedy: mend what the reason says, and sync again: Sync Storage under Settings > Cloud storage, or `lsform apply`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import storages

ID = "LSFC207"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.STORAGES
FAILED = frozenset({"failed", "completed_with_errors"})


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project, storage in storages(evidence):
        if storage.status in FAILED:
            reason = storage.failure or "the server gives no reason"
            text = f"{project.name}: the last sync of {storage.name} ended as `{storage.status}`: {reason}"
            yield Trouble(text, owner=project.owner)
