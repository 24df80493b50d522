"""Group A: structure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from lsform.interface.catalogue import TagInfo, catalogue
from tests.mutations.broken import Broken, Mutation, added


def adds(xml: str) -> Mutation:
    """One more tag, at the end."""
    return lambda root: Broken(added(root, xml))


def info(element: etree._Element) -> TagInfo | None:
    return catalogue().tag(str(element.tag))


def without(root: etree._Element, is_wrong: Callable[[TagInfo], bool]) -> None:
    for element in list(root.iter(etree.Element)):
        known, around = info(element), element.getparent()
        if known is not None and is_wrong(known) and around is not None:
            around.remove(element)


def without_controls(root: etree._Element) -> Broken | None:
    without(root, lambda tag: tag.is_control)
    return Broken(root)


def without_objects(root: etree._Element) -> Broken | None:
    without(root, lambda tag: tag.is_object)
    known = (info(element) for element in root.iter(etree.Element))
    return Broken(root) if any(tag is not None and tag.is_control for tag in known) else None


def object_in_small_letters(root: etree._Element) -> Broken | None:
    for element in root.iter(etree.Element):
        known = info(element)
        if known is not None and known.is_object:
            element.tag = str(element.tag).lower()
            return Broken(element)
    return None


MUTATIONS: Mapping[str, Mutation] = {
    "LSF004": adds('<Chioces name="more" toName="more"/>'),
    "LSF005": adds("<div/>"),
    "LSF006": adds('<ReactCode name="more" toName="more"/>'),
    "LSF007": object_in_small_letters,
    "LSF008": without_controls,
    "LSF009": without_objects,
}
