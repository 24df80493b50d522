"""LSF102: a control has a `name`.

Results tell by name which control made them. When a control has none, the editor shows an error instead of the task;
some of these interfaces the server refuses.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <EllipseLabels toName="image"><Label value="Cell"/></EllipseLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <EllipseLabels name="cell" toName="image"><Label value="Cell"/></EllipseLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF102"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for control in subject.controls:
        if not control.get("name") and _needs_one(control):
            yield Mistake(control, f"`<{control.name}>` has no `name`", 'add `name="..."`', "name")


def _needs_one(control: Node) -> bool:
    """All do, but for some that are control and object in one."""
    attribute = control.info.attribute("name") if control.info else None
    return not control.is_object or bool(attribute and attribute.required)
