"""LSF610: `visibleWhen` is one condition.

There is no syntax to combine several: the editor takes the text for a condition that it does not know, and always shows
the tag. One `View` inside another means that both conditions hold; values that may all fulfil a condition are a list,
such as `whenChoiceValue="A,B"`.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="Maybe"/><Choice value="No"/></Choices>
      <View visibleWhen="choice-selected:spam=Yes|choice-selected:spam=Maybe">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="Maybe"/><Choice value="No"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Yes,Maybe">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.visibility import is_combined

CODE = "LSF610"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    for condition in subject.conditions:
        if is_combined(condition.kind):
            message = f"`visibleWhen` takes one condition, and `{condition.kind}` is none: the tag is always shown"
            hint = "for both conditions put one `<View>` into another, for one of several values list them"
            yield Mistake(condition.node, message, hint, "visibleWhen")
