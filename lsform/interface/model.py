"""The label interface as a value: its tags, controls, objects and labels, and our marker in its text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from lsform.interface.tags import WHITE_SPACE, InterfaceError, Tag, read, write

__all__ = [
    "Control",
    "InterfaceError",
    "Label",
    "LabelInterface",
    "ObjectTag",
    "Tag",
    "canonical",
    "marker_of",
    "parse",
    "with_marker",
    "without_marker",
]

LABEL_TAGS = frozenset({"Label", "Choice"})
NOT_CONTROLS = frozenset({"Filter"})  # it has `toName`, but finds labels instead of making results
REMEMBERED = 512  # interfaces: a stack plans each of its own several times
_INDEX = re.compile(r"\\\{\\\{.*?\\\}\\\}")  # what a Repeater numbers its children with, once escaped
_KEY_END = re.compile(r"[.\[]")


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_INDEX.sub(".*", re.escape(name)))


@dataclass(frozen=True, slots=True)
class Label:
    """A `Label` or `Choice` of a control. `path` has the values from the outermost choice down to this one."""

    tag: Tag
    path: tuple[str, ...]

    @property
    def value(self) -> str:
        return self.tag.get("value")

    @property
    def stored(self) -> str:
        """What annotations hold."""
        return self.tag.get("alias") or self.value


@dataclass(frozen=True, slots=True)
class Control:
    """A tag that makes results: it has a name and points at objects."""

    tag: Tag
    labels: tuple[Label, ...]

    @property
    def name(self) -> str:
        return self.tag.get("name")

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the objects that it points at."""
        return tuple(self.tag.get("toName").split(","))

    @property
    def result_type(self) -> str:
        """The `type` of its results."""
        return self.tag.name.lower()

    @property
    def is_dynamic(self) -> bool:
        """Whether labels come with the task or from elsewhere, so that the interface does not name them all."""
        from_task = (self.tag.get("value"), *(label.value for label in self.labels))
        return bool(self.tag.get("apiUrl")) or any(value.startswith("$") for value in from_task)

    def is_named(self, name: str) -> bool:
        """Whether results with this `from_name` are its own; `{{idx}}` of a Repeater stands for any text."""
        return _pattern(self.name).fullmatch(name) is not None

    def points_at(self, name: str) -> bool:
        return any(_pattern(target).fullmatch(name) for target in self.targets)


@dataclass(frozen=True, slots=True)
class ObjectTag:
    """A tag that shows a piece of a task: it has a name and a value, and points at nothing."""

    tag: Tag

    @property
    def name(self) -> str:
        return self.tag.get("name")

    @property
    def data_key(self) -> str:
        """The key of task data that it shows, as `images` for `$images[{{idx}}].url`; '' when it shows fixed text."""
        value = self.tag.get("value") or self.tag.get("valueList")
        return _KEY_END.split(value[1:], maxsplit=1)[0] if value.startswith("$") else ""

    def is_named(self, name: str) -> bool:
        return _pattern(self.name).fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class LabelInterface:
    """A parsed interface. Two are equal exactly when their canonical texts are."""

    root: Tag

    @classmethod
    def from_xml(cls, xml: str) -> LabelInterface:
        """The same as `parse`."""
        return parse(xml)

    def tags(self) -> Iterator[Tag]:
        """Every tag, in the order of the text."""
        return _below(self.root)

    def controls(self) -> tuple[Control, ...]:
        return tuple(Control(tag, tuple(_labels(tag, ()))) for tag in self.tags() if is_control(tag))

    def objects(self) -> tuple[ObjectTag, ...]:
        return tuple(ObjectTag(tag) for tag in self.tags() if is_object(tag))

    def labels(self, control: str) -> tuple[Label, ...]:
        """The labels of the control with this name; none when there is no such control."""
        return next((found.labels for found in self.controls() if found.name == control), ())


def is_control(tag: Tag) -> bool:
    return bool(tag.get("name") and tag.get("toName")) and tag.name not in NOT_CONTROLS


def is_object(tag: Tag) -> bool:
    shown = tag.get("value") or tag.get("valueList")
    return bool(tag.get("name") and shown) and not tag.get("toName") and tag.name not in LABEL_TAGS


def _below(tag: Tag) -> Iterator[Tag]:
    yield tag
    for child in tag.children:
        yield from _below(child)


def _labels(tag: Tag, path: tuple[str, ...]) -> Iterator[Label]:
    """The labels below a tag, but for those of controls inside it."""
    for child in tag.children:
        here = path
        if child.name in LABEL_TAGS:
            here = (*path, child.get("value"))
            yield Label(child, here)
        if not is_control(child):
            yield from _labels(child, here)


@lru_cache(maxsize=REMEMBERED)
def parse(xml: str) -> LabelInterface:
    """Read an interface; raises InterfaceError (LSF001, LSF002, LSF010, LSF003 when the root is not View)."""
    root = read(xml)
    if root.name.lower() != "view":  # the editor does not look at case
        message = f"the root of an interface is `<View>`, not `<{root.name}>`"
        hint = "put everything inside one `<View>`"
        raise InterfaceError("LSF003", message, hint=hint, line=root.line, column=root.column)
    return LabelInterface(root)


@lru_cache(maxsize=REMEMBERED)
def canonical(xml: str) -> str:
    """One text for one meaning: the order and quoting of attributes, comments, white space between tags and line ends
    do not count; the order of tags and every other character do. Raises InterfaceError when it is not well-formed.
    """
    return write(read(xml))


PREFIX = "lsform:"
_SAFE = ":/#@+,=~"  # besides letters, digits and `_.-`: what markers are made of, and comments may hold
# Our comment, with the line break before it; then all else that may hold text like it.
_COMMENT = re.compile(
    rf"(?:\r?\n)?<!--\s*{PREFIX}(?P<marker>[^\s<>]+?)\s*-->"
    r"|<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)",
    re.DOTALL,
)


def with_marker(xml: str, marker: str) -> str:
    """The text with `marker` (`lsform:<stack>/<address>#<nonce>`) in a comment on a line of its own after the root.

    It replaces an earlier marker; every other character stays. `--` ends comments, so it is percent-encoded.
    """
    bare = without_marker(xml)
    body = bare.rstrip(WHITE_SPACE)
    encoded = quote(marker.removeprefix(PREFIX), safe=_SAFE).replace("--", "-%2D")
    return f"{body}\n<!-- {PREFIX}{encoded} -->{bare[len(body) :]}"


def marker_of(xml: str) -> str | None:
    """The first marker in the text, which need not be XML; None when there is none."""
    found = (match["marker"] for match in _COMMENT.finditer(xml))
    return next((PREFIX + unquote(encoded) for encoded in found if encoded), None)


def without_marker(xml: str) -> str:
    """The text without any marker of ours and the line break before it; every other character stays."""
    return _COMMENT.sub(lambda match: "" if match["marker"] else match[0], xml)
