"""LSFC101: a setting has no effect.

Symptom: something was set, and nothing changes.

Cause: Label Studio reads no such setting: guides and compose files have handed on some that never did anything, or no
longer do.

Remedy: leave it out
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import PREFIXES, Evidence, Part

ID = "LSFC101"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.SETTINGS

# Setting -> what to write instead. Not read anywhere in 1.23.2, or hard-coded in the Community edition.
NO_EFFECT = {
    "USE_X_FORWARDED_HOST": "set LABEL_STUDIO_HOST to the address that browsers use",
    "USE_X_FORWARDED_PORT": "set LABEL_STUDIO_HOST to the address that browsers use",
    "SECURE_PROXY_SSL_HEADER": "set CSRF_TRUSTED_ORIGINS to the https origin that browsers use",
    "DJANGO_CSRF_TRUSTED_ORIGINS": "it is called CSRF_TRUSTED_ORIGINS",
    "REDIS_LOCATION": "the Community edition uses no Redis; leave it out",
    "REDIS_ENABLED": "the Community edition uses no Redis; leave it out",
}


def check(evidence: Evidence) -> Iterator[Trouble]:
    for name in sorted(evidence.settings or {}):
        bare = next(name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix))
        if bare in NO_EFFECT:
            yield Trouble(f"`{name}` is set, and read nowhere", NO_EFFECT[bare])
