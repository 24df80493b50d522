"""LSF008: an interface has a control, a tag that makes results.

Without one there is nothing to label: the server takes the interface, but instead of opening a task it asks to set up
the labeling configuration.

Bad:

    <View>
      <Image name="image" value="$image"/>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="animal" toName="image"><Choice value="Cat"/><Choice value="Dog"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF008"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    if not subject.controls and not subject.unknown:
        hint = "add a control, such as `<Choices>` or `<Labels>`, with a `name` and a `toName`"
        yield Mistake(subject.root, "nothing can be labelled: there is no control", hint)
