"""The attributes of an interface that several rules speak of, found in one look at each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsform.interface.catalogue import Attribute

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node

# what the docs have and this editor has not: tag -> attributes in lower case
DEAD: Mapping[str, tuple[str, ...]] = {"Brush": ("choice", "maxusages", "showinline"), "Filter": ("style",)}


@dataclass(frozen=True, slots=True)
class Written:
    """An attribute as it stands in the text, and what the catalogue knows of it; `problem` is that of its value."""

    node: Node
    name: str
    value: str
    attribute: Attribute
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is remarkable among the attributes, in the order of the text; of tags whose attributes are known.

    `wrong` have a problem, `respelled` have not the capitals of the catalogue, `elsewhere` are none of the editor's;
    `unknown` are names that the tag does not have, as they are written.
    """

    wrong: list[Written] = field(default_factory=list)
    respelled: list[Written] = field(default_factory=list)
    elsewhere: list[Written] = field(default_factory=list)
    unknown: list[tuple[Node, str]] = field(default_factory=list)


def remarkable(nodes: Iterable[Node]) -> Attributes:
    """The remarkable ones of these tags."""
    found = Attributes()
    for node in nodes:
        info = node.info
        if info is None or not info.attributes_known:
            continue
        for name, value in node.tag.attributes.items():
            attribute = info.attribute(name)
            if attribute is None:
                found.unknown.append((node, name))
                continue
            problem = attribute.type.problem(value)
            if problem and "{{" not in value:  # a Repeater puts a number there
                found.wrong.append(Written(node, name, value, attribute, problem))
            if name != attribute.name and not attribute.spells(name):
                found.respelled.append(Written(node, name, value, attribute))
            if attribute.where != "editor":
                found.elsewhere.append(Written(node, name, value, attribute))
    return found
