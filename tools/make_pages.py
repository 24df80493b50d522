"""Writes the pages of `docs/` that are made from the code: `python -m tools.make_pages`. A test sees a stale one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tools.pages import checks, codes, commands, environment, exit_codes, kinds, logs, outputs, rules

DOCS = Path(__file__).parents[1] / "docs"
PAGES: Mapping[str, Callable[[], str]] = {
    "checks.md": checks.page,
    "rules.md": rules.page,
    "reference/codes.md": codes.page,
    "reference/commands.md": commands.page,
    "reference/environment.md": environment.page,
    "reference/exit-codes.md": exit_codes.page,
    "reference/kinds.md": kinds.page,
    "reference/logs.md": logs.page,
    "reference/json.md": outputs.page,
}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
