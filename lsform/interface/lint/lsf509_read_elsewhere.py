"""LSF509: an attribute that the editor does not read stands where an export reads it.

Annotators see nothing of `category` and `model_index`: exports to COCO and YOLO take the numbers of classes from them,
for regions of images. Elsewhere they do nothing. Settings for machine learning backends are the backends' own business.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text">
        <Choice value="Happy" category="0"/>
        <Choice value="Sad" category="1"/>
      </Choices>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image">
        <Label value="Bus" category="0"/>
        <Label value="Car" category="1"/>
      </RectangleLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF509"
SEVERITY = Severity.INFO


def check(subject: Subject) -> Iterator[Mistake]:
    told: set[tuple[Node | None, str]] = set()
    for one in subject.attributes.elsewhere:
        name, control = one.attribute.name, next((above for above in one.node.above() if above.is_control), None)
        if one.attribute.where != "converter" or (control, name) in told or _is_read(subject, one.node, control):
            continue
        told.add((control, name))  # once says it: labels repeat it
        yield Mistake(one.node, f"nobody reads `{name}` here: exports do, for regions of images", attribute=name)


def _is_read(subject: Subject, node: Node, control: Node | None) -> bool:
    """Whether it belongs to a label of regions on an image, or of what nobody knows."""
    if control is None:
        return True
    targets = subject.targets(control)
    return node.name == "Label" and (not targets or any(target.name == "Image" for target in targets))
