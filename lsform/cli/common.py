"""What several commands share: the session, warnings, files that they write, JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsform.cli.options import Invocation
from lsform.core.collector import load
from lsform.core.diagnostics import Finding, Severity
from lsform.core.errors import LsformError
from lsform.core.values import as_json as as_json

if TYPE_CHECKING:
    from lsform.config.loader import Request
    from lsform.session import Session


@contextmanager
def session(
    invocation: Invocation, *, request: Request | None = None, lock_for: str = "", ahead: bool = False
) -> Iterator[Session]:
    """An open stack, with progress on the console; by default the one that the options name."""
    load("lsform.session")
    from lsform import session as sessions  # here: `schema` and `templates` want no more of this module than `as_json`

    console = invocation.console
    try:
        with sessions.session(
            request or invocation.request(),
            connect=partial(sessions.label_studio, tell=console.tell),
            progress=console.progress,
            tell=console.tell,
            lock_for=lock_for,
            ahead=ahead,
        ) as opened:
            yield opened
    finally:
        console.finish()


def warn(invocation: Invocation, findings: tuple[Finding, ...]) -> None:
    """Warnings to stderr, for commands whose data is something else."""
    invocation.console.findings(one for one in findings if one.severity is not Severity.INFO)


def write(path: str, text: str) -> None:
    """Write a file that the user named."""
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise LsformError(f"`{path}` cannot be written: {error.strerror}") from None
