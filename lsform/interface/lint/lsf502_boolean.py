"""LSF502: what is true or false says `true` or `false`, exactly, and nothing else does.

With any other word in a boolean attribute the editor does not open. It also makes a boolean of `true` and `false` where
text is expected, and then does not open either; only in `value` they are text.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text" required="yes"><Choice value="Good"/><Choice value="Bad"/></Choices>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text" required="true"><Choice value="Good"/><Choice value="Bad"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.values import wrong

CODE = "LSF502"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    return wrong(subject, "boolean", "text")
