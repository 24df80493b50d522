"""The keys that Label Studio's editor takes for itself: everywhere, and where certain tags stand. Pure.

As its version 1.23.2 has them; `tests/live/test_hotkeys.py` compares them with what the real editor listens to. On a
Mac, `ctrl` is the command key. Administrators and users can choose others for themselves, which nobody here knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lsform.interface.tags import Tag

Attributes: TypeAlias = Mapping[str, str]  # by lower-case name: the editor does not look at case


@dataclass(frozen=True, slots=True)
class EditorKey:
    """A key in the form of `lsform.interface.hotkeys`, and what it does."""

    key: str
    does: str


@dataclass(frozen=True, slots=True)
class _Tool:
    """Keys that come with certain tags, when their attributes say so."""

    tags: frozenset[str]
    keys: tuple[EditorKey, ...]
    when: Callable[[Attributes], bool] = lambda _: True

    def is_in(self, name: str, attributes: Attributes) -> bool:
        return name in self.tags and self.when(attributes)


def _keys(text: str) -> tuple[EditorKey, ...]:
    """A key and what it does on each line."""
    lines = (line.split(maxsplit=1) for line in text.strip().splitlines())
    return tuple(EditorKey(key, does) for key, does in lines)


def _tool(tags: str, text: str, when: Callable[[Attributes], bool] = lambda _: True) -> _Tool:
    return _Tool(frozenset(tags.split()), _keys(text), when)


SESSION = _keys("""
    ctrl+enter      submit or update the annotation
    ctrl+space      skip the task
    ctrl+z          undo
    ctrl+shift+z    redo
""")
# without effect where no control makes regions
REGIONS = _keys("""
    ctrl+d          duplicate the selected region
    ctrl+backspace  delete all regions
    backspace       delete the selected region
    alt+.           select the next region
    alt+h           hide or show the selected region
    ctrl+h          hide or show all regions
    alt+l           lock the selected region
    alt+m           write a note to the selected region
    alt+r           relate the selected region to another
    enter           go to the first question of the selected region
    u               unselect the region
    escape          unselect the region, or stop drawing
""")
# without effect while one labels: they are for the list of tasks beside the editor
DATA_MANAGER = _keys("""
    shift+up        go to the previous task of the data manager
    shift+down      go to the next task of the data manager
    shift+left      close the task
    shift+right     open the task
    shift+.         fold the bulk actions of the data manager
""")
EVERYWHERE = (*SESSION, *REGIONS, *DATA_MANAGER)

TOOLS = (
    _tool("image", "v  move and change regions", lambda of: of.get("selectioncontrol") != "false"),
    _tool(
        "image",
        """
        h       move the image
        ctrl+=  zoom in
        ctrl+-  zoom out
        shift+1 zoom to fit
        shift+2 zoom to the real size
        """,
        lambda of: of.get("zoomcontrol") != "false",
    ),
    _tool(
        "image",
        """
        alt+left   rotate the image to the left
        alt+right  rotate the image to the right
        """,
        lambda of: of.get("rotatecontrol") == "true",
    ),
    _tool(
        "image",
        """
        ctrl+left   previous image
        ctrl+right  next image
        """,
        lambda of: bool(of.get("valuelist")),
    ),
    _tool("rectangle", "r  draw rectangles\nshift+r  draw rectangles by three points"),
    _tool("polygon", "p  draw polygons"),
    _tool("vector", "p  draw paths"),
    _tool("keypoint", "k  draw key points"),
    _tool("ellipse", "o  draw ellipses"),
    _tool(
        "brush brushlabels bitmask bitmasklabels",
        """
        b  brush
        [  smaller brush
        ]  larger brush
        """,
    ),
    _tool("magicwand", "w  magic wand"),
    _tool("brush brushlabels bitmask bitmasklabels magicwand", "e  eraser"),
    _tool(
        "rectangle rectanglelabels polygon polygonlabels keypoint keypointlabels ellipse ellipselabels "
        "brush brushlabels bitmask bitmasklabels vector vectorlabels magicwand",
        "m  draw with the help of the model",
        lambda of: "true" in (of.get("smart"), of.get("smartonly")),
    ),
    _tool(
        "audio",
        """
        ctrl+p  play or pause
        alt+a   step back
        alt+d   step forward
        delete  delete the selected segment
        """,
    ),
    _tool(
        "video",
        """
        ctrl+alt+space       play or pause
        alt+left             step back
        alt+right            step forward
        ctrl+alt+left        previous key frame
        ctrl+alt+right       next key frame
        alt+shift+left       hop back
        alt+shift+right      hop forward
        ctrl+alt+shift+left  first frame
        ctrl+alt+shift+right last frame
        """,
    ),
    _tool(
        "paragraphs",
        """
        ctrl+down     next phrase
        ctrl+up       previous phrase
        ctrl+left     next region of the phrase
        ctrl+right    previous region of the phrase
        ctrl+shift+a  label the whole phrase
        """,
    ),
    _tool(
        "timeseries",
        """
        left             move to the left, or the start of the selected region
        right            move to the right, or the end of the selected region
        shift+left       the same by more
        shift+right      the same by more
        alt+left         make the selected region smaller
        alt+right        make the selected region smaller
        alt+shift+left   the same by more
        alt+shift+right  the same by more
        """,
    ),
    _tool(
        "repeater",
        """
        alt+left   previous page
        alt+right  next page
        """,
        lambda of: of.get("mode") == "pagination",
    ),
)


def editor_keys(tags: Iterable[Tag]) -> tuple[EditorKey, ...]:
    """The editor's own keys in an interface of these tags, those of its tools first; a key may do several things."""
    return (*tool_keys(tags), *EVERYWHERE)


_LABELS = ("label", "choice")  # most of the tags, and no tools


def tool_keys(tags: Iterable[Tag]) -> tuple[EditorKey, ...]:
    """Those that come with tools."""
    named = ((tag.name.lower(), tag) for tag in tags)
    present = [(name, lower_case(tag)) for name, tag in named if name not in _LABELS]
    there = (tool for tool in TOOLS if any(tool.is_in(*one) for one in present))
    return tuple(dict.fromkeys(key for tool in there for key in tool.keys))


def lower_case(tag: Tag) -> Attributes:
    """Attributes as the editor knows them."""
    return {name.lower(): value for name, value in tag.attributes.items()}
