"""LSF305: `Choices` that have a `Choice` in a `Choice` say `allowNested="true"`.

Without it the inner ones are not shown, and cannot be chosen. In a `Taxonomy` they need nothing.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="animal" toName="image">
        <Choice value="Cat"><Choice value="Lion"/><Choice value="Tiger"/></Choice>
      </Choices>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="animal" toName="image" allowNested="true">
        <Choice value="Cat"><Choice value="Lion"/><Choice value="Tiger"/></Choice>
      </Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF305"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    for control in subject.of("Choices"):
        inner = (one for one in subject.labels(control) if one.parent and one.parent.name == "Choice")
        first = next(inner, None)  # once says it: the control is what has to change
        if first is not None and not control.is_true("allowNested"):
            yield Mistake(first, "a `<Choice>` in a `<Choice>` is not shown", 'add `allowNested="true"` to `<Choices>`')
