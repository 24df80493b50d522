"""Sample tasks: what an interface asks for is there, can be shown, and asks nobody for anything."""

from __future__ import annotations

import pytest

from lsform.core.diagnostics import has_errors
from lsform.core.values import Json
from lsform.interface import lint
from lsform.interface.gallery import load, media_uri, names
from lsform.interface.samples import MOST, REPEATED, sample


def interface(*objects: str) -> str:
    return f'<View>{"".join(objects)}<Choices name="c" toName="o"><Choice value="a"/></Choices></View>'


@pytest.mark.parametrize("name", names())
def test_a_made_up_task_has_all_that_a_template_shows(name: str) -> None:
    xml = load(name).sample()
    # files of ours are no URLs that a storage could hold, which is all that the linter finds in them
    found = [one for one in lint(xml, tasks=[sample(xml, {})]) if "no URL that" not in one.message]
    assert not has_errors(found), found


IMAGE, TEXT, AUDIO = (f'<{tag} name="o" value="$x"/>' for tag in ("Image", "Text", "Audio"))
PHOTO, OURS = media_uri("photo.svg"), "data:image/png,mine"
REPEATER = '<Repeater on="$pages" indexFlag="{{n}}"><Image name="o{{n}}" value="$pages[{{n}}].url"/></Repeater>'
# (what the interface shows, the data that there is, the data that are shown)
DATA: dict[str, tuple[str, dict[str, Json], dict[str, Json]]] = {
    "text is kept": (TEXT, {"x": "mine", "id": 7}, {"x": "mine", "id": 7}),
    "what cannot be shown is made up": (IMAGE, {"x": 3}, {"x": PHOTO}),
    "a remote file is one of ours": (IMAGE, {"x": "https://example.com/a.png"}, {"x": PHOTO}),
    "a file of the server is one of ours": (AUDIO, {"x": "/data/upload/1/a.mp3"}, {"x": media_uri("voices.wav")}),
    "a file in the data is kept": (IMAGE, {"x": OURS}, {"x": OURS}),
    "a path leads into objects": (TEXT.replace("$x", "$a.b"), {"a": {"b": "mine"}}, {"a": {"b": "mine"}}),
    "a path makes its objects": (IMAGE.replace("$x", "$a.b"), {"a": "text"}, {"a": {"b": PHOTO}}),
    "a number leads into a list": (IMAGE.replace("$x", "$a[1]"), {"a": [OURS]}, {"a": [OURS, PHOTO]}),
    "text around a key": (TEXT.replace("$x", "Page $x of $y"), {"x": 3}, {"x": 3, "y": "Sample"}),
    "a repeater of what there is": (REPEATER, {"pages": [{"url": OURS}]}, {"pages": [{"url": OURS}]}),
    "a repeater of nothing": (REPEATER, {}, {"pages": [{"url": PHOTO}] * REPEATED}),
}


@pytest.mark.parametrize("name", DATA)
def test_given_data_are_kept_where_they_can_be_shown(name: str) -> None:
    shown, given, expected = DATA[name]
    before = repr(given)
    assert (expected, before) == (sample(interface(shown), given), repr(given))


def test_no_number_makes_a_list_too_long() -> None:
    made = sample(interface(IMAGE.replace("$x", "$a[999999999999]")), {})
    assert isinstance(made["a"], list)
    assert MOST + 1 == len(made["a"])


def test_a_time_series_has_its_columns_times_and_separator() -> None:
    tag = '<TimeSeries name="o" value="$x" timeColumn="T" sep=";" timeFormat="%H:%M"><Channel column="A"/></TimeSeries>'
    as_file, as_lists = (sample(interface(one), {})["x"] for one in (tag, tag.replace("sep", 'valueType="json" sep')))
    assert isinstance(as_file, str)
    assert as_file.startswith("data:text/csv,T%3BA%0A00%3A00%3B0.0%0A00%3A01%3B")
    assert isinstance(as_lists, dict)
    assert ["t", "a"] == list(as_lists)
