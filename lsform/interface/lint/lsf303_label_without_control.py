"""LSF303: a `Label` or a `Choice` stands in the tag of its control.

Outside, a `Label` is never shown, and a `Choice` breaks the labeling page. Layout may stand between the two.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="entity" toName="text"><Label value="Person"/></Labels>
      <Label value="Place"/>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="entity" toName="text"><Label value="Person"/><Label value="Place"/></Labels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.placing import is_homeless, takes_nothing
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.model import LABEL_TAGS

CODE = "LSF303"
SEVERITY = Severity.ERROR
_HINTS = {
    "Label": "put it into `<Labels>`, `<RectangleLabels>` or the like",
    "Choice": "put it into `<Choices>` or a `<Taxonomy>`",
}


def check(subject: Subject) -> Iterator[Mistake]:
    misplaced = {node for node, parent in subject.misplaced if not takes_nothing(parent)}
    for node in subject.of(*LABEL_TAGS):
        if node not in misplaced and is_homeless(node):
            yield Mistake(node, f"this `<{node.name}>` belongs to no control", _HINTS[node.name])
