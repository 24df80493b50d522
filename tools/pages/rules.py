"""Rules of the linter, from their docstrings."""

from __future__ import annotations

from collections.abc import Iterator

from lsform.interface.lint.pages import Page, pages
from tools.pages.markup import table

GROUPS = {
    "0": "Structure",
    "1": "Names and references",
    "2": "What fits what",
    "3": "What goes into what",
    "4": "Values",
    "5": "Attributes",
    "6": "Visibility",
    "7": "Hotkeys",
    "8": "Task data",
    "9": "Export",
}
OPENING = """\
# Rules of the linter

Made from the rules themselves by `python -m tools.make_pages`. How to run the linter, select rules and silence
findings is told in [linting](linting.md). An **error** keeps the editor or the server from working, or loses
annotations; a **warning** has no effect or not the one meant; an **info** is good to know.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([OPENING, *_contents(), *(line for one in pages().values() for line in _section(one))])


def _contents() -> Iterator[str]:
    for digit, title in GROUPS.items():
        found = [one for one in pages().values() if one.code[3] == digit]
        if found:
            yield from (f"## {title}", "")
            rows = ((f"[`{one.code}`](#{one.code.lower()})", one.severity.value, one.law) for one in found)
            yield from table(("code", "severity", "rule"), rows)


def _section(one: Page) -> Iterator[str]:
    yield from (f"## {one.code}", "", f"**{one.law}** ({one.severity.value})", "", one.text, "")
