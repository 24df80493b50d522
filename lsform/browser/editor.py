"""Label Studio's editor in a page: shows one interface after the other, tells what came of it, takes pictures.

Touches a browser. Law: each request of the page is answered here, from the installed `label-studio`; none leaves.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lsform.browser.bundle import Bundle, installed
from lsform.browser.chromium import launched
from lsform.core.values import Json
from lsform.interface.gallery import media
from lsform.interface.samples import ECHO, ORIGIN

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

SCRIPT = files("lsform.browser").joinpath("editor.js").read_text("utf-8")
SECONDS = 30  # until the editor has loaded a task, on a machine that is busy with other things
# milliseconds for which it must be shown: what an editor does once it is there may fail
STEADY = 100
# parts of the editor: with all that annotators have, and with what an interface makes of it
WHOLE = ("basic", "controls", "submit", "update", "topbar", "side-column", "annotations:current")
PLAIN = tuple(one for one in WHOLE if one != "side-column")
WIDTH, HEIGHT = 1000, 800  # pixels of the window; a picture is as high as its interface
# the bar with `Submit` lies over the end of the interface; it stays, since it tells that the editor is there
_STYLE = ".lsf-bottombar { opacity: 0 } * { animation: none !important; transition: none !important }"
_INTERFACE = ".lsf-main-view__annotation"
_EVERYTHING = "body"
_ANYBODY = {"Access-Control-Allow-Origin": "*"}  # may read it: the editor asks across origins
# a canvas is not drawn again when the font of its text arrives
_FONTS = "Promise.all(Array.from(document.fonts, (one) => one.load()))"
_SETTLED = """document.fonts.ready
    .then(() => Promise.all(Array.from(document.images, (one) => one.decode().catch(() => 0))))
    .then(() => new Promise((done) => requestIdleCallback(() => done(), {timeout: 1000})))"""
_LOOKS = 20  # at a picture that goes on changing, say a video that plays by itself, before it is taken as it is


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the editor makes of an interface and a task: its complaints, and the names of the tags that it knows."""

    complaints: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as PNG. With complaints it shows what the editor says instead of the interface."""

    png: bytes
    complaints: tuple[str, ...] = ()

    @property
    def uri(self) -> str:
        """It as a data URI, for pages that hold their pictures."""
        return f"data:image/png;base64,{b64encode(self.png).decode()}"


def show(page: Page, xml: str, data: Mapping[str, Json], parts: tuple[str, ...] = WHOLE) -> None:
    """Show an interface and the data of a task, in a page that has the editor and in which SCRIPT runs."""
    page.evaluate("([xml, data, parts]) => lsform.show(xml, data, parts)", [xml, dict(data), list(parts)])


def verdict(page: Page, steady: int = STEADY) -> Verdict:
    """What came of what is shown, once it is there and stays."""
    from playwright.sync_api import TimeoutError as Late

    try:
        told = page.wait_for_function("(steady) => lsform.verdict(steady)", arg=steady, timeout=SECONDS * 1000)
    except Late:
        return Verdict((f"the editor shows nothing in {SECONDS} s",))
    complaints, names = told.json_value()
    return Verdict(tuple(complaints), tuple(names))


def is_spoiled(page: Page) -> bool:
    """Whether an earlier interface has left something behind that a new page has not."""
    return bool(page.evaluate("lsform.isSpoiled()"))


def wait_for_editor(page: Page) -> None:
    """Until the page can make editors."""
    page.wait_for_function("window.LabelStudio !== undefined", timeout=SECONDS * 1000)


@dataclass(frozen=True, slots=True)
class Editor:
    """A page for all interfaces, one after the other."""

    page: Page

    def picture(self, xml: str, data: Mapping[str, Json]) -> Picture:
        """The interface with the data of a task, and nothing around it."""
        if is_spoiled(self.page):
            self.load()
        show(self.page, xml, data, PLAIN)
        complaints = verdict(self.page).complaints
        return Picture(self._still(_EVERYTHING if complaints else _INTERFACE), complaints)

    def _still(self, selector: str) -> bytes:
        """That part of the page once it stays as it is: some of the editor draws itself a moment after it is there."""
        part, last = self.page.locator(selector), b""
        for _ in range(_LOOKS):
            self.page.evaluate(_SETTLED)
            png = part.screenshot(animations="disabled")
            if png == last:
                break
            last = png
        return last

    def load(self) -> None:
        """A page in which nothing was shown yet."""
        self.page.goto(ORIGIN)
        wait_for_editor(self.page)
        self.page.add_style_tag(content=_STYLE)
        self.page.evaluate(_FONTS)


@contextmanager
def opened(program: str | None = None) -> Iterator[Editor]:
    """The editor of the installed Label Studio; raises LsformError where it, playwright or Chromium is missing."""
    bundle = installed()
    with launched(program) as browser:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            offline=True,
            service_workers="block",
            locale="en-US",
            color_scheme="light",
        )
        context.route("**/*", lambda route: _answer(route, bundle))
        context.route_web_socket("**/*", lambda socket: socket.close())
        page = context.new_page()
        page.add_init_script(SCRIPT)
        editor = Editor(page)
        editor.load()
        yield editor


def _answer(route: Route, bundle: Bundle) -> None:
    """From the package; a picture of elsewhere is one of ours, and all else of elsewhere is not there."""
    address = route.request.url.partition("?")[0]
    path = address.removeprefix(f"{ORIGIN}/")
    if address == f"{ORIGIN}/":
        route.fulfill(body=bundle.page, content_type="text/html")
    elif path != address and path.startswith(ECHO):
        route.fulfill(body=unquote(path.removeprefix(ECHO)), content_type="text/plain")
    elif path != address and (file := bundle.file(path)):
        route.fulfill(path=file)
    elif route.request.resource_type == "image":
        route.fulfill(
            body=media("photo.svg"), content_type="image/svg+xml", headers={"Access-Control-Allow-Origin": "*"}
        )
    else:
        route.fulfill(status=404, body="", headers=_ANYBODY)
