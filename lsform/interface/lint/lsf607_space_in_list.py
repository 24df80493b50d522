"""LSF607: no spaces stand around the items of a list of values.

The editor splits the list at the commas and compares what is between them, spaces and all: in `A, B` it looks for ` B`,
and the condition never holds for `B`. It is an error where it holds for nothing else.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text"><Choice value="Good"/><Choice value="Bad"/><Choice value="Mixed"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="mood" whenChoiceValue="Bad, Mixed">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text"><Choice value="Good"/><Choice value="Bad"/><Choice value="Mixed"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="mood" whenChoiceValue="Bad,Mixed">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF607"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    for wait in subject.waits:
        if wait.spaced:
            message = f"spaces count in `{wait.attribute}`: no {wait.what} is `{wait.spaced[0]}`"
            meant = ",".join(item.strip() for item in wait.node.get(wait.attribute).split(","))
            yield Mistake(wait.node, message, f"write `{meant}`", wait.attribute, wait.severity)
