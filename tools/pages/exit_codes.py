"""How commands end."""

from __future__ import annotations

from lsform.core.errors import ExitCode
from tools.pages.markup import table

OPENING = """\
# Exit codes

Made from the code by `python -m tools.make_pages`. Every command has the same ones.
"""
# What it means, and what a script may do about it. A code that is missing here is a KeyError.
MEANS = {
    ExitCode.DONE: ("done, or nothing to do", "go on"),
    ExitCode.ERROR: (
        "an error: the configuration is wrong, the server refused a request, or a bug",
        "read the message",
    ),
    ExitCode.CHANGES: ("there are changes or drift; only with `--detailed-exitcode`, else it is 0", "look at the plan"),
    ExitCode.REFUSED: ("a guard refused the plan, and nothing was written", "do what its hint says, if it is meant"),
    ExitCode.CONFLICT: ("the plan is stale, or somebody else holds the lock; nothing was written", "plan again"),
    ExitCode.PARTIAL: ("applied in part: some changes failed or were skipped", "mend what failed, and apply again"),
    ExitCode.UNREACHABLE: (
        "the server is unreachable, does not authorise us, or is none that lsform knows",
        "`lsform doctor`",
    ),
    ExitCode.USAGE: ("the command line is wrong", "`--help`"),
    ExitCode.INTERRUPTED: ("interrupted; the write that was in flight was finished and is remembered", "apply again"),
}


def page() -> str:
    """The whole page."""
    rows = ((str(code.value), *MEANS[code]) for code in ExitCode)
    return "\n".join([OPENING, *table(("code", "means", "then"), rows)])
