"""The interface as a value: what is read, what is one and the same, and the marker in its text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsform.interface.model import (
    InterfaceError,
    LabelInterface,
    Tag,
    canonical,
    marker_of,
    parse,
    with_marker,
    without_marker,
)
from lsform.interface.tags import MAX_DEPTH, read, write
from tests.unit.interface.interface_trees import characters, edited, roots, spelled, texts

MARKER = "lsform:vision/project.traffic#n7"
BOXES = """<View>
  <!-- what to look at -->
  <Image name="image" value="$image"/>
  <RectangleLabels name="box" toName="image" canRotate="false">
    <Label value="Car" alias="car" background="red"/>
    <View><Label value="Truck"/></View>
  </RectangleLabels>
  <Taxonomy name="kind" toName="image">
    <Choice value="Road"><Choice value="Motorway"/></Choice>
  </Taxonomy>
  <Filter name="find" toName="box"/>
</View>
"""


@given(st.data())
def test_all_texts_that_mean_one_tree_have_one_canonical_text(data: st.DataObject) -> None:
    tree = data.draw(roots)
    assert [write(tree)] * 2 == [canonical(data.draw(spelled(tree))) for _ in range(2)]


@given(roots)
def test_the_canonical_text_is_its_own(tree: Tag) -> None:
    assert write(tree) == canonical(write(tree)) == canonical(canonical(write(tree)))


@given(st.data())
def test_trees_are_equal_exactly_when_their_canonical_texts_are(data: st.DataObject) -> None:
    tree = data.draw(roots)
    other = data.draw(edited(tree) | roots)
    assert (tree == other) == (write(tree) == write(other))


@given(st.data())
def test_what_a_text_means_is_what_is_read(data: st.DataObject) -> None:
    tree = data.draw(roots)
    assert tree == read(data.draw(spelled(tree)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('<View><Label value="a"/><Label value="b"/></View>', '<View><Label value="b"/><Label value="a"/></View>'),
        ("<View><Style>.a .b {}</Style></View>", "<View><Style>.a.b {}</Style></View>"),
        ("<View><Style> .a {}</Style></View>", "<View><Style>.a {}</Style></View>"),
        ("<View><Style>.a {}</Style></View>", "<View><Style/>.a {}</View>"),
        ("<View><Style>\u00a0</Style></View>", "<View><Style/></View>"),
        ('<View><Label value="a"/></View>', '<View><Label value="a "/></View>'),
        ('<View><Label value="a&#10;b"/></View>', '<View><Label value="a b"/></View>'),
        ('<View><Label value="a"/></View>', '<View><label value="a"/></View>'),
    ],
)
def test_what_can_change_behaviour_changes_the_canonical_text(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_a_canonical_text_is_canonical_xml() -> None:
    assert (
        canonical("<View>\r\n  <Text value='$t' name='t'></Text><Style><![CDATA[a > b]]></Style></View>")
        == '<View><Text name="t" value="$t"></Text><Style>a &gt; b</Style></View>'
    )


def test_namespaces_survive_and_their_prefixes_do_not_matter() -> None:
    one = canonical('<View xmlns:h="urn:x"><h:b xml:lang="de" h:a="1"/></View>')
    assert canonical('<View xmlns:other="urn:x"><other:b other:a="1" xml:lang="de"/></View>') == one
    assert canonical('<View xmlns:h="urn:y"><h:b xml:lang="de" h:a="1"/></View>') != one


def test_tags_know_their_place() -> None:
    assert [(tag.name, tag.line, tag.column) for tag in list(parse(BOXES).tags())[:4]] == [
        ("View", 1, 1),
        ("Image", 3, 3),
        ("RectangleLabels", 4, 3),
        ("Label", 5, 5),
    ]


def test_controls_are_tags_that_point_at_something() -> None:
    assert [(control.name, control.result_type, control.targets) for control in parse(BOXES).controls()] == [
        ("box", "rectanglelabels", ("image",)),
        ("kind", "taxonomy", ("image",)),
    ]


def test_labels_are_found_at_any_depth_under_what_annotations_store() -> None:
    interface = parse(BOXES)
    assert [label.stored for label in interface.labels("box")] == ["car", "Truck"]
    assert [label.path for label in interface.labels("kind")] == [("Road",), ("Road", "Motorway")]
    assert interface.labels("nothing") == ()


def test_a_label_belongs_to_the_control_around_it_only() -> None:
    inner = '<Labels name="inner" toName="t"><Label value="b"/></Labels>'
    interface = parse(f'<View><Labels name="outer" toName="t"><Label value="a"/>{inner}</Labels></View>')
    assert [[label.value for label in interface.labels(name)] for name in ("outer", "inner")] == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("tag", "key"),
    [
        ('<Image name="i" value="$image"/>', "image"),
        ('<Image name="i" valueList="$images"/>', "images"),
        ('<Image name="i" value="$images[{{idx}}].url"/>', "images"),
        ('<Text name="i" value="$a.b"/>', "a"),
        ('<HyperText name="i" value="fixed"/>', ""),
    ],
)
def test_an_object_shows_a_key_of_task_data(tag: str, key: str) -> None:
    assert [key] == [shown.data_key for shown in parse(f"<View>{tag}</View>").objects()]


@pytest.mark.parametrize("tag", ['<Label name="l" value="$l"/>', '<Header value="$h"/>', '<Image name="i"/>'])
def test_a_tag_without_name_or_value_is_no_object(tag: str) -> None:
    assert parse(f"<View>{tag}</View>").objects() == ()


@pytest.mark.parametrize(
    ("inside", "dynamic"),
    [
        ('<Choices name="c" toName="t" value="$options"/>', True),
        ('<Choices name="c" toName="t"><Choice value="$option"/></Choices>', True),
        ('<Taxonomy name="c" toName="t" apiUrl="http://kinds"/>', True),
        ('<Choices name="c" toName="t"><Choice value="a"/></Choices>', False),
        ('<Choices name="c" toName="t"/>', False),
    ],
)
def test_labels_that_come_with_the_task_are_dynamic(inside: str, dynamic: bool) -> None:
    assert [dynamic] == [control.is_dynamic for control in parse(f"<View>{inside}</View>").controls()]


def test_a_repeated_control_answers_to_every_number() -> None:
    (control,) = parse('<View><Choices name="page{{idx}}" toName="img{{idx}},x"/></View>').controls()
    assert (
        control.is_named("page12"),
        control.points_at("img0"),
        control.points_at("x"),
        control.is_named("pag"),
        control.points_at("y"),
    ) == (True, True, True, False, False)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "LSF001", 1, 1),
        ("<View>", "LSF001", 1, 7),
        ('<View>\n  <Choice value="R&D"/></View>', "LSF001", 2, 21),
        ("<View>&nbsp;</View>", "LSF001", 1, 7),
        ("<View>\ud800</View>", "LSF001", 0, 0),
        ("<View>" * 300 + "</View>" * 300, "LSF001", 1, 6 * MAX_DEPTH + 1),
        ("<Image/>\n<Choices/>", "LSF002", 2, 1),
        ("<!-- note -->\n<Root/>", "LSF003", 2, 1),
    ],
)
def test_text_that_is_no_interface_is_refused_with_its_place(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(InterfaceError) as caught:
        parse(text)
    assert (code, line, column) == (caught.value.code, caught.value.line, caught.value.column)


@pytest.mark.parametrize("doctype", ["<!DOCTYPE View>", '<!DOCTYPE View SYSTEM "http://elsewhere/x.dtd">'])
def test_a_document_type_is_refused(doctype: str) -> None:
    with pytest.raises(InterfaceError) as caught:
        parse(f"<!-- note -->\n{doctype}<View/>")
    assert (caught.value.code, caught.value.line) == ("LSF010", 2)


def test_the_editor_does_not_care_for_the_case_of_the_root() -> None:
    assert LabelInterface(Tag("view")) == parse("<view/>")


def test_a_root_that_is_no_view_still_has_a_canonical_text() -> None:
    assert canonical("<Root/>") == "<Root></Root>"


def test_a_billion_laughs_end_at_once() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    started = time.monotonic()
    with pytest.raises(InterfaceError, match="document type"):
        parse(f'<!DOCTYPE View [<!ENTITY l0 "ha">{entities}]><View>&l11;</View>')
    assert time.monotonic() - started < 1


def test_a_file_outside_is_never_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    canary = tmp_path_factory.mktemp("outside") / "canary"
    canary.write_text("canary", encoding="utf-8")
    with pytest.raises(InterfaceError) as caught:
        parse(f'<!DOCTYPE View [<!ENTITY x SYSTEM "{canary.as_uri()}">]><View>&x;</View>')
    assert caught.value.code == "LSF010"


# markers


@given(texts, st.text(characters, min_size=1).map(lambda name: f"lsform:{name}"))
def test_a_marker_comes_back_as_it_was_and_leaves_the_rest_alone(body: str, marker: str) -> None:
    xml = f"<View><Style>{body}</Style></View>\n"
    marked = with_marker(xml, marker)
    assert (marker, xml) == (marker_of(marked), without_marker(marked))


@given(st.lists(st.sampled_from(["<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "lsform:", "%", "%F", "x", " ", "\n"])))
def test_any_text_at_all_can_be_asked_for_a_marker(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert (marker_of(text) is None) == (without_marker(text) == text)


@given(st.text("-a.%", min_size=1, max_size=12))
def test_a_marked_interface_is_still_well_formed_whatever_the_address(name: str) -> None:
    marked = with_marker(BOXES, f"lsform:{name}/project.{name}#{name}")
    assert canonical(BOXES) == canonical(marked)


def test_the_marker_stands_after_the_root_on_a_line_of_its_own() -> None:
    assert f"<View/>\n<!-- {MARKER} -->\n" == with_marker("<View/>\n", MARKER)


def test_a_new_marker_takes_the_place_of_the_old_ones() -> None:
    twice = f"<View/>\r\n<!-- {MARKER} -->\n<!--lsform:old/project.x#1-->"
    assert with_marker(twice, "lsform:new/project.x#2") == "<View/>\n<!-- lsform:new/project.x#2 -->"


def test_the_first_of_several_markers_counts() -> None:
    assert marker_of(f"<View/><!-- {MARKER} --><!-- lsform:other/project.x#1 -->") == MARKER


@pytest.mark.parametrize(
    "text",
    [
        "<View/>",
        "<View/><!-- lsform: ignore LSF104 -->",
        "<View/><!-- note: lsform:vision/project.x#1 -->",
        "<View><Style><![CDATA[<!-- lsform:vision/project.x#1 -->]]></Style></View>",
        "<View/><?note <!-- lsform:vision/project.x#1 --> ?>",
        "<View><!-- lsform:vision/project.x#1",
    ],
)
def test_what_only_looks_like_a_marker_is_left_alone(text: str) -> None:
    assert (None, text) == (marker_of(text), without_marker(text))


def test_a_marker_is_found_in_text_that_does_not_parse() -> None:
    assert marker_of(f"<View><Choice value='R&D'></View>\n<!-- {MARKER} -->") == MARKER


def test_a_comment_hides_no_marker_after_it() -> None:
    assert marker_of(f"<!-- <![CDATA[ <? --><View/>\n<!-- {MARKER} -->") == MARKER


def test_a_sample_task_is_no_marker_and_stays() -> None:
    xml = '<View/>\n<!-- {"data": {"image": "x"}} -->'
    assert f"{xml}\n<!-- {MARKER} -->" == with_marker(xml, MARKER)
