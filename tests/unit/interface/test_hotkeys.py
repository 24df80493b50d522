"""Keyboard shortcuts as the editor reads them: one form for a key, and who has which. The live tests ask the editor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsform.interface.catalogue import catalogue
from lsform.interface.editor_keys import EVERYWHERE, TOOLS, editor_keys
from lsform.interface.hotkeys import AUTOMATIC, Shortcut, Source, keys_of, normal, shortcuts
from lsform.interface.model import parse


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("q", "q"),
        ("Q", "q"),
        (" q ", "q"),
        ("Ctrl + Shift+Z", "ctrl+shift+z"),
        ("shift+CTRL+z", "ctrl+shift+z"),
        ("option+control+x", "ctrl+alt+x"),
        ("⌘+x", "command+x"),
        ("esc", "escape"),
        ("return", "enter"),
        ("ctrl+plus", "ctrl+="),
        ("minus", "-"),
        ("pageUp", "pageup"),
        ("f12", "f12"),
        (",", ","),
        ("[", "["),
        # words that the editor does not know: their first letter, or nothing
        ("insert", "i"),
        ("f20", "f"),
        ("cmd+x", "x"),
        ("x+ctrl", "c"),
        ("!", ""),
        ("ä", ""),
        ("ctrl+", ""),
        ("+", ""),
        ("", ""),
    ],
)
def test_a_key_has_one_form(written: str, form: str) -> None:
    assert form == normal(written)


@given(st.text(st.sampled_from("abcqzCTRLctrlshift+, 1!"), max_size=12))
def test_the_one_form_of_a_key_is_its_own(written: str) -> None:
    assert normal(written) == normal(normal(written))
    assert [*keys_of(written)] == [key for one in keys_of(written) for key in keys_of(one)]


@pytest.mark.parametrize(
    ("written", "keys"),
    [("q", ("q",)), ("w,r", ("w", "r")), ("ctrl+a, B", ("ctrl+a", "b")), (",", (",",)), ("a,!", ("a",)), ("", ())],
)
def test_a_comma_list_is_several_keys(written: str, keys: tuple[str, ...]) -> None:
    assert keys == keys_of(written)


def own(body: str) -> list[tuple[str, str, str, str]]:
    found = shortcuts(parse(f"<View>{body}</View>"))
    return [(one.key, one.control, one.does, one.source.value) for one in found if one.source is not Source.EDITOR]


def test_a_tag_without_a_key_gets_the_next_that_no_tag_has_written() -> None:
    body = """
      <Text name="t" value="$t"/>
      <RATING name="r" toName="t"/>
      <Labels name="l" toName="t"><Label value="A"/><Label value="B" hotkey="3"/><Label value="C"/></Labels>
      <Filter name="f" toName="l"/>
      <Choices name="c" toName="t"><Choice value="D" Hotkey="4,x"><Choice value="E"/></Choice></Choices>
      <TextArea name="a" toName="t"><Shortcut value="hm"/><Shortcut value="eh" hotkey="ctrl+1"/></TextArea>
      <Taxonomy name="x" toName="t"><Choice value="nobody's" hotkey="n"/></Taxonomy>
      <Label value="nobody's"/>
      <Number name="n" toName="t"/>
    """
    assert [
        ("1", "r", "one more star", "automatic"),
        ("2", "l", "choose `A`", "automatic"),
        ("3", "l", "choose `B`", "declared"),
        ("4", "l", "choose `C`", "automatic"),  # the editor does not see it in `4,x`
        ("5", "f", "look for a label", "automatic"),
        ("4", "c", "choose `D`", "declared"),
        ("x", "c", "choose `D`", "declared"),
        ("6", "c", "choose `E`", "automatic"),
        ("7", "", "write `hm`", "automatic"),
        ("ctrl+1", "", "write `eh`", "declared"),
        ("8", "n", "one more", "automatic"),
    ] == own(body)


def test_players_have_a_key_of_their_own() -> None:
    audio = '<Audio name="a" value="$a"/>'
    labels = '<Labels name="l" toName="a" allowEmpty="true"><Label value="A"/></Labels>'
    empty = [("1", "l", "choose `(empty)`", "automatic"), ("2", "l", "choose `A`", "automatic")]
    assert [("shift+space", "a", "play or pause", "automatic"), *empty] == own(audio + labels)
    two = [one[0] for one in own(audio + '<Audio name="b" value="$b"/><Audio name="c" value="$c" hotkey="p"/>')]
    assert ["shift+1", "shift+2", "p"] == two


def test_what_only_the_task_tells_has_no_key_yet_nor_has_anything_after_it() -> None:
    dynamic = '<Choices name="c" toName="t" value="$x"><Choice value="A"/></Choices>'
    repeated = '<Repeater on="$y"><Choices name="d" toName="t"><Choice value="B" hotkey="b"/></Choices></Repeater>'
    assert ["1", "", "b", ""] == [key for key, *_ in own(f'{dynamic}{repeated}<Rating name="r" toName="t"/>')]


def test_when_all_keys_are_used_up_there_is_none() -> None:
    labels = "".join(f'<Label value="{number}"/>' for number in range(40))
    found = [key for key, *_ in own(f'<Labels name="l" toName="t">{labels}</Labels>')]
    assert [*AUTOMATIC, *[""] * (40 - len(AUTOMATIC))] == found


def test_the_keys_of_tools_are_taken_where_the_tools_are() -> None:
    def taken(body: str) -> set[str]:
        return {one.key for one in editor_keys(parse(f"<View>{body}</View>").tags())} - {one.key for one in EVERYWHERE}

    assert set() == taken('<Text name="t" value="$t"/>')
    zoom = {"h", "ctrl+=", "ctrl+-", "shift+1", "shift+2"}
    assert {"v"} | zoom == taken('<Image name="i" value="$i"/><RectangleLabels name="r" toName="i"/>')
    assert {"v", "r", "shift+r"} == taken('<Image name="i" zoomControl="false"/><Rectangle name="r" toName="i"/>')
    assert {"b", "[", "]", "e", "m"} == taken('<brushlabels name="r" toName="i" smart="true"/>')
    assert {"w", "e"} == taken('<Magicwand name="r" toName="i"/>')
    assert set() == taken('<Repeater on="$x"/>')
    assert {"alt+left", "alt+right"} == taken('<Repeater on="$x" mode="pagination"/>')


def test_the_editor_s_keys_come_last_and_are_nobody_s() -> None:
    found = shortcuts(parse('<View><Choices name="c" toName="t"><Choice value="A"/></Choices></View>'))
    assert [Shortcut("1", "choose `A`", "c", Source.AUTOMATIC)] == [*found[:1]]
    assert [Shortcut(one.key, one.does, "", Source.EDITOR) for one in EVERYWHERE] == [*found[1:]]


def test_the_table_of_keys_names_tags_and_attributes_that_there_are_and_keys_in_their_form() -> None:
    tags = catalogue().tags
    assert set() == {name for tool in TOOLS for name in tool.tags if name not in tags}
    keys = [one.key for one in (*EVERYWHERE, *(key for tool in TOOLS for key in tool.keys))]
    assert [normal(key) for key in keys] == keys
