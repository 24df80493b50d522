"""Calls any model class: which arguments it gets is told by its signatures, not by what it inherits from.

Two dialects are spoken: `predict(tasks, **kwargs)` and `fit(tasks, workdir=None, **kwargs)` of `label_studio_ml` 1.x,
`predict(tasks, context=None)` and `fit(event, data, **kwargs)` of 2.x.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lsform.core.errors import LsformError, UsageError
from lsform.core.values import Json
from lsform.ml.model import Model

OUTPUT = "train_output.json"  # in the folder of a model: what `fit` returned
_VARIADIC = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


class Callee(Protocol):
    """Somebody's function, class or method; `inspect` tells what it takes."""

    def __call__(self, *given: object, **named: object) -> object: ...


@dataclass(frozen=True, slots=True)
class Cause:
    """Why there is a training: the event, as Label Studio calls it, and what came with it."""

    event: str
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ModelClass:
    """A class with `predict`, and where it was found: `module:name`, looked for below `folder` first."""

    made_by: Callee
    reference: str
    folder: Path

    @property
    def name(self) -> str:
        return self.reference.rpartition(":")[2].rpartition(".")[2]

    @property
    def can_fit(self) -> bool:
        return callable(getattr(self.made_by, "fit", None))

    @property
    def wants_tasks(self) -> bool:
        """Whether `fit` is given labeled tasks; that of 2.x gets them when it names `tasks`."""
        names = inspect.signature(_method(self.made_by, "fit")).parameters
        return not _is_event_style(names) or "tasks" in names

    def sources(self) -> list[Path]:
        """The file of its module: what an untrained model predicts depends on nothing else that we know."""
        file = inspect.getsourcefile(self.made_by)
        return [Path(file)] if file else []

    def make(self, label_config: str, project: str, workdir: Path | None) -> object:
        """An instance, loaded from the folder of a version."""
        offered: dict[str, object] = {"label_config": label_config, "project_id": project}
        if workdir is not None:
            output = workdir / OUTPUT
            trained = json.loads(output.read_text("utf-8")) if output.exists() else {}
            offered |= {"workdir": workdir, "train_output": trained}
        return self.made_by(**_accepted(self.made_by, offered))


def find(reference: str, folder: Path) -> ModelClass:
    """The class of `MODULE:CLASS`; its module is imported, from `folder` before all others."""
    module, colon, name = reference.partition(":")
    if not (module and colon and name):
        raise UsageError(f"`{reference}` is no class", hint="write `MODULE:CLASS`, as `model:Classifier`")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        found: object = importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise LsformError(
            f"there is no module `{error.name}`",
            hint=f"is it in {folder}?" if error.name == module else f"`{module}` imports it: install it here",
        ) from error
    for part in name.split("."):
        found = getattr(found, part, None)
    if not callable(found) or not callable(getattr(found, "predict", None)):
        raise UsageError(f"`{reference}` is no class with a method `predict`")
    return ModelClass(found, reference, folder)


def predict(model: object, tasks: Sequence[Json], context: Json) -> object:
    """What the model says of tasks, as it says it."""
    method = _method(model, "predict")
    return method(list(tasks), **_accepted(method, {"context": context}))


def fit(model: object, cause: Cause, tasks: Sequence[Json], workdir: Path) -> None:
    """Train; what is in `workdir` afterwards is the next version."""
    if isinstance(model, Model):
        model.begin_training(workdir)
    method = _method(model, "fit")
    names = inspect.signature(method).parameters
    offered: dict[str, object] = {"workdir": str(workdir), "event": cause.event, "data": dict(cause.data)}
    if _is_event_style(names):
        del offered["event"], offered["data"]
        given: tuple[object, ...] = (cause.event, dict(cause.data))
        if "tasks" in names:
            offered["tasks"] = list(tasks)
    else:
        given = (list(tasks),)
    output = method(*given, **_accepted(method, offered))
    if output is not None:
        (workdir / OUTPUT).write_text(json.dumps(output, sort_keys=True, default=str), "utf-8")


def _method(model: object, name: str) -> Callee:
    method: Callee = getattr(model, name)
    return method


def _is_event_style(names: Mapping[str, inspect.Parameter]) -> bool:
    return next((name for name in names if name != "self"), "") == "event"


def _accepted(called: Callee, offered: Mapping[str, object]) -> dict[str, object]:
    """The arguments that a callable takes: all with `**kwargs`, else those that it names."""
    names = inspect.signature(called).parameters
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in names.values()):
        return dict(offered)
    return {name: value for name, value in offered.items() if name in names and names[name].kind not in _VARIADIC}
