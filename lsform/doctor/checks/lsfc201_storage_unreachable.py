"""LSFC201: the server cannot use a storage.

Symptom: a sync ends with an error; media do not load; annotations are not written.

Cause: the bucket, the prefix, the keys or the address are wrong, or the way from the server to the storage is closed.

Remedy: press Check Connection under Settings > Cloud storage, which says the same; check bucket, prefix, keys, and
the network from the server's side
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import LOCAL, is_told, storages

ID = "LSFC201"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.STORAGES


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project, storage in storages(evidence):
        said = storage.objection
        if said is not None and not LOCAL.search(said.reason) and not is_told(storage, said.reason):
            yield Trouble(
                f"{project.name}: the server cannot use {storage.name}: {said.reason}", said.hint, project.owner
            )
