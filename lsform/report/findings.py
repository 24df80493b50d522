"""Findings as text, JSON, SARIF 2.1.0, GitHub workflow commands and GitLab code quality. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from urllib.parse import quote

from lsform import __version__
from lsform.config.files import ROOT_FILE
from lsform.core.codes import CODES
from lsform.core.diagnostics import Finding, Severity, counted, finding_json
from lsform.core.values import Json
from lsform.report.paint import Paint
from lsform.report.wording import finding_lines


def summary(findings: Sequence[Finding]) -> dict[str, int]:
    """Severity -> how many."""
    return {one.value: sum(1 for finding in findings if finding.severity is one) for one in Severity}


def fails(findings: Sequence[Finding], *, strict: bool) -> bool:
    """Whether a check that found these has failed; `strict` counts warnings, too."""
    counts = summary(findings)
    return bool(counts["error"] or (strict and counts["warning"]))


def as_text(findings: Sequence[Finding], paint: Paint) -> str:
    """For people; ends with a line that counts."""
    counts = ", ".join(counted(number, severity) for severity, number in summary(findings).items() if number)
    return "\n".join([*finding_lines(findings, paint), counts or "no findings", ""])


def as_json(findings: Sequence[Finding], _paint: Paint) -> str:
    """For machines."""
    shown: list[Json] = [finding_json(finding) for finding in findings]
    return json.dumps({"findings": shown, "summary": summary(findings)}, indent=2, ensure_ascii=False) + "\n"


def as_github(findings: Sequence[Finding], _paint: Paint) -> str:
    """Workflow commands, which GitHub shows at the lines of a pull request."""
    return "".join(_command(one) for one in findings)


_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def _command(one: Finding) -> str:
    place = f"file={_property(one.span.file)},line={max(one.span.line, 1)},col={max(one.span.column, 1)},"
    return f"::{_GITHUB[one.severity]} {place if one.span.file else ''}title={one.code}::{_data(_line(one))}\n"


def _line(one: Finding) -> str:
    return f"{one.message} ({one.hint})" if one.hint else one.message


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def as_gitlab(findings: Sequence[Finding], _paint: Paint) -> str:
    """A report of code quality, which GitLab shows in merge requests: what came, what stays and what is mended."""
    seen: Counter[str] = Counter()
    return json.dumps([_gitlab(one, seen) for one in findings], indent=2, ensure_ascii=False) + "\n"


def _gitlab(one: Finding, seen: Counter[str]) -> Json:
    """`fingerprint` is how GitLab knows it again: the same wherever its line moves, and another for its like."""
    path = one.span.file or ROOT_FILE  # it takes none that has no place
    said = "\0".join((one.code, path, one.address, one.message))
    seen[said] += 1
    return {
        "description": _line(one),
        "check_name": one.code,
        "fingerprint": hashlib.sha256(f"{said}\0{seen[said]}".encode()).hexdigest(),
        "severity": _GITLAB[one.severity],
        "location": {"path": path, "lines": {"begin": max(one.span.line, 1)}},
    }


_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def as_sarif(findings: Sequence[Finding], _paint: Paint) -> str:
    """Static analysis results interchange format, version 2.1.0."""
    rules = sorted({finding.code for finding in findings})
    results: list[Json] = [
        {
            "ruleId": one.code,
            "ruleIndex": rules.index(one.code),
            "level": _SARIF[one.severity],
            "message": {"text": f"{one.message}. {one.hint}" if one.hint else one.message},
            "locations": [_sarif_location(one)] if one.span.file else [],
        }
        for one in findings
    ]
    driver: Json = {"name": "lsform", "version": __version__, "rules": [_sarif_rule(code) for code in rules]}
    document: Json = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _sarif_rule(code: str) -> Json:
    """What readers show beside a finding; of the linter's rules their documentation."""
    # here, because only this format needs the rules
    from lsform.interface.lint.pages import pages

    page = pages().get(code)
    if page is None:
        return {"id": code, "shortDescription": {"text": CODES[code]}} if code in CODES else {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": page.law},
        "help": {"text": page.text, "markdown": page.text},
        "defaultConfiguration": {"level": _SARIF[page.severity]},
    }


def _sarif_location(finding: Finding) -> Json:
    span = finding.span
    region: dict[str, Json] = {
        name: number for name, number in (("startLine", span.line), ("startColumn", span.column)) if number
    }
    place: dict[str, Json] = {"artifactLocation": {"uri": quote(span.file)}}
    return {"physicalLocation": {**place, "region": region} if region else place}


FORMATS: dict[str, Callable[[Sequence[Finding], Paint], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "gitlab": as_gitlab,
}
