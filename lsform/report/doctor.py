"""What a doctor found, as text and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict

from lsform.core.diagnostics import Severity, counted, finding_json
from lsform.core.values import Json, as_json
from lsform.doctor.check import Page
from lsform.doctor.diagnosis import Diagnosis
from lsform.report.findings import summary
from lsform.report.paint import Paint
from lsform.report.wording import finding_line, visible


def as_text(found: Diagnosis, paint: Paint) -> str:
    """Each trouble with its remedy, the first of each check with its cause, and what was looked at."""
    causes = {one.id: one.cause for one in found.pages}
    lines = []
    for one in found.findings:
        cause = causes.pop(one.code, "")
        lines += [finding_line(one, paint), *([f"  cause: {cause}"] if cause else []), f"  hint: {visible(one.hint)}"]
    counts = ", ".join(counted(number, severity) for severity, number in summary(found.findings).items() if number)
    return "\n".join([*lines, f"looked at {found.looked_at}", counts or "no findings", ""])


def as_document(found: Diagnosis, _paint: Paint) -> str:
    """For machines: findings as everywhere, and what the checks that found them say of themselves."""
    findings: list[Json] = [finding_json(one) for one in found.findings]
    checks: list[Json] = [_page_json(one) for one in found.pages]
    counts: dict[str, Json] = {**summary(found.findings)}
    return as_json({"findings": findings, "summary": counts, "checks": checks, "looked_at": found.looked_at})


def list_text(pages: Iterable[Page]) -> str:
    """All checks, one a line."""
    return "".join(f"{one.id}  {one.severity.value:<8} {one.title}\n" for one in pages)


def _page_json(one: Page) -> dict[str, Json]:
    return {**asdict(one), "severity": Severity(one.severity).value}


FORMATS: dict[str, Callable[[Diagnosis, Paint], str]] = {"text": as_text, "json": as_document}
