"""What is wrong with an interface would be seen in the editor of the real server, so that what looks right is right.

That every built-in template looks right there is told along with its keys, in `test_hotkeys.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lsform.browser.bundle import installed
from lsform.server.local import LocalServer
from tests.live.editor import CHROMIUM, NO_CHROMIUM, NO_PLAYWRIGHT, Editor, started

pytestmark = [pytest.mark.live, pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)]


@pytest.fixture(scope="module")
def editor(label_studio: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    pytest.importorskip("playwright.sync_api", reason=NO_PLAYWRIGHT)
    with started(label_studio, tmp_path_factory.mktemp("profile")) as editor:
        yield editor


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
    verdict = editor.open(name, xml, {"data": {"image": "data:image/png,nothing"}})
    assert said in "\n".join(verdict.complaints)


def test_a_page_without_a_server_has_the_switches_of_one_with_it(editor: Editor) -> None:
    editor.open("Switches", RIGHT, {"data": {"image": "data:image/png,nothing"}})
    served = editor.page.evaluate("APP_SETTINGS.feature_flags")
    ours = installed().flags()
    assert ours == {name: served.get(name) for name in ours}
    assert len(ours) > 100
