"""LSF306: a `TimeSeries` holds `Channel`s and `MultiChannel`s, at least one and nothing else.

It breaks the labeling page when it has none, and by whatever else it holds, layout and `Repeater` too. A `Channel`
anywhere else keeps the editor from opening.

Bad:

    <View>
      <TimeSeries name="signals" value="$csv"/>
      <Channel column="speed"/>
      <TimeSeriesLabels name="event" toName="signals"><Label value="Stop"/></TimeSeriesLabels>
    </View>

Good:

    <View>
      <TimeSeries name="signals" value="$csv"><Channel column="speed"/></TimeSeries>
      <TimeSeriesLabels name="event" toName="signals"><Label value="Stop"/></TimeSeriesLabels>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF306"
SEVERITY = Severity.ERROR
_HOLDERS = {"Channel": ("TimeSeries", "MultiChannel"), "MultiChannel": ("TimeSeries",)}
_TAKEN_IN_VAIN = ("HyperText", "Repeater", "View")  # which the editor takes, and then fails at


def check(subject: Subject) -> Iterator[Mistake]:
    for node in subject.of("TimeSeries"):
        for child in node.children:
            if child.name in _TAKEN_IN_VAIN:
                yield Mistake(child, f"a `<TimeSeries>` fails at a `<{child.name}>`", "it takes `<Channel>`s alone")
    for node in subject.of("TimeSeries", "MultiChannel"):
        if all(one.info and one.name != "Channel" for one in node.below()):
            yield Mistake(node, f"`<{node.name}>` has no `<Channel>`", 'add a `<Channel column="..."/>`')
    for node in subject.of(*_HOLDERS):
        if not _is_held(node):
            hint = f"put it into a `<{_HOLDERS[node.name][0]}>`"
            yield Mistake(
                node, f"a `<{node.name}>` cannot stand in a `<{node.parent.name if node.parent else ''}>`", hint
            )


def _is_held(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.info is None or parent.name in _HOLDERS[node.name]:
        return True
    # else the rule has spoken of the parent
    return parent.name in _TAKEN_IN_VAIN and parent.parent is not None and parent.parent.name == "TimeSeries"
