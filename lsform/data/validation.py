"""Whether tasks and predictions fit an interface, as the server and the editor will take them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsform.core.diagnostics import Said, Severity, nearest
from lsform.core.values import Json
from lsform.data.tasks import Data, Task
from lsform.interface.catalogue import catalogue
from lsform.interface.lint.bindings import MISSING, Binding, bindings, values
from lsform.interface.lint.shapes import problem
from lsform.interface.lint.subject import survey
from lsform.interface.model import LabelInterface
from lsform.interface.results import SCORE, SHAPE, Record, Results

HEAVY = 100_000  # characters of a task as JSON: with some ten thousand such tasks, a page of them takes a minute
SHORT = 20  # characters before a file in base64, as in `data:image/png;base64,`
_FILE = re.compile(r"data:[\w.+-]+/[^\s,]+;base64,")
_HINT = "put files into a storage, and their addresses into tasks"


class Checker:
    """What one interface takes."""

    def __init__(self, interface: LabelInterface) -> None:
        self._results = Results(interface)
        self._shown = [one for one in bindings(survey(interface, catalogue()).nodes) if not one.is_torn]

    def task(self, task: Task) -> Iterator[Said]:
        """Everything that is wrong with a task."""
        for one in self._shown:
            yield from _shown(one, task.data)
        yield from _weight(task.data)
        yield from self._all(task.annotations, "annotations", is_prediction=False)
        yield from self._all(task.predictions, "predictions", is_prediction=True)

    def _all(self, given: Json, name: str, *, is_prediction: bool) -> Iterator[Said]:
        if given is None:
            return
        if not isinstance(given, list):
            yield Said(SHAPE, name, "is no list")
            return
        for number, one in enumerate(given):
            field = f"{name}[{number}]"
            if not isinstance(one, dict):
                yield Said(SHAPE, field, "is no mapping")
            elif is_prediction:
                yield from self.prediction(one, field)
            else:
                yield from self._results.of_record(one, field)

    def prediction(self, record: Record, field: str) -> Iterator[Said]:
        """Everything that is wrong with a prediction."""
        version = record.get("model_version")
        if not isinstance(version, str) or not version:
            hint = "it tells predictions of different models apart"
            yield Said(SCORE, f"{field}.model_version", "is missing", hint)
        yield from self._results.of_prediction(record, field)


def _shown(one: Binding, data: Data) -> Iterator[Said]:
    """What the interface shows must be there, and of a kind that its tag can show."""
    if not one.is_needed or not one.variables:
        return
    variable = one.variables[0]
    for value in values(variable, data):
        if value is MISSING:
            hint = nearest(variable, data) or "the interface shows it, and the server takes no task without it"
            yield Said("LSFD02", f"data.{variable}", "is missing", hint)
            return
        wrong = problem(one.node, one.attribute, value) if one.is_whole and value != "" else ""
        if wrong:
            yield Said("LSFD02", f"data.{variable}", f"{wrong}, and `{one.node.name}` shows it")
            return
        if value in ("", [], {}):
            yield Said("LSFD09", f"data.{variable}", "is empty", "people would see nothing", Severity.WARNING)
            return


def _weight(data: Data) -> Iterator[Said]:
    total = 0
    for name, value in data.items():
        total += (
            len(value) if isinstance(value, str) else 0 if isinstance(value, int | float | None) else len(str(value))
        )
        if isinstance(value, str) and len(value) > SHORT and value.startswith("data:") and _FILE.match(value):
            yield Said("LSFD08", f"data.{name}", "holds a file, in base64", _HINT, Severity.WARNING)
    if total > HEAVY:
        yield Said("LSFD08", "data", f"has {total // 1000} kB", _HINT, Severity.WARNING)
