"""LSF510: attributes that the editor requires are there.

These are not those that the docs call required, of which many are not. Without a `name` of an object, a `Filter` or a
`Bucket`, and without the `column` of a `Channel` the editor does not open; a `Repeater` that does not say on what
repeats nothing. Names of controls are the matter of LSF102, values of objects that of LSF801.

Bad:

    <View>
      <TimeSeries name="signals" value="$csv"><Channel legend="Speed"/></TimeSeries>
      <TimeSeriesLabels name="event" toName="signals"><Label value="Stop"/></TimeSeriesLabels>
    </View>

Good:

    <View>
      <TimeSeries name="signals" value="$csv"><Channel column="speed" legend="Speed"/></TimeSeries>
      <TimeSeriesLabels name="event" toName="signals"><Label value="Stop"/></TimeSeriesLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF510"
SEVERITY = Severity.ERROR


def check(subject: Subject) -> Iterator[Mistake]:
    required: dict[str, list[str]] = {}
    for node in subject.nodes:
        if node.name not in required:
            known = node.info.attributes.values() if node.info else ()
            required[node.name] = [one.name for one in known if one.required and not _is_of_others(node, one.name)]
        for name in required[node.name]:
            if not node.get(name):
                severity = Severity.WARNING if node.name == "Repeater" else SEVERITY
                yield Mistake(node, f"`<{node.name}>` has no `{name}`", f'add `{name}="..."`', name, severity)


def _is_of_others(node: Node, name: str) -> bool:
    return (node.is_control and name == "name") or (node.is_object and name == "value")
