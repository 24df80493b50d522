"""What a kind of resource is: a value that says how it is declared, stored, compared and marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from lsform.core.values import Attributes, Json, Referenced, Secret, Value
from lsform.resources.docs import descriptions

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

    from lsform.resources.storage import Reach


def _plain(value: object) -> Value:
    match value:
        case BaseModel():
            return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case None | bool() | int() | float() | str() | Secret():
            return value
        case _:
            raise TypeError(f"a spec holds a {type(value).__name__}")


class Spec(BaseModel):
    """Base of everything that is written in YAML: unknown keys are refused, null is the same as leaving the key out.

    `nullable` names fields for which null is a value of its own, `enterprise` keys of the Enterprise edition alone.
    """

    # a validator is built when it is first used: no command uses all of them
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, defer_build=True)
    nullable: ClassVar[frozenset[str]] = frozenset()
    enterprise: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None or key in cls.nullable}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The model's JSON Schema, with the docstrings below fields as their descriptions."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema)["properties"]
        for name, text in descriptions(cls).items():
            field = properties[cls.model_fields[name].alias or name]
            if handler.resolve_ref_schema(field).get("description") != text:
                field["description"] = text
        return schema

    def declared(self) -> dict[str, Value]:
        """The fields that were written down, nested ones in full."""
        return {name: _plain(getattr(self, name)) for name in type(self).model_fields if name in self.model_fields_set}


def _as_secret(value: object) -> Secret:
    match value:
        case Secret():
            return value
        case Referenced():
            return Secret(str(value), value.source)
        case str():
            return Secret(value)
        case _:
            raise ValueError("should be a reference such as `${env:NAME}` or `${file:path}`")


SecretText = Annotated[
    Secret,
    PlainValidator(_as_secret),
    PlainSerializer(repr, return_type=str),
    WithJsonSchema({"type": "string", "description": "A secret, as a reference: `${env:NAME}` or `${file:path}`."}),
]


# Any JSON: pydantic takes it as it is, so that text keeps where it came from.
AnyJson = Annotated[Json, PlainValidator(lambda value: value), WithJsonSchema({})]


Canonical = Callable[[Value], Value]
Record = Mapping[str, Value]
Place = tuple[int, ...]  # sorts objects as the server shows them


@dataclass(frozen=True, slots=True)
class Marker:
    """Where a kind carries its ownership marker, out of annotators' sight.

    `read` finds it in a record's attributes, `write` returns stripped attributes with it,
    `strip` returns them without, as the user declared them. `fields` are the attributes that it lives in.
    """

    fields: tuple[str, ...]
    read: Callable[[Attributes], str | None]
    write: Callable[[Attributes, str], dict[str, Value]]
    strip: Callable[[Attributes], dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Fields:
    """Traits of a kind's attributes; an attribute that is not named here is plain.

    identity    attributes that tell whether an object without a marker can be the one we remember
    secret      never shown (an attribute whose value holds a `Secret` never is either)
    write_only  secrets that the server takes and never returns: told apart by the fingerprint of what was last sent
    canonical   attribute -> the form in which two values are compared
    coupled     attribute -> others that the server changes along with it: declared ones are sent with it
    partial     the server accepts a PATCH of some attributes without harm to the rest
    lenient     mappings of which only the declared keys are managed
    replace     attribute -> whether the server can only take this new value in a new object
    disposable  deleting such an object loses no labeling work
    late        attribute -> kind of children and attribute of theirs that it names: it is set when they are there
    """

    identity: tuple[str, ...] = ()
    disposable: bool = False
    secret: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()
    canonical: Mapping[str, Canonical] = field(default_factory=dict)
    coupled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    partial: bool = False
    lenient: frozenset[str] = frozenset()
    replace: Mapping[str, Callable[[Value], bool]] = field(default_factory=dict)
    late: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """One line of the table `KINDS`.

    name, variant   the kind as in addresses, and the type where several share a name (`import_storage`, `localfiles`)
    spec            what may be declared; its fields are the attributes, named as Label Studio names them
    endpoint        the resource of the SDK that gets, creates, updates and deletes it, dotted
    path            where the server lists it, to all or with `project` to one project
    parent          name of the parent kind, '' for a root; `collection` is its key in the parent's manifest
    bulk            one request lists the objects of all projects
    listing         address with `{project}`, and key in its answer, where the list at `path` does more than read
    computed        attributes that the manifest does not name: other keys of it make them
    syncs_itself    the server syncs such a storage when it is made
    local           keys of the spec that lsform acts on and the server never sees
    reach           attributes -> the objects that such a storage reads or writes
    brings          kind and identity of what the server adds to the parent with such an object, and never takes away
    from_record     the server's record -> attributes (by default: those that the spec names)
    to_record       attributes -> what is sent
    defaults        attributes that a new object gets when they are not declared, from its name
    initial         attributes -> what the server gives an object that is made with them, wherever they say nothing;
                    of write-only secrets, only those that it surely does not have
    place           the server's record -> where it stands among its project's; then the declared order is kept, too
    attributes      names of the attributes that the server has, in the order of the spec
    """

    name: str
    spec: type[Spec]
    endpoint: str
    path: str
    marker: Marker
    fields: Fields = field(default_factory=Fields)
    variant: str = ""
    parent: str = ""
    collection: str = ""
    bulk: bool = False
    listing: tuple[str, str] | None = None
    computed: tuple[str, ...] = ()
    syncs_itself: bool = False
    local: frozenset[str] = frozenset()
    reach: Callable[[Attributes], Reach] | None = None
    brings: tuple[str, Callable[[Attributes], Attributes]] | None = None
    from_record: Callable[[Record], dict[str, Value]] | None = None
    to_record: Callable[[Attributes], dict[str, Value]] = dict
    defaults: Callable[[str], dict[str, Value]] = lambda _name: {}
    initial: Callable[[Attributes], dict[str, Value]] = lambda _attributes: {}
    place: Callable[[Record], Place] | None = None
    attributes: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        own = (name for name in self.spec.model_fields if name not in self.local)
        object.__setattr__(self, "attributes", (*own, *self.computed))

    def read(self, record: Record) -> dict[str, Value]:
        """The attributes of a server's record, absent ones left out."""
        if self.from_record is not None:
            return self.from_record(record)
        return {name: record[name] for name in self.attributes if name in record}

    def canonical(self, name: str, value: Value) -> Value:
        """The form of an attribute in which equal meaning is equal value."""
        transform = self.fields.canonical.get(name)
        return value if transform is None else transform(value)


def trimmed(value: Value) -> Value:
    """Text, secret or not, as Label Studio stores it: without white space around it."""
    match value:
        case Secret():
            return Secret(value.value.strip(), value.source)
        case str():
            return value.strip()
        case _:
            return value


_MARKER_LINE = re.compile(r"\s*(lsform:\S+#\S+)\s*\Z")


def _text_read(name: str) -> Callable[[Attributes], str | None]:
    def read(attributes: Attributes) -> str | None:
        text = attributes.get(name)
        found = _MARKER_LINE.search(text) if isinstance(text, str) else None
        return found[1] if found else None

    return read


def text_marker(name: str) -> Marker:
    """A marker on the last line of a free text that annotators do not see, such as a storage's description."""

    def strip(attributes: Attributes) -> dict[str, Value]:
        text = attributes.get(name)
        return {**attributes, name: _MARKER_LINE.sub("", text)} if isinstance(text, str) else dict(attributes)

    def write(attributes: Attributes, marker: str) -> dict[str, Value]:
        return {**attributes, name: f"{attributes.get(name) or ''}\n{marker}".strip()}

    return Marker(fields=(name,), read=_text_read(name), write=write, strip=strip)


def key_marker(name: str, key: str) -> Marker:
    """A marker under a key of its own in a mapping; `name` '' means among the attributes themselves."""

    def inside(attributes: Attributes) -> Mapping[str, Value]:
        found = attributes.get(name) if name else attributes
        return found if isinstance(found, Mapping) else {}

    def outside(attributes: Attributes, mapping: dict[str, Value]) -> dict[str, Value]:
        return {**attributes, name: mapping} if name else mapping

    def read(attributes: Attributes) -> str | None:
        found = inside(attributes).get(key)
        return found if isinstance(found, str) else None

    def strip(attributes: Attributes) -> dict[str, Value]:
        mapping = inside(attributes)
        if key not in mapping:
            return dict(attributes)
        return outside(attributes, {k: v for k, v in mapping.items() if k != key})

    def write(attributes: Attributes, marker: str) -> dict[str, Value]:
        return outside(attributes, {**inside(attributes), key: marker})

    return Marker(fields=(name or key,), read=read, write=write, strip=strip)
