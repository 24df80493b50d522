"""LSF606: a condition waits for values that there are.

`whenChoiceValue` takes values and aliases of the choices of `whenTagName`. `whenLabelValue` takes what annotations
hold: the alias of a label that has one. A value that does not exist never comes, and nothing says so; it is a warning
where the list has others that do.

Without `visibleWhen`, `whenChoiceValue` is one value and no list.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="yes">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="car" toName="image"><Label value="Car" alias="c"/><Label value="Bus"/></RectangleLabels>
      <Choices name="state" toName="image" perRegion="true" whenLabelValue="Car,Bus"><Choice value="Parked"/></Choices>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="car" toName="image"><Label value="Car" alias="c"/><Label value="Bus"/></RectangleLabels>
      <Choices name="state" toName="image" perRegion="true" whenLabelValue="c,Bus"><Choice value="Parked"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity, nearest
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.waits import Wait

CODE = "LSF606"
SEVERITY = Severity.ERROR
_MANY = 1000  # values: among more it takes long to find the nearest


def check(subject: Subject) -> Iterator[Mistake]:
    for wait in subject.waits:
        for value in wait.missing:
            yield Mistake(wait.node, _message(wait, value), _hint(wait, value), wait.attribute, wait.severity)


def _message(wait: Wait, value: str) -> str:
    of = f" of `{wait.condition.name}`" if wait.condition.targets and wait.condition.kind else ""
    return f"no {wait.what}{of} is `{value}`" if value else f"`{wait.attribute}` has an empty item"


def _hint(wait: Wait, value: str) -> str:
    values = wait.values
    if value in values.aliases:
        return f"that one has an alias, which counts: `{values.aliases[value]}`"
    if not wait.condition.kind and values.known.issuperset(part.strip() for part in value.split(",")):
        return 'it is a list with `visibleWhen="choice-selected"` and `whenTagName` only'
    return nearest(value, values.known) if len(values.known) <= _MANY else ""
