"""LSF608: what narrows a condition down stands beside a condition that it narrows.

`region-selected` reads `whenTagName` and `whenLabelValue`, the two conditions on choices read `whenTagName` and
`whenChoiceValue`, and `no-region-selected` reads nothing. Without `visibleWhen`, `whenTagName` is ignored, and
`whenLabelValue` works only on a control with `perRegion="true"`. What is not read does nothing.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <View whenTagName="spam">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="spam">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.visibility import CHOSEN, DETAILS, READS, REGION, Condition, gives_choices, gives_labels

CODE = "LSF608"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    for condition in subject.conditions:
        read = condition.reads if condition.kind in READS else DETAILS  # of an unknown condition nobody can tell
        for attribute in DETAILS:
            if condition.node.get(attribute) and attribute not in read:
                kind = f'with `visibleWhen="{condition.kind}"`' if condition.kind else "without `visibleWhen`"
                yield Mistake(condition.node, f"`{attribute}` does nothing {kind}", _hint(condition), attribute)


def _hint(condition: Condition) -> str:
    if condition.kind:
        return "remove it, or change the condition"
    if any(map(gives_choices, condition.targets)):
        return f'add `visibleWhen="{CHOSEN}"`'
    is_of_labels = condition.node.get("whenLabelValue") or any(map(gives_labels, condition.targets))
    return f'add `visibleWhen="{REGION}"`' if is_of_labels else "add `visibleWhen`"
