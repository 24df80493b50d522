"""LSF603: `whenTagName` is the name of a tag.

When there is no tag of that name, the condition never holds. With a `whenChoiceValue` beside it the labeling page does
not even open. It takes one name: a list of names is the name of no tag, and capitals count.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="spma" whenChoiceValue="Yes">
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

import re
from collections.abc import Iterator

from lsform.core.diagnostics import Severity, nearest
from lsform.interface.lint.label_names import is_variable
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import UNKNOWN, Subject
from lsform.interface.lint.visibility import REGION

CODE = "LSF603"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    if any(UNKNOWN in name for name in subject.named):
        return
    for condition in subject.conditions:
        name = condition.name
        is_read = condition.is_of_choices or condition.kind == REGION
        if is_read and name and not condition.targets and not is_variable(name):
            yield Mistake(condition.node, f"no tag has the name `{name}`", _hint(subject, name), "whenTagName")


def _hint(subject: Subject, name: str) -> str:
    if all(part in subject.named for part in re.split(r"\s*[,;|]+\s*|\s+", name.strip())):
        return "it takes one name: put one `<View>` with a condition into another, or beside it"
    return nearest(name, subject.named)
