"""Writes `docs/checks.md` from the docstrings of the doctor's checks: `python -m tools.make_checks_page`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsform.doctor.check import Page, page
from lsform.doctor.checks import CHECKS

PAGE = Path(__file__).parents[1] / "docs" / "checks.md"
GROUPS = {"0": "The server", "1": "Its settings (`--env-file`)", "2": "Storages", "3": "Models", "4": "Data"}
OPENING = """\
# Checks of the doctor

Made from the checks themselves by `python -m tools.make_checks_page`. How to run them is told in
[doctor](doctor.md). An **error** is something broken, a **warning** something that will harm or has no effect.
"""


def checks_page() -> str:
    """The whole page."""
    pages = [page(check) for check in CHECKS]
    return "\n".join([OPENING, *_contents(pages), *(line for one in pages for line in _section(one))])


def _contents(pages: list[Page]) -> Iterator[str]:
    for digit, title in GROUPS.items():
        yield from (f"## {title}", "", "| check | severity | trouble |", "|---|---|---|")
        rows = (one for one in pages if one.id[4] == digit)
        yield from (f"| [`{one.id}`](#{one.id.lower()}) | {one.severity.value} | {one.title} |" for one in rows)
        yield ""


def _section(one: Page) -> Iterator[str]:
    yield from (f"## {one.id}", "", f"**{one.title}** ({one.severity.value})", "")
    for name, text in (("Symptom", one.symptom), ("Cause", one.cause), ("Remedy", one.remedy)):
        yield from (f"- {name}: {text}",)
    yield ""


if __name__ == "__main__":
    PAGE.write_text(checks_page(), "utf-8")
