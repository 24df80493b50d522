"""LSF602: `visibleWhen` stands on a tag that obeys it: `View`, `Choices`, `Taxonomy` or `Markdown`.

On others, such as `Rating`, `Header` or `RectangleLabels`, the editor drops it and always shows the tag. A `TextArea`
is always shown, too, and what is written there while the condition does not hold is thrown away on submit. A `View`
with the condition around the tag does what was meant.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <Rating name="certainty" toName="text" visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Yes"/>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Yes">
        <Rating name="certainty" toName="text"/>
      </View>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.visibility import REGION, hears

CODE = "LSF602"
SEVERITY = Severity.ERROR
_HINT = "put it into a `<View>` that has the condition"


def check(subject: Subject) -> Iterator[Mistake]:
    for node, name in subject.attributes.unknown:
        if name.lower() == "visiblewhen" and not hears(node):
            yield Mistake(node, f"`<{node.name}>` has no `visibleWhen`: it is always shown", _HINT, name)
    for condition in subject.conditions:
        # for a region that is selected, one with `perRegion` is shown anyway
        is_kept = condition.kind == REGION and condition.is_per_region and not condition.name
        if condition.node.name == "TextArea" and condition.kind and not is_kept:
            message = "a `<TextArea>` is always shown, whatever its `visibleWhen` says"
            yield Mistake(condition.node, message, _HINT, "visibleWhen")
