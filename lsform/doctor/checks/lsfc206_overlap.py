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
from lsform.doctor.evidence import Evidence, Part, Project, Storage
from lsform.doctor.walk import shared, storages
from lsform.resources.reaches import both_take, taken_of

ID = "LSFC206"
SEVERITY = Severity.ERROR
LOOKS_AT = Part.STORAGES
WHOSE = frozenset({"azure"})  # types of which the server does not tell whose account it is


def check(evidence: Evidence) -> Iterator[Trouble]:
    targets = [one for _, one in storages(evidence) if one.kind.name == "export_storage"]
    for project in evidence.projects:
        sources = [one for one in project.storages if one.kind.name == "import_storage"]
        for one, other in combinations(sources, 2):
            if name := shared(one, other, both_take):
                yield _trouble(project, one, f"{one.name} and {other.name} both take `{name}`")
        for one, target in product(sources, targets):
            if name := shared(one, target, taken_of):
                yield _trouble(project, one, f"{one.name} takes what {target.name} writes, as `{name}`")


def _trouble(project: Project, storage: Storage, text: str) -> Trouble:
    text = f"{project.name}: {text}"
    if storage.kind.variant not in WHOSE:
        return Trouble(text, owner=project.owner)
    return Trouble(f"{text}, if both are of one account", owner=project.owner, severity=Severity.WARNING)
