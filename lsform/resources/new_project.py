"""What the server gives a new project wherever its maker says nothing, as observed on Label Studio 1.23.2. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lsform.core.values import Attributes, Value
from lsform.interface.model import InterfaceError, parse

EMPTY_INTERFACE = "<View></View>"  # what the server gives a project that is made without one


def weights(config: Value, given: Value = None) -> dict[str, Value]:
    """What the server makes of weights: one for each control and label; what is not given weighs 1, the rest goes."""
    result: dict[str, Value] = {}
    for control in parse(config if isinstance(config, str) else EMPTY_INTERFACE).controls():
        known = _mapping(_mapping(given).get(control.name))
        labels = _mapping(known.get("labels"))
        result[control.name] = {
            "overall": known.get("overall", 1.0),
            "type": control.tag.name,
            "labels": {label.stored: labels.get(label.stored, 1.0) for label in control.labels},
        }
    return result


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


_INITIAL: dict[str, Value] = {
    "title": "",
    "description": "",
    "label_config": EMPTY_INTERFACE,
    "expert_instruction": "",
    "show_instruction": False,
    "show_skip_button": True,
    "enable_empty_annotation": True,
    "show_annotation_history": False,
    "color": "#FFFFFF",
    "maximum_annotations": 1,
    "is_published": False,
    "is_draft": False,
    "model_version": "",
    "min_annotations_to_start_training": 0,
    "show_collab_predictions": True,
    "sampling": "Sequential sampling",
    "show_ground_truth_first": False,
    "annotator_evaluation_enabled": False,
    "show_overlap_first": False,
    "overlap_cohort_percentage": 100,
    "task_data_login": None,
    "task_data_password": None,
    "evaluate_predictions_automatically": False,
    "skip_queue": "REQUEUE_FOR_OTHERS",
    "reveal_preannotations_interactively": False,
    "pinned_at": None,
}


def initial(attributes: Attributes) -> dict[str, Value]:
    """The attributes of a new project, of which the weights depend on its interface."""
    try:
        return {**_INITIAL, "control_weights": weights(attributes.get("label_config"))}
    except InterfaceError:
        return _INITIAL
