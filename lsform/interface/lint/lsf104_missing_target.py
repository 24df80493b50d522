"""LSF104: `toName` is the name of a tag that is there.

The server refuses other interfaces. Names are compared exactly: `image` is not `Image`. Outside a `Repeater`, which
the server does not look into, nothing can point at `page_0`.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="kind" toName="img"><Choice value="Car"/></Choices>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <Choices name="kind" toName="image"><Choice value="Car"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.hints import other_name
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import UNKNOWN, Node, Subject

CODE = "LSF104"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    if any(UNKNOWN in name for name in subject.named):
        return
    for node in subject.controls:
        yield from _missing(node, subject.objects, subject)
    for node in subject.of("Filter"):
        yield from _missing(node, subject.controls, subject)


def _missing(node: Node, meant: tuple[Node, ...], subject: Subject) -> Iterator[Mistake]:
    if node.get("toName") in subject.named:  # a name with a comma in it
        return
    for name in dict.fromkeys(node.list_of("toName")):
        bare = name.strip()
        if not bare:
            yield Mistake(node, "`toName` has a comma too many", "write one name after each comma", "toName")
        elif bare not in subject.named:
            yield Mistake(node, f"no tag has the name `{bare}`", other_name(bare, meant), "toName")
