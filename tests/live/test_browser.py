"""What lsform makes is usable where it matters: the quickstart's interfaces open and label in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from lsform.browser.chromium import launched
from lsform.server.local import LocalServer
from tests.conftest import Stack
from tests.live.editor import CHROMIUM, NO_CHROMIUM, NO_PLAYWRIGHT, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.live

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
# title -> something that the editor shows when the interface works and the task has loaded
SHOWN = {
    "Audio transcription": "textarea",
    "Image classification": 'text="Cat"',
    "Named entities": 'text="Organization"',
    "Object detection": 'text="Traffic Sign"',
    "Text classification": 'text="Positive"',
}


@pytest.fixture
def page(label_studio: LocalServer) -> Iterator[Page]:
    """A page that is logged in."""
    pytest.importorskip("playwright.sync_api", reason=NO_PLAYWRIGHT)
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    with launched(CHROMIUM) as browser:
        page = browser.new_page()
        log_in(page, label_studio)
        yield page


def test_the_quickstart_opens_and_labels_in_a_browser(live_stack: Stack, label_studio: LocalServer, page: Page) -> None:
    root = label_studio.document_root / "browser"
    shutil.copytree(QUICKSTART / "files", root)
    shutil.copytree(
        QUICKSTART, live_stack.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".lsform", "files")
    )
    live_stack.environment["LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"] = str(root)
    assert live_stack.run("apply", "--auto-approve").code == 0
    headers = {"Authorization": f"Token {label_studio.api_key.value}"}
    with httpx.Client(base_url=label_studio.url, headers=headers, timeout=60) as api:
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        lines = [line.split("\t") for line in live_stack.run("state", "list").out.splitlines()]
        ours = [api.get(f"/api/projects/{remote}/").json() for address, remote in lines if "/" not in address]
        projects = {one["title"]: one["id"] for one in ours}
        for title, selector in SHOWN.items():
            task = api.get(f"/api/tasks?project={projects[title]}").json()["tasks"][0]["id"]
            page.goto(f"{label_studio.url}/projects/{projects[title]}/data?task={task}")
            page.locator(selector).first.wait_for()
        assert faults == []
        # the last one is text classification: choose, submit, and find the annotation on the server
        page.locator(SHOWN["Text classification"]).first.click()
        page.click("button:has-text('Submit')")
        page.wait_for_selector("button:has-text('Update')")
        found = api.get(f"/api/tasks/{task}/").json()["annotations"]
        assert [one["result"][0]["value"] for one in found] == [{"choices": ["Positive"]}]
    assert live_stack.run("destroy", "--auto-approve", "--allow-destroy", "project.*").code == 0
