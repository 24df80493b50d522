"""LSFC004: the clocks of the server and of this machine differ.

Symptom: tokens expire at once or are not valid yet; signed links to media are refused by the cloud with
`RequestTimeTooSkewed` or have expired.

Cause: access tokens live for 300 seconds and signed links carry the time of day, so that a wrong clock makes both
worthless.

Remedy: let both machines take their time from the network (NTP)
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC004"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.SERVER
TOLERATED = 60.0  # seconds
TOKEN_LIFE = 300.0  # seconds that an access token lives


def check(evidence: Evidence) -> Iterator[Trouble]:
    skew = evidence.server.skew
    if skew is not None and abs(skew) > TOLERATED:
        ahead = "ahead of" if skew > 0 else "behind"
        severity = Severity.ERROR if abs(skew) > TOKEN_LIFE else None
        yield Trouble(f"the server's clock is {abs(skew):.0f} s {ahead} this machine's", severity=severity)
