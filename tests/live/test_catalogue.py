"""The catalogue is what the editor of the installed Label Studio says of itself: its tags and what they take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lsform.interface import css_colors
from lsform.interface.catalogue import catalogue
from lsform.server.local import LocalServer
from tests.live.editor import CHROMIUM
from tests.unit.interface.test_catalogue import COLORS, NO_COLORS
from tools import make_catalogue

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.live

WORDS = [
    "true",
    "false",
    "True",
    "yes",
    "",
    " ",
    "0",
    "1",
    "0.5",
    ".5",
    "1.",
    "1e-1",
    "60",
    "-0.1",
    "0.5px",
    "ten",
    "$x",
]
# each question is [tag, property, value]; true and false become booleans as in core/Tree.tsx
TAKES = """questions => questions.map(([tag, name, value]) => {
    const type = window.lsformTags.models[tag].properties[name];
    const read = name !== "value" && ["true", "false"].includes(value) ? value === "true" : value;
    return type.validate(read, [{path: "", type}]).length === 0;
})"""


@pytest.fixture(scope="module")
def page(label_studio: LocalServer) -> Iterator[Page]:
    """A page with the editor, whose registry can be asked."""
    pytest.importorskip("playwright.sync_api", reason="NOT TESTED: no playwright for the catalogue of tags")
    if CHROMIUM is None:
        pytest.skip("NOT TESTED: no Chromium on this machine for the catalogue of tags (`apt install chromium`)")
    with make_catalogue.editor(label_studio, CHROMIUM) as page:
        yield page


def test_the_catalogue_is_made_again_byte_for_byte(page: Page, label_studio: LocalServer) -> None:
    committed = (make_catalogue.CATALOGUES / f"{label_studio.version}.json").read_text("utf-8")
    assert committed == make_catalogue.catalogue(page, label_studio.version), "run `python tools/make_catalogue.py`"


def test_attributes_take_what_the_editor_takes(page: Page, label_studio: LocalServer) -> None:
    registered = page.evaluate("Object.keys(window.lsformTags.models)")
    asked = [
        (tag, key, value, attribute.type)
        for tag, info in catalogue(label_studio.version).tags.items()
        if tag in registered
        for key, attribute in info.attributes.items()
        if attribute.where == "editor" and attribute.type.enforced
        for value in (*WORDS, "red", "notacolor", *attribute.type.values)
    ]
    assert len(asked) > 10_000
    answers = page.evaluate(TAKES, [[tag, key, value] for tag, key, value, _ in asked])
    differ = [
        (tag, key, value)
        for (tag, key, value, type_), taken in zip(asked, answers, strict=True)
        if taken != (type_.problem(value) is None)
    ]
    assert differ == []


def test_colours_are_what_the_browser_takes_for_colours(page: Page) -> None:
    samples = [one.replace("_", " ") for one in (COLORS + NO_COLORS).split()]
    samples += [
        *sorted(css_colors._PLAIN),
        "",
        " red ",
        "RGB( 1 , 2 , 3 )",
        "rgb(1 2 3/.5)",
        "#FfF",
        "hsl(1rad 2% 3% / none)",
    ]
    answers = page.evaluate(TAKES, [["label", "background", sample] for sample in samples])
    differ = [sample for sample, taken in zip(samples, answers, strict=True) if taken != css_colors.is_color(sample)]
    assert differ == []
