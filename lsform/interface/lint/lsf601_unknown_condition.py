"""LSF601: `visibleWhen` is one of the four conditions that there are, in these letters.

They are `region-selected`, `no-region-selected`, `choice-selected` and `choice-unselected`. With another word the
editor always shows the tag, and says nothing.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <View visibleWhen="choice_selected" whenTagName="spam" whenChoiceValue="Yes">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Yes">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity, nearest
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.visibility import CONDITIONS, READS, is_combined

CODE = "LSF601"
SEVERITY = Severity.ERROR
_HINT = f"conditions are {', '.join(f'`{one}`' for one in CONDITIONS)}"


def check(subject: Subject) -> Iterator[Mistake]:
    for condition in subject.conditions:
        kind = condition.kind
        if kind not in READS and not is_combined(kind):
            hint = nearest(kind.strip().lower(), CONDITIONS) or _HINT
            yield Mistake(condition.node, f"there is no condition `{kind}`", hint, "visibleWhen")
