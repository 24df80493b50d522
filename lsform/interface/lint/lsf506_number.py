"""LSF506: numbers are numbers, and the least, the default and the greatest stand in this order.

The editor takes any text, and then shows no stars, or a `Number` that no answer fits. The server looks at the speeds
of a `Video` only, and refuses what is not a number from 0.05 to 10: that is an error.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <Number name="people" toName="text" min="10" max="1"/>
      <Rating name="quality" toName="text" maxRating="ten"/>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <Number name="people" toName="text" min="1" max="10"/>
      <Rating name="quality" toName="text" maxRating="10"/>
    </View>
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

from lsform.core.diagnostics import Severity
from lsform.interface.lint.attributes import Written
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject
from lsform.interface.lint.values import mistake

CODE = "LSF506"
SEVERITY = Severity.WARNING
_ORDERS = {
    "Number": ("min", "defaultValue", "max"),
    "Rating": ("defaultValue", "maxRating"),
    "Vector": ("minPoints", "maxPoints"),
    "VectorLabels": ("minPoints", "maxPoints"),
    "Video": ("minPlaybackSpeed", "defaultPlaybackSpeed"),
}
# the editor takes the number that these begin with, as in `2px`
_MEASURES = ("blurradius", "defaultthreshold", "maxsubmissions", "rows", "size", "strokewidth", "zoomby")
_SPEEDS = _ORDERS["Video"]
_SLOWEST, _FASTEST = 0.05, 10


def check(subject: Subject) -> Iterator[Mistake]:
    for one in subject.attributes.wrong:
        if one.attribute.type.kind == "number" and one.attribute.name not in _SPEEDS and not _is_measure(one):
            yield mistake(one)
    for node in subject.of(*_ORDERS):
        yield from _disordered(node)
    for node in subject.of("Video"):
        yield from _refused(node)


def _is_measure(one: Written) -> bool:
    return one.attribute.name.lower() in _MEASURES and one.value.strip()[:1].isdigit()


def _number(node: Node, attribute: str) -> float:
    """NaN, which is not greater than any number, for what is none."""
    try:
        return float(node.get(attribute))
    except ValueError:
        return math.nan


def _disordered(node: Node) -> Iterator[Mistake]:
    for less, more in combinations(_ORDERS[node.name], 2):
        if _number(node, less) > _number(node, more):
            severity = Severity.ERROR if less in _SPEEDS else SEVERITY
            message = f"`{less}` is {node.get(less)}, more than `{more}`, {node.get(more)}"
            yield Mistake(node, message, "change one of the two", less, severity)
            return


def _refused(node: Node) -> Iterator[Mistake]:
    for speed in _SPEEDS:
        if node.has(speed) and not _SLOWEST <= _number(node, speed) <= _FASTEST:
            message = f"`{speed}` should be a number from {_SLOWEST} to {_FASTEST}"
            yield Mistake(node, message, attribute=speed, severity=Severity.ERROR)
