"""LSF302: a tag stands in a tag that takes it; above all, tags of labels hold `Label`.

In a tag that takes others the editor does not open. In a tag that takes none, such as an `Image`, it is never shown:
an error where it would have made or shown something, else a warning.

Bad:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image"><Choice value="Car"/><Choice value="Bus"/></RectangleLabels>
    </View>

Good:

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="thing" toName="image"><Label value="Car"/><Label value="Bus"/></RectangleLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.placing import HOMES, is_homeless, takes_nothing
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF302"
SEVERITY = Severity.ERROR
_LAYOUT = frozenset({"Header", "HyperText", "Repeater", "Text", "View"})
_FEW = 3


def check(subject: Subject) -> Iterator[Mistake]:
    for node, parent in subject.misplaced:
        if parent.name == "Choices" or node.name in HOMES:
            continue
        if not takes_nothing(parent):
            yield Mistake(node, f"`<{parent.name}>` does not take a `<{node.name}>`", _hint(parent))
        elif not is_homeless(node):
            message = f"nothing is shown inside a `<{parent.name}>`, so no `<{node.name}>`"
            yield Mistake(node, message, "put it outside", severity=_severity(node))


def _hint(parent: Node) -> str:
    taken = sorted((parent.info.children or frozenset()) - _LAYOUT) if parent.info else []
    return f"it takes {' and '.join(f'`<{one}>`' for one in taken)}" if 0 < len(taken) <= _FEW else ""


def _severity(node: Node) -> Severity:
    is_missed = any(one.is_control or one.is_object or one.is_label for one in (node, *node.below()))
    return SEVERITY if is_missed else Severity.WARNING
