"""Every built-in template works where it matters: the real server takes it, and its editor shows the sample task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest

from lsform.core.values import Json
from lsform.interface.gallery import load, names
from lsform.interface.model import parse
from lsform.server.local import LocalServer
from tests.live.test_browser import ARGUMENTS, CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(CHROMIUM is None, reason="NOT TESTED: no Chromium on this machine (`apt install chromium`)"),
]

SECONDS = 30  # until the editor has loaded a task, on a machine that is busy with other things
# Runs in the page before anything else: keeps what nobody caught.
WATCH = """
window.faults = [];
window.addEventListener("error", (event) => event.error && window.faults.push(String(event.error)));
window.addEventListener("unhandledrejection", (event) => window.faults.push(String(event.reason)));
"""
# What the editor makes of a task: its complaints, and the names of the tags that it knows; null while it is loading.
# It complains by exceptions, in its store of what is wrong with the interface, by messages in place of what cannot be
# shown, and by a dialog when nothing can be labelled. It calls objects ready before their media are there.
VERDICT = """() => {
  const store = window.Htx?.annotationStore;
  const annotation = store?.selected;
  const complaints = [
    ...window.faults,
    ...(store?.validation ?? []).map((one) => one.error),
    ...Array.from(document.querySelectorAll('[class*="error--"], .lsf-modal-ls_visible'), (one) => one.innerText),
  ];
  const media = {image: (one) => one.imageIsLoaded, audio: (one) => one._ws?.loaded, video: (one) => one.length > 1};
  const is_shown = annotation?.objects.every((one) => one.isReady && (media[one.type]?.(one) ?? true))
    && Array.from(document.querySelectorAll("button")).some((one) => one.innerText === "Submit");
  if (!is_shown) window.shown_since = undefined;
  else window.shown_since ??= Date.now();
  const names = Array.from(annotation?.names.keys() ?? []).sort();
  return complaints.length > 0 || Date.now() - window.shown_since > STEADY ? [complaints, names] : null;
}""".replace("STEADY", "250")  # milliseconds: while loading, the editor throws its page away and builds it anew


@dataclass
class Editor:
    """One page for all tests, and the projects that it has shown."""

    url: str
    api: httpx.Client
    page: Page
    projects: list[int] = field(default_factory=list)

    def verdict(self, title: str, xml: str, task: Mapping[str, Json]) -> tuple[list[str], list[str]]:
        """Complaints and names of tags, once the editor shows the task, the only one of a new project."""
        made = self.api.post("/api/projects/", json={"title": title, "label_config": xml})
        assert 201 == made.status_code, made.text
        project = made.json()["id"]
        self.projects.append(project)
        imported = self.api.post(f"/api/projects/{project}/import?return_task_ids=1", json=[task])
        assert 201 == imported.status_code, imported.text
        (number,) = imported.json()["task_ids"]
        self.page.goto(f"{self.url}/projects/{project}/data?task={number}", wait_until="commit")
        complaints, tags = self.page.wait_for_function(VERDICT, timeout=SECONDS * 1000).json_value()
        return complaints, tags


@pytest.fixture(scope="module")
def editor(label_studio: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="NOT TESTED: no playwright for the browser tests")
    headers = {"Authorization": f"Token {label_studio.api_key.value}"}
    with (
        sync_api.sync_playwright() as playwright,
        httpx.Client(base_url=label_studio.url, headers=headers, timeout=60) as api,
    ):
        # in a profile, Chromium keeps the editor's scripts compiled, which saves a fifth of the time
        profile = tmp_path_factory.mktemp("profile")
        browser = playwright.chromium.launch_persistent_context(profile, executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page()
        page.goto(f"{label_studio.url}/user/login/")
        page.fill("input[name=email]", label_studio.username)
        page.fill("input[name=password]", label_studio.password.value)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "login" not in url)
        page.add_init_script(WATCH)
        made = Editor(label_studio.url, api, page)
        yield made
        browser.close()
        for project in made.projects:  # one at a time: parallel deletes break the server
            assert 204 == api.delete(f"/api/projects/{project}/").status_code


@pytest.mark.parametrize("name", names())
def test_the_server_takes_a_template_and_the_editor_shows_its_sample(editor: Editor, name: str) -> None:
    template = load(name)
    xml = template.sample()
    declared = sorted(tag.get("name") for tag in parse(xml).tags() if tag.get("name"))
    assert ([], declared) == editor.verdict(name, xml, template.sample_task)


IMAGE = '<Image name="image" value="$image"/>'
CHOICES = '<Choices name="label" toName="image"><Choice value="a"/><Choice value="b"/></Choices>'
RIGHT = f"<View>{IMAGE}{CHOICES}</View>"  # but for its data
TEXT = '<Text name="image" value="$image"/>'
BOXES = '<RectangleLabels name="label" toName="image"><Label value="a"/></RectangleLabels>'
WRONG = {
    "no-view": (f"<Root>{IMAGE}{CHOICES}</Root>", "No model registered for tag: root"),
    "no-control": (f"<View>{IMAGE}</View>", "set up labeling configuration"),
    "unknown-tag": (RIGHT.replace("</View>", "<Chioces/></View>"), "Not expecting tag: chioces"),
    "wrong-value": (RIGHT.replace("<Choices", '<Choices required="yes"'), "No matching type"),
    "wrong-object": (f"<View>{TEXT}{BOXES}</View>", "ERR_TAG_UNSUPPORTED"),
    "wrong-shape": (RIGHT.replace("Image", "Paragraphs"), "has wrong format"),
    "no-image": (RIGHT, "issue loading URL"),
    "no-audio": (RIGHT.replace("Image", "Audio"), "Error while loading audio"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_would_be_seen(editor: Editor, name: str) -> None:
    xml, said = WRONG[name]
    complaints, _ = editor.verdict(name, xml, {"data": {"image": "data:image/png,nothing"}})
    assert said in "\n".join(complaints)
