"""LSF404: a `Label` or a `Choice` has a `value`, and no text in its tag.

A region with a nameless label has none, and an answer without a value is stored as empty text. A `Choice` may do with
`html` and `alias`, and a `Label` without a value stands for "no label" where its control says `allowEmpty="true"`.

Text in the tag, as HTML has it, is taken for the value by the editor and ignored by the server and by exports: they
would not know what annotations hold.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="topic" toName="text">
        <Choice value="Sport"/>
        <Choice>Art</Choice>
        <Choice/>
      </Choices>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="topic" toName="text">
        <Choice value="Sport"/>
        <Choice value="Art"/>
      </Choices>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.label_names import shown, stored
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF404"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for control in subject.controls:
        for label in subject.labels(control):
            name, value = shown(label), label.get("value")
            if not name.strip():
                yield from _nameless(control, label)
            elif name != value:
                message = f"the editor takes the text `{name}` for the value, everything else {_said(value)}"
                yield Mistake(label, message, "write it as `value`, and nothing in the tag", "value")
            elif not stored(label):
                message = f"the alias of `{name}` is empty, and stored instead of it"
                yield Mistake(label, message, "remove the alias, or write one", "alias")


def _said(value: str) -> str:
    return f"`{value}`" if value else "sees no value"


def _nameless(control: Node, label: Node) -> Iterator[Mistake]:
    is_blank = label.name == "Label" and not label.has("value") and control.is_true("allowEmpty")
    if not is_blank and not (label.get("html") and label.get("alias")):
        yield Mistake(label, f"this `<{label.name}>` has no value", 'write `value="..."`', "value")
