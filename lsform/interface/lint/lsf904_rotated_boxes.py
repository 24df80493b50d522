"""LSF904: boxes stay upright where they are exported to a format that has no others.

Annotators can turn a box unless `canRotate` is false. YOLO and Pascal VOC then get the box as if it were not turned,
and COCO a box around it that is right in square images only. YOLO_OBB has turned boxes, but not with keypoints.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image"><Label value="Car"/></RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image" canRotate="false"><Label value="Car"/></RectangleLabels>
    </View>

Exports:

    [YOLO]
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.exports import BOXES, declared, listed, shown
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF904"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    upright = {name: one for name, one in declared(subject).items() if not one.turned}
    for box in subject.of(*sorted(BOXES)) if upright else ():
        names = [name for name, one in upright.items() if one.keeps(box, shown(subject, box))]
        if names and box.get("canRotate") != "false":
            message = (
                f"annotators can turn the boxes of `<{box.name}>`, and there are upright ones only in {listed(names)}"
            )
            yield Mistake(box, message, 'add `canRotate="false"`, or export to `YOLO_OBB`', "canRotate")
