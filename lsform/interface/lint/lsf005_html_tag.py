"""LSF005: tags of HTML stand inside `HyperText` only.

Everywhere else they are unknown tags: the server takes the interface, and the editor shows an error instead of the
task. What `HyperText` holds is shown as it is.

Bad:

    <View>
      <div style="color: gray">Read the whole text.</div>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>
    </View>

Good:

    <View>
      <View style="color: gray"><Header value="Read the whole text."/></View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text"><Choice value="Good"/><Choice value="Bad"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.html import advice, is_html
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF005"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for node in subject.unknown:
        if is_html(node):
            yield Mistake(node, f"`<{node.name}>` is HTML, not a tag of interfaces", advice(node))
