"""An interface as rules look at it: every tag with what the catalogue knows of it, and who is around it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lsform.core.values import Json
from lsform.interface.catalogue import Catalogue, TagInfo
from lsform.interface.model import LABEL_TAGS, LabelInterface
from lsform.interface.tags import Tag

Task = Mapping[str, Json]
"""The `data` of a task: key -> value."""

UNKNOWN = "\ue000"
"""Stands in text for what a template prints and nobody has given; a character that no interface has of itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A tag in its place. The editor does not look at the case of names, so nothing here does.

    `info` is None for a tag that no catalogue has. `attributes` are by lower-case name.
    """

    tag: Tag
    info: TagInfo | None
    parent: Node | None
    attributes: Mapping[str, str]
    children: list[Node] = field(default_factory=list, repr=False)

    @property
    def name(self) -> str:
        """The name of the tag as the catalogue writes it, as `RectangleLabels`; else as it stands in the text."""
        return self.info.name if self.info else self.tag.name

    def get(self, attribute: str) -> str:
        """The value of an attribute, whose name is given in any case; '' when it is not there."""
        return self.attributes.get(attribute.lower(), "")

    def has(self, attribute: str) -> bool:
        return attribute.lower() in self.attributes

    def is_true(self, attribute: str) -> bool:
        return self.get(attribute) == "true"

    def list_of(self, attribute: str) -> tuple[str, ...]:
        """The items of a comma list, exactly as the editor splits it: spaces stay. Empty for '' and no attribute."""
        value = self.get(attribute)
        return tuple(value.split(",")) if value else ()

    @property
    def is_control(self) -> bool:
        return self.info is not None and self.info.is_control

    @property
    def is_object(self) -> bool:
        return self.info is not None and self.info.is_object

    @property
    def is_label(self) -> bool:
        return self.name in LABEL_TAGS

    def above(self) -> Iterator[Node]:
        """The tags around it, the nearest first."""
        around = self.parent
        while around is not None:
            yield around
            around = around.parent

    def below(self) -> Iterator[Node]:
        """The tags in it at any depth, in the order of the text."""
        for child in self.children:
            yield child
            yield from child.below()

    def within(self, *names: str) -> Node | None:
        """The nearest tag around it that has one of these names, as the catalogue writes them."""
        return next((one for one in self.above() if one.name in names), None)


@dataclass(frozen=True)
class Subject:
    """What is linted. Rules read it and change nothing; what several of them need is worked out once, here.

    `tasks` and `exports` are what the caller declared, and may be empty.
    """

    root: Node
    catalogue: Catalogue
    tasks: tuple[Task, ...] = ()
    exports: frozenset[str] = frozenset()

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every tag, in the order of the text."""
        return (self.root, *self.root.below())

    @cached_property
    def controls(self) -> tuple[Node, ...]:
        """Tags that make results, by their kind: also those that lack a name or point nowhere."""
        return tuple(node for node in self.nodes if node.is_control)

    @cached_property
    def objects(self) -> tuple[Node, ...]:
        """Tags that show a piece of a task, by their kind: also those that lack a name or a value."""
        return tuple(node for node in self.nodes if node.is_object)

    @cached_property
    def named(self) -> Mapping[str, tuple[Node, ...]]:
        """Tags by their `name`, labels (whose names mean nothing) left out."""
        found: defaultdict[str, list[Node]] = defaultdict(list)
        for node in self.nodes:
            if (name := node.get("name")) and not node.is_label:
                found[name].append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}

    @cached_property
    def _by_tag(self) -> Mapping[str, tuple[Node, ...]]:
        found: defaultdict[str, list[Node]] = defaultdict(list)
        for node in self.nodes:
            found[node.name].append(node)
        return {name: tuple(nodes) for name, nodes in found.items()}

    def of(self, *names: str) -> tuple[Node, ...]:
        """The tags of these names, as the catalogue writes them; in the order of the text for each name."""
        return tuple(node for name in names for node in self._by_tag.get(name, ()))

    @cached_property
    def _labels(self) -> Mapping[Node, tuple[Node, ...]]:
        found: defaultdict[Node, list[Node]] = defaultdict(list)
        for label in self.of(*LABEL_TAGS):
            owner = next((one for one in label.above() if one.is_control), None)
            if owner is not None:
                found[owner].append(label)
        return {owner: tuple(labels) for owner, labels in found.items()}

    def labels(self, control: Node) -> tuple[Node, ...]:
        """The `Label`s and `Choice`s of a control at any depth, but for those of controls inside it."""
        return self._labels.get(control, ())

    def targets(self, control: Node) -> tuple[Node, ...]:
        """The tags that a control points at; names that no tag has are left out."""
        return tuple(node for name in control.list_of("toName") for node in self.named.get(name, ()))


def survey(
    interface: LabelInterface,
    catalogue: Catalogue,
    *,
    tasks: tuple[Task, ...] = (),
    exports: frozenset[str] = frozenset(),
) -> Subject:
    """The interface, ready for rules."""
    return Subject(_node(interface.root, None, catalogue), catalogue, tasks, exports)


def _node(tag: Tag, parent: Node | None, catalogue: Catalogue) -> Node:
    attributes = {name.lower(): value for name, value in tag.attributes.items()}
    node = Node(tag, catalogue.tag(tag.name), parent, attributes)
    node.children.extend([_node(child, node, catalogue) for child in tag.children])
    return node
