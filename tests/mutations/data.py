"""Group I: what tasks hold."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from lsform.core.values import Json
from tests.mutations.broken import Broken, Mutation, added, first

OBJECT = ".//*[@name and starts-with(@value, '$') and not(@toName)]"


def shown(root: etree._Element) -> etree._Element | None:
    """The first object, which shows text from now on where it is of a kind that only other editions have."""
    found = first(root, OBJECT)
    return added(root, '<Text name="more" value="$more"/>') if found is None or found.tag == "Chat" else found


def without_dollar(root: etree._Element) -> Broken | None:
    tag = shown(root)
    if tag is None:
        return None
    tag.set("value", tag.get("name", ""))  # a word that no kind of object can show
    return Broken(tag)


def two_keys(root: etree._Element) -> Broken | None:
    tag = shown(root)
    if tag is None:
        return None
    tag.set("value", f"{tag.get('value')} and $more")
    return Broken(tag)


def other_key(root: etree._Element) -> Broken | None:
    tag = shown(root)
    return None if tag is None else Broken(tag, tasks=({"quite_another": "A"},))


def value_and_list(root: etree._Element) -> Broken:
    image = first(root, ".//Image[@value]")
    if image is None:
        image = added(root, '<Image name="more" value="$more"/>')
    image.set("valueList", "$pages")
    return Broken(image)


def with_data(root: etree._Element, value: Json) -> Broken | None:
    """All keys of the interface hold the same."""
    tag = shown(root)
    keys = {str(one.get(name, ""))[1:] for one in root.iter(etree.Element) for name in ("value", "valueList", "on")}
    return None if tag is None else Broken(tag, tasks=(dict.fromkeys(keys, value),))


def no_data(root: etree._Element) -> Broken | None:
    return with_data(root, None)


def url_as_text(root: etree._Element) -> Broken | None:
    tag = first(root, ".//Text[starts-with(@value, '$')]")
    if tag is None:
        tag = added(root, '<Text name="more" value="$more"/>')
    return Broken(tag, tasks=({str(tag.get("value"))[1:]: "s3://bucket/1.txt"},))


def file_in_task(root: etree._Element) -> Broken | None:
    return with_data(root, "data:image/png;base64,AAAA")


MUTATIONS: Mapping[str, Mutation] = {
    "LSF801": without_dollar,
    "LSF802": two_keys,
    "LSF803": other_key,
    "LSF804": value_and_list,
    "LSF805": no_data,
    "LSF806": url_as_text,
    "LSF807": file_in_task,
}
