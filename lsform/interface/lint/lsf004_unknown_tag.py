"""LSF004: every tag is one that Label Studio knows.

One unknown tag is enough: the server takes the interface, and the editor shows an error instead of the task.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <Chioces name="animal" toName="image"><Choice value="Cat"/><Choice value="Dog"/></Chioces>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="animal" toName="image"><Choice value="Cat"/><Choice value="Dog"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity, nearest
from lsform.interface.lint.html import is_html
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF004"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    offered = frozenset(tag.name for tag in subject.catalogue.tags.values() if subject.catalogue.offers(tag))
    for node in subject.unknown:
        if not is_html(node):
            # first among what can stand there: a `Lable` in `Labels` is no `Table`
            taken = node.parent.info.children if node.parent and node.parent.info else None
            hint = nearest(node.name, offered & (taken or offered)) or nearest(node.name, offered)
            yield Mistake(node, f"there is no tag `<{node.name}>`", hint)
