"""LSFC103: LABEL_STUDIO_HOST is not the address in use.

Symptom: links in exports and pages lead nowhere; pages lack their style.

Cause: Label Studio makes links with LABEL_STUDIO_HOST, and ignores a value without `http://` or `https://`.

Remedy: set LABEL_STUDIO_HOST to the address that browsers use, with its scheme
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.origins import origin

ID = "LSFC103"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.SETTINGS


def check(evidence: Evidence) -> Iterator[Trouble]:
    host = evidence.setting("HOST")
    if host and not host.startswith(("http://", "https://")):
        yield Trouble(f"`LABEL_STUDIO_HOST` is `{host}`, without a scheme, and ignored")
    elif host and origin(host) != origin(evidence.server.url):
        yield Trouble(f"`LABEL_STUDIO_HOST` is {origin(host)}, and the server is used at {origin(evidence.server.url)}")
