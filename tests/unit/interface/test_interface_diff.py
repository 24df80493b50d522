"""What differs between two interfaces: everything is said, and nothing but what is so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsform.interface.diff import ChangeKind, InterfaceChange, compare
from lsform.interface.model import canonical, parse
from lsform.interface.tags import write
from tests.unit.interface.interface_trees import edited, roots, spelled

BEFORE = """
<View>
  <Style>.a { color: red }</Style>
  <Header value="What is it?"/>
  <Image name="image" value="$image"/>
  <RectangleLabels name="box" toName="image" canRotate="true">
    <Label value="Car" category="1" background="red"/>
    <Label value="Bus" alias="bus"/>
    <Label value="Van"/>
  </RectangleLabels>
  <Taxonomy name="kind" toName="image">
    <Choice value="A"><Choice value="x"/></Choice>
    <Choice value="B"/>
  </Taxonomy>
  <TextArea name="note" toName="image"/>
</View>
"""
ALL = '<Label value="Bus" alias="bus"/>\n    <Label value="Van"/>'


def said(*edits: tuple[str, str]) -> list[tuple[str, str, str]]:
    after = BEFORE
    for old, new in edits:
        assert old in after
        after = after.replace(old, new)
    return [(change.kind.value, change.subject, change.text) for change in compare(parse(BEFORE), parse(after))]


@given(st.data())
def test_there_is_a_change_exactly_when_the_canonical_texts_differ(data: st.DataObject) -> None:
    before = data.draw(roots)
    after = data.draw(edited(before) | roots)
    one, other = write(before), write(after)
    assert (compare(parse(one), parse(other)) == ()) == (canonical(one) == canonical(other))


@given(st.data())
def test_spelling_is_no_change(data: st.DataObject) -> None:
    tree = data.draw(roots)
    assert compare(parse(data.draw(spelled(tree))), parse(data.draw(spelled(tree)))) == ()


@pytest.mark.parametrize(
    ("edit", "changes"),
    [
        (
            ('<Label value="Van"/>', '<Label value="Truck"/>'),
            [
                ("label_removed", "box/Van", "label `Van` removed from `box`"),
                ("label_added", "box/Truck", "label `Truck` added to `box`"),
            ],
        ),
        (
            ('value="Car" category', 'value="Automobile" category'),
            [("label_renamed", "box/Car", "label `Car` of `box` renamed to `Automobile`")],
        ),
        (
            ('value="Bus" alias', 'value="Coach" alias'),
            [("label_renamed", "box/Bus", "label `Bus` of `box` renamed to `Coach`")],
        ),
        (
            ('background="red"', 'background="blue"'),
            [("label_changed", "box/Car", "label `Car` of `box`: `background` `red` -> `blue`")],
        ),
        (
            ('category="1" background="red"', 'category="1" hotkey="c"'),
            [
                ("label_changed", "box/Car", "label `Car` of `box`: `background` removed, was `red`"),
                ("label_changed", "box/Car", "label `Car` of `box`: `hotkey` set to `c`"),
            ],
        ),
        (
            ('<Label value="Van"/>', '<Choice value="Van"/>'),
            [("label_changed", "box/Van", "label `Van` of `box`: tag `Label` -> `Choice`")],
        ),
        (
            (ALL, '<Label value="Van"/><Label value="Bus" alias="bus"/>'),
            [("layout_changed", "box", "labels of `box` reordered")],
        ),
        ((ALL, f"<View>{ALL}</View>"), [("layout_changed", "box", "tags in `box` changed (`View`)")]),
        (
            ("RectangleLabels", "PolygonLabels"),
            [("control_retyped", "box", "`box`: type `RectangleLabels` -> `PolygonLabels`")],
        ),
        (
            ('canRotate="true"', 'canRotate="false"'),
            [("attribute_changed", "box", "`box`: attribute `canRotate` `true` -> `false`")],
        ),
        (
            ('name="box" toName="image"', 'name="box" toName="image,other"'),
            [("control_retargeted", "box", "`box`: target `image` -> `image,other`")],
        ),
        (
            ('<TextArea name="note" toName="image"/>', ""),
            [("control_removed", "note", "control `note` (`TextArea`) removed")],
        ),
        (
            ('<TextArea name="note"', '<TextArea name="remark"'),
            [
                ("control_removed", "note", "control `note` (`TextArea`) removed"),
                ("control_added", "remark", "control `remark` (`TextArea`) added"),
            ],
        ),
        (('"$image"', '"$url"'), [("data_key_changed", "image", "`image`: data key `image` -> `url`")]),
        (
            ('"$image"', '"$image[0]"'),
            [("attribute_changed", "image", "`image`: attribute `value` `$image` -> `$image[0]`")],
        ),
        (("<Image ", "<Video "), [("object_retyped", "image", "`image`: type `Image` -> `Video`")]),
        (
            ("<TextArea", '<Text name="text" value="$text"/><TextArea'),
            [("object_added", "text", "object `text` (`Text`) added")],
        ),
        (
            ('<Choice value="A"><Choice value="x"/></Choice>', '<Choice value="A"/>'),
            [("label_removed", "kind/A/x", "label `A/x` removed from `kind`")],
        ),
        (
            ('<Choice value="B"/>', '<Choice value="B"><View/></Choice>'),
            [("layout_changed", "kind", "tags in `kind` changed (`View`)")],
        ),
        ((ALL, f"{ALL}text"), [("layout_changed", "box", "tags in `box` changed (`RectangleLabels`)")]),
        (("color: red", "color: blue"), [("layout_changed", "", "tags changed (`Style`)")]),
        (('<Header value="What is it?"/>', ""), [("layout_changed", "", "tags changed (`Header`)")]),
        (("</View>\n", '<Label value="alone"/></View>\n'), [("layout_changed", "", "tags changed (`Label`)")]),
    ],
)
def test_each_change_has_its_words(edit: tuple[str, str], changes: list[tuple[str, str, str]]) -> None:
    assert said(edit) == changes


def test_labels_of_another_tag_come_with_the_type() -> None:
    before = '<View><Labels name="l" toName="t"><Label value="a"/></Labels></View>'
    assert [change.text for change in compare(parse(before), parse(before.replace("Label", "Choice")))] == [
        "`l`: type `Labels` -> `Choices`"
    ]


def test_an_object_that_is_renamed_takes_its_controls_along() -> None:
    assert said(('<Image name="image"', '<Image name="photo"'), ('toName="image"', 'toName="photo"')) == [
        ("object_removed", "image", "object `image` (`Image`) removed"),
        ("object_added", "photo", "object `photo` (`Image`) added"),
        ("control_retargeted", "box", "`box`: target `image` -> `photo`"),
        ("control_retargeted", "kind", "`kind`: target `image` -> `photo`"),
        ("control_retargeted", "note", "`note`: target `image` -> `photo`"),
    ]


def test_tags_in_another_order_are_reordered() -> None:
    header, image = '<Header value="What is it?"/>', '<Image name="image" value="$image"/>'
    assert said((f"{header}\n  {image}", f"{image}{header}")) == [("layout_changed", "", "tags reordered")]


def test_tags_under_another_parent_are_moved() -> None:
    one = parse('<View><View><Header value="a"/></View><View className="b"/></View>')
    other = parse('<View><View/><View className="b"><Header value="a"/></View></View>')
    assert compare(one, other) == (InterfaceChange(ChangeKind.LAYOUT_CHANGED, "", "tags moved"),)


def test_labels_that_share_a_class_id_are_not_taken_for_each_other() -> None:
    around = '<View><Labels name="l" toName="t">{}</Labels></View>'
    before = around.format('<Label value="a" category="1"/><Label value="b" category="1"/>')
    after = around.format('<Label value="c" category="1"/>')
    assert [change.kind.value for change in compare(parse(before), parse(after))] == [
        "label_removed",
        "label_removed",
        "label_added",
    ]


def test_a_renamed_label_that_changes_otherwise_says_both() -> None:
    assert said(('value="Car" category="1" background="red"', 'value="Auto" category="1" background="blue"')) == [
        ("label_renamed", "box/Car", "label `Car` of `box` renamed to `Auto`"),
        ("label_changed", "box/Auto", "label `Auto` of `box`: `background` `red` -> `blue`"),
    ]


def test_a_label_whose_old_name_is_its_alias_now_is_renamed() -> None:
    assert said(('<Label value="Van"', '<Label value="Lorry" alias="Van"')) == [
        ("label_renamed", "box/Van", "label `Van` of `box` renamed to `Lorry`"),
        ("label_changed", "box/Lorry", "label `Lorry` of `box`: `alias` set to `Van`"),
    ]


def test_labels_with_one_value_are_told_apart() -> None:
    before = '<View><Labels name="l" toName="t"><Label value="a"/></Labels></View>'
    after = '<View><Labels name="l" toName="t"><Label value="a"/><Label value="a"/></Labels></View>'
    assert [change.subject for change in compare(parse(before), parse(after))] == ["l/a (2)"]


def test_a_change_carries_what_was_and_what_is() -> None:
    before = parse('<View><Image name="i" value="$a"/></View>')
    after = parse('<View><Image name="i" value="$b"/></View>')
    (change,) = compare(before, after)
    assert (change.kind, change.before, change.after) == (ChangeKind.DATA_KEY_CHANGED, "a", "b")
