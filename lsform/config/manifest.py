"""What each kind of manifest may say: pydantic models over the kinds of `resources`. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    PlainValidator,
    StringConstraints,
    Tag,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic import Field as SpecField
from pydantic_core import PydanticCustomError

from lsform.config.ignoring import ignorable
from lsform.core.address import NAME_PATTERN
from lsform.core.values import Json, Value, secrets_in
from lsform.interface.lint.exports import FORMATS
from lsform.resources import KINDS, Lifecycle, children_of
from lsform.resources.base import AnyJson, SecretText, Spec
from lsform.resources.enterprise import STORAGE_TYPES
from lsform.resources.project import ProjectSpec

API_VERSION = "lsform/v1"

Name = Annotated[str, StringConstraints(pattern=rf"^{NAME_PATTERN}$")]


class Metadata(Spec):
    """Who a manifest is."""

    name: Name
    """Stable name: letters, digits, `_`, `.` and `-`."""


class ServerSpec(Spec):
    """Where Label Studio is."""

    url: str | None = None
    """Its address, as in `https://labels.example.com`; by default `${env:LABEL_STUDIO_URL}`."""
    api_key: SecretText | None = None
    """A personal access token or a legacy token, as a reference; by default `${env:LABEL_STUDIO_API_KEY}`."""


class StateSpec(Spec):
    """Where lsform remembers what it made."""

    url: str = "file:.lsform/state"
    """`file:path` (relative to the stack), `s3://bucket/prefix`, `gs://...` or `az://...`."""


class LimitsSpec(Spec):
    """How much one plan may touch, as shares of what exists, and how much it reads."""

    max_delete_share: Annotated[float, SpecField(ge=0, le=1)] = 0.1
    """Share of the resources that one plan may delete or replace."""
    max_update_share: Annotated[float, SpecField(ge=0, le=1)] = 0.5
    """Share of the resources that one plan may update."""
    max_missing_share: Annotated[float, SpecField(ge=0, le=1)] = 0.5
    """Share of the remembered resources that may be gone from the server, for a plan to make them again unasked."""
    max_counted_tasks: Annotated[int, SpecField(ge=0)] = 20_000
    """Tasks of a project that a plan reads to see which labels they use, where the server has miscounted; 0: all."""


class LifecycleSpec(Lifecycle):
    """How plans treat a project and what belongs to it."""

    ignore: list[Annotated[str, AfterValidator(ignorable)]] = SpecField(default_factory=list)
    """Fields, or parts of them, that are set when the resource is made and left alone afterwards."""


class EnvironmentSpec(Spec):
    """What is different in one environment; laid over the Stack's spec."""

    server: ServerSpec = SpecField(default_factory=ServerSpec)
    """Where Label Studio is."""
    state: StateSpec = SpecField(default_factory=StateSpec)
    """Where lsform remembers what it made."""
    vars: dict[str, AnyJson] = SpecField(default_factory=dict)
    """Values for `${var:name}`."""
    limits: LimitsSpec = SpecField(default_factory=LimitsSpec)
    """How much one plan may touch."""
    lifecycle: LifecycleSpec = SpecField(default_factory=LifecycleSpec)
    """How plans treat projects that do not say it themselves, key by key."""


class StackSpec(EnvironmentSpec):
    """The root of a stack."""

    include: list[str] = SpecField(default_factory=lambda: ["**/*.yaml"])
    """Which files are manifests; hidden folders and `envs/` are left out."""


class LabelSpecModel(Spec):
    """One label."""

    value: Annotated[str, SpecField(min_length=1)]
    """What annotators see, and what annotations hold where there is no alias."""
    alias: str | None = None
    """What annotations hold."""
    id: Annotated[int, SpecField(ge=0)] | None = None
    """Class id in training data."""
    color: str | None = None
    """CSS colour; a label without one gets one that no other has."""
    hotkey: str | None = None
    """Key that selects the label; a label without one gets a key that nothing else uses."""
    description: str | None = None
    """Shown when the pointer rests on the label."""
    parent: str | None = None
    """Value or alias of the label that it is below, in a taxonomy."""


def _by_type(value: object) -> str:
    return "body" if isinstance(value, dict | BaseModel) else "text"


LabelItem = Annotated[Annotated[str, Tag("text")] | Annotated[LabelSpecModel, Tag("body")], Discriminator(_by_type)]


class LabelSetSpec(Spec):
    """Labels that several interfaces share."""

    labels: list[LabelItem]
    """The labels, in the order in which annotators see them."""


def _shown(value: Value) -> Value:
    if next(secrets_in(value), None):
        raise ValueError("holds a secret, and an interface is shown to everybody")
    return value


ShownJson = Annotated[Json, PlainValidator(_shown), WithJsonSchema({})]
INTERFACE_SOURCES = ("template", "file", "xml")


class InterfaceSpec(Spec):
    """A label interface: exactly one of `template`, `file` and `xml`."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [name]} for name in INTERFACE_SOURCES]})

    template: str | None = None
    """Name of a built-in template, or path of a Jinja file (`./boxes.xml.j2`)."""
    file: str | None = None
    """Path of an XML file."""
    xml: str | None = None
    """The interface itself, in Label Studio's XML; may use Jinja."""
    label_sets: dict[str, Name] = SpecField(default_factory=dict)
    """Variable of the template -> name of a LabelSet."""
    vars: dict[str, ShownJson] = SpecField(default_factory=dict)
    """Variables of the template."""

    @model_validator(mode="after")
    def _one_source(self) -> InterfaceSpec:
        given = [f"`{name}`" for name in INTERFACE_SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"should have one of `template`, `file` and `xml`, has {' and '.join(given) or 'none'}")
        return self


class MovedSpec(Spec):
    """A resource has a new address."""

    from_: Annotated[str, SpecField(alias="from")]
    """The address before."""
    to: str
    """The address now."""


class RemovedSpec(Spec):
    """A resource is no longer declared."""

    from_: Annotated[str, SpecField(alias="from")]
    """Its address."""
    destroy: bool = True
    """false: forget it and leave it on the server."""


TYPES = tuple(sorted({kind.variant for kind in KINDS if kind.variant}))


def _of_community(value: object) -> object:
    if isinstance(value, str) and value in STORAGE_TYPES:
        raise PydanticCustomError("enterprise", "{type}", {"type": value})
    return value


class StorageSpec(Spec):
    """A connection that the storages of projects use by name; its other fields depend on the type."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[Literal[TYPES], BeforeValidator(_of_community)]  # type: ignore[valid-type]
    """The type of storage."""


class MLBackendConnectionSpec(Spec):
    """A model's address and its settings, which the ML backends of projects use by name."""

    model_config = ConfigDict(extra="allow")


Child = dict[str, AnyJson]
InterfaceUse = Annotated[Annotated[Name, Tag("text")] | Annotated[InterfaceSpec, Tag("body")], Discriminator(_by_type)]


class TasksSpec(Spec):
    """Tasks of a project, in files."""

    file: str
    """Path of a JSON, JSON lines, CSV, TSV or Parquet file, relative to the manifest; `*` stands for any text."""
    key: str | None = None
    """Field of the data that tells tasks apart, so that each is imported once; left out, all of the data does."""


EXPORT_FORMATS = tuple(FORMATS)


class ExportSpec(Spec):
    """What the annotations of a project will be exported to."""

    format: Literal[EXPORT_FORMATS]  # type: ignore[valid-type]
    """Label Studio's name of the format."""


class _ProjectBase(ProjectSpec):
    """A labeling project. A field that is left out stays as it is on the server."""

    interface: InterfaceUse | None = None
    """Name of an Interface, or the body of one."""
    tasks: list[TasksSpec] = SpecField(default_factory=list)
    """Tasks that it shows: `validate` checks the interface against them, `lsform tasks import` imports them."""
    export: dict[Name, ExportSpec] = SpecField(default_factory=dict)
    """Name -> what its annotations will be exported to; `validate` checks whether the interface is fit for it."""
    lifecycle: LifecycleSpec = SpecField(default_factory=LifecycleSpec)
    """How plans treat this project and what belongs to it; laid over what the stack says, key by key."""


ProjectManifestSpec = create_model(
    "ProjectManifestSpec",
    __base__=_ProjectBase,
    __doc__=_ProjectBase.__doc__,
    **{  # type: ignore[call-overload]
        name: (dict[Name, Child], SpecField(default_factory=dict, description=f"Name -> {kinds[0].name}."))
        for name, kinds in children_of("project").items()
    },
)

# Kind -> model of its `spec`; the order is that of the documentation.
SPECS: dict[str, type[Spec]] = {
    "Stack": StackSpec,
    "Environment": EnvironmentSpec,
    "LabelSet": LabelSetSpec,
    "Interface": InterfaceSpec,
    "Storage": StorageSpec,
    "MLBackend": MLBackendConnectionSpec,
    "Project": ProjectManifestSpec,
    "Moved": MovedSpec,
    "Removed": RemovedSpec,
}
