"""What storages of all types have in common: fields, kinds, and which objects they read or write. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import Field as SpecField

from lsform.core.values import Attributes, Value, reveal
from lsform.resources.base import Canonical, Fields, ResourceKind, Spec, text_marker, trimmed
from lsform.resources.enterprise import STORAGE_FIELDS
from lsform.resources.secret_fields import SECRET_KEYS

Text = Annotated[str, SpecField(min_length=1)]


class ImportFields(Spec):
    """Of every storage that tasks come from."""

    enterprise: ClassVar[frozenset[str]] = STORAGE_FIELDS

    title: str | None = None
    """Shown in the project's settings."""
    description: str | None = None
    """Shown in the project's settings; lsform adds its marker."""
    regex_filter: str | None = None
    """Only objects whose name matches from its beginning are taken; folders are part of it, but not of local files."""
    use_blob_urls: bool | None = None
    """true: each object is a task of its own (media); false: objects are JSON with tasks."""
    synchronizable: bool | None = None
    """Whether the storage may be synced at all."""
    sync: Literal["on_create", "always", "never"] = "on_create"
    """When `apply` syncs it: once, each time, or never."""


class BucketImportFields(Spec):
    """Of every storage in a cloud that tasks come from."""

    recursive_scan: bool | None = None
    """Take the folders below, too."""
    presign: bool | None = None
    """true: browsers get media from the cloud, by signed links; false: through Label Studio."""
    presign_ttl: int | None = None
    """How many minutes a signed link lives."""


class ExportFields(Spec):
    """Of every storage that annotations go to."""

    enterprise: ClassVar[frozenset[str]] = STORAGE_FIELDS

    title: str | None = None
    """Shown in the project's settings."""
    description: str | None = None
    """Shown in the project's settings; lsform adds its marker."""
    regex_filter: str | None = None
    """Kept by the server, without effect on exports."""
    use_blob_urls: bool | None = None
    """Kept by the server, without effect on exports."""
    can_delete_objects: bool | None = None
    """Delete the object of an annotation that is deleted, where the type of storage can."""
    synchronizable: bool | None = None
    """Whether the storage may be synced at all."""
    sync: Literal["on_create", "always", "never"] = "on_create"
    """When `apply` writes annotations again: if the server's own first sync failed, each time, or never."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The objects that a storage reads, or those among which it writes.

    place    what tells one store of objects from another; never shown, as account names may be secret
    folder   what their names begin with
    deep     whether names may have more folders in them
    pattern  regular expression that a name has to match from its beginning, '' for any
    bare     whether the pattern sees names without their folders
    """

    place: tuple[Value, ...] = field(repr=False)
    folder: str
    deep: bool = True
    pattern: str = ""
    bare: bool = False

    def spans(self, name: str) -> bool:
        """Whether a name lies within, whatever the pattern says."""
        return name.startswith(self.folder) and (self.deep or "/" not in name[len(self.folder) :])

    def takes(self, name: str) -> bool:
        """Whether an object of that name is read; raises re.error for a pattern that is none."""
        seen = name.rpartition("/")[2] if self.bare else name
        return self.spans(name) and re.match(self.pattern, seen) is not None


def text_of(attributes: Attributes, name: str, default: str = "") -> str:
    """An attribute as the server will use it: trimmed, and of absent and empty ones the default."""
    value = reveal(attributes.get(name))
    return (str(value).strip() if value is not None else "") or default


def folder_reach(*place: str, folder: str = "prefix") -> Callable[[Attributes], Reach]:
    """Objects below a folder of a place that these attributes tell; names have their folder in them."""

    def reach(attributes: Attributes) -> Reach:
        inside = text_of(attributes, folder).rstrip("/")
        return Reach(
            place=tuple(text_of(attributes, name).rstrip("/") for name in place),
            folder=f"{inside}/" if inside else "",
            deep=attributes.get("recursive_scan") is True,
            pattern=text_of(attributes, "regex_filter"),
        )

    return reach


def storage_fields(
    *texts: str,
    write_only: Iterable[str] = (),
    canonical: Mapping[str, Canonical] | None = None,
) -> Fields:
    """The traits of a type with these texts of its own, the first of which tells one storage from another."""
    secret = frozenset(write_only)
    trims = ("title", "description", "regex_filter", *texts, *sorted(secret))
    return Fields(
        identity=texts[:1],
        secret=secret,
        write_only=secret,
        canonical={**dict.fromkeys(trims, trimmed), **(canonical or {})},
    )


# Of all types that have such a field; the others begin with null.
_INITIAL: dict[str, Value] = {
    "synchronizable": True, "use_blob_urls": False, "recursive_scan": False, "presign": True, "presign_ttl": 1,
}  # fmt: skip
_LOCAL = frozenset({"type", "sync"}) | SECRET_KEYS


_PATHS = {"import_storage": "api/storages/{}/", "export_storage": "api/storages/export/{}"}


def storage_kind(
    name: Literal["import_storage", "export_storage"],
    variant: str,
    spec: type[Spec],
    fields: Fields,
    reach: Callable[[Attributes], Reach],
    *,
    endpoint: str = "",
    defaults: Callable[[str], dict[str, Value]] = lambda _name: {},
    initial: Attributes = MappingProxyType({}),
) -> ResourceKind:
    """The line of `KINDS` of a type of storage, which the SDK calls `endpoint`. The server syncs new exports itself."""
    untold = _LOCAL | fields.write_only
    first = {key: _INITIAL.get(key) for key in spec.model_fields if key not in untold} | dict(initial)
    return ResourceKind(
        name=name,
        variant=variant,
        spec=spec,
        endpoint=f"{name}.{endpoint or variant}",
        path=_PATHS[name].format(variant),
        parent="project",
        collection=f"{name}s",
        syncs_itself=name == "export_storage",
        marker=text_marker("description"),
        fields=fields,
        local=_LOCAL,
        reach=reach,
        defaults=defaults,
        initial=lambda _attributes: first,
    )
