"""LSF402: an alias belongs to one label of its control, and is the value of no other.

The alias is what annotations hold instead of the value. Two labels with one alias become one class in the data, and
nobody can part them again. The same happens when an alias is the value of a label without an alias.

In tags such as `RectangleLabels` the editor also looks for the label of a region among values and aliases alike, and
takes the first: a region whose alias is the value of a label above it turns into that one when somebody opens it.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="vehicle" toName="image">
        <Label value="Passenger car" alias="car"/>
        <Label value="Delivery van" alias="car"/>
      </RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="vehicle" toName="image">
        <Label value="Passenger car" alias="car"/>
        <Label value="Delivery van" alias="van"/>
      </RectangleLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.label_names import Named
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF402"
SEVERITY = Severity.ERROR
_HINT = "give each an alias of its own"


def check(subject: Subject) -> Iterator[Mistake]:
    for group in subject.siblings:
        by_stored: dict[str, Named] = {}
        by_shown: dict[str, Named] = {}
        for label in group.labels:
            same = by_stored.setdefault(label.stored, label)
            above = by_shown.get(label.stored)
            by_shown.setdefault(label.shown, label)
            attribute = "alias" if label.node.get("alias") else "value"
            if same.shown != label.shown:
                message = f"annotations hold `{label.stored}` for this and for `{same.shown}`: two classes become one"
                yield Mistake(label.node, message, _HINT, attribute)
            elif same is label and above and label.node.name == "Label":
                message = f"the alias `{label.stored}` is the value of a `<Label>` above, which its regions turn into"
                yield Mistake(label.node, message, _HINT, attribute)
