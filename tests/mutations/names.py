"""Group B: names and references."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from tests.mutations.broken import Broken, Mutation, added, first


def duplicate_name(root: etree._Element) -> Broken | None:
    named = first(root, ".//*[@name]")
    return None if named is None else Broken(added(root, f'<Text name="{named.get("name")}" value="$more"/>'))


MUTATIONS: Mapping[str, Mutation] = {"LSF101": duplicate_name}
