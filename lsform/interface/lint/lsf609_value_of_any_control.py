"""LSF609: a condition on the value of a choice names the control, `whenTagName`.

Without it the editor ignores `whenChoiceValue`: any choice of any `Choices` fulfils the condition. On a control itself
it is an error: the control is shown for every choice, but its answer is thrown away on submit unless the value was
chosen.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <View visibleWhen="choice-selected" whenChoiceValue="Yes">
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
from itertools import islice

from lsform.core.diagnostics import Severity
from lsform.interface.lint.label_names import stored
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.visibility import CHOSEN, Condition

CODE = "LSF609"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    for condition in subject.conditions:
        node = condition.node
        if condition.is_of_choices and node.get("whenChoiceValue") and not condition.name:
            severity = Severity.ERROR if node.is_control and condition.kind == CHOSEN else Severity.WARNING
            message = "`whenChoiceValue` does nothing without `whenTagName`: any choice counts"
            yield Mistake(node, message, _hint(subject, condition), "whenChoiceValue", severity)


def _hint(subject: Subject, condition: Condition) -> str:
    """Names the control when only one has such a value."""
    wanted = set(condition.node.list_of("whenChoiceValue"))
    owners = (
        name
        for one in subject.of("Choices", "Taxonomy")
        if (name := one.get("name")) and not wanted.isdisjoint(map(stored, subject.labels(one)))
    )
    found = list(islice(owners, 2))
    return f'add `whenTagName="{found[0]}"`' if len(found) == 1 else "add the `whenTagName` of the control"
