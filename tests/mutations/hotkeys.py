"""Group H: hotkeys."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from tests.mutations.broken import Broken, Mutation, first

LABEL = ".//Choices//Choice | .//*[contains(name(), 'Labels')]//Label"


def with_key(key: str) -> Mutation:
    """Gives the first label a key."""

    def mutation(root: etree._Element) -> Broken | None:
        label = first(root, LABEL)
        if label is None:
            return None
        label.set("hotkey", key)
        return Broken(label)

    return mutation


def key_of_another(root: etree._Element) -> Broken | None:
    labels = root.xpath(LABEL)
    assert isinstance(labels, list)
    if len(labels) < 2:
        return None
    one, other = labels[0], labels[1]
    assert isinstance(one, etree._Element)
    assert isinstance(other, etree._Element)
    one.set("hotkey", "q")
    other.set("hotkey", "q")
    return Broken(other)


def some_keys(root: etree._Element) -> Broken | None:
    labels = root.xpath(f"({LABEL})[../*[2][self::Label or self::Choice]]")
    assert isinstance(labels, list)
    pair = next((one for one in labels if isinstance(one, etree._Element) and one.getnext() is not None), None)
    other = None if pair is None else pair.getnext()
    if pair is None or other is None or other.tag != pair.tag:
        return None
    other.set("hotkey", "q")
    return Broken(pair)


MUTATIONS: Mapping[str, Mutation] = {
    "LSF701": key_of_another,
    "LSF702": with_key("q,w"),
    "LSF703": with_key("ctrl+enter"),
    "LSF704": some_keys,
}
