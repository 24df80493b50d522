"""When tags are shown: their conditions, read as the editor reads them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsform.interface.lint.subject import Node, Subject

REGION, NO_REGION = "region-selected", "no-region-selected"
CHOSEN, NOT_CHOSEN = "choice-selected", "choice-unselected"
DETAILS = ("whenTagName", "whenLabelValue", "whenChoiceValue")
# What each condition reads. Without one the editor only looks whether a value is chosen, of whatever control.
READS: Mapping[str, tuple[str, ...]] = {
    REGION: ("whenTagName", "whenLabelValue"),
    NO_REGION: (),
    CHOSEN: ("whenTagName", "whenChoiceValue"),
    NOT_CHOSEN: ("whenTagName", "whenChoiceValue"),
    "": ("whenChoiceValue",),
}
CONDITIONS = tuple(one for one in READS if one)
_ATTRIBUTES = frozenset(one.lower() for one in ("visibleWhen", *DETAILS))
_COMBINED = re.compile(r"[:=|&,;()]|\S\s+(?:and|or|not)\s+\S", re.IGNORECASE)
_BOOLEANS = frozenset({"true", "false"})  # as text of an attribute they stop the editor, which LSF502 says


@dataclass(frozen=True, slots=True)
class Condition:
    """A tag that is shown at times. `kind` is its `visibleWhen`, which may be none of CONDITIONS; '' without any.

    `targets` are the tags that its `whenTagName` can mean; several only when they share a name.
    """

    node: Node
    kind: str
    targets: tuple[Node, ...]

    @property
    def name(self) -> str:
        return self.node.get("whenTagName")

    @property
    def is_of_choices(self) -> bool:
        return self.kind in (CHOSEN, NOT_CHOSEN)

    @property
    def is_per_region(self) -> bool:
        """Whether it is shown for a selected region anyway, and looks at the labels of that by itself."""
        info = self.node.info
        return info is not None and info.per_region and self.node.is_true("perRegion")

    @property
    def own(self) -> tuple[str, ...]:
        """What the control looks at by itself, whatever its `visibleWhen`."""
        return ("whenLabelValue",) if self.is_per_region else ()

    @property
    def reads(self) -> tuple[str, ...]:
        """Which of DETAILS are looked at, in their order."""
        read = {*READS.get(self.kind, ()), *self.own}
        return tuple(one for one in DETAILS if one in read)


def hears(node: Node) -> bool:
    """Whether a tag knows `visibleWhen`; a `Repeater` becomes a `View` that does, but not when it has pages."""
    if node.name == "Repeater":
        return node.get("mode") != "pagination"
    return node.info is not None and "visiblewhen" in node.info.attributes


def conditions(subject: Subject) -> Iterator[Condition]:
    """The conditions of an interface, in the order of the text."""
    repeated = _Repeated(subject)
    for node in subject.nodes:
        if not _ATTRIBUTES.isdisjoint(node.attributes) and _is_condition(node):
            name = node.get("whenTagName")
            targets = (subject.named.get(name) or tuple(repeated.named(name))) if name else ()
            yield Condition(node, node.get("visibleWhen"), targets)


def _is_condition(node: Node) -> bool:
    if any(node.get(one) in _BOOLEANS for one in DETAILS):
        return False
    has_own = node.info is not None and "whenlabelvalue" in node.info.attributes and not node.has("visibleWhen")
    return hears(node) or has_own


class _Repeated:
    """Tags in a `Repeater`, which puts a number into their names."""

    def __init__(self, subject: Subject) -> None:
        self._patterns = [
            (_pattern(node.get("name"), repeater.get("indexFlag") or "{{idx}}"), node)
            for repeater in subject.of("Repeater")
            for node in repeater.below()
            if node.get("name")
        ]

    def named(self, name: str) -> Iterator[Node]:
        return (node for pattern, node in self._patterns if pattern.fullmatch(name))


def _pattern(name: str, flag: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, name.split(flag))))


def is_combined(kind: str) -> bool:
    """Whether text in `visibleWhen` is an attempt at more than one condition."""
    return _COMBINED.search(kind) is not None


def gives_choices(node: Node) -> bool:
    return node.name in ("Choices", "Taxonomy")


def gives_labels(node: Node) -> bool:
    """Whether its results give regions their labels."""
    return node.name.endswith("Labels") or (node.name == "Taxonomy" and node.is_true("labeling"))
