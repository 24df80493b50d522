"""LSF407: classes that the interfaces of a stack write in different ways."""

from __future__ import annotations

import pytest

from lsform.interface.lint.places import in_text
from lsform.interface.lint.stack import across
from lsform.interface.model import LabelInterface, parse


def boxes(*values: str, before: str = "") -> LabelInterface:
    labels = "\n".join(f"    {before}<Label value={value!r}/>" for value in values)
    return parse(
        f"""<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="box" toName="image">
{labels}
  </RectangleLabels>
</View>"""
    )


def said(**interfaces: LabelInterface) -> list[tuple[str, str]]:
    return [(name, mistake.message) for name, mistake in across(interfaces)]


def test_a_class_is_told_where_fewer_interfaces_write_it_so() -> None:
    found = said(night=boxes("car ", "Bus"), day=boxes("Car", "Bus"), dusk=boxes("Car"))
    assert [("night", "`car ` is `Car` in `day`")] == found


def test_among_equals_the_first_is_right() -> None:
    assert [("day", "`car` is `Car` in `night`")] == said(night=boxes("Car"), day=boxes("car"))


@pytest.mark.parametrize("other", [("Car", "Bus"), ("Truck",), ("Cars",), ("$car",), ("",), ()])
def test_classes_that_are_the_same_or_quite_another_are_fine(other: tuple[str, ...]) -> None:
    assert [] == said(day=boxes("Car", "$Car", " "), night=boxes(*other))


def test_an_interface_with_both_spellings_is_left_to_the_rule_of_one_interface() -> None:
    assert [] == said(day=boxes("Car"), night=boxes("Car", "car"))


def test_a_class_that_stands_often_in_an_interface_is_told_once() -> None:
    assert [("night", "`car` is `Car` in `day`")] == said(day=boxes("Car"), night=boxes("car", "car"))


def test_what_annotations_hold_counts() -> None:
    aliased = parse(
        '<View><Text name="t" value="$t"/><Choices name="c" toName="t">'
        '<Choice value="Vehicle" alias="car"/><Choice value="BUS" alias="Bus"/></Choices></View>'
    )
    found = [(name, one.message, one.attribute) for name, one in across({"a": boxes("Car", "Bus"), "b": aliased})]
    assert [("b", "`car` is `Car` in `a`", "alias")] == found


def test_a_comment_silences_it() -> None:
    silenced = boxes("car", before="<!-- lsform: ignore LSF407 -->")
    assert [] == said(day=boxes("Car"), night=silenced)


def test_the_place_can_be_told() -> None:
    night = boxes("Bus", "car")
    ((name, mistake),) = across({"day": boxes("Car"), "night": night})
    text = "\n" * 4 + "    <Label value='car'/>"
    span, _ = in_text(text, "night.xml")(mistake.node, mistake.attribute)
    assert ("night", "night.xml:5:12") == (name, str(span))
