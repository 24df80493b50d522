"""A plan of many changes as an HTML page: how long Chromium takes to open it, against a bare table of the same text.

From the request of the page to its second frame. Prints seconds and their ratio; the best of three.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import html

from lsform.browser.chromium import launched
from lsform.engine.model import Action
from lsform.report.html import plan_html
from tests.unit.test_report import PLAN
from tests.unit.test_report_markdown import many

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHANGES = 10_000
AIM_SECONDS = 2.0
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def bare(page: str) -> str:
    """The text of each change in a row of a table: what any page of it costs at least."""
    texts = [one.text_content() for one in html.document_fromstring(page).iter("article")]
    rows = "".join(f"<tr><td>{text}</td></tr>" for text in texts)
    return f"<!doctype html><meta charset='utf-8'><table>{rows}</table>"


def opening(page: Page, path: Path) -> float:
    """Seconds until a page is there."""
    seconds = []
    for _ in range(3):
        page.goto("about:blank")
        began = time.perf_counter()
        page.goto(path.as_uri())
        page.evaluate(DRAWN)
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def main() -> int:
    began = time.perf_counter()
    made = plan_html(replace(PLAN, changes=tuple(many(Action.UPDATE, CHANGES, "p"))))
    making = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as name, launched() as browser:
        path, floor = Path(name, "plan.html"), Path(name, "bare.html")
        path.write_text(made, "utf-8")
        floor.write_text(bare(made), "utf-8")
        page = browser.new_page()
        seconds, least = opening(page, path), opening(page, floor)
    print(f"{CHANGES:,} changes as a page of {len(made) / 1e6:.1f} MB, made in {making:.2f} s")
    print(f"  open in Chromium: {seconds:.2f} s, aim under {AIM_SECONDS:g} s")
    print(f"  a bare table of the same text: {least:.2f} s, {least / seconds:.1f} times as long")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
