"""Where tags may stand, as far as several rules ask. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node

# what stands in one kind of tag alone
HOMES: Mapping[str, str] = {
    "Bucket": "Ranker",
    "Channel": "TimeSeries",
    "MultiChannel": "TimeSeries",
    "Panel": "Collapse",
    "Relation": "Relations",
    "Shortcut": "TextArea",
}


def takes_nothing(parent: Node) -> bool:
    """Whether the editor passes over what stands in it; it does not open for a wrong tag in one that takes others."""
    return parent.info is not None and parent.info.children == frozenset()


def is_homeless(node: Node) -> bool:
    """Whether a tag that needs a certain one around it, such as a `Label`, has none; an unknown one may be meant."""
    parents = node.info.parents if node.info else frozenset()
    if not parents or (node.parent and node.parent.name in parents):  # the usual case
        return False
    return all(one.info and one.name not in parents for one in node.above())
