"""LSFC206: the same objects become tasks twice.

Symptom: tasks exist twice after a sync, or annotations come back as tasks.

Cause: two storages of a project read the same objects, or one reads what another writes; each remembers only its own.

Remedy: give them folders or `regex_filter` of their own; import nothing from where a storage exports to
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from lsform.core.diagnostics import Severity
from lsform.doctor.check import Trouble
from lsform.doctor.evidence import Evidence, Part
from lsform.doctor.walk import shared, storages
from lsform.resources.reaches import both_take, taken_of

ID = "LSFC206"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.STORAGES


def check(evidence: Evidence) -> Iterator[Trouble]:
    everywhere = [one for _, one in storages(evidence)]
    for project in evidence.projects:
        sources = [one for one in project.storages if one.kind.name == "import_storage"]
        for one, other in combinations(sources, 2):
            if name := shared(one, other, both_take):
                yield Trouble(f"{project.name}: {one.name} and {other.name} both take `{name}`", owner=project.owner)
        for one, target in product(sources, (one for one in everywhere if one.kind.name == "export_storage")):
            if name := shared(one, target, taken_of):
                yield Trouble(
                    f"{project.name}: {one.name} takes what {target.name} writes, as `{name}`", owner=project.owner
                )
