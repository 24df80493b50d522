"""Whether results, as predictions and annotations have them, fit the controls of an interface. Pure.

Label Studio stores any result, and its editor fails later at what it does not know.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from lsform.core.diagnostics import nearest
from lsform.core.values import Json
from lsform.interface.model import Control

Record = Mapping[str, Json]


def prediction_problems(controls: Sequence[Control], prediction: Json) -> Iterator[str]:
    """What is wrong with one prediction, `{result: [...], score}`; each a line that names the place."""
    if not isinstance(prediction, dict) or not isinstance(prediction.get("result"), list):
        yield "it is no mapping with a list as `result`"
        return
    if problem := _score_problem(prediction):
        yield problem
    yield from result_problems(controls, prediction["result"])


def result_problems(controls: Sequence[Control], results: Json) -> Iterator[str]:
    """What is wrong with a list of results; `result 1` is the first."""
    for number, result in enumerate(results if isinstance(results, list) else (), start=1):
        if not isinstance(result, dict):
            yield f"result {number} is no mapping"
        elif result.get("type") != "relation":
            yield from (f"result {number}: {problem}" for problem in _problems(controls, result))


def _problems(controls: Sequence[Control], result: Record) -> Iterator[str]:
    name = str(result.get("from_name"))
    control = next((one for one in controls if one.is_named(name)), None)
    if control is None:
        yield _unknown(f"`from_name` is `{name}`, which is no control of the interface", name, controls)
        return
    target, kind = str(result.get("to_name")), result.get("type")
    if not control.points_at(target):
        yield f"`to_name` is `{target}`, but `{name}` points at `{'`, `'.join(control.targets)}`"
    if kind != control.result_type:
        yield f"`type` is `{kind}`, but results of `{name}` are of type `{control.result_type}`"
    elif not isinstance(value := result.get("value"), dict):
        yield "it has no mapping as `value`"
    else:
        yield from _label_problems(control, value)
    if problem := _score_problem(result):
        yield problem


def _unknown(text: str, name: str, controls: Sequence[Control]) -> str:
    advice = nearest(name, (one.name for one in controls))
    known = ", ".join(f"`{one.name}`" for one in controls)
    return f"{text}; {advice or f'there are: {known}'}"


def _label_problems(control: Control, value: Record) -> Iterator[str]:
    """Labels that the control does not have; those of a dynamic one come from elsewhere."""
    key = control.result_type
    if key != "choices" and key != "taxonomy" and not key.endswith("labels"):
        return
    given = value.get(key)
    if given is None and key.endswith("labels"):
        return  # a region without a label is one
    if not isinstance(given, list):
        yield f"`value.{key}` is no list"
        return
    if control.is_dynamic:
        return
    known = {label.stored for label in control.labels} | {label.value for label in control.labels}
    paths = {" / ".join(one.path) for one in control.labels}
    for label in given:
        # a list is the way down to a choice; where choices have an alias, its parts are all that we know
        is_path = isinstance(label, list) and len(known) == len({one.value for one in control.labels})
        text = " / ".join(map(str, label)) if isinstance(label, list) else str(label)
        for part in [text] if is_path or not isinstance(label, list) else map(str, label):
            if part not in (there := paths if is_path else known):
                advice = nearest(part, there)
                yield f"`{part}` is no label of `{control.name}`" + (f"; {advice}" if advice else "")


def _score_problem(record: Record) -> str:
    score = record.get("score")
    if score is None:
        return ""
    if isinstance(score, bool) or not isinstance(score, int | float) or not math.isfinite(score):
        return f"`score` is `{score}`, which is no number"
    return "" if 0 <= score <= 1 else f"`score` is {score}, which is not from 0 to 1"
