"""Who has which key in an interface, as far as several rules ask. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsform.interface.editor_keys import REGIONS, SESSION, tool_keys
from lsform.interface.hotkeys import Keyed, given_keys, keyed
from lsform.interface.label_keys import wishes

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node, Subject


@dataclass(frozen=True, slots=True, eq=False)
class Owner:
    """A tag that keys act on; of one without a hotkey, `keys` has the one that the editor will give it, if any."""

    node: Node
    keyed: Keyed
    keys: tuple[str, ...]

    @property
    def is_declared(self) -> bool:
        return bool(self.keyed.hotkey)

    @property
    def is_label(self) -> bool:
        return self.node.is_label

    @property
    def name(self) -> str:
        """What people know it by."""
        return self.node.get("value") if self.is_label else f"<{self.node.name}>"


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """All tags with keys, in the order of the text, but for those whose keys only act in text fields.

    `editor` has the keys of the editor that do something in this interface, and what they do.
    """

    owners: tuple[Owner, ...]
    editor: Mapping[str, str]
    taken: frozenset[str]

    def advice(self, owner: Owner) -> str:
        """A key that nobody has, the first that the owner would wish for."""
        key = next((wish for wish in wishes(owner.node.get("value")) if wish not in self.taken), "")
        return f'`hotkey="{key}"` is free' if key else "no single key is free"


def keys_in(subject: Subject) -> Keys:
    """The keys of an interface."""
    owners, editor = tuple(_owners(subject)), _editor(subject)
    return Keys(owners, editor, frozenset((*editor, *(key for one in owners for key in one.keys))))


def _owners(subject: Subject) -> Iterator[Owner]:
    nodes = {id(node.tag): node for node in subject.nodes}
    found = tuple(keyed(subject.root.tag))
    for one, keys in zip(found, given_keys(found), strict=True):
        node = nodes.get(id(one.tag))  # what the editor adds by itself is nowhere in the text
        if node is not None and not one.acts_while_typing:
            yield Owner(node, one, tuple(key for key in keys if key))


def _editor(subject: Subject) -> Mapping[str, str]:
    """Of several things that a key does the first; on a Mac, keys with `command` are the editor's, too."""
    has_regions = any(control.info and control.info.region for control in subject.controls)
    tools = tool_keys(node.tag for node in subject.nodes)
    known = {one.key: one.does for one in reversed((*tools, *SESSION, *(REGIONS if has_regions else ())))}
    return {**{key.replace("ctrl", "command"): does for key, does in known.items()}, **known}
