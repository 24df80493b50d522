"""What several commands share: the session, printing JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lsform.cli.options import Invocation
from lsform.core.diagnostics import Finding, Severity, nearest
from lsform.core.errors import LsformError, UsageError
from lsform.core.values import Json

if TYPE_CHECKING:
    from lsform.engine.model import Pair
    from lsform.workflow import Session


@contextmanager
def session(invocation: Invocation, *, lock_for: str = "") -> Iterator[Session]:
    """An open stack, with progress on the console."""
    from lsform import workflow  # here: `schema` and `templates` want no more of this module than `as_json`

    console = invocation.console
    try:
        with workflow.session(
            invocation.request(), connect=workflow.label_studio, progress=console.progress, lock_for=lock_for
        ) as opened:
            yield opened
    finally:
        console.finish()


def warn(invocation: Invocation, findings: tuple[Finding, ...]) -> None:
    """Warnings to stderr, for commands whose data is something else."""
    invocation.console.findings(one for one in findings if one.severity is not Severity.INFO)


def require_targets(pairs: Sequence[Pair], targets: tuple[str, ...]) -> None:
    """Raises UsageError for a `--target` that nothing declared, remembered or live matches: it would be a mere noop."""
    addresses = [pair.address for pair in pairs]
    for glob in targets:
        if not any(address.matches(glob) for address in addresses):
            hint = nearest(glob, [str(address) for address in addresses])
            raise UsageError(
                f"`--target {glob}` matches nothing", hint=hint or "it takes addresses, as `plan` shows them"
            )


def as_json(document: Json) -> str:
    """JSON as every command prints it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write(path: str, text: str) -> None:
    """Write a file that the user named."""
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise LsformError(f"`{path}` cannot be written: {error.strerror}") from None
