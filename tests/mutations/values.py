"""Group E: the values of labels."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from tests.mutations.broken import Broken, Mutation, added, first

LABEL = ".//Label[@value and not(starts-with(@value, '$'))] | .//Choice[@value and not(starts-with(@value, '$'))]"


def beside(root: etree._Element, attributes: Mapping[str, str]) -> Broken | None:
    """A label after the first one there is, of its kind; `{value}` is the value of that."""
    label = first(root, LABEL)
    parent = None if label is None else label.getparent()
    if label is None or parent is None:
        return None
    made = added(parent, f"<{label.tag}/>")
    for name, text in attributes.items():
        made.set(name, text.format(value=label.get("value")))
    return Broken(made)


def duplicate_value(root: etree._Element) -> Broken | None:
    label = first(root, LABEL)
    alias = None if label is None else label.get("alias")
    return beside(root, {"value": "{value}"} if alias is None else {"value": "{value}", "alias": alias})


def duplicate_alias(root: etree._Element) -> Broken | None:
    label = first(root, LABEL)
    if label is not None:
        label.set("alias", "same")
    return beside(root, {"value": "quite another", "alias": "same"})


def look_alike_value(root: etree._Element) -> Broken | None:
    return beside(root, {"value": " {value} "})


def no_value(root: etree._Element) -> Broken | None:
    return beside(root, {"value": ""})


def separator(root: etree._Element) -> Broken | None:
    added(root, '<Text name="more" value="$more"/>')
    control = added(root, '<Taxonomy name="tree" toName="more"><Choice value="A"/></Taxonomy>')
    return Broken(added(control, '<Choice value="A / B"/>'))


def class_of_two_controls(root: etree._Element) -> Broken | None:
    label = first(root, LABEL)
    if label is None:
        return None
    label.set("category", "0")
    label.attrib.pop("alias", None)
    added(root, '<Image name="more" value="$more"/>')
    control = added(root, '<PolygonLabels name="outline" toName="more"/>')
    other = added(control, '<Label category="7"/>')
    other.set("value", str(label.get("value")))
    return Broken(other)


MUTATIONS: Mapping[str, Mutation] = {
    "LSF401": duplicate_value,
    "LSF402": duplicate_alias,
    "LSF403": look_alike_value,
    "LSF404": no_value,
    "LSF405": separator,
    "LSF406": class_of_two_controls,
}
