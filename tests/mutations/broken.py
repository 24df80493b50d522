"""What a mutation gives, and what mutations share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from lsform.core.values import Json


@dataclass(frozen=True)
class Broken:
    """The tag that is wrong now, and the context in which it is."""

    tag: etree._Element
    tasks: tuple[Mapping[str, Json], ...] = ()
    exports: tuple[str, ...] = ()


Mutation = Callable[[etree._Element], "Broken | None"]


def first(root: etree._Element, path: str) -> etree._Element | None:
    """The first tag that an XPath finds."""
    found = root.xpath(path)
    assert isinstance(found, list)
    return next((one for one in found if isinstance(one, etree._Element)), None)


def added(around: etree._Element, xml: str) -> etree._Element:
    """A tag put last into another, on a line of its own."""
    tag = etree.fromstring(xml)
    tag.tail = "\n"
    around.append(tag)
    return tag
