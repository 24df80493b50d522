"""LSFC106: the server takes less than lsform sends.

Symptom: an import of tasks ends with 400 `Request body exceeded` or `too many files`.

Cause: DATA_UPLOAD_MAX_MEMORY_SIZE or DATA_UPLOAD_MAX_NUMBER_FILES is set to less than a batch of tasks needs, or is
no number.

Remedy: leave them out: by default Label Studio takes 250 MB and 100 files
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC106"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.SETTINGS
# What a batch of an import is at most: bytes of a request, and files that are uploaded together.
LEAST = {"DATA_UPLOAD_MAX_MEMORY_SIZE": 5_000_000, "DATA_UPLOAD_MAX_NUMBER_FILES": 100}


def check(evidence: Evidence) -> Iterator[Trouble]:
    for name, least in LEAST.items():
        text = evidence.setting(name)
        if text and not text.isdigit():
            yield Trouble(f"`{name}` is `{text}`, which is no number", severity=Severity.ERROR)
        elif text and int(text) < least:
            yield Trouble(f"`{name}` is {text}, and lsform needs {least}")
