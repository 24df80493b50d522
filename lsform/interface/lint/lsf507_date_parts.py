"""LSF507: the parts of a `DateTime` are `date`, `time`, `month` and `year`, and those chosen go together.

The editor shows nothing for other parts. It shows no month beside a date, and stores a month nowhere; beside a year,
it stores the year alone of a date. What loses an answer is an error.

Bad:

    <View>
      <Text name="text" value="$text"/>
      <DateTime name="published" toName="text" only="day"/>
    </View>

Good:

    <View>
      <Text name="text" value="$text"/>
      <DateTime name="published" toName="text" only="date"/>
    </View>
"""

from __future__ import annotations

from collections.abc import Iterator

from lsform.core.diagnostics import Severity, nearest
from lsform.interface.lint.rule import Mistake
from lsform.interface.lint.subject import Node, Subject

CODE = "LSF507"
SEVERITY = Severity.WARNING
_PARTS = ("date", "time", "month", "year")


def check(subject: Subject) -> Iterator[Mistake]:
    for node in subject.of("DateTime"):
        # the editor looks for the words anywhere in the text, so `date, time` and `datetime` are both
        strange = [part for part in node.list_of("only") if not any(one in part for one in _PARTS)]
        for part in strange:
            message = f"a `DateTime` has no part `{part.strip()}`"
            hint = nearest(part.strip().lower(), _PARTS) or "it has `date`, `time`, `month` and `year`"
            yield Mistake(node, message, hint, "only")
        if not strange:
            yield from _lost(node, [one for one in _PARTS if one in node.get("only")])


def _lost(node: Node, parts: list[str]) -> Iterator[Mistake]:
    """Parts that do not go together."""
    if "date" in parts and "year" in parts:
        message = "beside `year`, nothing is stored of a `date` but its year"
        yield Mistake(node, message, "a date has a year: leave `year` out", "only", Severity.ERROR)
    elif "date" in parts and "month" in parts:
        yield Mistake(node, "a `month` is not shown beside a `date`", "leave `month` out", "only")
    elif "month" in parts:
        yield Mistake(node, "a `month` is shown, but never stored", "write `date`", "only", Severity.ERROR)
