"""Keys of labels that were given none: one each, nobody else's, and as few moved as can be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsform.interface.editor_keys import editor_keys
from lsform.interface.hotkeys import keyed, keys_of
from lsform.interface.label_keys import filled, wishes
from lsform.interface.labels import KEY_SLOT
from lsform.interface.model import parse

Labels = Sequence[tuple[str, str | None]]  # each with its own key, if it has one
OBJECTS = (
    "",
    '<Image name="i" value="$i"/><Brush name="b" toName="i"/>',
    '<Image name="i" value="$i" rotateControl="true"/>',
)
words = st.text(st.sampled_from("abcdeghprtuvwCÜ1 -é車"), max_size=6)
keys = st.sampled_from(["c", "Shift+C", "w,r", "ctrl+enter", "!", "1"])
labels = st.lists(st.tuples(words, st.none() | keys), max_size=12)
free = st.lists(words.map(lambda word: (word, None)), max_size=12)


def interface(labels: Labels, choices: Labels = (), *, objects: str = "") -> str:
    """The text that a template gives, with slots."""
    tags = [
        [f"<{tag} value={quoteattr(name)} hotkey={quoteattr(KEY_SLOT if key is None else key)}/>" for name, key in of]
        for tag, of in (("Label", labels), ("Choice", choices))
    ]
    of_labels, of_choices = ("\n".join(one) for one in tags)
    return f'<View>{objects}<Labels name="l">{of_labels}</Labels>\n<Choices name="c">{of_choices}</Choices></View>'


def given_keys(text: str) -> list[str]:
    return [one.hotkey for one in keyed(parse(filled(text)).root)]


@given(labels, labels, st.sampled_from(OBJECTS))
def test_a_key_that_nobody_wrote_is_that_of_one_label_and_of_nothing_else(
    above: Labels, below: Labels, objects: str
) -> None:
    text = interface(above, below, objects=objects)
    found = given_keys(text)
    written = [key for _, key in (*above, *below)]
    chosen = [found[place] for place, key in enumerate(written) if key is None]
    taken = {one for key in written if key for one in keys_of(key)}
    taken |= {one.key for one in editor_keys(parse(filled(text)).tags())}
    assert len(chosen) == len(set(chosen) - taken)
    assert [(key,) for key in chosen] == [keys_of(key) for key in chosen]
    assert [key for key in written if key] == [found[place] for place, key in enumerate(written) if key]


@given(free, free, words, st.data())
def test_a_label_that_is_added_moves_no_key_above_it_and_below_it_only_what_it_takes(
    above: Labels, below: Labels, added: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(above)))
    before = given_keys(interface(above, below))
    after = given_keys(interface([*above[:place], (added, None), *above[place:]], below))
    mine = after.pop(place)
    assert before[:place] == after[:place]
    if mine not in before:
        assert before == after


@given(free, free, free)
def test_what_is_added_at_the_end_moves_no_key(above: Labels, below: Labels, added: Labels) -> None:
    before = given_keys(interface(above, below))
    assert before == given_keys(interface(above, [*below, *added]))[: len(before)]


@pytest.mark.parametrize(
    ("name", "best"),
    [
        ("Car", "c a r 1 2"),
        ("Traffic Sign", "t s r a f i c g n 1"),
        ("left_eye-2", "l e 2 f t y 1 3"),
        ("Éléphant", "e l p h a n t 1"),
        ("10", "1 0 2 3"),
        ("車", "1 2 3 4 5 6 7 8 9 0 a b"),
        ("", "1 2"),
    ],
)
def test_a_label_is_called_by_what_its_words_begin_with(name: str, best: str) -> None:
    assert best.split() == [*islice(wishes(name), len(best.split()))]


def test_when_all_single_keys_are_taken_shift_helps_and_then_nothing() -> None:
    found = given_keys(interface([(f"label {number}", None) for number in range(70)]))
    assert "l" == found[0]
    assert 35 == len([key for key in found if len(key) == 1])  # ten digits, and all letters but `u`
    assert 26 == len([key for key in found if key.startswith("shift+")])
    assert [""] * 9 == found[61:]
    assert "hotkey" not in filled(interface([(f"label {number}", None) for number in range(70)])).splitlines()[69]


def test_text_that_is_no_interface_and_text_without_labels_stay_as_they_are() -> None:
    assert '<View><Label value="a"/></Viw>' == filled(f'<View><Label value="a" hotkey="{KEY_SLOT}"/></Viw>')
    assert "<View/>" == filled("<View/>")
    assert f'<Header value="{KEY_SLOT}"/>' == filled(f'<Header value="{KEY_SLOT}"/>')
