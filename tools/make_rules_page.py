"""Writes `docs/rules.md` from the docstrings of the linter's rules: `python -m tools.make_rules_page`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsform.interface.lint.pages import Page, pages

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
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

Made from the rules themselves by `python -m tools.make_rules_page`. How to run the linter, select rules and silence
findings is told in [linting](linting.md). An **error** keeps the editor or the server from working, or loses
annotations; a **warning** has no effect or not the one meant; an **info** is good to know.
"""


def rules_page() -> str:
    """The whole page."""
    return "\n".join([OPENING, *_contents(), *(line for page in pages().values() for line in _section(page))])


def _contents() -> Iterator[str]:
    for digit, title in GROUPS.items():
        rows = [page for page in pages().values() if page.code[3] == digit]
        if rows:
            yield from (f"## {title}", "", "| code | severity | rule |", "|---|---|---|")
            yield from (f"| [`{one.code}`](#{one.code.lower()}) | {one.severity.value} | {one.law} |" for one in rows)
            yield ""


def _section(page: Page) -> Iterator[str]:
    yield from (f"## {page.code}", "", f"**{page.law}** ({page.severity.value})", "", page.text, "")


if __name__ == "__main__":
    PAGE.write_text(rules_page(), "utf-8")
