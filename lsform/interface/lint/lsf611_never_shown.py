"""LSF611: everything is shown at some time.

Two controls that are shown only when something of the other is chosen wait for each other, and so does a `View` that
waits for a control inside it. The editor does not open with that: an error.

What is never shown is a warning: a condition that excludes that of a tag around it, a control with `perRegion` where no
region may be selected, and a condition on choices where the only choices are its own.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <View visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Yes">
        <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      </View>
    </View>

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Yes">
        <View visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="No">
          <TextArea name="reason" toName="text"/>
        </View>
      </View>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="spam" toName="text"><Choice value="Yes"/><Choice value="No"/></Choices>
      <View visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Yes">
        <TextArea name="reason" toName="text"/>
      </View>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import islice, pairwise

from lsform.core.diagnostics import Severity
from lsform.interface.lint.exclusion import excludes
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject
from lsform.interface.lint.visibility import CHOSEN, NO_REGION, Condition, hears

CODE = "LSF611"
SEVERITY = Severity.WARNING
MOST_CYCLES = 10  # each takes a look at everything


def check(subject: Subject) -> Iterator[Mistake]:
    if subject.conditions:
        yield from islice(_cycles(subject), MOST_CYCLES)
        yield from _excluded(subject)
        yield from _alone(subject)


def _cycles(subject: Subject) -> Iterator[Mistake]:
    waiting = {one.node: one.targets for one in subject.conditions if one.is_of_choices and one.targets}
    graph = _graph(waiting)
    while cycle := _cycle(graph):
        # each tag of the cycle looks at the one before it: at the one around it, or at the one that it waits for
        edges = {node: before for before, node in pairwise(cycle) if before in waiting.get(node, ())}
        node = next(one for one in waiting if one in edges)
        name = node.get("whenTagName")
        message = f"this waits for `{name}`, and `{name}` waits for this"
        yield Mistake(node, message, "let one of them wait for something else", "whenTagName", Severity.ERROR)
        graph[node] = [one for one in graph[node] if one is not edges[node]]


def _graph(waiting: Mapping[Node, tuple[Node, ...]]) -> dict[Node, list[Node]]:
    """What the editor looks at to tell whether a tag is shown: the tag around it, and what it waits for."""
    graph: dict[Node, list[Node]] = {}
    todo = list(waiting)
    while todo:
        node = todo.pop()
        if node not in graph:
            around = [node.parent] if node.parent and hears(node.parent) else []
            graph[node] = [*around, *waiting.get(node, ())]
            todo += graph[node]
    return graph


def _cycle(graph: Mapping[Node, list[Node]]) -> list[Node]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _excluded(subject: Subject) -> Iterator[Mistake]:
    conditions = {one.node: one for one in subject.conditions}
    for one in subject.conditions:
        around = _around(one.node, conditions)
        outer = next((other for other in around if excludes(subject, one, other)), None)
        if outer is not None:
            message = f"this is never shown: its condition excludes that of the `<{outer.node.name}>` around it"
            yield Mistake(one.node, message, "remove one of the two conditions", "visibleWhen")
    if any(one.kind == NO_REGION for one in subject.conditions):
        for control in subject.controls:
            own = conditions.get(control)
            places = (*([own] if own else ()), *_around(control, conditions))
            if control.is_true("perRegion") and any(place.kind == NO_REGION for place in places):
                message = "this is never shown: it is for a selected region, and stands where none is"
                yield Mistake(control, message, "remove `perRegion`, or the condition", "perRegion")


def _around(node: Node, conditions: Mapping[Node, Condition]) -> Iterator[Condition]:
    return (conditions[one] for one in node.above() if one in conditions)


def _alone(subject: Subject) -> Iterator[Mistake]:
    """Conditions on any choice, where all the choices are inside."""
    for one in subject.conditions:
        if one.kind == CHOSEN and not one.name and not subject.unknown:
            inside = (choices is one.node or one.node in choices.above() for choices in subject.of("Choices"))
            if all(inside):
                message = "this is never shown: there are no other `<Choices>` to choose from"
                yield Mistake(one.node, message, "remove the condition", "visibleWhen")
