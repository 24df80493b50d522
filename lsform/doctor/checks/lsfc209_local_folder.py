"""LSFC209: the folder of a local storage is not there for the server.

Symptom: images of a storage of type `localfiles` answer 404, or its sync fails.

Cause: the path is one of another machine (a container sees its own), or not below LOCAL_FILES_DOCUMENT_ROOT, or
serving is off.

Remedy: set LOCAL_FILES_SERVING_ENABLED=true and LOCAL_FILES_DOCUMENT_ROOT on the server, and give a path below it as
the server's machine names it
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import LOCAL, storages

ID = "LSFC209"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.STORAGES


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project, storage in storages(evidence):
        said = storage.objection
        if said is not None and LOCAL.search(said.reason):
            yield Trouble(f"{project.name}: {storage.name} cannot be read: {said.reason}", owner=project.owner)
