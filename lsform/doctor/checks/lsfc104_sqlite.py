"""LSFC104: several people write to SQLite.

Symptom: `database is locked`, slow saves, objects that exist twice though they were made once.

Cause: SQLite lets one writer in at a time; Label Studio repeats the whole request of one who had to wait, after it
was done in part.

Remedy: use PostgreSQL (DJANGO_DB=default with POSTGRE_NAME, POSTGRE_USER, POSTGRE_PASSWORD, POSTGRE_HOST), or let one
person and one script at a time write
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part

ID = "LSFC104"
SEVERITY = Severity.WARNING
LOOKS_AT = Part.SETTINGS


def check(evidence: Evidence) -> Iterator[Trouble]:
    people = evidence.server.members
    if evidence.setting("DJANGO_DB") == "sqlite" and people > 1:
        yield Trouble(f"the server keeps its data in SQLite, and {people} people use it")
