"""Projects: the root objects, with every field that Label Studio Community lets one write. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, model_validator
from pydantic import Field as SpecField

from lsform.core.values import Attributes, Json, Secret, Value, reveal
from lsform.interface.model import canonical, marker_of, with_marker, without_marker
from lsform.resources.base import AnyJson, Fields, Marker, ResourceKind, SecretText, Spec, trimmed
from lsform.resources.enterprise import PROJECT_FIELDS
from lsform.resources.new_project import EMPTY_INTERFACE as EMPTY_INTERFACE
from lsform.resources.new_project import initial

TITLE_LENGTH = (3, 50)  # what the server accepts, '' aside
LOGIN_LENGTH = 256  # of login and password of task data, the most that the server keeps
LARGEST_COUNT = 2**31 - 1  # what an integer column of PostgreSQL holds


Text = TypeVar("Text", str, Secret)


class FileText(Spec):
    """Text that stands in a file of its own."""

    file: str
    """Path, relative to the manifest."""


def _title(value: str) -> str:
    shortest, longest = TITLE_LENGTH
    if value.strip() and not shortest <= len(value.strip()) <= longest:
        raise ValueError(f"should have {shortest} to {longest} characters, has {len(value.strip())}")
    return value


def _short(value: Text) -> Text:
    length = len(str(reveal(value)).strip())
    if length > LOGIN_LENGTH:
        raise ValueError(f"should have at most {LOGIN_LENGTH} characters, has {length}")
    return value


def _moment(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        if moment.tzinfo is not None:
            return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        raise ValueError("should be a time such as `2026-11-01T12:00:00Z`") from None
    raise ValueError("should name its time zone, as in `2026-11-01T12:00:00Z`")


WEIGHT_KEYS = ("overall", "labels", "type")  # the server drops all others


def _weight(value: dict[str, Json]) -> dict[str, Json]:
    for key in value:
        if key not in WEIGHT_KEYS:
            raise ValueError(f"has no key `{key}`: {', '.join(f'`{one}`' for one in WEIGHT_KEYS)} are known")
    labels = value.get("labels", {})
    if not isinstance(labels, dict):
        raise ValueError("should map names to weights under `labels`")
    for number in (value.get("overall", 1), *labels.values()):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError("should have numbers as weights")
    return value


Weight = Annotated[dict[str, AnyJson], AfterValidator(_weight)]


class ProjectSpec(Spec):
    """A labeling project. A field that is left out stays as it is on the server."""

    nullable: ClassVar[frozenset[str]] = frozenset({"pinned_at"})
    enterprise: ClassVar[frozenset[str]] = PROJECT_FIELDS

    title: Annotated[str, AfterValidator(_title)] | None = None
    """Shown in the list of projects; 3 to 50 characters, or empty."""
    description: str | None = None
    """What the project is for."""
    expert_instruction: str | FileText | None = None
    """Instructions for annotators, in HTML, or `{file: path}`."""
    show_instruction: bool | None = None
    """Show the instructions before labeling starts."""
    show_skip_button: bool | None = None
    """Let annotators skip tasks."""
    enable_empty_annotation: bool | None = None
    """Let annotators submit an annotation without a result."""
    show_annotation_history: bool | None = None
    """Show the history of an annotation to annotators."""
    color: Annotated[str, SpecField(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = None
    """Colour of the project's card, `#RRGGBB`."""
    maximum_annotations: Annotated[int, SpecField(ge=1, le=LARGEST_COUNT)] | None = None
    """How many annotations a task needs to be complete."""
    is_published: bool | None = None
    """Whether annotators see the project; publishing ends its draft."""
    is_draft: bool | None = None
    """Whether the project is still being set up; true takes back its publication."""
    model_version: str | None = None
    """Which predictions annotators start from: a version of theirs, the title of an ML backend, or ''."""
    min_annotations_to_start_training: Annotated[int, SpecField(ge=0, le=LARGEST_COUNT)] | None = None
    """Annotations after which training starts by itself; 0 is never."""
    show_collab_predictions: bool | None = None
    """Show predictions to annotators."""
    sampling: Literal["Sequential sampling", "Uniform sampling", "Uncertainty sampling"] | None = None
    """In which order annotators get tasks."""
    show_ground_truth_first: bool | None = None
    """Give tasks with a ground truth first."""
    annotator_evaluation_enabled: bool | None = None
    """Compare annotators with the ground truth."""
    show_overlap_first: bool | None = None
    """Give tasks that several annotators share first."""
    overlap_cohort_percentage: Annotated[int, SpecField(ge=0, le=100)] | None = None
    """Share of tasks that get `maximum_annotations` annotations, in percent."""
    task_data_login: Annotated[str, AfterValidator(_short)] | None = None
    """Login for basic authentication of task data."""
    task_data_password: Annotated[SecretText, AfterValidator(_short)] | None = None
    """Password for basic authentication of task data."""
    control_weights: dict[str, Weight] | None = None
    """Weights of controls and labels in agreement; only the controls and labels named here are managed."""
    evaluate_predictions_automatically: bool | None = None
    """Fetch predictions as soon as a task is opened."""
    skip_queue: Literal["REQUEUE_FOR_ME", "REQUEUE_FOR_OTHERS", "IGNORE_SKIPPED"] | None = None
    """What becomes of a skipped task."""
    reveal_preannotations_interactively: bool | None = None
    """Show pre-annotated regions only where the annotator draws."""
    pinned_at: Annotated[str, AfterValidator(_moment)] | None = None
    """When the project was pinned to the top of the list; null unpins it."""

    @model_validator(mode="after")
    def _published_is_no_draft(self) -> ProjectSpec:
        if self.is_published and self.is_draft:
            raise ValueError(
                "`is_published: true` ends the draft on the server: leave `is_draft` out or set it to false"
            )
        if self.is_draft and self.is_published is None:
            self.is_published = False  # as long as the server has it published, it ends the draft again
        return self


@lru_cache(maxsize=1)
def _safe_html() -> tuple[list[str], list[str]]:
    data = json.loads(files("lsform.resources").joinpath("safe_html.json").read_text("utf-8"))
    return data["tags"], data["attributes"]


@lru_cache(maxsize=1024)
def sanitised(text: str) -> str:
    """HTML as the server's own sanitiser leaves it (bleach, with the lists of label_studio/constants.py)."""
    import bleach  # costs 60 ms, and few stacks have instructions in every run

    tags, attributes = _safe_html()
    return str(bleach.clean(text, tags=tags, attributes=attributes))


def _instruction(value: Value) -> Value:
    return sanitised(value) if isinstance(value, str) else value


def _interface(value: Value) -> Value:
    return canonical(without_marker(value)) if isinstance(value, str) else value


def _pinned(value: Value) -> Value:
    return _moment(value) if isinstance(value, str) else value


def _weights(value: Value) -> Value:
    """Weights are numbers: 1 and 1.0 are one weight."""
    match value:
        case bool() | str() | None:
            return value
        case int() | float():
            return float(value)
        case dict():
            return {key: _weights(item) for key, item in value.items()}
        case _:
            return value


def _read_marker(attributes: Attributes) -> str | None:
    config = attributes.get("label_config")
    return marker_of(config) if isinstance(config, str) else None


def _write_marker(attributes: Attributes, marker: str) -> dict[str, Value]:
    config = attributes.get("label_config")
    return {
        **attributes,
        "label_config": with_marker(config if isinstance(config, str) else EMPTY_INTERFACE, marker),
    }


def _strip_marker(attributes: Attributes) -> dict[str, Value]:
    config = attributes.get("label_config")
    return {**attributes, "label_config": without_marker(config)} if isinstance(config, str) else dict(attributes)


# It says how bytes are read, and the server, which gets text, answers one that names an encoding with a 500.
_DECLARATION = re.compile(r"\A<\?xml\s.*?\?>\s*", re.DOTALL)


def _to_record(attributes: Attributes) -> dict[str, Value]:
    config = attributes.get("label_config")
    return {**attributes, "label_config": _DECLARATION.sub("", config)} if isinstance(config, str) else dict(attributes)


def _defaults(name: str) -> Mapping[str, Value]:
    shortest, longest = TITLE_LENGTH
    return {"title": name[:longest]} if len(name) >= shortest else {}


PROJECT = ResourceKind(
    name="project",
    spec=ProjectSpec,
    endpoint="projects",
    path="api/projects/",
    computed=("label_config",),
    marker=Marker(fields=("label_config",), read=_read_marker, write=_write_marker, strip=_strip_marker),
    fields=Fields(
        identity=("title",),
        secret=frozenset({"task_data_password"}),
        canonical={
            "title": trimmed,
            "description": trimmed,
            "task_data_login": trimmed,
            "task_data_password": trimmed,
            "model_version": trimmed,
            "label_config": _interface,
            "expert_instruction": _instruction,
            "pinned_at": _pinned,
            "control_weights": _weights,
        },
        # the server rebuilds the weights with the interface, clears the version and ends the draft
        coupled={
            "label_config": ("control_weights",),
            "control_weights": ("label_config",),
            "show_collab_predictions": ("model_version",),
            "is_published": ("is_draft",),
        },
        partial=True,
        lenient=frozenset({"control_weights"}),
        late={"model_version": ("ml_backend", "title")},
    ),
    to_record=_to_record,
    defaults=lambda name: dict(_defaults(name)),
    initial=initial,
)
