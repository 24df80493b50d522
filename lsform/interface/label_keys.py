"""Keys for labels that were given none, in the text of an interface that a template rendered. Pure.

Laws, for the labels that a template got from lists:
- a key is that of one label of the interface, and none of the editor's own or of another tag's;
- a key depends on the label's own name and on the labels above it: whatever is added below leaves it alone;
- a label that is added takes no key from another one but such as its own name asks for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count

from lsform.interface.editor_keys import editor_keys
from lsform.interface.hotkeys import Keyed, keyed, keys_of
from lsform.interface.labels import KEY_SLOT
from lsform.interface.model import InterfaceError, LabelInterface, parse

DIGITS = "1234567890"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SLOT = re.compile(rf' hotkey="{KEY_SLOT}(\d*)"')
_WORD = re.compile(r"[a-z0-9]+")


def filled(text: str) -> str:
    """The text with a key wherever a label goes without; with none at all when it is no interface.

    What keys do not act on gets none, nor does a label in a `Repeater`: one key would choose it on every page.
    """
    if KEY_SLOT not in text:
        return text
    # a number tells each from the others, since a slot may also stand in a comment, where no tag is
    numbers = count(1)
    numbered = _SLOT.sub(lambda _: f' hotkey="{KEY_SLOT}{next(numbers)}"', text)
    try:
        keys = _chosen(parse(numbered))
    except InterfaceError:
        keys = {}
    return _SLOT.sub(lambda slot: f' hotkey="{key}"' if (key := keys.get(KEY_SLOT + slot[1])) else "", numbered)


def _chosen(interface: LabelInterface) -> dict[str, str]:
    """Slot -> key."""
    found = [one for one in keyed(interface.root) if not one.acts_while_typing]
    taken = {one.key for one in editor_keys(interface.tags())}
    taken |= {key for one in found if not _is_slot(one) for key in keys_of(one.hotkey)}
    chosen: dict[str, str] = {}
    for one in found:
        if _is_slot(one) and not one.uncertain:
            key = next((wish for wish in wishes(one.tag.get("value")) if wish not in taken), "")
            taken.add(key)
            chosen[one.hotkey] = key
    return chosen


def _is_slot(one: Keyed) -> bool:
    return one.hotkey.startswith(KEY_SLOT)


def wishes(name: str) -> Iterator[str]:
    """Keys for a label of this name, the best first: what its words begin with, its other letters, a digit, any letter,
    and then the same with shift.
    """
    words = _WORD.findall("".join(filter(str.isascii, unicodedata.normalize("NFKD", name))).lower())
    own = [*(word[0] for word in words), *"".join(words)]
    yield from _once([*own, *DIGITS, *LETTERS])
    yield from (f"shift+{letter}" for letter in _once([*own, *LETTERS]) if letter in LETTERS)


def _once(letters: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(letters)
