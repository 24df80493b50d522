"""Markdown that GitHub and the site read alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

CODE = re.compile(r"(`[^`]*`)")


def prose(text: str) -> str:
    """Text of the code as text of a page, in one line: what stands in backticks stays, elsewhere nothing is markup."""
    parts = CODE.split(" ".join(text.split()))
    return "".join(part if part.startswith("`") else _plain(part) for part in parts)


def _plain(text: str) -> str:
    return re.sub(r"([*\[\]\\])", r"\\\1", text).replace("<", "&lt;")


def one_of(values: type[Enum]) -> str:
    """All values of a closed set."""
    return ", ".join(f"`{one.value}`" for one in values)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table, and an empty one after it. Cells are Markdown."""
    yield _row(head)
    yield "|" + "---|" * len(head)
    yield from (_row(row) for row in rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    assert not any("|" in part for cell in cells for part in CODE.findall(cell)), f"GitHub or the site misreads {cells}"
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
