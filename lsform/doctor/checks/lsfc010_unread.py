"""LSFC010: something could not be looked at.

Symptom: a check says nothing of a part of the server.

Cause: the server failed, or refuses the user of this token what it shows to others.

Remedy: see the server's log; take the token of a user who may see the project
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC010"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.SERVER


def check(evidence: Evidence) -> Iterator[Trouble]:
    for subject, refusal in evidence.unread:
        yield Trouble(f"{subject} could not be looked at: {refusal.reason}", refusal.hint)
