"""LSF007: capitals of tags and attributes are those of the docs.

Most of the editor does not look at them. Others do. Some controls, as `RectangleLabels`, only work on an `Image` that
is written so. The server finds controls by `name` and `toName`, labels by `Label` and `Choice`, takes `toname="image"`
for a second tag of the name `image`, and knows by the tag whether tasks may have a list there. Exports tell by the
exact tags which formats there are.

Bad:

    <View>
      <image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image"><Label value="Car"/></RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image"><Label value="Car"/></RectangleLabels>
    </View>
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF007"
SEVERITY = Severity.INFO
_ENDS = "name"  # the server takes whatever ends so, before `="`, for the name of a tag, which must be the only one
_FINDS = ("name", "toname")  # how the server finds controls
_READS = ("alias", "apiurl", "value", "valuelist", "valuetype")  # the server, too
_LISTED = ("List", "Paragraphs", "Table")  # the server refuses tasks with lists for what it does not take for these
# those whose exact names decide which formats an export has
_EXPORTED = frozenset(
    {"Audio", "AudioPlus", "Brush", "BrushLabels", "Image", "KeyPointLabels", "Labels", "PolygonLabels", "Rectangle"}
    | {"RectangleLabels", "Text", "TextArea", "TimelineLabels", "Video"}
)


def check(subject: Subject) -> Iterator[Mistake]:
    respelled = [node for node in subject.nodes if node.info and node.tag.name != node.info.name]
    exact = _exact(subject) if respelled else frozenset()
    for node in respelled:
        severity = Severity.ERROR if node in exact else _of_tag(node)
        yield Mistake(node, f"`<{node.tag.name}>` is written `<{node.name}>`", f"write `{node.name}`", "", severity)
    names = _names(subject) if subject.attributes.respelled else Counter()
    for one in subject.attributes.respelled:
        right = one.attribute.name
        is_second = one.name.endswith(_ENDS) and names[one.value] > 1
        severity = Severity.ERROR if is_second else _of_attribute(right.lower())
        yield Mistake(one.node, f"`{one.name}` is written `{right}`", f"write `{right}`", one.name, severity)


def _exact(subject: Subject) -> frozenset[Node]:
    """Tags that controls point at which look for the exact name of the tag."""
    strict = (control for control in subject.controls if control.info and control.info.objects_enforced)
    return frozenset(target for control in strict for target in subject.targets(control))


def _names(subject: Subject) -> Counter[str]:
    """What the server takes for names of tags."""
    written = (item for node in subject.nodes for item in node.tag.attributes.items())
    return Counter(value for name, value in written if name.endswith(_ENDS))


def _of_tag(node: Node) -> Severity:
    if node.is_label and node.parent and node.parent.tag.name in ("Choices", "Labels"):
        return Severity.ERROR  # the server refuses these when they have no labels that it finds
    if node.name in _LISTED:
        return Severity.ERROR
    return Severity.WARNING if node.is_label or node.name in _EXPORTED else SEVERITY


def _of_attribute(name: str) -> Severity:
    if name in _FINDS:
        return Severity.ERROR
    return Severity.WARNING if name in _READS else SEVERITY
