"""LSFC003: the token is a legacy one, and the organization has switched those off.

Symptom: 401 `legacy token authentication has been disabled for this organization`, also from scripts that worked
before an upgrade.

Cause: new organizations begin without legacy tokens; LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN
counts only when the organization is made.

Remedy: use a personal access token, or allow legacy tokens under Organization > Access token settings
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import LEGACY_OFF, Evidence, Part

ID = "LSFC003"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.SERVER


def check(evidence: Evidence) -> Iterator[Trouble]:
    refusal = evidence.server.refusal
    if refusal is not None and LEGACY_OFF in refusal.reason:
        yield Trouble("the token is a legacy token, and this organization has switched them off")
