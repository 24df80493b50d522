"""Labels of one list: their ids stay theirs, and those below others are found below them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsform.interface.label_tree import problems
from lsform.interface.labels import LabelSpec, label_specs, read_labels

values = st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=12, unique=True)


def ids(labels: list[dict[str, object]]) -> dict[str, int | None]:
    return {label.value: label.id for label in label_specs(labels)}


def said(items: list[object]) -> list[tuple[int, str, str]]:
    return [(one.index, one.field, one.message) for one in problems(read_labels(items))]


@given(values, st.randoms(use_true_random=False))
def test_the_order_of_a_list_and_what_is_added_to_it_never_change_an_id(
    values: list[str], chance: random.Random
) -> None:
    declared: list[dict[str, object]] = [{"value": value, "id": number} for number, value in enumerate(values)]
    shuffled = [*chance.sample(declared, len(declared)), {"value": "one that is longer", "id": len(values)}]
    assert ids(declared).items() <= ids(shuffled).items()
    assert [] == [*problems(read_labels(shuffled))]


@given(values)
def test_no_id_is_ever_invented(values: list[str]) -> None:
    made = label_specs(values)
    assert [None] * len(values) == [label.id for label in made]
    assert not [label for label in made if label.as_label["category"] is not None]


@given(values, st.data())
def test_each_label_is_below_its_parent_and_stays_in_its_place_of_the_list(
    values: list[str], data: st.DataObject
) -> None:
    parents = [
        data.draw(st.none() | st.sampled_from(values[:place])) if place else None for place in range(len(values))
    ]
    declared = [{"value": value, "parent": parent} for value, parent in zip(values, parents, strict=True)]
    shuffled = data.draw(st.permutations(declared))
    made = label_specs(shuffled)
    assert [label["value"] for label in shuffled] == [label.value for label in made]
    by_value = {label.value: label for label in made}
    below = {label.value: [child.value for child in label.children] for label in made}
    assert below == {one: [label.value for label in made if label.parent == one] for one in by_value}
    # a child is the label itself, with all that is below it
    assert [] == [child for label in made for child in label.children if child != by_value[child.value]]


@given(values)
def test_labels_that_were_read_are_read_again_as_they_are(values: list[str]) -> None:
    made = label_specs([values[0], *({"value": value, "parent": values[0]} for value in values[1:])])
    assert made == label_specs(made)


def test_what_is_wrong_names_the_label_and_the_field() -> None:
    assert [(1, "id", "has the id 0, and so has `a`")] == said([{"value": "a", "id": 0}, {"value": "b", "id": 0}])
    assert [(0, "id", "has the id -1")] == said([{"value": "a", "id": -1}])
    assert [(0, "parent", "is below `x`, which is no label here")] == said([{"value": "a", "parent": "x"}])


def test_what_is_below_a_label_in_a_circle_is_not_in_the_circle() -> None:
    circle = [{"value": "a", "parent": "b"}, {"value": "b", "parent": "a"}, {"value": "c", "parent": "a"}]
    assert [0, 1] == [index for index, _, _ in said([*circle])]


def test_a_class_id_may_be_any_number_however_large() -> None:
    (found,) = problems(read_labels([{"value": "a", "id": 10**15}, {"value": "b", "id": 0}]))
    assert not found.is_error
    assert "no label has 1, 2, 3, 4, 5 and 999999999999994 more" in found.message


def test_an_alias_names_a_parent_before_a_value_does() -> None:
    made = label_specs([{"value": "a", "alias": "b"}, "b", {"value": "c", "parent": "b"}])
    assert [["c"], [], []] == [[child.value for child in label.children] for label in made]


def test_a_long_chain_is_no_deeper_than_memory() -> None:
    chain = [{"value": "0"}, *({"value": str(number), "parent": str(number - 1)} for number in range(1, 1000))]
    assert 1000 == len(label_specs(chain))


@pytest.mark.parametrize(
    ("label", "background", "color"),
    [
        (LabelSpec("a", color="red", background="#123456"), "#123456", "red"),
        (LabelSpec("a", color="red"), "red", "red"),
        (LabelSpec("a", background="#123456"), "#123456", None),
    ],
)
def test_only_a_label_shows_a_colour_that_nobody_gave(label: LabelSpec, background: str, color: str | None) -> None:
    assert (background, color) == (label.as_label["background"], label.as_choice["color"])
