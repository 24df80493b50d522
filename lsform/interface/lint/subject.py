"""An interface as rules look at it: every tag with what the catalogue knows of it, and who is around it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lsform.core.values import Json
from lsform.interface.catalogue import Catalogue, TagInfo
from lsform.interface.lint.aims import Aims, aims
from lsform.interface.lint.attributes import Attributes, remarkable
from lsform.interface.lint.bindings import Binding, Data, bindings, imported
from lsform.interface.lint.keys import Keys, keys_in
from lsform.interface.lint.label_names import Siblings, siblings
from lsform.interface.lint.visibility import Condition, conditions
from lsform.interface.lint.waits import Wait, Waits
from lsform.interface.model import LABEL_TAGS, LabelInterface
from lsform.interface.tags import UNKNOWN as UNKNOWN
from lsform.interface.tags import Tag

Task = Mapping[str, Json]
"""The `data` of a task: key -> value."""


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

    def takes(self, child: Node) -> bool:
        """Whether a tag can stand in it; none when it is unknown."""
        return self.info is not None and (self.info.children is None or child.name in self.info.children)

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
    def unknown(self) -> tuple[Node, ...]:
        """Tags that no catalogue has: nobody can tell what they were meant to be."""
        return tuple(node for node in self.nodes if node.info is None)

    @cached_property
    def misplaced(self) -> tuple[tuple[Node, Node], ...]:
        """Tags that stand in a tag which does not take them, with that tag; both are known."""
        pairs = ((node, node.parent) for node in self.nodes if node.info and node.parent)
        return tuple((node, parent) for node, parent in pairs if parent.info and not parent.takes(node))

    @cached_property
    def attributes(self) -> Attributes:
        """The remarkable attributes."""
        return remarkable(self.nodes)

    @cached_property
    def bindings(self) -> tuple[Binding, ...]:
        """Where it shows what tasks hold."""
        return tuple(bindings(self.nodes))

    @cached_property
    def data(self) -> Data:
        """What the declared tasks hold."""
        return imported(self.tasks, self.bindings)

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
    def aims(self) -> Aims:
        """Who points at whom."""
        return aims(self)

    @cached_property
    def is_settled(self) -> bool:
        """Whether nobody else can point anywhere: all tags are known, and no name is yet to come."""
        names = (node.get(attribute) for node in self.nodes for attribute in ("name", "toName"))
        return not self.unknown and not any(UNKNOWN in name for name in names)

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

    @cached_property
    def siblings(self) -> tuple[Siblings, ...]:
        """The labels that stand side by side, with names that are known."""
        return tuple(siblings(self))

    @cached_property
    def keys(self) -> Keys:
        """Who has which key."""
        return keys_in(self)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Tags that are shown at times, in the order of the text."""
        return tuple(conditions(self))

    @cached_property
    def waits(self) -> tuple[Wait, ...]:
        """What conditions wait for in vain."""
        found = Waits(self)
        return tuple(wait for condition in self.conditions for wait in found.of(condition))

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
    if node.info is None or node.info.children is not None:  # else what stands in it is not read as tags
        node.children.extend([_node(child, node, catalogue) for child in tag.children])
    return node
