"""Group G: when tags are shown."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from tests.mutations.broken import Broken, Mutation, added, first

QUESTION = '<Choices name="asked" toName="more"><Choice value="A"/><Choice value="B"/></Choices>'
LABELS = '<Labels name="marked" toName="more"><Label value="P"/><Label value="Q"/></Labels>'
ASKED = 'whenTagName="asked"'


def conditional(attributes: str, tag: str = "View") -> Mutation:
    """Adds a question, labels, and a tag that is shown at times."""

    def change(root: etree._Element) -> Broken:
        added(root, '<Text name="more" value="$more"/>')
        added(root, QUESTION)
        added(root, LABELS)
        return Broken(added(root, f"<{tag} {attributes}/>"))

    return change


def region_of_an_object(root: etree._Element) -> Broken | None:
    """Says what the documentation says: that it is the name of the object."""
    control = first(root, ".//*[substring(name(), string-length(name()) - 5) = 'Labels' and @toName]")
    if control is None:
        return None
    return Broken(added(root, f'<View visibleWhen="region-selected" whenTagName="{control.get("toName")}"/>'))


def around_its_question(root: etree._Element) -> Broken | None:
    """Puts the first choices into a view that waits for them."""
    control = first(root, ".//Choices[@name]")
    parent = None if control is None else control.getparent()
    if control is None or parent is None:
        return None
    around = etree.Element("View", {"visibleWhen": "choice-selected", "whenTagName": str(control.get("name"))})
    parent.replace(control, around)
    around.append(control)
    return Broken(around)


MUTATIONS: Mapping[str, Mutation] = {
    "LSF601": conditional(f'visibleWhen="choice_selected" {ASKED}'),
    "LSF602": conditional(f'visibleWhen="choice-selected" {ASKED} toName="more" name="how"', "Rating"),
    "LSF603": conditional('visibleWhen="choice-selected" whenTagName="aksed" whenChoiceValue="A"'),
    "LSF604": conditional('visibleWhen="choice-selected" whenTagName="marked"'),
    "LSF605": region_of_an_object,
    "LSF606": conditional(f'visibleWhen="choice-selected" {ASKED} whenChoiceValue="Z"'),
    "LSF607": conditional(f'visibleWhen="choice-selected" {ASKED} whenChoiceValue="A, B"'),
    "LSF608": conditional(ASKED),
    "LSF609": conditional('visibleWhen="choice-selected" whenChoiceValue="A"'),
    "LSF610": conditional('visibleWhen="choice-selected:asked=A|choice-selected:asked=B"'),
    "LSF611": around_its_question,
}
