"""LSFC002: the token is not one that lasts, or not one of this server.

Symptom: 401 `Authentication credentials were not provided`, `Token is expired` or `Token is blacklisted`, at once,
after five minutes, or one day.

Cause: there are three kinds of tokens: a legacy one, a personal one, which clients exchange for an access token, and
that access token, which lives for 300 seconds. An organization may limit how many days a personal one lives.

Remedy: make a personal access token under Account & settings > Personal access token, and give it as `server.api_key`
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity, counted
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import LEGACY_OFF, Evidence, Part

ID = "LSFC002"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.SERVER
DAY = 86400.0  # seconds
SOON = 7 * DAY  # seconds: a week to make another one


def check(evidence: Evidence) -> Iterator[Trouble]:
    server = evidence.server
    if server.token.kind == "access":
        yield Trouble("the token is an access token, which lives for five minutes")
    elif server.token.expires is not None and server.token.expires < server.now:
        yield Trouble("the token has expired")
    elif server.refusal is not None and server.release and LEGACY_OFF not in server.refusal.reason:
        yield Trouble(f"the server does not take the token: {server.refusal.reason}", server.refusal.hint)
    elif server.token.expires is not None and server.token.expires < server.now + SOON:
        days = int((server.token.expires - server.now) / DAY)
        left = counted(days, "day") if days else "less than a day"
        yield Trouble(f"the token expires in {left}", severity=Severity.WARNING)
