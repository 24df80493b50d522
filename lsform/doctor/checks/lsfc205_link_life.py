"""LSFC205: signed links live too long or too short.

Symptom: media do not load at all, or no longer after a minute.

Cause: Label Studio takes any number; S3 and Google sign for at most seven days, and nobody for less than a minute.

Remedy: write 1 to 10080 minutes as `presign_ttl`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import storages
from lsform.resources.reaches import LONGEST_LINK

ID = "LSFC205"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.STORAGES


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project, storage in storages(evidence):
        minutes, longest = storage.attributes.get("presign_ttl"), LONGEST_LINK.get(storage.kind.variant)
        if storage.attributes.get("presign") and isinstance(minutes, int) and longest and not 1 <= minutes <= longest:
            text = f"{project.name}: `presign_ttl` of {storage.name} is {minutes}"
            yield Trouble(text, f"write 1 to {longest} minutes", project.owner)
