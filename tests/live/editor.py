"""The editor of a real Label Studio in headless Chromium, and what it makes of an interface and a task.

Touches a server, of which it uses projects of its own, and a browser, which looks for nothing but that server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from lsform.browser.chromium import ARGUMENTS as ARGUMENTS
from lsform.browser.chromium import found
from lsform.browser.editor import SCRIPT, STEADY, is_spoiled, show, verdict, wait_for_editor
from lsform.browser.editor import SECONDS as SECONDS
from lsform.core.values import Json
from lsform.server.local import LocalServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = found()
NO_CHROMIUM = "NOT TESTED: no Chromium on this machine (`apt install chromium`)"
NO_PLAYWRIGHT = "NOT TESTED: no playwright for the browser tests"
SIMPLE = '<View><Text name="t" value="$t"/><Choices name="c" toName="t"><Choice value="a"/></Choices></View>'
# milliseconds for which it must be shown: while loading, a page throws its editor away and builds it anew
STEADY_PAGE = 250


def log_in(page: Page, server: LocalServer) -> None:
    """Make a page that of the server's user."""
    page.goto(f"{server.url}/user/login/")
    page.fill("input[name=email]", server.username)
    page.fill("input[name=password]", server.password.value)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "login" not in url)


@dataclass(frozen=True)
class Verdict:
    """What a Label Studio makes of an interface and a task.

    `refusal` is the server's, '' when it takes both; then `complaints` are the editor's, and `names` the tags it knows.
    """

    refusal: str = ""
    complaints: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        return "server" if self.refusal else "refuses" if self.complaints else "silent"


@dataclass
class Editor:
    """A page for all interfaces, one after the other, and the projects that it made for them."""

    url: str
    api: httpx.Client
    page: Page
    projects: list[int] = field(default_factory=list)
    bench: int = 0  # the project of what is judged

    def open(self, title: str, xml: str, task: Mapping[str, Json]) -> Verdict:
        """As annotators see it: the task, the only one of a new project, in a page of its own. Takes 2 seconds."""
        project = self._project(title, xml)
        imported = self.api.post(f"/api/projects/{project}/import?return_task_ids=1", json=[task])
        assert 201 == imported.status_code, imported.text
        (number,) = imported.json()["task_ids"]
        self.page.goto(f"{self.url}/projects/{project}/data?task={number}", wait_until="commit")
        return self._verdict(STEADY_PAGE)

    def judge(self, xml: str, data: Mapping[str, Json]) -> Verdict:
        """The same in one project and one page for all, a new editor in it. Takes half a second."""
        self._prepare()
        answer = self.api.patch(f"/api/projects/{self.bench}/", json={"label_config": xml})
        has_controls = answer.is_success and answer.json()["config_has_control_tags"]
        if answer.is_success:
            answer = self.api.post(f"/api/projects/{self.bench}/import", json=[{"data": data}])
        if answer.is_error:
            assert 400 == answer.status_code, answer.text
            return Verdict(refusal=answer.text)
        if not has_controls:
            return Verdict(complaints=("the page asks to set up the labeling configuration",))
        show(self.page, xml, data)
        return self._verdict(STEADY)

    def sees(self, expression: str) -> bool:
        """Whether some JavaScript holds of what is shown; its `names` are the tags by name."""
        return bool(self.page.evaluate(f"(names => {expression})(window.Htx.annotationStore.selected.names)"))

    def _project(self, title: str, xml: str) -> int:
        made = self.api.post("/api/projects/", json={"title": title, "label_config": xml})
        assert 201 == made.status_code, made.text
        self.projects.append(made.json()["id"])
        return self.projects[-1]

    def _prepare(self) -> None:
        """A page that has no editor yet, or one that no earlier interface has spoiled."""
        if not self.bench:
            self.bench = self._project("What is judged", SIMPLE)
            self.page.goto(f"{self.url}/projects/{self._project('Where it is judged', SIMPLE)}/data")
        elif is_spoiled(self.page):
            self.page.reload()
        wait_for_editor(self.page)

    def _verdict(self, steady: int) -> Verdict:
        told = verdict(self.page, steady)
        return Verdict(complaints=told.complaints, names=told.names)


@contextmanager
def started(server: LocalServer, profile: Path) -> Iterator[Editor]:
    """An editor in a browser; `profile` is a folder where Chromium keeps compiled scripts, a fifth of the time."""
    from playwright.sync_api import sync_playwright

    headers = {"Authorization": f"Token {server.api_key.value}"}
    with sync_playwright() as playwright, httpx.Client(base_url=server.url, headers=headers, timeout=60) as api:
        browser = playwright.chromium.launch_persistent_context(profile, executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page()
        log_in(page, server)
        page.add_init_script(SCRIPT)
        made = Editor(server.url, api, page)
        yield made
        browser.close()
        for project in made.projects:  # one at a time: parallel deletes break the server
            assert 204 == api.delete(f"/api/projects/{project}/").status_code
