"""LSF009: an interface has an object, a tag that shows what is labelled.

Every result of a control belongs to an object. Without one the editor shows the controls, and what annotators do with
them is lost.

Bad:

    <View>
      <Header value="$text"/>
      <Choices name="mood" toName="mood"><Choice value="Good"/><Choice value="Bad"/></Choices>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF009"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    if subject.controls and not subject.objects and not subject.unknown:
        hint = "add an object, such as `<Text>` or `<Image>`, with a `name` and a `value`"
        yield Mistake(subject.root, "nothing is shown to label: there is no object", hint)
