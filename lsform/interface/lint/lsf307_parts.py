"""LSF307: a part stands in its whole, and has a value where it needs one.

A `Shortcut` stands in a `TextArea`, a `Bucket` in a `Ranker`, a `Relation` in `Relations`, and a `Panel` in a
`Collapse`. Anywhere else they keep the editor from opening: an error. A relation without a value has no name, and a
shortcut without one types nothing.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="entity" toName="text"><Label value="Person"/><Label value="Company"/></Labels>
      <Relation value="works for"/>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="entity" toName="text"><Label value="Person"/><Label value="Company"/></Labels>
      <Relations><Relation value="works for"/></Relations>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.placing import HOMES, takes_nothing
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF307"
SEVERITY = Severity.WARNING
_PARTS = {name: home for name, home in HOMES.items() if "Channel" not in name}  # LSF306 has those


def check(subject: Subject) -> Iterator[Mistake]:
    for node, parent in subject.misplaced:
        if node.name in _PARTS:
            message = f"a `<{node.name}>` cannot stand in a `<{parent.name}>`"
            severity = SEVERITY if takes_nothing(parent) else Severity.ERROR
            yield Mistake(node, message, f"put it into `<{_PARTS[node.name]}>`", severity=severity)
    for node in subject.of("Shortcut", "Relation"):
        if not node.get("value") and not node.tag.text:
            yield Mistake(node, f"this `<{node.name}>` has no `value`", 'add `value="..."`', "value")
