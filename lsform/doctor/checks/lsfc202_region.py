"""LSFC202: a storage names another region than its bucket's.

Symptom: signed links answer `AuthorizationHeaderMalformed` or `PermanentRedirect`, though the sync works.

Cause: a signature holds the region, and AWS takes it only in the region where the bucket is.

Remedy: write the bucket's own region as `region_name`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import storages

ID = "LSFC202"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.STORAGES


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project, storage in storages(evidence):
        declared = str(storage.attributes.get("region_name") or "")
        if declared and storage.region and declared != storage.region:
            text = f"{project.name}: {storage.name} says region `{declared}`, and its bucket is in `{storage.region}`"
            yield Trouble(text, owner=project.owner)
