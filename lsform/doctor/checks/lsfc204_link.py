"""LSFC204: the link to a medium of a storage does not work.

Symptom: tasks show a broken image or an error instead of their media.

Cause: the object is gone, the keys may list but not read, the signature is not valid, or the signed address is one
that only the server can reach.

Remedy: open the task in a browser and look at the answer of the link; the keys need `s3:GetObject`, and the endpoint
must be reachable for browsers, or set `presign: false`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import storages

ID = "LSFC204"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.STORAGES


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project, storage in storages(evidence):
        link = storage.link
        if link is not None and (link.status >= 400 or link.status == 0):
            said = f"answers {link.status}" if link.status else "cannot be reached from here"
            text = f"{project.name}: the medium of task {link.task}, of {storage.name}, {said}"
            severity = None if link.status else Severity.WARNING  # browsers may stand elsewhere
            yield Trouble(text, owner=project.owner, severity=severity)
