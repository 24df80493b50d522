"""Interfaces as trees in which objects, controls and labels are known by key: what else there is is layout. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from lsform.interface.model import LabelInterface, Tag


class Role(str, Enum):
    """What a tag is known as."""

    OBJECT = "object"
    CONTROL = "control"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Key:
    """Who a tag is: its name (of a label: its control's, then its path) and which it is of several so named."""

    role: Role
    path: tuple[str, ...]
    number: int = 1

    @property
    def subject(self) -> str:
        return "/".join(self.path) + (f" ({self.number})" if self.number > 1 else "")


@dataclass(frozen=True, slots=True)
class Index:
    """The known tags of an interface, in the order of the text within each role; `keys` are by identity of the tag."""

    root: Tag
    tags: Mapping[Key, Tag]
    keys: Mapping[int, Key]


def index(interface: LabelInterface) -> Index:
    tags: dict[Key, Tag] = {}
    seen: Counter[tuple[Role, tuple[str, ...]]] = Counter()
    for role, path, tag in _known(interface):
        seen[role, path] += 1
        tags[Key(role, path, seen[role, path])] = tag
    return Index(interface.root, tags, {id(tag): key for key, tag in tags.items()})


def _known(interface: LabelInterface) -> Iterator[tuple[Role, tuple[str, ...], Tag]]:
    for shown in interface.objects():
        yield Role.OBJECT, (shown.name,), shown.tag
    for control in interface.controls():
        yield Role.CONTROL, (control.name,), control.tag
        for label in control.labels:
            yield Role.LABEL, (control.name, *label.path), label.tag


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A piece of layout: a tag, a text (`name` is then the tag that it stands in), or the place of a known tag."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    inside: tuple[Node, ...] = ()


def nodes(tag: Tag, known: Index, same: Mapping[Key, Key]) -> tuple[Node, ...]:
    """A tag as layout. Of known tags only the place stays, under the key that `same` gives them, and nothing of those
    that are not in `same`; the insides of objects and controls are left to `inside`.
    """
    key = known.keys.get(id(tag))
    if key is None:
        return (Node(tag.name, tuple(sorted(tag.attributes.items())), inside(tag, known, same)),)
    if key not in same:
        return ()
    below = inside(tag, known, same) if key.role is Role.LABEL else ()
    return (Node(same[key].subject, (("#key", repr(same[key])),), below),)


def inside(tag: Tag, known: Index, same: Mapping[Key, Key]) -> tuple[Node, ...]:
    """What stands in a tag, as layout."""
    found = _text(tag.name, tag.text)
    for child in tag.children:
        found += nodes(child, known, same) + _text(tag.name, child.tail)
    return found


def _text(around: str, text: str) -> tuple[Node, ...]:
    return (Node(around, (("#text", text),)),) if text else ()


REORDERED, MOVED = "reordered", "moved"


def difference(before: tuple[Node, ...], after: tuple[Node, ...]) -> str:
    """How two layouts differ, in a word or by the names of what differs; '' when they do not."""
    if before == after:
        return ""
    if _in_order(before) == _in_order(after):
        return REORDERED
    rows_before, rows_after = Counter(_rows(before)), Counter(_rows(after))
    differing = (rows_before - rows_after) + (rows_after - rows_before)
    names = sorted({name for name, _ in differing})
    return f"changed ({', '.join(f'`{name}`' for name in names)})" if names else MOVED


def _in_order(layout: Iterable[Node]) -> list[Node]:
    return sorted(Node(node.name, node.attributes, tuple(_in_order(node.inside))) for node in layout)


def _rows(layout: Iterable[Node]) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for node in layout:
        yield node.name, node.attributes
        yield from _rows(node.inside)
