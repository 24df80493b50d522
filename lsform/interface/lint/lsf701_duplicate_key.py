"""LSF701: a key is that of one label or control.

The editor gives a key to all who ask for it, and a press acts for each of them: of two labels of a control the last is
chosen, and of two questions both are answered. Capitals and the order of modifiers make no other key. Labels that are
hidden by `visibleWhen` are chosen, too. In a `Repeater` a key acts on every item at once; without one, each item gets
keys of its own.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text"><Choice value="Good" hotkey="g"/><Choice value="Bad" hotkey="b"/></Choices>
      <Choices name="spam" toName="text"><Choice value="Spam" hotkey="s"/><Choice value="Genuine" hotkey="G"/></Choices>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="mood" toName="text"><Choice value="Good" hotkey="g"/><Choice value="Bad" hotkey="b"/></Choices>
      <Choices name="spam" toName="text"><Choice value="Spam" hotkey="s"/><Choice value="Genuine" hotkey="e"/></Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.keys import Owner
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF701"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Mistake]:
    keys = subject.keys
    first: dict[str, Owner] = {}
    for owner in keys.owners:
        if not owner.is_declared:
            continue
        if owner.keyed.uncertain:
            message = f"`{owner.keyed.hotkey}` acts on every item of the `<Repeater>` at once"
            yield Mistake(owner.node, message, "take the hotkey out: each item gets one of its own", "hotkey")
        for key in dict.fromkeys(owner.keys):
            other = first.setdefault(key, owner)
            if other is not owner:
                message = f"`{key}` is already the key of `{other.name}`: a press acts for both"
                yield Mistake(owner.node, message, keys.advice(owner), "hotkey")
