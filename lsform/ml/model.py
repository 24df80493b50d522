"""What a model class may subclass: its interface, its folder, and values that it keeps."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

from lsform.core.values import Json
from lsform.interface.model import LabelInterface, parse

VALUES = "values.json"  # in the folder of a model: what it `set`


class Model:
    """Base of model classes, in the place of `LabelStudioMLBase`. What `serve` needs is `predict`; `fit` is optional.

    `workdir` is the folder of this version, None as long as nothing was trained; inside `fit` it is a new, empty one,
    and what is in it afterwards is the next version.
    """

    workdir: Path | None = None  # also of classes that do not call this `__init__`
    _is_training = False

    def __init__(
        self,
        *,
        label_config: str = "",
        workdir: Path | None = None,
        train_output: Json = None,
        project_id: str = "",
        **_more: object,
    ) -> None:
        self.label_config = label_config
        self.workdir = workdir
        self.train_output = train_output if isinstance(train_output, dict) else {}
        self.project_id = project_id

    def begin_training(self, workdir: Path) -> None:
        """Called before `fit`: what the last version kept is still known, and kept again with the first `set`."""
        self._values = dict(self._values)
        self._is_training, self.workdir = True, workdir

    @cached_property
    def interface(self) -> LabelInterface:
        """The project's interface, parsed."""
        return parse(self.label_config)

    @cached_property
    def parsed_label_config(self) -> dict[str, dict[str, Json]]:
        """Control -> `{type, to_name, inputs, labels}`, in the form of `label_studio_ml`."""
        shown = {one.name: one for one in self.interface.objects()}
        return {
            control.name: {
                "type": control.tag.name,
                "to_name": list(control.targets),
                "inputs": [
                    {"type": shown[name].tag.name, "value": shown[name].data_key}
                    for name in control.targets
                    if name in shown
                ],
                "labels": [label.stored for label in control.labels],
            }
            for control in self.interface.controls()
        }

    def get(self, key: str, default: Json = None) -> Json:
        """A value that this version, or the training under way, has `set`."""
        return self._values.get(key, default)

    def set(self, key: str, value: Json) -> None:
        """Keep a value with the version that is being trained; outside `fit` it is gone with the process."""
        self._values[key] = value
        if self.workdir is not None and self._is_training:  # the folder of a version never changes
            (self.workdir / VALUES).write_text(json.dumps(self._values, sort_keys=True), "utf-8")

    @cached_property
    def _values(self) -> dict[str, Json]:
        place = self.workdir and self.workdir / VALUES
        found = json.loads(place.read_text("utf-8")) if place and place.exists() else {}
        return found if isinstance(found, dict) else {}
