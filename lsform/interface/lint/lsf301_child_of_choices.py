"""LSF301: `Choices` hold `Choice`.

Texts and layout may stand between them. With anything else in it the server refuses the interface or the editor does
not open; `Label` is for regions.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text"><Label value="Good"/><Label value="Bad"/></Choices>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF301"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for node, parent in subject.misplaced:
        if parent.name == "Choices":
            hint = "write `<Choice>`" if node.is_label else "put it outside of them"
            yield Mistake(node, f"`<Choices>` do not take a `<{node.name}>`", hint)
