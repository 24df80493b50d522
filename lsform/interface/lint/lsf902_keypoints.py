"""LSF902: for COCO and YOLO, keypoints have a `model_index` each, and there are boxes that they belong to.

Both formats write the keypoints of a pose in the order of `model_index`. Without any, the export to COCO fails and YOLO
leaves all keypoints out; one without an index of its own is left out of both. The classes of poses are those of
`<RectangleLabels>`: Label Studio does not offer these formats for keypoints alone.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="person" toName="image" canRotate="false"><Label value="Person"/></RectangleLabels>
      <KeyPointLabels name="joint" toName="image">
        <Label value="Head"/>
        <Label value="Hand"/>
      </KeyPointLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="person" toName="image" canRotate="false"><Label value="Person"/></RectangleLabels>
      <KeyPointLabels name="joint" toName="image">
        <Label value="Head" model_index="0"/>
        <Label value="Hand" model_index="1"/>
      </KeyPointLabels>
    </View>

Exports:

    [COCO]
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.classes import classes, whole
from lsform.interface.lint.exports import COCO, YOLO, listed
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF902"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    controls = subject.of("KeyPointLabels")
    formats = subject.exports & (YOLO | COCO)
    if not controls or not formats:
        return
    names = listed(formats)
    if not subject.of("RectangleLabels"):
        hint = "add a `<RectangleLabels>` for what the keypoints are parts of"
        yield Mistake(controls[0], f"keypoints without boxes do not fit into {names}", hint)
    owners: dict[int, str] = {}
    for control in controls:
        for name, label in classes(subject, control).items():
            index = whole(label, "model_index")
            lost = f"the keypoint `{name}` is left out of {names}: "
            if index is None:
                hint = f'add one, such as `model_index="{len(owners)}"`'
                yield Mistake(label, lost + "it has no whole number as `model_index`", hint, "model_index")
            elif owners.setdefault(index, name) != name:
                message = f"{lost}`{owners[index]}` has the same `model_index`"
                yield Mistake(label, message, "give every keypoint an index of its own", "model_index")
