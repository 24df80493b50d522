"""Findings and counts as people read them: what every command needs, without the plans. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsform.core.diagnostics import Finding, Severity
from lsform.report.paint import Paint

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def finding_lines(findings: Iterable[Finding], paint: Paint) -> Iterator[str]:
    """`file:line:column: error LSFM03: message`, and the hint below it."""
    for finding in findings:
        yield finding_line(finding, paint)
        if finding.hint:
            yield f"  hint: {visible(finding.hint)}"


def finding_line(finding: Finding, paint: Paint) -> str:
    """A finding without its hint."""
    place = f"{finding.span}: " if finding.span.file else ""
    label = paint(finding.severity.value, _COLORS[finding.severity])
    return f"{visible(place)}{label} {finding.code}: {visible(finding.message)}"


def quoted(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a message, and of each whether it stood in backticks: that is what can be typed."""
    return ((part, at % 2 == 1) for at, part in enumerate(re.split("`([^`]+)`", text)))


def visible(text: str) -> str:
    """The text with escapes for what would move the cursor or change colours: messages quote what others wrote."""
    if text.isprintable():
        return text
    escaped = ((one if one.isprintable() or one == "\n" else one.encode("unicode_escape").decode()) for one in text)
    return "".join(escaped)
