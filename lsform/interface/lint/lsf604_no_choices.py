"""LSF604: a condition on choices names `Choices` or a `Taxonomy`.

Labels are not chosen in this sense, nor are ratings or texts: `choice-selected` never holds for them, and
`choice-unselected` always. With a `whenChoiceValue` beside it the labeling page does not even open.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="entity" toName="text"><Label value="Person"/><Label value="Place"/></Labels>
      <View visibleWhen="choice-selected" whenTagName="entity">
        <TextArea name="remark" toName="text"/>
      </View>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Labels name="entity" toName="text"><Label value="Person"/><Label value="Place"/></Labels>
      <View visibleWhen="region-selected" whenTagName="entity" whenLabelValue="Person">
        <TextArea name="remark" toName="text" perRegion="true"/>
      </View>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.visibility import gives_choices, gives_labels

CODE = "LSF604"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for condition in subject.conditions:
        targets = condition.targets
        if condition.is_of_choices and targets and not any(one.info is None or gives_choices(one) for one in targets):
            message = f"`{condition.name}` is a `<{targets[0].name}>`, which has no choices to select"
            is_of_labels = gives_labels(targets[0])
            hint = "for labels it is `region-selected`" if is_of_labels else "name `<Choices>` or a `<Taxonomy>`"
            yield Mistake(condition.node, message, hint, "whenTagName")
