"""The Chromium of this machine: found, and started so that it talks to nobody. Touches processes.

Law: it reaches loopback and nothing else, whatever a page asks for.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from lsform.core.errors import LsformError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# offline and quiet: the browser must not look for anything but the page, and draws the same page the same way
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    # else only what changed is drawn again, over what was there, and a rounded corner gets another shade than at first
    "--disable-partial-raster",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_INSTALL = "`apt install chromium` or `playwright install chromium`; `lsform preview --chromium PATH` names another"


def found() -> str | None:
    """The program, or None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def launched(program: str | None = None) -> Iterator[Browser]:
    """A browser, closed at the end. `program` is its path, by default that of this machine's Chromium, else
    that of the one which playwright installs.

    Raises LsformError, with the remedy, where there is no playwright or no Chromium that starts.
    """
    if find_spec("playwright") is None:
        raise LsformError("playwright is not installed", hint="`pip install 'lsform[preview]'`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = _start(playwright.chromium, program or found() or playwright.chromium.executable_path)
        try:
            yield browser
        finally:
            browser.close()


def _start(chromium: BrowserType, path: str) -> Browser:
    from playwright.sync_api import Error

    if shutil.which(path) is None:
        is_ours = path == chromium.executable_path  # of which nobody has heard
        message = "there is no Chromium on this machine" if is_ours else f"there is no program `{path}`"
        raise LsformError(message, hint=_INSTALL)
    try:
        return chromium.launch(executable_path=Path(path), args=list(ARGUMENTS))
    except Error as error:
        reason = error.message.partition("\n")[0]
        raise LsformError(f"`{path}` does not start as a browser: {reason}", hint=_INSTALL) from error
