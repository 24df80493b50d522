"""LSF805: what tasks hold is of the kind that the tag shows.

Files are URLs, phrases are a list of objects with the keys that `nameKey` and `textKey` say, items of a list have an
`id` each, labels from tasks a text as `value`. With other data the editor fails, shows an error or shows nothing; the
server refuses some when tasks are imported, but not when they come in by a storage.

Bad:

    <View>
      <Paragraphs name="chat" value="$chat" textKey="body"/>
      <Choices name="mood" toName="chat"><Choice value="Good"/></Choices>
    </View>

Good:

    <View>
      <Paragraphs name="chat" value="$chat"/>
      <Choices name="mood" toName="chat"><Choice value="Good"/></Choices>
    </View>

Tasks:

    - chat: [{author: Ann, text: Hello}, {author: Bob, text: Good morning}]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lsform.core.diagnostics import Severity
from lsform.interface.lint.bindings import Binding
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.shapes import is_dynamic, problem, settings
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF805"
SEVERITY = Severity.ERROR
_VISUAL = frozenset({"Header", "Shortcut"})  # stay empty, and all else goes on
_HINTS: Mapping[str, str] = {
    "List": "give every item an `id` of its own",
    "Paragraphs": 'phrases are written `[{"author": "Ann", "text": "Hello"}]`',
    "TimeSeries": "`valueType` is `url` or, where the data are in the task, `json`",
}


def check(subject: Subject) -> Iterator[Mistake]:
    """Of each place the first task that is wrong: the others mostly are, too."""
    told: dict[tuple[str, ...], str] = {}  # tags that are alike show alike
    for one in subject.bindings if subject.tasks else ():
        alike = (one.node.name, one.attribute, one.text, *settings(one.node))
        if alike not in told:
            told[alike] = next(_wrong(subject, one), "")
        if told[alike]:
            severity = Severity.WARNING if one.node.name in _VISUAL else SEVERITY
            yield Mistake(one.node, told[alike], _hint(one.node), one.attribute, severity)


def _wrong(subject: Subject, one: Binding) -> Iterator[str]:
    for number, value in subject.data.held(one):
        if wrong := problem(one.node, one.attribute, value):
            yield f"`{one.variables[0]}` of task {number} {wrong}"


def _hint(node: Node) -> str:
    return 'labels are written `[{"value": "Car"}]`' if is_dynamic(node) else _HINTS.get(node.name, "")
