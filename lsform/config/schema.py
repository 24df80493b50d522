"""JSON Schemas of all kinds, for editors and other tools. Pure; made from the same models that check manifests."""

from __future__ import annotations

from collections.abc import Mapping

from lsform.config.envelope import WITHOUT_MATRIX
from lsform.config.manifest import API_VERSION, SPECS, Metadata
from lsform.config.storages import CONNECTIONS, connection_key
from lsform.core.address import NAME_PATTERN
from lsform.core.values import Json
from lsform.resources import KINDS, ResourceKind, children_of
from lsform.resources.base import Spec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REFERENCE: Json = {"type": "string", "pattern": r"\$\{(env|file|var|matrix):[^}]*\}"}


def schemas() -> dict[str, dict[str, Json]]:
    """File name -> schema: one a kind, and `lsform.json` for any of them."""
    each = {f"{kind.lower()}.json": _document(kind) for kind in SPECS}
    return {**each, "lsform.json": schema()}


def schema() -> dict[str, Json]:
    """One schema for every kind of manifest, chosen by `kind`."""
    branches: list[Json] = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {"$ref": f"#/$defs/{kind}"},
        }
        for kind in SPECS
    ]
    definitions: dict[str, Json] = {}
    for kind in SPECS:
        document = _document(kind)
        nested = document.pop("$defs", {})
        assert isinstance(nested, dict)
        definitions |= nested
        definitions[kind] = {key: value for key, value in document.items() if key != "$schema"}
    return {
        "$schema": DIALECT,
        "title": "lsform manifest",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {"apiVersion": {"const": API_VERSION}, "kind": {"enum": [*SPECS]}},
        "allOf": branches,
        "$defs": dict(sorted(definitions.items())),
    }


def _document(kind: str) -> dict[str, Json]:
    spec = _tidy(SPECS[kind].model_json_schema(), SPECS[kind])
    definitions = dict(_mapping(spec.pop("$defs", {})))
    if kind == "Project":
        _add_children(spec, definitions)
    if kind in CONNECTIONS.values():
        spec["properties"] = {**_mapping(spec.get("properties", {})), **_connection_fields(kind, definitions)}
        spec["additionalProperties"] = False
    properties: dict[str, Json] = {
        "apiVersion": {"const": API_VERSION},
        "kind": {"const": kind},
        "metadata": _tidy(Metadata.model_json_schema(), Metadata),
        "spec": spec,
    }
    if kind not in WITHOUT_MATRIX:
        axis: Json = {"anyOf": [{"type": "array", "minItems": 1}, REFERENCE]}
        note = "One resource for each combination; `${matrix:axis}` is its value."
        properties["matrix"] = {"type": "object", "additionalProperties": axis, "description": note}
    needed: list[Json] = ["spec"] if {"required", "oneOf"} & set(spec) else []
    document: dict[str, Json] = {
        "$schema": DIALECT,
        "title": kind,
        "description": spec.get("description", ""),
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", *needed],
        "additionalProperties": False,
        "properties": properties,
    }
    return {**document, "$defs": definitions} if definitions else document


def _mapping(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


def _add_children(spec: dict[str, Json], definitions: dict[str, Json]) -> None:
    """Collections of children: of the kind's own schema, or of one a storage type."""
    properties = _mapping(spec["properties"])
    for collection, kinds in children_of("project").items():
        options: list[Json] = [_child(kind, definitions) for kind in kinds]
        note = f"Name -> {kinds[0].name}. Left out: left alone; empty: none of ours."
        values: Json = options[0] if len(options) == 1 else {"anyOf": options}
        names: Json = {"pattern": f"^{NAME_PATTERN}$"}
        properties[collection] = {
            "type": "object", "propertyNames": names, "additionalProperties": values, "description": note
        }  # fmt: skip


def _child(kind: ResourceKind, definitions: dict[str, Json]) -> Json:
    body = _tidy(kind.spec.model_json_schema(), kind.spec)
    definitions |= _mapping(body.pop("$defs", {}))
    if key := connection_key(kind):
        # what a connection gives need not be said again
        note = f"Name of the {CONNECTIONS[key]} whose fields lie under these."
        body["properties"] = {key: {"type": "string", "description": note}, **_mapping(body["properties"])}
        required = body.pop("required", [])
        assert isinstance(required, list)
        body["anyOf"] = [{"required": [key]}, {"required": [*(["type"] if kind.variant else []), *required]}]
    definitions[kind.spec.__name__] = body
    return {"$ref": f"#/$defs/{kind.spec.__name__}"}


def _connection_fields(manifest: str, definitions: dict[str, Json]) -> dict[str, Json]:
    """What a connection may say: any field of any kind that may use it."""
    fields: dict[str, Json] = {}
    for kind in sorted(KINDS, key=lambda one: one.name):
        if CONNECTIONS.get(connection_key(kind)) == manifest:
            body = _tidy(kind.spec.model_json_schema(), kind.spec)
            definitions |= _mapping(body.pop("$defs", {}))
            fields |= {key: value for key, value in _mapping(body["properties"]).items() if key != "type"}
    return fields


def _tidy(schema: Mapping[str, object], model: type[Spec]) -> dict[str, Json]:
    """Without pydantic's titles and nulls; and a reference may stand for any scalar."""
    tidied = _tidied(schema, nullable=model.nullable)
    assert isinstance(tidied, dict)
    return tidied


def _tidied(value: object, *, nullable: frozenset[str] = frozenset()) -> Json:
    if isinstance(value, list):
        return [_tidied(item) for item in value]
    if not isinstance(value, dict):
        assert value is None or isinstance(value, bool | int | float | str)
        return value
    result: dict[str, Json] = {}
    for key, item in value.items():
        if key == "title" and isinstance(item, str):
            continue
        if key in ("properties", "$defs") and isinstance(item, dict):
            result[key] = {name: _property(one, keep_null=name in nullable) for name, one in item.items()}
        elif key in ("items", "additionalProperties"):
            result[key] = _property(item)
        elif key in ("anyOf", "oneOf") and isinstance(item, list):
            result[key] = [_property(one) for one in item]
        else:
            result[key] = _tidied(item)
    return result


def _property(schema: object, *, keep_null: bool = False) -> Json:
    tidied = _tidied(schema)
    if not isinstance(tidied, dict):
        return tidied
    if tidied.get("default", "") is None:
        del tidied["default"]
    options = tidied.get("anyOf")
    if isinstance(options, list) and not keep_null:
        kept = [one for one in options if one != {"type": "null"}]
        if len(kept) == 1 and isinstance(kept[0], dict):
            del tidied["anyOf"]
            tidied = {**kept[0], **tidied}
        else:
            tidied["anyOf"] = [*kept]
    return _or_reference(tidied)


def _or_reference(schema: dict[str, Json]) -> Json:
    """Whatever is not any text may be given by a reference, too."""
    plain_text = schema.get("type") == "string" and not {"enum", "pattern", "minLength"} & set(schema)
    value = schema.get("type") in ("integer", "number", "boolean", "string", "array") or "enum" in schema
    if plain_text or not value or "const" in schema:
        return schema
    outside: dict[str, Json] = {key: schema[key] for key in ("description", "default") if key in schema}
    inside = {key: value for key, value in schema.items() if key not in outside}
    return {**outside, "anyOf": [inside, REFERENCE]}
