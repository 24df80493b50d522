"""The codes of all findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsform.core.codes import CODES
from lsform.doctor import check
from lsform.doctor.checks import CHECKS
from lsform.engine.guard import GUARDS
from lsform.interface.lint.pages import pages
from tools.pages.markup import prose, table

OPENING = """\
# Codes of findings

Made from the code by `python -m tools.make_pages`. In JSON a finding is `code`, `severity` (`error`, `warning` or
`info`), `message`, `hint`, the place (`file`, `line`, `column`) and the `address` of the resource.
`# lsform: ignore LSFM10` on a line silences a warning there; errors in manifests cannot be silenced, those of
the [linter](../linting.md) can.
"""
# Beginning of a code -> (title, where more is told)
FAMILIES = {
    "LSFM": ("Manifests", "`lsform validate` and all commands that read manifests, see [manifests](../manifests.md)."),
    "LSFP": ("Plans", "What a plan tells and does not refuse, see [plans](../plans.md)."),
    "LSFG": (
        "Guards",
        "What a plan would do, and is refused, see [guards](../plans.md#what-a-plan-may-not-do-unasked).",
    ),
    "LSFA": ("Adoption", "What `lsform adopt` leaves out or refuses, see [adopt](../adopt.md)."),
    "LSFD": ("Data", "Tasks and predictions that are imported, see [tasks and predictions](../import.md)."),
    "LSFS": ("Selection", "What `lsform select` tells, see [what to label first](../select.md)."),
    "LSFC": ("Doctor", "What ails a server, see [the checks](../checks.md)."),
    "LSF": ("Linter", "Mistakes in interfaces, see [the rules](../rules.md)."),
}


def page() -> str:
    """The whole page."""
    return "\n".join([OPENING, *(line for family in FAMILIES for line in _section(family))])


def _section(family: str) -> Iterator[str]:
    title, told = FAMILIES[family]
    yield from (f"## {title}", "", told, "")
    yield from table(("code", "says"), _rows(family))


def _rows(family: str) -> Iterable[tuple[str, str]]:
    if family == "LSFG":
        return ((f"`{one.code}`", prose(one.would)) for one in GUARDS)
    if family == "LSFC":
        return ((_link("checks", one.ID), prose(check.page(one).title)) for one in CHECKS)
    if family == "LSF":
        return ((_link("rules", code), prose(one.law)) for code, one in pages().items())
    return ((f"`{code}`", prose(says)) for code, says in CODES.items() if code.startswith(family))


def _link(page: str, code: str) -> str:
    return f"[`{code}`](../{page}.md#{code.lower()})"
