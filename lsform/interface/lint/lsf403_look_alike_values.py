"""LSF403: two values of a control differ in more than capitals and spaces.

To the editor and to every export `Car` and `car ` are two classes. Annotators take them for one, and training learns
two halves of a class.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="vehicle" toName="image">
        <Label value="Car"/>
        <Label value="car "/>
      </RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="vehicle" toName="image">
        <Label value="Car"/>
        <Label value="Cart"/>
      </RectangleLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.label_names import folded
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF403"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    for group in subject.siblings:
        first: dict[str, str] = {}
        for label in group.labels:
            other = first.setdefault(folded(label.shown), label.shown)
            if other != label.shown:
                message = f"the values `{label.shown}` and `{other}` differ in capitals or spaces alone"
                yield Mistake(label.node, message, "remove one of the two, or rename it", "value")
