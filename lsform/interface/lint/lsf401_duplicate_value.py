"""LSF401: a control has each value once.

Nothing says so, but two labels of one value are one in the data, and in exports: annotators see two buttons, and
whichever they take, it is the first that lights up again. A `Taxonomy` does not even show the second. Under different
parents of a `Taxonomy` or of nested `Choices` the same value is fine, since they store the whole path.

Where aliases keep the two apart in the data, annotators still cannot tell them apart: a warning, unless `html` or
`showAlias` does.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="topic" toName="text">
        <Choice value="Sport"/>
        <Choice value="Art"/>
        <Choice value="Sport"/>
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
from lsform.interface.lint.label_names import Named, Siblings
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF401"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    for group in subject.siblings:
        first: dict[str, Named] = {}
        for label in group.labels:
            other = first.setdefault(label.shown, label)
            if other is not label:
                yield from _mistake(group, other, label)


def _mistake(group: Siblings, other: Named, label: Named) -> Iterator[Mistake]:
    message = f"the value `{label.shown}` is already that of another `<{label.node.name}>` here"
    if other.stored == label.stored or group.control.name == "Taxonomy":
        yield Mistake(label.node, message, "remove one of the two, or rename it", "value")
    elif not any(one.node.get("html") or one.node.is_true("showAlias") for one in (other, label)):
        hint = "annotators cannot tell the two apart: rename one, the alias keeps the data as it is"
        yield Mistake(label.node, message, hint, "value", Severity.WARNING)
