"""What a field of a manifest is, read out of the JSON Schemas: the one source for `explain` and the reference. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from lsform.config.manifest import SPECS
from lsform.config.schema import REFERENCE, schemas
from lsform.core.diagnostics import nearest
from lsform.core.errors import LsformError
from lsform.core.values import Json

Schema = Mapping[str, Json]
TYPES = {"integer": "whole number", "array": "list", "string": "text", "boolean": "true or false"}
BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "pattern": "like `{}`",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind or a field. `ways` are the schemas that it has: of several where each type of storage has its own.

    `unless`: the fields that may stand instead of it, where it is needed only without them. `only_for`: the types of
    storage that have it, where not all have.
    """

    path: str
    ways: tuple[Schema, ...]
    definitions: Schema
    required: bool = False
    unless: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def type(self) -> str:
        """In words, as in `list of text`."""
        return " or ".join(dict.fromkeys(word for way in self.ways for word in _words(way, self.definitions)))

    @property
    def description(self) -> str:
        return next((text for way in self._read() if isinstance(text := way.get("description"), str)), "")

    @property
    def defaults(self) -> tuple[Json, ...]:
        """At most one where all types agree; empty where lsform adds nothing."""
        if self.allowed == tuple(way.get("default") for way in self.ways):
            return ()  # a constant, which is its own default
        return tuple({repr(way["default"]): way["default"] for way in self.ways if "default" in way}.values())

    @property
    def allowed(self) -> tuple[Json, ...]:
        """The only values that there are, or nothing."""
        found: dict[str, Json] = {}
        for way in self._options():
            values = way.get("enum", [way["const"]] if "const" in way else [])
            assert isinstance(values, list)
            found |= {repr(value): value for value in values}
        return tuple(found.values())

    @property
    def bounds(self) -> tuple[str, ...]:
        """What a value has to keep, in words."""
        texts = (text.format(way[key]) for way in self._options() for key, text in BOUNDS.items() if key in way)
        return tuple(dict.fromkeys(texts))

    @property
    def fields(self) -> tuple[Subject, ...]:
        """What may stand inside, in the order of the models."""
        bodies = [body for way in self.ways for body in _bodies(way, self.definitions)]
        names = dict.fromkeys(name for body in bodies for name in _mapping(body["properties"]))
        return tuple(self._field(name, bodies) for name in names)

    def _field(self, name: str, bodies: list[Schema]) -> Subject:
        having = [body for body in bodies if name in _mapping(body["properties"])]
        kinds = [str(kind) for body in having if (kind := _variant(body))]
        only = tuple(sorted(kinds)) if len(having) < len(bodies) else ()
        ways = {repr(way): way for body in having if (way := _mapping(_mapping(body["properties"])[name])) is not None}
        return Subject(
            path=f"{self.path}.{name}",
            ways=tuple(ways.values()),
            definitions=self.definitions,
            required=any(name in _texts(body.get("required")) for body in having),
            unless=tuple(dict.fromkeys(other for body in having for other in _instead(name, body))),
            only_for=only,
        )

    def _read(self) -> Iterator[Schema]:
        """The schemas, then what they refer to."""
        yield from self.ways
        yield from (_followed(way, self.definitions) for way in self.ways)

    def _options(self) -> Iterator[Schema]:
        for way in self.ways:
            yield from (_followed(one, self.definitions) for one in _alternatives(way, self.definitions))


def kinds() -> tuple[Subject, ...]:
    """All kinds of manifest."""
    return tuple(_kind(name) for name in SPECS)


def subject(path: str) -> Subject:
    """The kind or field of a path such as `Project.import_storages.prefix`; raises LsformError with the nearest.

    Names that users choose, as those of storages, are left out; so may be `spec`.
    """
    first, *steps = path.split(".")
    known = {name.lower(): name for name in SPECS}
    if first.lower() not in known:
        hint = nearest(first.lower(), known)
        hint = hint and f"did you mean `{known[hint.split('`')[1]]}`?"
        raise LsformError(f"`{first}` is no kind", hint=hint or f"known kinds: {', '.join(SPECS)}")
    at = _kind(known[first.lower()])
    if steps[:1] == ["spec"]:
        steps = steps[1:]
    elif steps[:1] == ["metadata"]:
        at, steps = _metadata(at), steps[1:]
    for step in steps:
        inside = {one.name: one for one in at.fields}
        if step not in inside:
            hint = nearest(step, inside) or (
                f"it has {', '.join(f'`{name}`' for name in inside)}" if inside else "it has no fields"
            )
            raise LsformError(f"`{at.path}` has no field `{step}`", hint=hint)
        at = inside[step]
    return at


def _document(kind: str) -> Schema:
    return _schemas()[f"{kind.lower()}.json"]


@cache
def _schemas() -> Mapping[str, Schema]:
    return schemas()


def _kind(kind: str) -> Subject:
    document = _document(kind)
    return Subject(kind, (_mapping(_mapping(document["properties"])["spec"]),), _mapping(document.get("$defs", {})))


def _metadata(kind: Subject) -> Subject:
    way = _mapping(_mapping(_document(kind.path)["properties"])["metadata"])
    return Subject(f"{kind.path}.metadata", (way,), kind.definitions, required=True)


def _mapping(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


def _texts(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _followed(schema: Schema, definitions: Schema) -> Schema:
    """What a `$ref` refers to."""
    name = schema.get("$ref")
    return _mapping(definitions[name.rpartition("/")[2]]) if isinstance(name, str) else schema


def _alternatives(schema: Schema, definitions: Schema) -> Iterator[Schema]:
    """The schemas between which a value may choose; that any scalar may be a reference goes without saying."""
    found = _followed(schema, definitions)
    options = None if "properties" in found else found.get("anyOf", found.get("oneOf"))
    if not isinstance(options, list):
        yield found
        return
    for option in options:
        if option != REFERENCE:
            yield from _alternatives(_mapping(option), definitions)


def _inner(schema: Schema) -> Iterator[Schema]:
    """Schemas of what is inside a list or a map."""
    patterns = schema.get("patternProperties", {})
    inside = [schema.get("items"), schema.get("additionalProperties"), *_mapping(patterns).values()]
    yield from (one for one in inside if isinstance(one, dict))


def _bodies(schema: Schema, definitions: Schema, above: tuple[Schema, ...] = ()) -> Iterator[Schema]:
    """The objects with fields of their own that a value is, or is a list or a map of."""
    for one in _alternatives(schema, definitions):
        if one in above:
            continue
        if "properties" in one:
            yield one
        else:
            for inner in _inner(one):
                yield from _bodies(inner, definitions, (*above, one))


def _variant(body: Schema) -> Json:
    kind = _mapping(body["properties"]).get("type")
    return kind.get("const") if isinstance(kind, dict) else None


def _instead(name: str, body: Schema) -> Iterator[str]:
    """Fields that may stand instead of this one, where the body is complete with either: one of each way."""
    options = body.get("anyOf", body.get("oneOf"))
    needed = [_texts(_mapping(one).get("required")) for one in options] if isinstance(options, list) else []
    if any(name in names for names in needed):
        yield from (names[0] for names in needed if name not in names)


def _words(schema: Schema, definitions: Schema) -> Iterator[str]:
    for one in _alternatives(schema, definitions):
        named = one.get("type", "string" if {"enum", "const"} & set(one) else "")
        inner = _or(word for inside in _inner(one) for word in _words(inside, definitions))
        if "properties" in one or (named == "object" and not inner):
            yield "object"
        elif named == "object":
            yield f"map of {inner}"
        elif named == "array":
            yield f"list of {inner or 'anything'}"
        else:
            yield TYPES.get(str(named), str(named) or "anything")


def _or(words: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(words))
