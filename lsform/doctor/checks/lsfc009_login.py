"""LSFC009: the login form is refused at this address.

Symptom: `CSRF verification failed` after the login button, mostly behind a proxy that ends https.

Cause: the server sees another scheme or host than the browser, and takes forms only from itself and from
CSRF_TRUSTED_ORIGINS.

Remedy: set CSRF_TRUSTED_ORIGINS on the server to the origin that browsers use, with its scheme, as
`https://labels.example.com`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.origins import origin

ID = "LSFC009"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.SERVER


def check(evidence: Evidence) -> Iterator[Trouble]:
    refusal = evidence.server.login
    if refusal is not None:
        yield Trouble(f"a browser cannot log in at {origin(evidence.server.url)}: {refusal.reason}")
