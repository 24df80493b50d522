"""LSFC102: CSRF_TRUSTED_ORIGINS does not name the address.

Symptom: `CSRF verification failed` on the login page, or a server that does not start.

Cause: an origin is a scheme, a host and a port that is not the usual one, exactly as the browser shows it; without a
scheme Django refuses to start.

Remedy: write whole origins, separated by commas without blanks: `https://labels.example.com`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.origins import fits, origin

ID = "LSFC102"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.SETTINGS


def check(evidence: Evidence) -> Iterator[Trouble]:
    if not evidence.sets("CSRF_TRUSTED_ORIGINS"):
        return
    given = [one for one in evidence.setting("CSRF_TRUSTED_ORIGINS").split(",") if one]
    for one in given:
        if "://" not in one or one != one.strip() or one.rstrip("/") != one:
            yield Trouble(f"`{one}` in `CSRF_TRUSTED_ORIGINS` is no origin", severity=Severity.ERROR)
    own = origin(evidence.server.url)
    if given and not any(fits(own, one) for one in given):
        yield Trouble(f"`CSRF_TRUSTED_ORIGINS` does not name {own}")
