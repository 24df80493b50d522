"""LSFC105: local files cannot be served.

Symptom: 400 for each storage of type `localfiles`; images that do not load.

Cause: LOCAL_FILES_SERVING_ENABLED and LOCAL_FILES_DOCUMENT_ROOT belong together, the root is a folder of the server's
machine or container, and without one it is `/`.

Remedy: set LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true and LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT to an absolute
path of the server's machine
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC105"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.SETTINGS
TRUE = frozenset({"1", "true", "yes", "on", "t", "y"})


def check(evidence: Evidence) -> Iterator[Trouble]:
    serves = evidence.setting("LOCAL_FILES_SERVING_ENABLED").lower() in TRUE
    root = evidence.setting("LOCAL_FILES_DOCUMENT_ROOT")
    if root and not serves:
        yield Trouble("`LOCAL_FILES_DOCUMENT_ROOT` is set, but not `LOCAL_FILES_SERVING_ENABLED`")
    elif serves and root.rstrip("/") == "":
        yield Trouble("local files are served from the root of the file system: everybody who may log in can read all")
    elif serves and not (root.startswith("/") or root[1:2] == ":"):
        yield Trouble(f"`LOCAL_FILES_DOCUMENT_ROOT` is `{root}`, which is no absolute path")
