"""LSF110: a `Filter` points at the control whose labels it looks through.

That is a `Choices`, or a control whose tag ends in `Labels`. For others nothing is shown. Without `toName`, or with
the names of two controls, the page stays empty, which is an error; only in an interface with a single object, that is
no text, the editor lets a filter without `toName` point at that, and shows nothing.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Filter name="search" toName="topic"/>
      <Taxonomy name="topic" toName="text"><Choice value="Sport"/></Taxonomy>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Filter name="search" toName="topic"/>
      <Choices name="topic" toName="text"><Choice value="Sport"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.hints import other_name
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF110"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    filtered = [one for one in subject.controls if _can_be_filtered(one)]
    for node in subject.of("Filter"):
        name = node.get("toName")
        targets = subject.targets(node)
        if not name:
            severity = Severity.WARNING if subject.aims.only else Severity.ERROR
            yield Mistake(node, "`<Filter>` has no `toName`", other_name("", filtered), "toName", severity)
        elif len(targets) > 1 and name not in subject.named:
            yield Mistake(node, "a `<Filter>` looks through one control", "use two", "toName", Severity.ERROR)
        elif any(one.info and not _can_be_filtered(one) for one in targets):
            message = f"a `<Filter>` shows nothing for a `<{targets[0].name}>`"
            yield Mistake(node, message, other_name(name, filtered), "toName")


def _can_be_filtered(node: Node) -> bool:
    return node.name == "Choices" or node.name.endswith("Labels")
