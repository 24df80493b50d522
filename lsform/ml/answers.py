"""What a model answered, as Label Studio may have it: plain JSON, one prediction a task, fit for the interface."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from lsform.core.errors import LsformError
from lsform.core.values import Json
from lsform.interface.model import LabelInterface
from lsform.interface.results import Results

NAMED = 10  # problems that one error names


class WrongAnswer(LsformError):
    """A model said what its project's interface cannot hold. `problems` has a line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        more = f"; and {len(problems) - NAMED} more" if len(problems) > NAMED else ""
        hint = "nothing of it was passed on, as Label Studio would store it and its editor fail at it"
        super().__init__("the model's answer does not fit: " + "; ".join(problems[:NAMED]) + more, hint=hint)
        self.problems = tuple(problems)


def checked(answer: object, tasks: Sequence[Json], interface: LabelInterface, version: str) -> list[Json]:
    """The predictions of as many tasks, each with its version; raises WrongAnswer with all that is wrong."""
    try:
        found = plain(answer)
    except TypeError as error:
        raise WrongAnswer([str(error)]) from None
    if isinstance(found, dict):  # a ModelResponse of 2.x
        found = found.get("predictions")
    if not isinstance(found, list):
        raise WrongAnswer(["it is no list of predictions"])
    if len(found) != len(tasks):
        raise WrongAnswer([f"there are {len(found)} predictions for {len(tasks)} tasks"])
    fit = Results(interface)
    problems = [problem for task, one in zip(tasks, found, strict=True) for problem in _told(fit, task, one)]
    if problems:
        raise WrongAnswer(problems)
    return [_stamped(one, version) for one in found]


def _told(fit: Results, task: Json, answer: Json) -> Iterator[str]:
    name = task.get("id") if isinstance(task, dict) else None
    for one in answer if isinstance(answer, list) else [answer]:  # several predictions of one task are a list
        if not isinstance(one, dict):
            yield f"task {name}: a prediction is no mapping"
            continue
        for said in fit.of_prediction(one, ""):
            yield f"task {name}: {said.text}" + (f"; {said.hint}" if said.hint else "")


def _stamped(answer: Json, version: str) -> Json:
    """Label Studio asks again for tasks without a prediction of the version that `/setup` told: it must be that one."""
    if isinstance(answer, list):
        return [_stamped(one, version) for one in answer]
    assert isinstance(answer, dict)
    return {**answer, "model_version": version}


def plain(value: object) -> Json:
    """JSON of what models make: numbers and arrays of NumPy and torch, tuples, objects that can tell their fields."""
    match value:
        case None | bool() | str():
            return value
        case int() | float():
            if not math.isfinite(value):
                raise TypeError(f"`{value}` is no number in JSON")
            return value if type(value) in (int, float) else float(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    for method in ("tolist", "item", "model_dump", "dict"):
        if callable(told := getattr(value, method, None)):
            return plain(told())
    raise TypeError(f"a `{type(value).__name__}` is no JSON")
