"""LSF406: a class that two controls have asks for a number in one of them alone.

YOLO and COCO know classes by their names, whichever control they are of. When the two ask for different numbers
(`category`), one of the numbers is that of nothing. When both ask for the same, the class is still listed twice:
`classes.txt` is longer than there are classes, and COCO has two categories of one id; that is said where one of these
formats is declared. Without any `category` the two are one class, and all is well.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="box" toName="image" canRotate="false"><Label value="Car" category="0"/></RectangleLabels>
      <PolygonLabels name="outline" toName="image"><Label value="Car" category="1"/></PolygonLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="box" toName="image" canRotate="false"><Label value="Car"/></RectangleLabels>
      <PolygonLabels name="outline" toName="image"><Label value="Car"/></PolygonLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.classes import classes, whole
from lsform.interface.lint.exports import COCO, YOLO, listed
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF406"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    if not any(label.has("category") for label in subject.of("Label", "Choice")):
        return
    formats = subject.exports & (YOLO | COCO)
    first: dict[str, int] = {}
    for control in subject.controls:
        for name, label in classes(subject, control).items():
            number = whole(label, "category")
            if number is None:
                continue
            if name in first and first[name] != number:
                message = f"`{name}` is class {number} here and {first[name]} in another control, but it is one class"
                yield Mistake(label, message, "keep `category` in one of the two", "category")
            elif name in first and formats:
                message = f"`{name}` has a `category` in another control, too: {listed(formats)} has the class twice"
                yield Mistake(label, message, "keep `category` in one of the two", "category")
            first.setdefault(name, number)
