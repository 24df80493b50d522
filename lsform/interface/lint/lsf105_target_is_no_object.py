"""LSF105: `toName` is the name of an object.

The server takes any name. The editor shows a control that points at another control or at itself, fails when
annotators use it, and stores nothing. A question about an answer points at the object that the answer is about; that
it depends on the answer is the matter of `visibleWhen`.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/></Choices>
      <TextArea name="reason" toName="spam"/>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Yes">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.hints import other_name
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF105"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for control, targets in subject.aims.targets.items():
        for target in targets:
            if target.info and not target.is_object:
                name = target.get("name")
                message = f"`{name}` is a `<{target.name}>`, and no object"
                yield Mistake(control, message, other_name(name, subject.objects), "toName")
