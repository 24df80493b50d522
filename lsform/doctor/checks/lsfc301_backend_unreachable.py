"""LSFC301: the server cannot use an ML backend.

Symptom: no predictions; `Disconnected` under Settings > Model.

Cause: the server itself must reach the backend within a second, and its `/setup` must answer within three; in a
container `localhost` is the container.

Remedy: look at the backend's own log; test its address from the server's machine or container
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import backends

ID = "LSFC301"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.BACKENDS
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})
FROM_A_CONTAINER = (
    "its address is one of the server's own machine: if either runs in a container, write the name of the service or "
    "`host.docker.internal` instead; else see whether it runs"
)


def check(evidence: Evidence) -> Iterator[Trouble]:
    for project, backend in backends(evidence):
        if backend.error:
            hint = FROM_A_CONTAINER if backend.host in LOOPBACK else ""
            text = f"{project.name}: the server cannot use the ML backend `{backend.title}`: {backend.error}"
            yield Trouble(text, hint, project.owner)
