"""The keys that lsform gives and shows are those of the real editor: what it listens to, what a press does.

Built-in templates are looked at here, as each is shown for its keys: see `test_gallery.py` for what would be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lsform.interface import css_colors
from lsform.interface.gallery import load, names
from lsform.interface.hotkeys import Source, keys_of, shortcuts
from lsform.interface.labels import label_specs
from lsform.interface.model import parse
from lsform.interface.render import TemplateSource, render
from lsform.server.local import LocalServer
from tests.live.editor import CHROMIUM, NO_CHROMIUM, NO_PLAYWRIGHT, SECONDS, SIMPLE, Editor, Verdict, started

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = [pytest.mark.live, pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)]

# The editor's own record of who listens to which key, in text fields and elsewhere, is put on `window`, too.
RECORD = re.compile(r"=(?=\{\[[\w$]+\]:\{\},\[[\w$]+\]:\{\}\};[^;]*\.filter=)")
LISTENED = """of_labels => Object.entries(window.lsformKeys.__main__)
    .flatMap(([key, owners]) => owners.map((owner) => [key, owner.namespace === "Annotations"]))
    .filter(([_, is_label]) => is_label === of_labels).map(([key]) => key)"""
# The labels that are selected, of which `unselect` lets go.
SELECTED = """unselect => {
    const found = [];
    window.Htx.annotationStore.selected.traverseTree((one) => {
        const selected = one.type === "label" ? one.selected : one.type === "choice" && one.sel;
        if (selected) found.push(one);
    });
    const values = found.map((one) => one.value);
    if (unselect) found.forEach((one) => one.setSelected(false));
    return values;
}"""
TOOL = "() => window.ToolManager.allInstances().map((one) => one.findSelectedTool()?.toolName)[0]"
IMAGE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='20' height='10'/%3E"
TASK = {"text": "hello", "image": IMAGE, "images": [{"url": IMAGE}, {"url": IMAGE}], "dynamic": [{"value": "x"}]}
SHOWN_LATER = {"[", "]", "m"}  # once a brush is selected, and with the help of a model


@pytest.fixture(scope="module")
def editor(label_studio: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    pytest.importorskip("playwright.sync_api", reason=NO_PLAYWRIGHT)

    def with_record(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=RECORD.sub("=window.lsformKeys=", response.text(), count=1))

    with started(label_studio, tmp_path_factory.mktemp("profile")) as editor:
        editor.page.route(re.compile(r"/react-app/.*\.js"), with_record)
        # the editor of the page itself lets go of all keys, later than that which takes its place gets some
        editor.judge(SIMPLE, {"t": "hello"})
        yield editor


def listened(editor: Editor, *, of_labels: bool) -> set[str]:
    """The keys that labels and controls, or the editor itself, listen to now, in their one form."""
    return {key for written in editor.page.evaluate(LISTENED, of_labels) for key in keys_of(written)}


def same_keys(editor: Editor, xml: str) -> None:
    """Waits until labels have the keys that are told, and looks at those of the editor."""
    found = shortcuts(parse(xml))
    own = {one.key for one in found if one.source is not Source.EDITOR and one.key}
    editors = {one.key for one in found if one.source is Source.EDITOR}
    for _ in range(SECONDS * 10):
        if own == listened(editor, of_labels=True):
            break
        editor.page.wait_for_timeout(100)
    assert own == listened(editor, of_labels=True)
    now = listened(editor, of_labels=False)
    assert set() == now - editors, "the editor takes keys that nobody was told of"
    assert {key for key in editors - SHOWN_LATER if len(key) == 1} <= now, (
        "keys that are not the editor's are kept free"
    )


@pytest.mark.parametrize("name", names())
def test_the_server_takes_a_template_and_the_editor_shows_its_sample_and_listens_to_its_keys(
    editor: Editor, name: str
) -> None:
    template = load(name)
    xml = template.sample()
    data = template.sample_task["data"]
    assert isinstance(data, dict)
    declared = sorted(tag.get("name") for tag in parse(xml).tags() if tag.get("name"))
    assert Verdict(names=tuple(declared)) == editor.judge(xml, data)
    same_keys(editor, xml)
    for one in shortcuts(parse(xml)):
        if one.does.startswith("choose"):
            assert [one.does[len("choose `") : -1]] == pressed(editor, one.key)


def pressed(editor: Editor, key: str) -> list[str]:
    """The labels that are selected by a key, where none was."""
    editor.page.evaluate(SELECTED, True)
    *modifiers, last = key.split("+")
    shifted = last.upper() if "shift" in modifiers else last
    editor.page.keyboard.press("+".join([*(one.capitalize() for one in modifiers), shifted]))
    selected = editor.page.evaluate(SELECTED, False)
    assert isinstance(selected, list)
    return selected


TEXT = '<Text name="text" value="$text"/>'
PICTURE = '<Image name="image" value="$image"/>'
SHAPES = ("Rectangle", "Polygon", "KeyPoint", "Ellipse", "Vector", "Brush", "Bitmask")


def tag(name: str, children: str = "", /, **attributes: str) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{written}>{children}</{name}>"


def control(name: str, /, *labels: str, of: str = "text", **attributes: str) -> str:
    """A control of labels, each a value and, after a colon, its key."""
    kind = "Choice" if name == "Choices" else "Label"
    children = (value.partition(":") for value in labels)
    inside = "".join(tag(kind, value=value, **({"hotkey": key} if key else {})) for value, _, key in children)
    return tag(name, inside, **{"name": name.lower(), "toName": of, **attributes})


ONE = control("Choices", "a", of="image")
TOOLS = {
    **{name: PICTURE + tag(name, name="t", toName="image") for name in SHAPES},
    **{f"{name}Labels": PICTURE + control(f"{name}Labels", "A", of="image") for name in SHAPES},
    "Magicwand": PICTURE + control("BrushLabels", "A", of="image") + tag("Magicwand", name="w", toName="image"),
    "smart": PICTURE + control("RectangleLabels", "A", of="image", smart="true"),
    "rotateControl": tag("Image", name="image", value="$image", rotateControl="true") + ONE,
    "zoomControl": tag("Image", name="image", value="$image", zoomControl="false") + ONE,
    "selectionControl": tag("Image", name="image", value="$image", selectionControl="false") + ONE,
    "allowEmpty": PICTURE + control("RectangleLabels", "A", of="image", allowEmpty="true"),
    "many": TEXT + control("Labels", *(f"label {number}" for number in range(40))),
    "others": f"""{TEXT}
        <Rating name="r" toName="text"/><Number name="n" toName="text"/><DateTime name="d" toName="text"/>
        <Filter name="f" toName="c"/>
        <Choices name="c" toName="text" allowNested="true">
            <Choice value="A" hotkey="Shift + X"><Choice value="B"/></Choice><Choice value="C" hotkey="3,z"/>
        </Choices>
        <Choices name="s" toName="text" layout="select"><Choice value="D"/><Choice value="E" hotkey="cmd+k"/></Choices>
        <TextArea name="a" toName="text"><Shortcut value="hm"/><Shortcut value="eh" hotkey="ctrl+1"/></TextArea>
        <Taxonomy name="x" toName="text"><Choice value="T"/></Taxonomy>""",
}


@pytest.mark.parametrize("name", TOOLS)
def test_the_keys_of_a_tool_are_those_that_the_editor_listens_to(editor: Editor, name: str) -> None:
    xml = f"<View>{TOOLS[name]}</View>"
    assert "silent" == editor.judge(xml, TASK).word
    if name == "others":  # that key is for text fields
        xml = xml.replace('<Shortcut value="eh" hotkey="ctrl+1"/>', "")
    same_keys(editor, xml)


@pytest.mark.parametrize("name", ["Labels", "Choices"])
@pytest.mark.parametrize(
    ("of", "objects"),
    [
        ("text", TEXT),
        ("image", PICTURE + "".join(tag(one, name=one, toName="image") for one in ("Rectangle", "Brush"))),
    ],
)
def test_each_key_that_lsform_gives_selects_its_label_and_nothing_else(
    editor: Editor, name: str, of: str, objects: str
) -> None:
    kind = {"Labels": "Label", "Choices": "Choice"}[name]
    each = f"{{% for one in labels %}}<{kind}{{{{ one.as_{kind.lower()} | xmlattr }}}}/>{{% endfor %}}"
    source = TemplateSource(f"<View>{objects}{tag(name, each, name='of', toName=of)}</View>", "t.xml.j2")
    labels = {"labels": label_specs([f"label {number}" for number in range(50)])}
    xml = render(source, variables=labels, label_sets={})
    assert "silent" == editor.judge(xml, TASK).word
    tool = editor.page.evaluate(TOOL)
    given = {one.does: one.key for one in shortcuts(parse(xml)) if one.source is Source.DECLARED}
    assert 50 == len(given)
    for does, key in given.items():
        assert (does, [does[len("choose `") : -1]], tool) == (does, pressed(editor, key), editor.page.evaluate(TOOL))


PAGES = '<Repeater on="$images" indexFlag="{{idx}}"><Text name="t{{idx}}" value="$images[{{idx}}].url"/>'
HIDDEN = {"visibleWhen": "choice-selected", "whenTagName": "c", "whenChoiceValue": "A"}
# what makes two owners of a key a mistake: (interface, key, labels that it selects)
CLASHES = {
    "two-labels": (TEXT + control("Labels", "A:q", "B:Q"), "q", ["B"]),
    "two-choices": (TEXT + control("Choices", "A:q", "B:q", choice="multiple"), "q", ["A", "B"]),
    "two-controls": (TEXT + control("Labels", "A:q") + control("Choices", "B:q"), "q", ["A", "B"]),
    "a-repeater": (
        PAGES + control("Choices", "A:q", of="t{{idx}}", name="c{{idx}}") + "</Repeater>", "q", ["A", "A"]
    ),
    "a-comma": (TEXT + control("Labels", "A:1,x") + control("Choices", "B"), "1", ["A", "B"]),
    "what-is-hidden": (TEXT + control("Choices", "A", name="c") + control("Choices", "B:q", **HIDDEN), "q", ["B"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASHES)
def test_a_key_of_several_owners_acts_for_all(editor: Editor, name: str) -> None:
    body, key, selected = CLASHES[name]
    verdict = editor.judge(f"<View>{body}</View>", TASK)
    assert "silent" == verdict.word, verdict
    assert selected == pressed(editor, key)


def test_a_key_of_a_tool_selects_the_label_and_the_tool_so_that_it_cannot_be_used(editor: Editor) -> None:
    xml = f"<View>{PICTURE}{control('BrushLabels', 'A:x', 'B:h', of='image')}</View>"
    assert "silent" == editor.judge(xml, TASK).word
    assert (["A"], "BrushTool") == (pressed(editor, "x"), editor.page.evaluate(TOOL))
    assert (["B"], "ZoomPanTool") == (pressed(editor, "h"), editor.page.evaluate(TOOL))


def test_named_colours_are_those_of_the_browser(editor: Editor) -> None:
    shown = """names => {
        const canvas = document.createElement("canvas").getContext("2d");
        return names.map((name) => { canvas.fillStyle = name; return canvas.fillStyle; });
    }"""
    known = css_colors._VALUES
    found = editor.page.evaluate(shown, [*known])
    assert {name: f"#{value}" for name, value in known.items()} == dict(zip(known, found, strict=True))
