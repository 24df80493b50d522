"""Labels as people declare them and as templates see them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lsform.core.diagnostics import nearest
from lsform.interface.colors import assigned
from lsform.interface.label_tree import problems, with_children

# Stands in a rendered text where a label goes without a key of its own, until `label_keys.filled` has seen all labels.
KEY_SLOT = "lsform:hotkey"


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """One label. `value` is shown, `alias` is stored instead of it, `id` is the class id that training sees.

    `parent` is the value or alias of the label that it is below, `children` are those below it. `background` is its
    colour, or one that was found for it.
    """

    value: str
    alias: str | None = None
    id: int | None = None
    color: str | None = None
    hotkey: str | None = None
    description: str | None = None
    parent: str | None = None
    children: tuple[LabelSpec, ...] = ()
    background: str | None = None

    @property
    def stored(self) -> str:
        """What annotations hold."""
        return self.alias or self.value

    @property
    def as_label(self) -> dict[str, str | int | None]:
        """Attributes of a `Label` tag, for `xmlattr`."""
        return self._attributes("background", self.background or self.color)

    @property
    def as_choice(self) -> dict[str, str | int | None]:
        """Attributes of a `Choice` tag, which calls its colour otherwise and needs none: nothing is drawn in it."""
        return self._attributes("color", self.color)

    def _attributes(self, name: str, color: str | None) -> dict[str, str | int | None]:
        return {
            "value": self.value,
            "alias": self.alias,
            "category": self.id,
            name: color,
            "hotkey": KEY_SLOT if self.hotkey is None else self.hotkey,
            "hint": self.description,
        }


DECLARED = ("value", "alias", "id", "color", "hotkey", "description", "parent")


def label_specs(items: object) -> tuple[LabelSpec, ...]:
    """Labels of a list whose items are plain values, mappings of LabelSpec's fields, or LabelSpec.

    Each has a colour and its children; the list is flat all the same. Raises ValueError, in words for users, with the
    first mistake of every label.
    """
    made = read_labels(items)
    wrong = [f"label {one.index + 1} {one.message}: {one.hint}" for one in problems(made) if one.is_error]
    if wrong:
        raise ValueError("; ".join(wrong))
    return finished(made)


def finished(labels: tuple[LabelSpec, ...]) -> tuple[LabelSpec, ...]:
    """The labels, in which nothing is wrong, with their colours and children."""
    colors = assigned([(label.stored, label.color) for label in labels])
    return with_children([replace(label, background=color) for label, color in zip(labels, colors, strict=True)])


def read_labels(items: object) -> tuple[LabelSpec, ...]:
    """What `label_specs` takes, as far as each label can be read by itself."""
    if isinstance(items, (str, Mapping)) or not isinstance(items, Iterable):
        raise ValueError("should be a list of labels")
    made: list[LabelSpec] = []
    wrong: list[str] = []
    for position, item in enumerate(items, start=1):
        try:
            made.append(_label_spec(item))
        except ValueError as error:
            wrong.append(f"label {position} {error}")
    if wrong:
        raise ValueError("; ".join(wrong))
    return tuple(made)


def _label_spec(item: object) -> LabelSpec:
    match item:
        case LabelSpec():
            return item
        case Mapping():
            return _declared(item)
        case str() | int() | float() if not isinstance(item, bool):
            return LabelSpec(str(item))
        case _:
            raise ValueError("should be text, or a mapping with `value`; words such as `true` need quotes")


def _declared(item: Mapping[object, object]) -> LabelSpec:
    unknown = [str(key) for key in item if key not in DECLARED]
    if unknown:
        advice = nearest(unknown[0], DECLARED) or f"known are {', '.join(DECLARED)}"
        raise ValueError(f"has an unknown key `{unknown[0]}`: {advice}")
    value = _text(item, "value")
    if value is None:
        raise ValueError("has no `value`")
    number, color = item.get("id"), item.get("color")
    if isinstance(number, bool) or not isinstance(number, (int, type(None))):
        raise ValueError("should have a whole number as its `id`")
    if not isinstance(color, (str, type(None))):
        raise ValueError("should have text as its `color`: put it in quotes")
    alias, hotkey, description, parent = (_text(item, key) for key in ("alias", "hotkey", "description", "parent"))
    return LabelSpec(value, alias, number, color, hotkey, description, parent)


def _text(item: Mapping[object, object], name: str) -> str | None:
    """A field that is text, or a number that stands for it, as in `hotkey: 1`."""
    found = item.get(name)
    if isinstance(found, bool) or not isinstance(found, (str, int, float, type(None))):
        raise ValueError(f"should have text as its `{name}`")
    return None if found is None else str(found)
