"""What differs between two interfaces, in words. Pure.

Controls and objects are followed by name, labels by value, and what is left of the two trees is the layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from lsform.interface.layout import REORDERED, Index, Key, Role, difference, index, inside, nodes
from lsform.interface.model import LabelInterface, ObjectTag, Tag

MOST_LABELS = 8  # of a new control that its line names


class ChangeKind(str, Enum):
    """Everything that can differ."""

    CONTROL_ADDED = "control_added"
    CONTROL_REMOVED = "control_removed"
    CONTROL_RETYPED = "control_retyped"
    CONTROL_RETARGETED = "control_retargeted"
    OBJECT_ADDED = "object_added"
    OBJECT_REMOVED = "object_removed"
    OBJECT_RETYPED = "object_retyped"
    DATA_KEY_CHANGED = "data_key_changed"
    LABEL_ADDED = "label_added"
    LABEL_REMOVED = "label_removed"
    LABEL_RENAMED = "label_renamed"
    LABEL_CHANGED = "label_changed"
    ATTRIBUTE_CHANGED = "attribute_changed"
    LAYOUT_CHANGED = "layout_changed"


@dataclass(frozen=True, slots=True)
class InterfaceChange:
    """One difference. `subject` is a name such as `box`, or `box/Car` for a label; '' is the interface as a whole."""

    kind: ChangeKind
    subject: str
    text: str
    before: str | None = None
    after: str | None = None


def compare(before: LabelInterface, after: LabelInterface) -> tuple[InterfaceChange, ...]:
    """Every difference: objects, controls, labels, then layout; empty exactly when the canonical texts are equal."""
    old, new = index(before), index(after)
    same = {key: key for key in old.tags if key in new.tags} | _renames(old, new)
    return (
        *_named(Role.OBJECT, old, new),
        *_named(Role.CONTROL, old, new),
        *_labels(old, new, same),
        *_layout(old, new, same),
    )


def _renames(old: Index, new: Index) -> dict[Key, Key]:
    """Labels whose value alone is new, old key to new: the class id stayed, or what annotations hold."""
    gone = [key for key in old.tags if key.role is Role.LABEL and key not in new.tags]
    come = [key for key in new.tags if key.role is Role.LABEL and key not in old.tags]
    renames: dict[Key, Key] = {}
    for identified in (_class_id, _held):
        targets = _distinct(come, new, identified)
        for identity, source in _distinct(gone, old, identified).items():
            target = targets.get(identity)
            if target and source not in renames and target not in renames.values():
                renames[source] = target
    return renames


def _class_id(label: Tag) -> str | None:
    return label.get("category")


def _held(label: Tag) -> str | None:
    """What annotations say for it."""
    return label.get("alias") or label.get("value")


def _distinct(keys: Iterable[Key], known: Index, identified: Callable[[Tag], str | None]) -> dict[tuple[str, str], Key]:
    """Labels by control and what identifies them, without those that lack it or share it."""
    found: dict[tuple[str, str], list[Key]] = {}
    for key in keys:
        if value := identified(known.tags[key]):
            found.setdefault((key.path[0], value), []).append(key)
    return {identity: sharing[0] for identity, sharing in found.items() if len(sharing) == 1}


_ADDED = {Role.OBJECT: ChangeKind.OBJECT_ADDED, Role.CONTROL: ChangeKind.CONTROL_ADDED}
_REMOVED = {Role.OBJECT: ChangeKind.OBJECT_REMOVED, Role.CONTROL: ChangeKind.CONTROL_REMOVED}
_RETYPED = {Role.OBJECT: ChangeKind.OBJECT_RETYPED, Role.CONTROL: ChangeKind.CONTROL_RETYPED}


def _named(role: Role, old: Index, new: Index) -> Iterator[InterfaceChange]:
    """What became of the objects, or of the controls."""
    for key in _either(role, old, new):
        before, after = old.tags.get(key), new.tags.get(key)
        name = key.subject
        if before and after:
            yield from _retyped(role, name, before, after)
            yield from _repointed(role, name, before, after)
        elif after:
            text = f"{role.value} `{name}` (`{after.name}`) added{_labels_of(key, new)}"
            yield InterfaceChange(_ADDED[role], name, text, after=after.name)
        elif before:
            text = f"{role.value} `{name}` (`{before.name}`) removed{_labels_of(key, old)}"
            yield InterfaceChange(_REMOVED[role], name, text, before=before.name)


def _labels_of(control: Key, known: Index) -> str:
    """The labels that come or go with a control, as far as a line holds them."""
    labels = [key.path[-1] for key in known.tags if key.role is Role.LABEL and key.path[:1] == control.path]
    shown = ", ".join(f"`{label}`" for label in labels[:MOST_LABELS])
    more = f" and {len(labels) - MOST_LABELS} more" if len(labels) > MOST_LABELS else ""
    return f" with {shown}{more}" if labels else ""


def _either(role: Role, old: Index, new: Index) -> list[Key]:
    return [key for key in dict.fromkeys((*old.tags, *new.tags)) if key.role is role]


def _retyped(role: Role, name: str, before: Tag, after: Tag) -> Iterator[InterfaceChange]:
    if before.name != after.name:
        text = f"`{name}`: type `{before.name}` -> `{after.name}`"
        yield InterfaceChange(_RETYPED[role], name, text, before.name, after.name)


def _repointed(role: Role, name: str, before: Tag, after: Tag) -> Iterator[InterfaceChange]:
    """Where a control points, what an object shows, and all other attributes."""
    attributes: tuple[str, ...]
    kind, word, attributes = ChangeKind.CONTROL_RETARGETED, "target", ("toName",)
    pair = (before.get("toName"), after.get("toName"))
    if role is Role.OBJECT:
        kind, word, attributes = ChangeKind.DATA_KEY_CHANGED, "data key", ("value", "valueList")
        pair = (ObjectTag(before).data_key, ObjectTag(after).data_key)
    if pair[0] == pair[1]:
        attributes = ()
    else:
        yield InterfaceChange(kind, name, f"`{name}`: {word} `{pair[0]}` -> `{pair[1]}`", *pair)
    for attribute, *values in _differing(before, after, attributes):
        text = f"`{name}`: attribute {_arrow(attribute, *values)}"
        yield InterfaceChange(ChangeKind.ATTRIBUTE_CHANGED, name, text, *values)


def _labels(old: Index, new: Index, same: Mapping[Key, Key]) -> Iterator[InterfaceChange]:
    """What became of the labels of controls that stayed."""
    settled = frozenset(same.values())
    for key in _either(Role.LABEL, old, new):
        control = Key(Role.CONTROL, key.path[:1])
        if control not in same:
            continue
        if key in same:
            retyped = old.tags[control].name != new.tags[control].name
            yield from _label(key, old.tags[key], same[key], new.tags[same[key]], retyped=retyped)
        elif key in old.tags:
            text = f"label {_label_name(key)} removed from `{control.subject}`"
            yield InterfaceChange(ChangeKind.LABEL_REMOVED, key.subject, text, before=key.path[-1])
        elif key not in settled:
            text = f"label {_label_name(key)} added to `{control.subject}`"
            yield InterfaceChange(ChangeKind.LABEL_ADDED, key.subject, text, after=key.path[-1])


def _label(key: Key, before: Tag, target: Key, after: Tag, *, retyped: bool) -> Iterator[InterfaceChange]:
    label = f"label {_label_name(target)} of `{target.path[0]}`"
    if key != target:
        text = f"label {_label_name(key)} of `{key.path[0]}` renamed to {_label_name(target)}"
        yield InterfaceChange(ChangeKind.LABEL_RENAMED, key.subject, text, key.path[-1], target.path[-1])
    if before.name != after.name and not retyped:
        text = f"{label}: tag `{before.name}` -> `{after.name}`"
        yield InterfaceChange(ChangeKind.LABEL_CHANGED, target.subject, text, before.name, after.name)
    for attribute, *values in _differing(before, after, ("value",)):
        text = f"{label}: {_arrow(attribute, *values)}"
        yield InterfaceChange(ChangeKind.LABEL_CHANGED, target.subject, text, *values)


def _label_name(key: Key) -> str:
    return f"`{'/'.join(key.path[1:])}`"


def _differing(before: Tag, after: Tag, but: tuple[str, ...]) -> Iterator[tuple[str, str | None, str | None]]:
    for attribute in sorted({*before.attributes, *after.attributes} - {*but}):
        values = before.attributes.get(attribute), after.attributes.get(attribute)
        if values[0] != values[1]:
            yield attribute, *values


def _arrow(attribute: str, before: str | None, after: str | None) -> str:
    if before is None:
        return f"`{attribute}` set to `{after}`"
    if after is None:
        return f"`{attribute}` removed, was `{before}`"
    return f"`{attribute}` `{before}` -> `{after}`"


def _layout(old: Index, new: Index, same: Mapping[Key, Key]) -> Iterator[InterfaceChange]:
    """What the keys do not tell: order, and tags that have none, such as `View`, `Header` and `Style`."""
    settled = {key: key for key in same.values()}
    for key in same:
        if key.role is Role.LABEL:
            continue
        how = difference(inside(old.tags[key], old, same), inside(new.tags[key], new, settled))
        if how:
            text = f"labels of `{key.subject}` reordered" if how == REORDERED else f"tags in `{key.subject}` {how}"
            yield InterfaceChange(ChangeKind.LAYOUT_CHANGED, key.subject, text)
    how = difference(nodes(old.root, old, same), nodes(new.root, new, settled))
    if how:
        yield InterfaceChange(ChangeKind.LAYOUT_CHANGED, "", f"tags {how}")
