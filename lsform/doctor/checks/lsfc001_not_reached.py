"""LSFC001: nobody answers, or somebody who is no Label Studio.

Symptom: every command ends with exit code 6.

Cause: the address is wrong, the server is down, or a login page or a proxy answers in its place.

Remedy: open the address in a browser; `lsform server up` starts a server on this machine
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC001"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.SERVER


def check(evidence: Evidence) -> Iterator[Trouble]:
    server = evidence.server
    if not server.release and server.refusal is not None:
        yield Trouble(server.refusal.reason, server.refusal.hint)
