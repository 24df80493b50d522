"""LSFC007: the server refuses to go to an address that is needed.

Symptom: 403 `URL resolves to a reserved network address` for a storage, a webhook or an ML backend.

Cause: since 1.23.1 Label Studio goes to no private address, such as those of MinIO or of a model in the same network,
unless it is told to.

Remedy: set SSRF_PROTECTION_ENABLED=false on the server, or narrow it with USE_DEFAULT_BANNED_SUBNETS=false and
USER_ADDITIONAL_BANNED_SUBNETS
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC007"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.ADDRESSES
FOR_MODELS = "set ML_BLOCK_LOCAL_IP=false on the server"


def check(evidence: Evidence) -> Iterator[Trouble]:
    for one in evidence.addresses:
        if one.refusal is not None:
            where = f" `{one.host}`" if one.host else ""
            hint = FOR_MODELS if one.use == "ml" else ""
            yield Trouble(
                f"the server refuses the address{where} of {one.subject}: {one.refusal.reason}", hint, one.owner
            )
