"""LSF405: no separator stands in a value that is going to be split.

`whenChoiceValue` and `whenLabelValue` are lists, split at every comma: a value with a comma in it is never found. An
alias without one is found.

A `Taxonomy` joins and splits the path of an answer with its `pathSeparator`, ` / ` if it does not say: an item with
that in its name is stored as two levels that do not exist. That is an error, since the answer is lost.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="answer" toName="text"><Choice value="No, never"/><Choice value="Yes"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="answer" whenChoiceValue="No, never">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Taxonomy name="product" toName="text"><Choice value="Hardware / Software"/><Choice value="Service"/></Taxonomy>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="answer" toName="text"><Choice value="No, never" alias="never"/><Choice value="Yes"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="answer" whenChoiceValue="never">
        <TextArea name="reason" toName="text"/>
      </View>
      <Taxonomy name="product" toName="text"><Choice value="Hardware and software"/><Choice value="Service"/></Taxonomy>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.label_names import is_variable, stored
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Subject

CODE = "LSF405"
SEVERITY = Severity.WARNING
_SEPARATOR = " / "


def check(subject: Subject) -> Iterator[Mistake]:
    for wait in subject.waits:
        for value in wait.parted:
            message = f"`{value}` is never found: `{wait.attribute}` is split at every comma"
            hint = f"give that {wait.what} an alias without a comma, and wait for the alias"
            yield Mistake(wait.node, message, hint, wait.attribute, wait.severity)
    for control in subject.of("Taxonomy"):
        separator = control.get("pathSeparator") or _SEPARATOR
        for label in () if control.is_true("legacy") else subject.labels(control):
            name = stored(label)
            if separator in name and not is_variable(name):
                message = f"`{name}` has the `pathSeparator` in it, and is stored as several levels"
                hint = "choose another `pathSeparator`, or give the item an alias without it"
                yield Mistake(label, message, hint, "alias" if label.get("alias") else "value", Severity.ERROR)
