"""LSF804: an image has a `value` or a `valueList`, not both.

The server refuses an image with both, in words that nobody understands; where it does not look, inside a `Repeater`,
the editor shows the list alone.

Bad:

    <View>
      <Image name="image" value="$image" valueList="$pages"/>
      <Choices name="kind" toName="image"><Choice value="Letter"/></Choices>
    </View>

Good:

    <View>
      <Image name="image" valueList="$pages"/>
      <Choices name="kind" toName="image"><Choice value="Letter"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF804"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for node in subject.of("Image"):
        if node.has("value") and node.has("valueList"):
            hint = "keep `valueList` for several pages in a task, else `value`"
            yield Mistake(node, "an `<Image>` has a `value` or a `valueList`, not both", hint, "valueList")
