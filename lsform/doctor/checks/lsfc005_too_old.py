"""LSFC005: the server is older than what lsform works with.

Symptom: `plan` says that it needs a newer version.

Cause: older servers lack endpoints, or answer them in another way, on which lsform's promises stand.

Remedy: upgrade Label Studio
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.core.versions import MINIMUM_VERSION, numbers_of
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC005"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.SERVER


def check(evidence: Evidence) -> Iterator[Trouble]:
    release = evidence.server.release
    if release and numbers_of(release) < MINIMUM_VERSION:
        oldest = ".".join(map(str, MINIMUM_VERSION))
        yield Trouble(f"the server runs Label Studio {release}, and lsform needs {oldest} or newer")
