"""What several commands share: the session, printing JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lsform import workflow
from lsform.cli.options import Invocation
from lsform.core.diagnostics import Finding, Severity
from lsform.core.errors import LsformError
from lsform.core.values import Json
from lsform.report.terminal import finding_lines


@contextmanager
def session(invocation: Invocation, *, lock_for: str = "") -> Iterator[workflow.Session]:
    """An open stack, with progress on the console."""
    console = invocation.console
    try:
        with workflow.session(invocation.request(), progress=console.progress, lock_for=lock_for) as opened:
            yield opened
    finally:
        console.finish()


def warn(invocation: Invocation, findings: tuple[Finding, ...]) -> None:
    """Warnings to stderr, for commands whose data is something else."""
    console = invocation.console
    for line in finding_lines([one for one in findings if one.severity is not Severity.INFO], console.err):
        console.say(line, level="warning")


def as_json(document: Json) -> str:
    """JSON as every command prints it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write(path: str, text: str) -> None:
    """Write a file that the user named."""
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise LsformError(f"`{path}` cannot be written: {error.strerror}") from None
