"""LSFC203: browsers may not load media of a storage.

Symptom: an empty canvas, waveform or video, and `blocked by CORS policy` in the browser's console.

Cause: media come from the cloud by signed links, and the bucket does not allow the address of Label Studio as an
origin.

Remedy: allow GET and HEAD from the server's origin in the bucket's CORS settings (MinIO:
MINIO_API_CORS_ALLOW_ORIGIN), or set `presign: false`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.origins import origin
from lsform.doctor.walk import storages

ID = "LSFC203"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.STORAGES


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project, storage in storages(evidence):
        link = storage.link
        if link is not None and link.is_signed and 0 < link.status < 400 and not link.allows:
            text = f"{project.name}: the bucket of {storage.name} does not allow {origin(evidence.server.url)}"
            yield Trouble(text, owner=project.owner)
