"""Group B: names and references."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from tests.mutations.broken import Broken, Mutation, added, first

CONTROL = ".//*[@name][@toName][@name != @toName]"
PLAYERS = ("Audio", "Video", "Paragraphs", "TimeSeries")


def duplicate_name(root: etree._Element) -> Broken | None:
    named = first(root, ".//*[@name]")
    return None if named is None else Broken(added(root, f'<Text name="{named.get("name")}" value="$more"/>'))


def without(attribute: str) -> Mutation:
    """Takes an attribute from the first control."""

    def mutation(root: etree._Element) -> Broken | None:
        control = first(root, CONTROL)
        if control is None:
            return None
        del control.attrib[attribute]
        return Broken(control)

    return mutation


def written(attribute: str, text: str) -> Mutation:
    """Writes something else into an attribute of the first control; `{}` stands for what was there."""

    def mutation(root: etree._Element) -> Broken | None:
        control = first(root, CONTROL)
        if control is None:
            return None
        control.set(attribute, text.format(control.get(attribute)))
        return Broken(control)

    return mutation


def control_that_points_at_a_control(root: etree._Element) -> Broken | None:
    control = first(root, CONTROL)
    target = "itself" if control is None else control.get("name")
    return Broken(added(root, f'<TextArea name="itself" toName="{target}"/>'))


def repeated_name(root: etree._Element) -> Broken | None:
    control = first(root, CONTROL)
    around = None if control is None else control.getparent()
    if control is None or around is None:
        return None
    repeater = etree.Element("Repeater", {"on": "$items"})
    around.replace(control, repeater)
    repeater.append(control)
    return Broken(control)


def sync_alone(root: etree._Element) -> Broken | None:
    players = list(root.iter(*PLAYERS)) or [added(root, '<Audio name="more" value="$more"/>')]
    for player in players:
        player.attrib.pop("sync", "")
    players[0].set("sync", "nobody")
    return Broken(players[0])


def filter_of_an_object(root: etree._Element) -> Broken | None:
    shown = first(root, ".//*[@name][not(@toName)][starts-with(@value, '$')]")
    return None if shown is None else Broken(added(root, f'<Filter name="find" toName="{shown.get("name")}"/>'))


MUTATIONS: Mapping[str, Mutation] = {
    "LSF101": duplicate_name,
    "LSF102": without("name"),
    "LSF103": without("toName"),
    "LSF104": written("toName", "{}-nobody"),
    "LSF105": control_that_points_at_a_control,
    "LSF106": written("toName", " {}"),
    "LSF107": written("name", "{}@2"),
    "LSF108": repeated_name,
    "LSF109": sync_alone,
    "LSF110": filter_of_an_object,
}
