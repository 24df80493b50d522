"""Which checks are made, what they find, and what can be mended. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from lsform.core.diagnostics import Finding, counted, nearest
from lsform.core.errors import UsageError
from lsform.doctor.check import Check, Page, Repair, page
from lsform.doctor.checks import CHECKS, GROUNDS
from lsform.doctor.evidence import Evidence, Part


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, how each of it is called in full, what can be mended, and how much was looked at."""

    findings: tuple[Finding, ...]
    pages: tuple[Page, ...]
    repairs: tuple[Repair, ...]
    looked_at: str


def chosen(only: Collection[str] = (), without: Collection[str] = ()) -> tuple[Check, ...]:
    """Checks by id or beginning of an id (`LSFC2`), and those that say when nothing can be seen.

    Raises UsageError for what begins none.
    """
    ids = [one.ID for one in CHECKS]
    for name in (*only, *without):
        if not any(one.startswith(name) for one in ids):
            raise UsageError(
                f"there is no check `{name}`", hint=nearest(name, ids) or "`lsform doctor --list` shows all"
            )
    wanted = [one for one in CHECKS if not only or one.ID.startswith(tuple(only)) or one in GROUNDS]
    return tuple(one for one in wanted if not one.ID.startswith(tuple(without)))


def parts(checks: Sequence[Check]) -> frozenset[Part]:
    """What these checks look at."""
    return frozenset(one.LOOKS_AT for one in checks)


def diagnose(evidence: Evidence, checks: Sequence[Check]) -> Diagnosis:
    """What the checks find, in the order of their ids."""
    found: list[Finding] = []
    repairs: list[Repair] = []
    for check in checks:
        for trouble in check.check(evidence):
            about = page(check)
            severity = trouble.severity or check.SEVERITY
            found.append(
                Finding(check.ID, severity, trouble.message, trouble.hint or about.remedy, address=trouble.owner)
            )
            if trouble.repair is not None:
                repairs.append(trouble.repair)
    ids = {one.code for one in found}
    told = tuple(page(check) for check in checks if check.ID in ids)
    return Diagnosis(tuple(found), told, tuple(repairs), ", ".join(_looked_at(evidence, parts(checks))))


def _looked_at(evidence: Evidence, asked: frozenset[Part]) -> Iterator[str]:
    """How much was seen, in words."""
    yield evidence.server.url
    if evidence.server.refusal is not None:
        return
    if asked - {Part.SERVER, Part.SETTINGS}:
        yield counted(len(evidence.projects), "project")
    if Part.TASKS in asked:
        seen = sum(one.sample.seen for one in evidence.projects)
        total = sum(one.sample.total for one in evidence.projects)
        yield counted(seen, "task") if seen == total else f"{seen:,} of {total:,} tasks (`--all` looks at all)"
    if Part.SETTINGS in asked and evidence.settings is None:
        yield "no settings (`--env-file` shows those of the server)"
