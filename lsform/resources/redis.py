"""Storages over databases of Redis. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field as SpecField

from lsform.core.values import Attributes, Value
from lsform.resources.base import SecretText
from lsform.resources.secret_fields import SecretFields
from lsform.resources.storage import (
    ExportFields,
    ImportFields,
    Reach,
    storage_fields,
    storage_kind,
    text_of,
)

READ, WRITTEN = 1, 2  # the databases that the server uses by itself


class _Database(SecretFields):
    type: Literal["redis"] = "redis"
    """The type of storage."""
    host: str | None = None
    """Name or address of the server; Label Studio's own machine by default."""
    port: Annotated[int, SpecField(ge=1, le=65535)] | None = None
    """Port of the server; 6379 by default."""
    db: Annotated[int, SpecField(ge=1, le=32767)] | None = None
    """Number of the database; Label Studio cannot use 0."""
    password: SecretText | None = None
    """Password of the default user, as a reference; the server never tells it."""


class RedisImportSpec(ImportFields, _Database):
    """Tasks out of a database of Redis, as JSON."""

    path: str | None = None
    """What the names of the keys begin with."""
    regex_filter: str | None = None
    """Kept by the server, without effect on Redis."""
    use_blob_urls: bool | None = None
    """Kept by the server, without effect on Redis."""


class RedisExportSpec(ExportFields, _Database):
    """Annotations into a database of Redis; keys are their ids."""

    path: str | None = None
    """Kept by the server, without effect on exports."""


def _port_as_text(value: Value) -> Value:
    return str(value) if isinstance(value, int) else value


def _reach(default: int, *, reads: bool) -> Callable[[Attributes], Reach]:
    def reach(attributes: Attributes) -> Reach:
        host, port = text_of(attributes, "host", "localhost"), text_of(attributes, "port", "6379")
        folder = text_of(attributes, "path") if reads else ""
        return Reach((host, port, text_of(attributes, "db", str(default))), folder)

    return reach


# whatever changes, the server tries the connection with nothing but what it is sent
_COUPLED = dict.fromkeys({*RedisImportSpec.model_fields, *RedisExportSpec.model_fields}, ("password",))
_FIELDS = replace(
    storage_fields("host", "path", write_only=("password",), canonical={"port": _port_as_text}), coupled=_COUPLED
)

# an import storage without a path looks for keys that begin with `None`
IMPORT_REDIS = storage_kind(
    "import_storage", "redis", RedisImportSpec, _FIELDS, _reach(READ, reads=True), defaults=lambda _name: {"path": ""},
    initial={"db": READ},
)  # fmt: skip
EXPORT_REDIS = storage_kind(
    "export_storage", "redis", RedisExportSpec, _FIELDS, _reach(WRITTEN, reads=False), initial={"db": WRITTEN}
)
