"""The tags of Label Studio's editor, per server version: their attributes, and what goes into and fits what.

Law: reads package data, once, and nothing else. `tools/make_catalogue.py` makes that data from an installed
`label-studio`; a version that has none gets the nearest one, and `fallback` says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, TypedDict

from lsform.interface.css_colors import is_color

Kind = Literal["any", "text", "boolean", "color", "range", "number", "enum"]
Place = Literal["editor", "converter", "ml-backend"]
Edition = Literal["community", "enterprise", "unknown"]  # of a tag: the least edition that has it

_FOLDER = files("lsform.interface") / "catalogues"
_MODEL = "model_"  # machine learning backends have settings of this prefix on tags, each backend its own
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class AttributeType:
    """What an attribute may say. `enforced`: the editor does not open with a wrong value, else it ignores it.

    `values` are those of an enum; `low` and `high` are the ends of a range, included.
    """

    kind: Kind
    values: tuple[str, ...] = ()
    low: float = 0
    high: float = 0
    enforced: bool = True

    def problem(self, value: str) -> str | None:
        """What the value should be instead, as in "should be ..."; None when it is right."""
        return _PROBLEMS[self.kind](self, value)


def _any(_type: AttributeType, _value: str) -> str | None:
    return None


def _text(_type: AttributeType, value: str) -> str | None:
    # the editor turns these two words into booleans before it looks at the type
    return "should be other text than `true` or `false`" if value in ("true", "false") else None


def _boolean(_type: AttributeType, value: str) -> str | None:
    return None if value in ("true", "false") else "should be `true` or `false`, exactly"


def _color(_type: AttributeType, value: str) -> str | None:
    return None if is_color(value) else "should be a CSS colour, such as `#d4380d` or `green`"


def _range(type_: AttributeType, value: str) -> str | None:
    number = _NUMBER.match(value)  # like the editor, which takes `0.5px` for 0.5
    if number and type_.low <= float(number[0]) <= type_.high:
        return None
    return f"should be a number from {type_.low:g} to {type_.high:g}"


def _number(_type: AttributeType, value: str) -> str | None:
    if value.startswith("$"):  # from the task
        return None
    number = _NUMBER.match(value)
    return None if number and not value[number.end() :].strip() else "should be a number"


def _enum(type_: AttributeType, value: str) -> str | None:
    if value in type_.values:
        return None
    *others, last = (f"`{one}`" for one in type_.values)
    return f"should be {', '.join(others)}{' or ' if others else ''}{last}"


_PROBLEMS: Mapping[Kind, Callable[[AttributeType, str], str | None]] = {
    "any": _any,
    "text": _text,
    "boolean": _boolean,
    "color": _color,
    "range": _range,
    "number": _number,
    "enum": _enum,
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a tag. `where` tells who reads it; `documented` whether docs or official templates have it."""

    name: str
    type: AttributeType
    where: Place = "editor"
    required: bool = False
    documented: bool = True

    def spells(self, name: str) -> bool:
        """Whether the name has capitals where this one has; true when nobody knows where they are."""
        return name == self.name or not (self.documented or self.name != self.name.lower())


@dataclass(frozen=True, slots=True)
class TagInfo:
    """A tag. Other tags are named here as their own `name` is, capitals and all.

    `children`: what may stand in it; None: anything, it is not read as tags; none: what stands there is never shown.
    `parents`: one of them is around it, at any depth; none: no matter.
    `objects`: what a control can point at; None: any object. `objects_enforced`: the editor refuses others.
    `region`: a control makes regions, an object carries them. `classification`: a control that judges the whole task,
    a region or an item. Both `is_control` and `is_object`: it needs no other tag.
    """

    name: str
    attributes: Mapping[str, Attribute]  # by lower-case name
    children: frozenset[str] | None = frozenset()
    parents: frozenset[str] = frozenset()
    is_control: bool = False
    is_object: bool = False
    region: bool = False
    classification: bool = False
    objects: frozenset[str] | None = frozenset()
    objects_enforced: bool = False
    edition: Edition = "community"
    attributes_known: bool = True

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of this name in any case, settings of a machine learning backend included."""
        found = self.attributes.get(name.lower())
        if found is None and name.startswith(_MODEL):
            return Attribute(name, _type("any"), where="ml-backend")
        return found

    @property
    def per_region(self) -> bool:
        return "perregion" in self.attributes

    @property
    def per_item(self) -> bool:
        return "peritem" in self.attributes


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The tags that a server knows, and those that only another edition has. `fallback`: of the nearest version."""

    version: str
    edition: Edition
    fallback: bool
    tags: Mapping[str, TagInfo]  # by lower-case name

    def tag(self, name: str) -> TagInfo | None:
        """The tag of this name in any case, of whatever edition."""
        return self.tags.get(name.lower())

    def offers(self, tag: TagInfo) -> bool:
        """Whether this edition of the server has the tag."""
        return tag.edition in ("community", self.edition)

    def objects_of(self, control: str) -> frozenset[str]:
        """Names of the objects that a control can point at; none when it is no control."""
        info = self.tag(control)
        if info is None or not info.is_control:
            return frozenset()
        if info.objects is None:
            return frozenset(tag.name for tag in self.tags.values() if tag.is_object)
        return info.objects


class _Record(TypedDict, total=False):
    """A tag in the data. What is left out is empty."""

    attributes: dict[str, str]
    required: list[str]
    undocumented: list[str]
    elsewhere: dict[str, Place]
    children: list[str] | None
    parents: list[str]
    roles: list[str]
    objects: list[str] | None
    objects_enforced: bool
    edition: Edition
    attributes_known: bool


@cache
def versions() -> tuple[str, ...]:
    """The versions of Label Studio that there is a catalogue of, oldest first."""
    names = (file.name for file in _FOLDER.iterdir())
    return tuple(sorted((name.removesuffix(".json") for name in names if name.endswith(".json")), key=_order))


@cache
def catalogue(version: str | None = None, edition: Edition = "community") -> Catalogue:
    """The catalogue of a server version: of the last one before it when it has none, else of the first; None: newest.

    It is read for the Community edition: Enterprise may have attributes that are not in it.
    """
    known = versions()
    wanted = version or known[-1]
    nearest = next((one for one in reversed(known) if _order(one) <= _order(wanted)), known[0])
    return Catalogue(nearest, edition, nearest != wanted, _tags(nearest))


def _order(version: str) -> tuple[int, ...]:
    """`1.23.2.post1` as (1, 23, 2); text without a number comes last, as `latest` does."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in numbers[0].split(".")) if numbers else (10**9,)


@cache
def _tags(version: str) -> Mapping[str, TagInfo]:
    records: dict[str, _Record] = json.loads((_FOLDER / f"{version}.json").read_text("utf-8"))["tags"]
    return {name.lower(): _tag(name, record) for name, record in records.items()}


def _tag(name: str, record: _Record) -> TagInfo:
    roles, children, objects = record.get("roles", ()), record.get("children", ()), record.get("objects", ())
    required, undocumented = record.get("required", ()), record.get("undocumented", ())
    elsewhere = record.get("elsewhere", {})
    return TagInfo(
        name,
        {
            one.lower(): _attribute(one, code, elsewhere.get(one, "editor"), one in required, one not in undocumented)
            for one, code in record["attributes"].items()
        },
        children=None if children is None else frozenset(children),
        parents=frozenset(record.get("parents", ())),
        is_control="control" in roles,
        is_object="object" in roles,
        region="region" in roles,
        classification="classification" in roles,
        objects=None if objects is None else frozenset(objects),
        objects_enforced=record.get("objects_enforced", False),
        edition=record.get("edition", "community"),
        attributes_known=record.get("attributes_known", True),
    )


@cache  # tags share most of their attributes
def _attribute(name: str, code: str, where: Place, required: bool, documented: bool) -> Attribute:  # noqa: FBT001
    return Attribute(name, _type(code), where, required, documented)


@cache
def _type(code: str) -> AttributeType:
    """The type that the data writes as `text`, `range 0 1`, `enum a|b`; `docs number`: not enforced."""
    word, _, rest = code.removeprefix("docs ").partition(" ")
    kind = _KINDS[word]
    enforced = not code.startswith("docs ")
    if kind == "range":
        low, high = map(float, rest.split())
        return AttributeType(kind, low=low, high=high, enforced=enforced)
    return AttributeType(kind, tuple(rest.split("|")) if rest else (), enforced=enforced)


_KINDS: Mapping[str, Kind] = {kind: kind for kind in _PROBLEMS}
