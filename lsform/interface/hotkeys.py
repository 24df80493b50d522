"""Keyboard shortcuts of an interface: which key does what, as Label Studio's editor will have it. Pure.

A key is written in one form only: `ctrl+alt+shift+x`, modifiers in this order, in lower case. Everything here is what
version 1.23.2 does (`libs/editor/src/core/Hotkey.ts`, and keymaster below it), and `tests/live/test_hotkeys.py`
watches it do so: a key of several owners acts for all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from lsform.interface.editor_keys import editor_keys, lower_case
from lsform.interface.model import LabelInterface
from lsform.interface.tags import Tag

# What the editor gives to tags without a key, one after the other, as far as no tag of the interface has it. It does
# not look at the keys of its own tools.
AUTOMATIC = "1234567890qwetasdfgzxcvbyiopjklnm"
PLAY = "shift+space"  # of an `Audio` without a key; of several, with `+1`, `+2` and so on, which is `shift+1`
_MODIFIERS = {
    "ctrl": "ctrl", "control": "ctrl", "⌃": "ctrl", "command": "command", "⌘": "command",
    "alt": "alt", "option": "alt", "⌥": "alt", "shift": "shift", "⇧": "shift",
}  # fmt: skip
_ORDER = ("ctrl", "command", "alt", "shift")
_NAMES = "backspace tab clear enter escape space left up right down delete home end pageup pagedown"
_NAMED = frozenset(_NAMES.split()) | {f"f{number}" for number in range(1, 20)}
_SAME = {"return": "enter", "esc": "escape", "del": "delete", "plus": "=", "minus": "-"}
_PUNCTUATION = frozenset(",./`-=;'[]\\")
_LIST = re.compile(r"((?:\w+\+)*(?:[^,]+|,)),?")  # the editor's own


class Source(str, Enum):
    """Who chose a key."""

    DECLARED = "declared"
    AUTOMATIC = "automatic"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A key and what it does: to a label or a control by name, or ('') in the editor.

    `key` is '' for what has none, because none is left, or because only the task decides.
    """

    key: str
    does: str
    control: str
    source: Source


@dataclass(frozen=True, slots=True)
class Keyed:
    """A tag that a key can act on, the control that it is part of, and its key as written, '' when it has none.

    `uncertain`: there may be none or many of it, as there are items in a task.
    """

    tag: Tag
    control: Tag
    uncertain: bool
    hotkey: str = ""

    @property
    def name(self) -> str:
        return self.tag.name.lower()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are written, in their one form."""
        return keys_of(self.hotkey)

    @property
    def acts_while_typing(self) -> bool:
        """Whether its key acts in text fields, and there alone: it is in nobody's way."""
        return self.name == "shortcut" and bool(self.hotkey)

    @property
    def does(self) -> str:
        return _DOES[self.name].format(lower_case(self.tag).get("value") or "(empty)")

    @property
    def control_name(self) -> str:
        return lower_case(self.control).get("name", "")


_DOES: Mapping[str, str] = {
    "label": "choose `{}`",
    "choice": "choose `{}`",
    "rating": "one more star",
    "number": "one more",
    "filter": "look for a label",
    "shortcut": "write `{}`",
    "audio": "play or pause",
    "timeseries": "nothing: the editor gives a key to each `<TimeSeries>` all the same",
}


def normal(key: str) -> str:
    """The one form of a key, as in `ctrl+shift+z` for `Shift + CTRL+Z`; '' when no keyboard sends it.

    Of a word that is no key's name only the first letter counts, as in the editor, and a modifier that is none does
    not count: `insert` is `i`, and `cmd+x` is `x`.
    """
    *modifiers, last = re.sub(r"\s", "", key).lower().split("+")
    last = _SAME.get(last, last)
    if last not in _NAMED:
        last = last[:1]
    if not (last in _NAMED or last in _PUNCTUATION or (last.isascii() and last.isalnum())):
        return ""
    known = {_MODIFIERS.get(one) for one in modifiers}
    return "+".join([*(one for one in _ORDER if one in known), last])


def keys_of(hotkey: str) -> tuple[str, ...]:
    """The keys that an attribute `hotkey` stands for, in their one form: `w,r` is two."""
    return tuple(found for part in _LIST.findall(hotkey) if (found := normal(part)))


def is_plain(hotkey: str) -> bool:
    """Whether it is one key that means what it says, but for capitals, spaces and other names of the same key."""
    *modifiers, last = re.sub(r"\s", "", hotkey).lower().split("+")
    is_whole = len(last) == 1 or last in _NAMED or last in _SAME
    return is_whole and set(modifiers) <= _MODIFIERS.keys() and len(keys_of(hotkey)) == 1


def keyed(root: Tag) -> Iterator[Keyed]:
    """Every tag that a key can act on, in the editor's order."""
    return _keyed(root, root, uncertain=False)


def _keyed(tag: Tag, home: Tag, *, uncertain: bool) -> Iterator[Keyed]:
    """`home` is the nearest tag around it that has labels; what it adds itself comes first and last."""
    name, attributes = tag.name.lower(), lower_case(tag)
    if name in _DOES and _takes(home, name):
        yield Keyed(tag, home if name in ("label", "choice") else tag, uncertain, attributes.get("hotkey", ""))
    kind = _kind(name)
    if kind == "label" and attributes.get("allowempty") == "true":
        yield Keyed(Tag("Label"), tag, uncertain)
    inside = uncertain or name == "repeater"
    for child in tag.children:
        yield from _keyed(child, tag if kind else home, uncertain=inside)
    if kind and (from_task := attributes.get("value", "")).startswith("$"):
        yield Keyed(Tag(kind, {"value": from_task}), tag, uncertain=True)


def _kind(name: str) -> str:
    """What a control has keys for; '' when it is no control of labels."""
    return "label" if name.endswith("labels") else {"choices": "choice", "taxonomy": "item"}.get(name, "")


def _takes(home: Tag, name: str) -> bool:
    """A `Choice` of a `Taxonomy` has no key, and a label that is nobody's neither."""
    return name not in ("label", "choice") or _kind(home.name.lower()) == name


def shortcuts(interface: LabelInterface) -> tuple[Shortcut, ...]:
    """All shortcuts: those of labels and controls in the order of the text, then those of the editor."""
    found = tuple(keyed(interface.root))
    given = given_keys(found)
    own = [
        Shortcut(key, one.does, one.control_name, Source.DECLARED if one.hotkey else Source.AUTOMATIC)
        for one, keys in zip(found, given, strict=True)
        for key in keys
    ]
    return (*own, *(Shortcut(one.key, one.does, "", Source.EDITOR) for one in editor_keys(interface.tags())))


def given_keys(found: Sequence[Keyed]) -> Iterator[tuple[str, ...]]:
    """The keys of each of all that `keyed` finds: those written, else the one that the editor will give it, else ''."""
    # as the editor does, by the text alone: it does not see a key in `w,r`, nor that `cat` is `c`
    taken = {re.sub(r"\s", "", one.hotkey).lower() for one in found}
    free = iter([key for key in AUTOMATIC if key not in taken])
    players = [one for one in found if one.name == "audio" and not one.hotkey]
    is_certain = True
    for one in found:
        if one.hotkey:
            yield one.keys or ("",)
        elif one.name == "audio":
            number = players.index(one) + 1
            yield (PLAY if len(players) == 1 else normal(f"{PLAY}+{number}"),)
        else:
            is_certain = is_certain and not one.uncertain
            yield (next(free, "") if is_certain else "",)
