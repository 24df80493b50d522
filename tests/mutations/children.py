"""Group D: what stands in what."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from tests.mutations.broken import Broken, Mutation, added, first
from tests.mutations.structure import adds

CHOICES = '<Choices name="more" toName="more"><Choice value="A"/></Choices>'
LABELS = '<Labels name="more" toName="more"><Label value="A"/></Labels>'


def some(root: etree._Element, path: str, xml: str) -> etree._Element:
    """The first tag that an XPath finds, else a new one."""
    found = first(root, path)
    return added(root, xml) if found is None else found


def label_in_choices(root: etree._Element) -> Broken | None:
    return Broken(added(some(root, ".//Choices", CHOICES), '<Label value="B"/>'))


def control_in_labels(root: etree._Element) -> Broken | None:
    labels = some(root, ".//*[contains(name(), 'Labels')]", LABELS)
    return Broken(added(labels, '<TextArea name="inside" toName="more"/>'))


def control_without_labels(root: etree._Element) -> Broken | None:
    control = some(root, ".//*[@toName][.//Label or .//Choice]", LABELS)
    for name in ("value", "apiUrl", "allowEmpty", "legacy"):
        control.attrib.pop(name, None)
    for child in list(control):
        control.remove(child)
    return Broken(control)


def choice_in_choice(root: etree._Element) -> Broken | None:
    outer = some(root, ".//Choices//Choice", CHOICES)
    control = next((one for one in (outer, *outer.iterancestors()) if one.tag == "Choices"), root)
    for name in [name for name in control.attrib if str(name).lower() == "allownested"]:
        del control.attrib[name]
    choice = outer if outer.tag == "Choice" else outer[0]
    inner = etree.fromstring('<Choice value="inner"/>')
    choice.insert(0, inner)
    return Broken(inner)


MUTATIONS: Mapping[str, Mutation] = {
    "LSF301": label_in_choices,
    "LSF302": control_in_labels,
    "LSF303": adds('<Label value="A"/>'),
    "LSF304": control_without_labels,
    "LSF305": choice_in_choice,
    "LSF306": adds('<TimeSeries name="more" value="$more"/>'),
    "LSF307": adds('<Shortcut value="A"/>'),
}
