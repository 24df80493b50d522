"""Labels as people declare them and as templates see them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from lsform.core.diagnostics import nearest


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """One label. `value` is shown, `alias` is stored instead of it, `id` is the class id that training sees."""

    value: str
    alias: str | None = None
    id: int | None = None
    color: str | None = None
    hotkey: str | None = None
    description: str | None = None

    @property
    def as_label(self) -> dict[str, str | int | None]:
        """Attributes of a `Label` tag, for `xmlattr`."""
        return self._attributes("background")

    @property
    def as_choice(self) -> dict[str, str | int | None]:
        """Attributes of a `Choice` tag, which calls its colour otherwise."""
        return self._attributes("color")

    def _attributes(self, color: str) -> dict[str, str | int | None]:
        return {
            "value": self.value,
            "alias": self.alias,
            "category": self.id,
            color: self.color,
            "hotkey": self.hotkey,
            "hint": self.description,
        }


_NAMES = tuple(field.name for field in fields(LabelSpec))


def label_specs(items: object) -> tuple[LabelSpec, ...]:
    """Labels of a list whose items are plain values, mappings of LabelSpec's fields, or LabelSpec.

    Raises ValueError, in words for users, with the first mistake of every label.
    """
    if isinstance(items, (str, Mapping)) or not isinstance(items, Iterable):
        raise ValueError("should be a list of labels")
    made: list[LabelSpec] = []
    problems: list[str] = []
    for position, item in enumerate(items, start=1):
        try:
            made.append(_label_spec(item))
        except ValueError as error:
            problems.append(f"label {position} {error}")
    if problems:
        raise ValueError("; ".join(problems))
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
    unknown = [str(key) for key in item if key not in _NAMES]
    if unknown:
        advice = nearest(unknown[0], _NAMES) or f"known are {', '.join(_NAMES)}"
        raise ValueError(f"has an unknown key `{unknown[0]}`: {advice}")
    value = _text(item, "value")
    if value is None:
        raise ValueError("has no `value`")
    number, color = item.get("id"), item.get("color")
    if isinstance(number, bool) or not isinstance(number, (int, type(None))):
        raise ValueError("should have a whole number as its `id`")
    if not isinstance(color, (str, type(None))):
        raise ValueError("should have text as its `color`: put it in quotes")
    return LabelSpec(value, _text(item, "alias"), number, color, _text(item, "hotkey"), _text(item, "description"))


def _text(item: Mapping[object, object], name: str) -> str | None:
    """A field that is text, or a number that stands for it, as in `hotkey: 1`."""
    found = item.get(name)
    if isinstance(found, bool) or not isinstance(found, (str, int, float, type(None))):
        raise ValueError(f"should have text as its `{name}`")
    return None if found is None else str(found)
