"""LSF501: every attribute is one that its tag has.

The editor drops others without a word: a misspelt `required` lets empty answers through. So an attribute that looks
like one of the tag is an error; one that was never meant for this tag does nothing, and is a warning.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text" requierd="true"><Choice value="Good"/><Choice value="Bad"/></Choices>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text" required="true"><Choice value="Good"/><Choice value="Bad"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity, nearest
from lsform.interface.catalogue import TagInfo
from lsform.interface.lint.attributes import DEAD
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF501"
SEVERITY = Severity.ERROR
_FOREIGN = ("{", "data-", "aria-")  # names of a namespace, and what HTML keeps for everybody's own use
_LOOKS = frozenset({"align", "class", "classname", "dir", "height", "hidden", "id", "lang", "role", "style", "title"})
_STYLES = frozenset({"classname", "style"})
_FATAL = {"Image": ("resize",), "TimeSeries": ("width",)}  # numbers that the editor keeps there, and no text is one
_SAID = ("visiblewhen", "whentagname", "whenlabelvalue", "whenchoicevalue")  # by LSF602


def check(subject: Subject) -> Iterator[Mistake]:
    view = subject.catalogue.tag("View")
    for node, name in subject.attributes.unknown:
        # a Repeater becomes a View, with all that it says
        if node.info and not _is_others(node, name) and not (node.name == "Repeater" and view and view.attribute(name)):
            hint = _hint(node, node.info, name)
            yield Mistake(
                node, f"`<{node.name}>` has no `{name}`", hint, name, _severity(node.info, name.lower(), hint)
            )


def _is_others(node: Node, name: str) -> bool:
    """Whether it is no matter of the editor's, or one of another rule."""
    lower = name.lower()
    is_said = lower in DEAD.get(node.name, ()) or (lower in _SAID and node.has("visibleWhen"))
    return is_said or lower.startswith(_FOREIGN)


def _hint(node: Node, info: TagInfo, name: str) -> str:
    if name.lower() in _FATAL.get(node.name, ()):
        return "remove it: the editor does not open with it"
    return nearest(name, [one.name for one in info.attributes.values() if not node.has(one.name)])


def _severity(info: TagInfo, name: str, hint: str) -> Severity:
    if name in _LOOKS:  # nothing else is lost
        return Severity.INFO if _STYLES.intersection(info.attributes) else Severity.WARNING
    return SEVERITY if hint else Severity.WARNING
