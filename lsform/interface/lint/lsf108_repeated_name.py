"""LSF108: names in a `Repeater` are numbered, and what they name is pointed at from inside.

A `Repeater` makes its content anew for each item of a list, and puts the number of the item where `{{idx}}` stands, or
what its `indexFlag` says. Without it, all these tags have the same name, and as soon as a task has two items the page
stays empty. Outside, nobody knows `{{idx}}`: the editor does not find the object that a control there points at.

Bad:

    <View>
      <Repeater on="$pages">
        <Image name="page" value="$pages[{{idx}}].url"/>
        <Choices name="kind" toName="page"><Choice value="Letter"/></Choices>
      </Repeater>
    </View>

Good:

    <View>
      <Repeater on="$pages">
        <Image name="page_{{idx}}" value="$pages[{{idx}}].url"/>
        <Choices name="kind_{{idx}}" toName="page_{{idx}}"><Choice value="Letter"/></Choices>
      </Repeater>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF108"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    if not subject.of("Repeater"):
        return
    for node in subject.nodes:
        name = node.get("name")
        lacking = next((flag for flag in _flags(node) if flag not in name), "") if name else ""
        if lacking:
            message = f"each tag that the `<Repeater>` makes of this has the name `{name}`"
            yield Mistake(node, message, f'number them: `name="{name}_{lacking}"`', "name")
    for control, targets in subject.aims.targets.items():
        for target in targets:
            repeater = target.within("Repeater")
            name = target.get("name")
            if repeater and repeater not in control.above() and _flag(repeater) in name:
                message = f"`{name}` is numbered by a `<Repeater>`, in which this is not"
                yield Mistake(control, message, f"put the `<{control.name}>` into the `<Repeater>`", "toName")


def _flags(node: Node) -> Iterator[str]:
    return (_flag(one) for one in node.above() if one.name == "Repeater")


def _flag(repeater: Node) -> str:
    return repeater.get("indexFlag") if repeater.has("indexFlag") else "{{idx}}"
