"""LSFC006: the server is newer than the interfaces that lsform knows.

Symptom: the linter objects to a tag or an attribute that the server has, or misses one that it no longer has.

Cause: each version of lsform has a catalogue of the tags of the versions of Label Studio that were there when it was
made.

Remedy: upgrade lsform
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.core.versions import numbers_of
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.interface.catalogue import versions

ID = "LSFC006"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.SERVER


def check(evidence: Evidence) -> Iterator[Trouble]:
    release = evidence.server.release
    newest = versions()[-1]
    if release and numbers_of(release)[:3] > numbers_of(newest):
        yield Trouble(f"the server runs Label Studio {release}, and lsform knows the interfaces of {newest}")
