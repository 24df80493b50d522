"""LSFC012: large requests are not taken.

Symptom: 413 `Request Entity Too Large`, or a connection that breaks, when tasks are imported.

Cause: a gateway before the server limits the size of requests: nginx takes 1 MB unless told otherwise.

Remedy: raise the gateway's limit, for nginx `client_max_body_size 250m`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC012"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.SERVER


def check(evidence: Evidence) -> Iterator[Trouble]:
    if limit := evidence.server.body_limit:
        yield Trouble(f"requests of {limit / 1e6:.0f} MB are refused, and imports of tasks are as large")
