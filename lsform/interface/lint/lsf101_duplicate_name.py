"""LSF101: a name is given to one tag only.

Controls and objects know each other by name, and results tell by name which control made them. Label Studio's server
refuses a second tag of a name, but does not say which it is. A `name` of a `Choice` or a `Label` counts, too, although
it is good for nothing.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="kind" toName="image"><Choice value="Car"/></Choices>
      <Choices name="kind" toName="image"><Choice value="Red"/></Choices>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="kind" toName="image"><Choice value="Car"/></Choices>
      <Choices name="color" toName="image"><Choice value="Red"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF101"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    first: dict[str, Node] = {}
    for node in subject.nodes:
        name = node.get("name")
        if name and first.setdefault(name, node) is not node:
            message = f"the name `{name}` is already that of a `<{first[name].name}>`"
            yield Mistake(node, message, "rename one of the two", "name")
