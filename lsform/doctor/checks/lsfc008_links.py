"""LSFC008: the server's links lead to another address.

Symptom: pages without style, redirects to a host that nobody knows, media and exports with links that do not open.

Cause: LABEL_STUDIO_HOST is not the address that people use; without a path of its own it must not have one.

Remedy: set LABEL_STUDIO_HOST on the server to the address that browsers use
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.origins import origin

ID = "LSFC008"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.SERVER


def check(evidence: Evidence) -> Iterator[Trouble]:
    server = evidence.server
    if server.links and origin(server.links) != origin(server.url):
        yield Trouble(f"the pages of {server.url} link to {server.links}")
