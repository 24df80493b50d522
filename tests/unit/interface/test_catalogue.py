"""The catalogue of tags: what it loads, what its types take, which version it falls back to, and that it knows the
official templates."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from lxml import etree

from lsform.interface import catalogue as module
from lsform.interface.catalogue import Catalogue, TagInfo, catalogue, versions
from lsform.interface.css_colors import is_color
from tools.make_catalogue import documented_type, model_type
from tools.official_templates import official_templates

NEWEST = "1.23.2"
BOOLEAN = ("Image", "zoom")
COLOR = ("Label", "background")
RANGE = ("Rectangle", "opacity")
ENUM = ("Text", "granularity")
NUMBER = ("Rating", "maxRating")
TEXT = ("Label", "alias")
ANY = ("Label", "value")

RIGHT = [
    *((BOOLEAN, value) for value in ("true", "false")),
    *((RANGE, value) for value in ("0", "1", "0.5", ".5", "1e-3", "0.5px")),
    *((ENUM, value) for value in ("symbol", "word", "sentence", "paragraph")),
    *((NUMBER, value) for value in ("5", "-1", "2.5", "1e3", " 7 ", "$stars")),
    *((TEXT, value) for value in ("", "True", "a true friend")),
    *((ANY, value) for value in ("", "true", "false", "$label")),
]
WRONG = [
    *((BOOLEAN, value, "`true` or `false`, exactly") for value in ("True", "yes", "1", "on", "")),
    *((COLOR, value, "a CSS colour") for value in ("FF0000", "notacolor", "true")),
    *((RANGE, value, "from 0 to 1") for value in ("60", "-0.1", "1.01", "half", "", "true")),
    *((ENUM, value, "`symbol`, `word`, `sentence` or `paragraph`") for value in ("token", "Word", "")),
    *((NUMBER, value, "a number") for value in ("ten", "5 stars", "", "true")),
    *((TEXT, value, "other text than") for value in ("true", "false")),
]
COLORS = """
red RED rebeccapurple transparent currentColor inherit Canvas #fff #FFF8 #d4380d #d4380dff
rgb(1,2,3) rgb(1,2,3 RGBA(1,2,3,.5) rgb(10%,20%,30%) hsl(120,50%,50%) hsla(0.5turn,50%,50%,50%) hwb(90deg_0%_0%)
rgb(300,-5,1e2) rgb(var(--r),2,3) oklch(0.5_0.1_20) color-mix(in_srgb,red,blue) var(--brand) rgb(from_red_r_g_b)
rgb(1_2_3) rgb(1_2_3_/_50%) rgb(none_20%_3) hsl(120_50_50) hsl(120deg_50%_50%/0.5) light-dark(red,blue)
"""
NO_COLORS = """
notacolor FF0000 #ff #fffff #ggg rgb rgb() rgb(1,2) rgb(1,2%,3) rgb(1_2,3) rgb(1,2,3); rgb(1,2,3)x hsl(120,50,50)
hsl(50%,50%,50%) rgb(1.,2,3) rgba(1,2,3,4,5) red; red_blue 0xff0000 true hexcolor(1) rgb_(1,2,3)
"""

# (what, tag, attribute) -> why this is true of an official template
MISTAKES = {
    ("tag", "Chat", ""): "Enterprise",
    ("tag", "OcrLabels", ""): "Enterprise",
    ("attribute", "Choice", "background"): "its colour is `color`",
    ("attribute", "Choices", "selection"): "never in any docs",
    ("attribute", "Header", "className"): "only View and Markdown have one",
    ("attribute", "Header", "name"): "a Header has no name",
    ("attribute", "Image", "className"): "only View and Markdown have one",
    ("attribute", "Label", "maxUsage"): "it is `maxUsages`",
    ("attribute", "Labels", "hotkey"): "labels have hotkeys, their control has none",
    ("attribute", "Labels", "zoom"): "of the Audio beside it",
    ("attribute", "Paragraphs", "granularity"): "of Text and HyperText",
    ("attribute", "Text", "style"): "only some visual tags have one",
    ("attribute", "TextArea", "style"): "only some visual tags have one",
    ("spelling", "Choices", "showInLine"): "`showInline` in docs",
    ("spelling", "Choices", "allownested"): "`allowNested` in docs",
    ("spelling", "Paragraphs", "contextscroll"): "`contextScroll` in docs",
    ("spelling", "Video", "framerate"): "`frameRate` in docs",
    ("target", "Rating", ""): "has no toName; the editor takes the only object there is",
}


def tag(name: str) -> TagInfo:
    found = catalogue().tag(name)
    assert found is not None
    return found


def problem(place: tuple[str, str], value: str) -> str | None:
    attribute = tag(place[0]).attribute(place[1])
    assert attribute is not None
    return attribute.type.problem(value)


@pytest.mark.parametrize(("place", "value"), [*RIGHT, *((COLOR, value) for value in ("red", "#d4380d"))])
def test_a_right_value_has_no_problem(place: tuple[str, str], value: str) -> None:
    assert problem(place, value) is None


@pytest.mark.parametrize(("place", "value", "said"), WRONG)
def test_a_wrong_value_is_told_what_it_should_be(place: tuple[str, str], value: str, said: str) -> None:
    message = problem(place, value) or ""
    assert message.startswith("should be ")
    assert said in message


@pytest.mark.parametrize("text", [one.replace("_", " ") for one in COLORS.split()])
def test_css_colours_are_colours(text: str) -> None:
    assert is_color(text)
    assert is_color(f" {text}\n")


@pytest.mark.parametrize("text", ["", " ", *(one.replace("_", " ") for one in NO_COLORS.split())])
def test_other_text_is_no_colour(text: str) -> None:
    assert not is_color(text)


@pytest.mark.parametrize(
    ("wanted", "got", "fallback"),
    [
        (None, NEWEST, False),
        (NEWEST, NEWEST, False),
        ("1.24.0", NEWEST, True),
        ("1.23.2.post1", NEWEST, True),
        ("2.0.0.dev3", NEWEST, True),
        ("1.9.0", NEWEST, True),  # older than all: the oldest, which is this one
        ("nightly", NEWEST, True),
    ],
)
def test_a_version_without_a_catalogue_falls_back_and_says_so(wanted: str | None, got: str, fallback: bool) -> None:
    found = catalogue(wanted)
    assert (got, fallback) == (found.version, found.fallback)


def test_the_nearest_earlier_version_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "versions", lambda: ("1.9.0", "1.23.2", "1.30.1"))
    monkeypatch.setattr(module, "_tags", lambda version: {})
    chosen = {
        wanted: catalogue.__wrapped__(wanted).version
        for wanted in ("1.8", "1.9.0", "1.10", "1.30.0", "1.30.1", "1.31", None)
    }
    assert {
        "1.8": "1.9.0",
        "1.9.0": "1.9.0",
        "1.10": "1.9.0",
        "1.30.0": "1.23.2",
        "1.30.1": "1.30.1",
        "1.31": "1.30.1",
        None: "1.30.1",
    } == chosen


def test_versions_are_in_order() -> None:
    assert versions()[-1] == NEWEST
    assert sorted(versions(), key=module._order) == list(versions())


def test_a_catalogue_loads_in_5_ms_and_once() -> None:
    def seconds() -> float:
        for cached in (versions, catalogue, module._tags, module._attribute, module._type):
            cached.cache_clear()
        start = time.perf_counter()
        catalogue()
        return time.perf_counter() - start

    assert min(seconds() for _ in range(10)) < 0.005
    assert catalogue() is catalogue()


def test_tags_and_attributes_are_found_in_any_case_and_know_their_own() -> None:
    assert tag("rectanglelabels").name == tag("RECTANGLELABELS").name == "RectangleLabels"
    attribute = tag("RectangleLabels").attribute("canrotate")
    assert attribute is not None
    assert ("canRotate", "editor", True) == (attribute.name, attribute.where, attribute.documented)
    assert attribute.spells("canRotate")
    assert not attribute.spells("canrotate")
    assert catalogue().tag("Chioces") is None
    assert tag("Image").attribute("requierd") is None


def test_a_spelling_that_nobody_knows_is_no_matter() -> None:
    attribute = tag("Labels").attribute("groupDepth")
    assert attribute is not None
    assert attribute.name == "groupdepth"
    assert attribute.spells("groupDepth")


def test_attributes_of_the_converter_and_of_backends_are_known_as_theirs() -> None:
    found = {
        (owner, name): (attribute := tag(owner).attribute(name)) and attribute.where
        for owner, name in (
            ("Label", "category"),
            ("Label", "model_index"),
            ("Choice", "predicted_values"),
            ("RectangleLabels", "score_threshold"),
            ("RectangleLabels", "model_path"),
            ("Label", "hotkey"),
            ("Image", "category"),
        )
    }
    assert {
        ("Label", "category"): "converter",
        ("Label", "model_index"): "converter",
        ("Choice", "predicted_values"): "ml-backend",
        ("RectangleLabels", "score_threshold"): "ml-backend",
        ("RectangleLabels", "model_path"): "ml-backend",
        ("Label", "hotkey"): "editor",
        ("Image", "category"): None,
    } == found


@pytest.mark.parametrize(
    "name",
    ["id", "_value", "regions", "type", "children", "parentTypes", "isControlTag", "controlledTags", "pid", "visible"],
)
def test_internal_properties_are_no_attributes(name: str) -> None:
    assert [] == [info.name for info in catalogue().tags.values() if name.lower() in info.attributes]


def test_roles_are_told_apart() -> None:
    def named(role: str) -> set[str]:
        return {info.name for info in catalogue().tags.values() if getattr(info, role) and catalogue().offers(info)}

    controls, objects = named("is_control"), named("is_object")
    assert objects == {
        *("Audio", "AudioPlus", "HyperText", "Image", "List", "Paragraphs", "Pdf", "Table", "Text", "TimeSeries"),
        "Video",
    }
    assert controls & objects == set()
    assert named("classification") == {"Choices", "DateTime", "Number", "Rating", "Taxonomy", "TextArea"}
    assert named("per_region") == named("per_item") == named("classification")
    assert named("region") & objects == objects - {"List", "Pdf", "Table"}
    assert controls - named("region") == named("classification") | {"Pairwise", "Ranker"}


def test_controls_know_their_objects_and_which_the_editor_enforces() -> None:
    known = catalogue()
    assert known.objects_of("RectangleLabels") == {"Image"}
    assert known.objects_of("ellipselabels") == {"Image"}
    assert known.objects_of("Ranker") == {"List"}
    assert {"Table", "Pdf", "Chat"} < known.objects_of("Choices")
    assert "Paragraphs" not in known.objects_of("Labels")
    assert known.objects_of("Image") == known.objects_of("Nope") == frozenset()
    assert {info.name for info in known.tags.values() if info.objects_enforced} == {
        *("BitmaskLabels", "BrushLabels", "HyperTextLabels", "KeyPointLabels", "Polygon", "PolygonLabels"),
        *("RectangleLabels", "Vector", "VectorLabels"),
    }


def test_what_stands_in_what_is_known() -> None:
    assert tag("Choices").children == {"Choice", "Header", "HyperText", "Repeater", "View"}
    assert tag("Taxonomy").children == {"Choice"}
    assert tag("Image").children == frozenset()
    assert tag("HyperText").children is None
    assert tag("Choice").parents == {"Choices", "Taxonomy"}
    assert {"Labels", "RectangleLabels"} < tag("Label").parents
    assert tag("Repeater").children == tag("View").children
    assert {"name"} == {name for name, one in tag("Choices").attributes.items() if one.required}


def test_tags_of_other_editions_are_known_but_not_offered() -> None:
    def lacked(known: Catalogue) -> set[str]:
        return {info.name for info in known.tags.values() if not known.offers(info)}

    nowhere = {"Cube", "CubeLabels", "Object3D"}
    enterprise = {"Chat", "CustomInterface", "OcrLabels", "ReactCode", "VideoVector", "VideoVectorLabels"}
    assert lacked(catalogue()) == nowhere | enterprise
    assert lacked(catalogue(edition="enterprise")) == nowhere


@pytest.mark.parametrize("version", versions())
def test_the_data_names_only_tags_that_are_in_it(version: str) -> None:
    tags = catalogue(version).tags
    names = {info.name for info in tags.values()}
    for info in tags.values():
        assert (info.children or set()) | info.parents | (info.objects or set()) <= names
        assert all(key == one.name.lower() for key, one in info.attributes.items())
        assert info.is_control or not info.objects_enforced


def findings(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    known = catalogue()
    kinds = {str(one.get("name")): known.tag(str(one.tag)) for one in root.iter(etree.Element)}
    for element in root.iter(etree.Element):
        name = str(element.tag)
        around = [known.tag(str(parent.tag)) for parent in element.iterancestors()]
        if any(parent and parent.children is None for parent in around):
            continue
        info = known.tag(name)
        if info is None or not known.offers(info):
            yield "tag", name, ""
        if info is None:
            continue
        if around and around[0] and info.name not in (around[0].children or ()):
            yield "child", name, ""
        if info.parents and not info.parents.intersection(parent.name for parent in around if parent):
            yield "parent", name, ""
        targets = [kinds.get(one) for one in element.get("toName", "").split(",")]
        if info.is_control and not info.is_object:
            fitting = known.objects_of(name)
            yield from (("target", name, "") for one in targets if one is None or one.name not in fitting)
        yield from attribute_findings(info, {str(key): str(value) for key, value in element.attrib.items()})


def attribute_findings(info: TagInfo, written: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    lower = {name.lower() for name in written}
    yield from (
        ("missing", info.name, one.name) for key, one in info.attributes.items() if one.required and key not in lower
    )
    for name, value in written.items():
        attribute = info.attribute(name)
        if attribute is None:
            yield "attribute", info.name, name
        else:
            if not attribute.spells(name):
                yield "spelling", info.name, name
            if attribute.type.problem(value):
                yield "value", info.name, name


def test_the_official_templates_are_known_but_for_their_true_mistakes() -> None:
    templates = official_templates()
    assert len(templates) == 69
    assert set(MISTAKES) == {finding for root in templates.values() for finding in findings(root)}


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ("string", "text"),
        ("(string | null?)?", "text"),
        ("(string | number)?", "text"),
        ("(boolean | undefined?)", "boolean"),
        ("(CSSColor | null?)", "color"),
        ("(Range(0..1) | null?)", "range 0 1"),
        ('(("symbol" | "word") | null?)', "enum symbol|word"),
        ("number?", None),
        ("AudioRegionModel[]?", None),
        ("(reference(SharedStoreModel) | null?)?", None),
        ("<any immutable value>?", None),
        ("{ id: identifier; src: string }[]?", None),
    ],
)
def test_what_a_model_says_becomes_a_type_when_text_can_be_one(says: str, code: str | None) -> None:
    assert code == model_type(says)


def test_docs_tell_more_of_what_models_take_as_text() -> None:
    assert documented_type("number") == "docs number"
    assert documented_type(["pixel", "none"]) == "docs enum pixel|none"
    assert documented_type(["number", "none"]) is None
    assert documented_type("string") is documented_type(None) is None
