"""LSF503: an attribute that takes one of a few words has one of them, in these letters.

With another word the editor does not open, or, where it does not check, behaves as if nothing was said: a warning.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="topic" toName="text" choice="multi"><Choice value="Art"/><Choice value="Sport"/></Choices>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="topic" toName="text" choice="multiple"><Choice value="Art"/><Choice value="Sport"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject
from lsform.interface.lint.values import wrong

CODE = "LSF503"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    # LSF601 knows more of `visibleWhen`
    return (one for one in wrong(subject, "enum") if one.attribute.lower() != "visiblewhen")
