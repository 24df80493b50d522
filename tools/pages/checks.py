"""Checks of the doctor, from their docstrings."""

from __future__ import annotations

from collections.abc import Iterator

from lsform.doctor import check
from lsform.doctor.check import Page
from lsform.doctor.checks import CHECKS
from tools.pages.markup import table

GROUPS = {"0": "The server", "1": "Its settings (`--env-file`)", "2": "Storages", "3": "Models", "4": "Data"}
OPENING = """\
# Checks of the doctor

Made from the checks themselves by `python -m tools.make_pages`. How to run them is told in
[doctor](doctor.md). An **error** is something broken, a **warning** something that will harm or has no effect.
"""


def page() -> str:
    """The whole page."""
    pages = [check.page(one) for one in CHECKS]
    return "\n".join([OPENING, *_contents(pages), *(line for one in pages for line in _section(one))])


def _contents(pages: list[Page]) -> Iterator[str]:
    for digit, title in GROUPS.items():
        yield from (f"## {title}", "")
        found = (one for one in pages if one.id[4] == digit)
        rows = ((f"[`{one.id}`](#{one.id.lower()})", one.severity.value, one.title) for one in found)
        yield from table(("check", "severity", "trouble"), rows)


def _section(one: Page) -> Iterator[str]:
    yield from (f"## {one.id}", "", f"**{one.title}** ({one.severity.value})", "")
    for name, text in (("Symptom", one.symptom), ("Cause", one.cause), ("Remedy", one.remedy)):
        yield f"- {name}: {text}"
    yield ""
