"""Group F: attributes and their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from lsform.interface.catalogue import Attribute, Kind
from tests.mutations.broken import Broken, Mutation, added
from tests.mutations.structure import adds, info


def attributes(root: etree._Element) -> Iterator[tuple[etree._Element, Attribute]]:
    """Every attribute that the editor reads of every tag, whether it stands there or not."""
    for element in root.iter(etree.Element):
        known = info(element)
        if known is not None and known.attributes_known:
            yield from ((element, one) for one in known.attributes.values() if one.where == "editor")


def says(kind: Kind, value: str) -> Mutation:
    """The first attribute of a kind has this value."""

    def mutation(root: etree._Element) -> Broken | None:
        for element, attribute in attributes(root):
            if attribute.type.kind == kind and not attribute.name.startswith("visible"):
                for name in [one for one in element.attrib if str(one).lower() == attribute.name.lower()]:
                    del element.attrib[name]
                element.set(attribute.name, value)
                return Broken(element)
        return None

    return mutation


def misspelt(root: etree._Element) -> Broken | None:
    for element, attribute in attributes(root):
        if attribute.name in element.attrib and len(attribute.name) > 3:
            element.set(attribute.name[:-2] + attribute.name[:-3:-1], element.attrib.pop(attribute.name))
            return Broken(element)
    return None


def category(root: etree._Element) -> Broken | None:
    choices = added(root, '<Choices name="mood" toName="prose"><Choice value="Happy" category="0"/></Choices>')
    added(root, '<Text name="prose" value="$prose"/>')
    return Broken(choices[0])


def nameless(root: etree._Element) -> Broken | None:
    for element, attribute in attributes(root):
        known = info(element)
        if known is not None and known.is_object and attribute.name == "name":
            element.attrib.pop("name", None)
            return Broken(element)
    return None


MUTATIONS: Mapping[str, Mutation] = {
    "LSF501": misspelt,
    "LSF502": says("boolean", "yes"),
    "LSF503": says("enum", "nonsense"),
    "LSF504": says("color", "FF0000"),
    "LSF505": says("range", "60"),
    "LSF506": says("number", "ten"),
    "LSF507": adds('<DateTime name="more" toName="more" only="day"/>'),
    "LSF508": adds('<Brush name="more" toName="more" maxUsages="1"/>'),
    "LSF509": category,
    "LSF510": nameless,
}
