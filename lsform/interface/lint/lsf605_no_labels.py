"""LSF605: a condition on regions names the control that gave the region its label.

The documentation says that it is the object, but the editor compares the name of the control, such as
`RectangleLabels`. With the name of an object, or of a control that gives no labels, such as `Rectangle` or `Choices`,
the condition never holds.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="vehicle" toName="image"><Label value="Car"/><Label value="Bus"/></RectangleLabels>
      <View visibleWhen="region-selected" whenTagName="image">
        <Choices name="state" toName="image" perRegion="true"><Choice value="Moving"/><Choice value="Parked"/></Choices>
      </View>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="vehicle" toName="image"><Label value="Car"/><Label value="Bus"/></RectangleLabels>
      <View visibleWhen="region-selected" whenTagName="vehicle">
        <Choices name="state" toName="image" perRegion="true"><Choice value="Moving"/><Choice value="Parked"/></Choices>
      </View>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject
from lsform.interface.lint.visibility import REGION, gives_labels

CODE = "LSF605"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for condition in subject.conditions:
        targets = condition.targets
        if condition.kind == REGION and targets and not any(map(_may_give_labels, targets)):
            message = f"`{condition.name}` is a `<{targets[0].name}>`, which gives regions no label"
            yield Mistake(condition.node, message, _hint(subject, targets[0]), "whenTagName")


def _may_give_labels(node: Node) -> bool:
    return gives_labels(node) or node.info is None or not node.info.attributes_known


def _hint(subject: Subject, named: Node) -> str:
    """The controls that can be meant: those of the named object, or those beside the named control."""
    objects = (named,) if named.is_object else subject.targets(named)
    beside = [one for one in subject.controls if gives_labels(one) and set(objects) & set(subject.targets(one))]
    names = [f"`{name}`" for one in beside if (name := one.get("name"))]
    if not names:
        return "remove `whenTagName`: the condition holds for every region"
    return f"name the control of its labels: {' or '.join(names[:3])}"
