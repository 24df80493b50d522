"""Colours of labels that were given none: distinct, readable, each label's own."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsform.interface.colors import DARKEST, LEAST_CONTRAST, PALETTE, TIERS, assigned, contrast, oklab
from lsform.interface.css_colors import is_color, rgb

WORDS = """
    Car Person Truck Bus Bike Cat Dog Tree House Road Sign Lamp Sky Water Boat Plane Train Bird Horse Sheep Cow Bear
    Zebra Cup Fork Knife Spoon Bowl Apple Orange Pizza Cake Chair Couch Bed Table Phone Book Clock Vase
"""
names = st.text(max_size=8)
colors = st.sampled_from(["red", "#00f", "#008000", "rgb(1, 2, 3)", *PALETTE[:5]])


def colors_of(labels: Iterable[str]) -> dict[str, str]:
    wanted = [*labels]
    return dict(zip(wanted, assigned([(name, None) for name in wanted]), strict=True))


def nearest(found: Iterable[str]) -> float:
    places = [oklab(value) for color in found if (value := rgb(color))]
    return min((math.dist(one, other) for one, other in itertools.combinations(places, 2)), default=1)


def test_the_palette_is_readable_and_far_apart() -> None:
    values = [value for color in PALETTE if (value := rgb(color))]
    assert [] == [one for one in values if contrast(one) < LEAST_CONTRAST or oklab(one)[0] < DARKEST]
    assert [] == [gap for size, gap in TIERS if nearest(PALETTE[:size]) < gap]
    assert len(PALETTE) == TIERS[-1][0] == len(values)


def test_a_colour_is_the_same_on_every_machine_and_day() -> None:
    assert {"Car": "#6860f8", "Person": "#c000f8", "Straße": "#107098"} == colors_of(["Car", "Person", "Straße"])


@given(st.lists(names, unique=True, max_size=60))
def test_no_two_labels_have_one_colour_and_each_is_readable(labels: list[str]) -> None:
    found = colors_of(labels)
    assert len(labels) == len(set(found.values()))
    assert [] == [one for one in found.values() if (value := rgb(one)) is None or contrast(value) < LEAST_CONTRAST]


@given(st.lists(names, unique=True, max_size=20))
def test_the_colours_of_up_to_twenty_labels_are_far_apart(labels: list[str]) -> None:
    assert nearest(colors_of(labels).values()) >= TIERS[0][1]


@given(st.lists(names, unique=True, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_labels_does_not_count(labels: list[str], chance: random.Random) -> None:
    assert colors_of(labels) == colors_of(chance.sample(labels, len(labels)))


@given(st.lists(st.tuples(names, st.none() | colors), max_size=20))
def test_given_colours_are_kept_and_kept_away_from(labels: list[tuple[str, str | None]]) -> None:
    found = assigned(labels)
    assert [] == [(own, color) for (_, own), color in zip(labels, found, strict=True) if own not in (None, color)]
    chosen = [color for (_, own), color in zip(labels, found, strict=True) if own is None]
    declared = [value for _, own in labels if own and (value := rgb(own))]
    places = [oklab(value) for color in chosen if (value := rgb(color))]
    assert [] == [one for one in declared for other in places if math.dist(oklab(one), other) < TIERS[-1][1]]


@pytest.mark.parametrize(("size", "most"), [(3, 0.1), (8, 0.3), (15, 0.7)])
def test_a_label_more_changes_few_colours(size: int, most: float) -> None:
    chance = random.Random(size)
    changed = 0
    for _ in range(200):
        one, *others = chance.sample(WORDS.split(), size + 1)
        before, after = colors_of(others), colors_of([one, *others])
        changed += sum(before[name] != after[name] for name in others)
    assert changed / 200 <= most


def test_labels_of_one_name_and_hundreds_of_labels_have_colours_of_their_own() -> None:
    assert 2 == len(set(assigned([("Car", None), ("Car", None)])))
    found = colors_of(str(number) for number in range(300))
    assert 300 == len(set(found.values()))
    assert [] == [color for color in found.values() if not is_color(color)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" Red ", (255, 0, 0)),
        ("#0F8", (0, 255, 136)),
        ("#0f8c", (0, 255, 136)),
        ("#00ff8840", (0, 255, 136)),
        ("rebeccapurple", (102, 51, 153)),
        ("inherit", None),
        ("rgb(1, 2, 3)", None),
        ("", None),
    ],
)
def test_names_and_hex_are_read(text: str, value: tuple[int, int, int] | None) -> None:
    assert value == rgb(text)
