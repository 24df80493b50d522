"""Storages over folders of the server's own machine, to import tasks from and to export annotations to. Pure."""

from __future__ import annotations

from posixpath import normpath
from typing import Annotated, Literal

from pydantic import Field as SpecField

from lsform.core.values import Value
from lsform.resources.base import Fields, ResourceKind, Spec, text_marker, trimmed


def storage_path(value: Value) -> Value:
    """A folder as the server stores it: trimmed, forward slashes and none at the end, no `.`, `..` or `//` in it."""
    return normpath(value.strip().replace("\\", "/")) if isinstance(value, str) else value


class LocalFilesImportSpec(Spec):
    """Tasks out of a folder that the Label Studio server sees."""

    type: Literal["localfiles"] = "localfiles"
    """The type of storage."""
    path: Annotated[str, SpecField(min_length=1)]
    """Absolute path on the server, below its LOCAL_FILES_DOCUMENT_ROOT."""
    title: str | None = None
    """Shown in the project's settings."""
    description: str | None = None
    """Shown in the project's settings; lsform adds its marker."""
    regex_filter: str | None = None
    """Only files whose name matches from its beginning are taken."""
    use_blob_urls: bool | None = None
    """true: each file is a task of its own (media); false: files are JSON with tasks."""
    recursive_scan: bool | None = None
    """Take the folders below, too."""
    synchronizable: bool | None = None
    """Whether the storage may be synced at all."""
    sync: Literal["on_create", "always", "never"] = "on_create"
    """When `apply` syncs it: once, each time, or never."""


class LocalFilesExportSpec(Spec):
    """Annotations into a folder of the Label Studio server, one file each."""

    type: Literal["localfiles"] = "localfiles"
    """The type of storage."""
    path: Annotated[str, SpecField(min_length=1)]
    """Absolute path on the server, below its LOCAL_FILES_DOCUMENT_ROOT."""
    title: str | None = None
    """Shown in the project's settings."""
    description: str | None = None
    """Shown in the project's settings; lsform adds its marker."""
    regex_filter: str | None = None
    """Kept by the server, without effect on exports."""
    use_blob_urls: bool | None = None
    """Kept by the server, without effect on exports."""
    can_delete_objects: bool | None = None
    """Delete the file of an annotation that is deleted."""
    synchronizable: bool | None = None
    """Whether the storage may be synced at all."""
    sync: Literal["on_create", "always"] = "on_create"
    """When annotations are written again: the server itself does it on creation; `always`: on each `apply` as well."""


_FIELDS = Fields(
    identity=("path",),
    canonical={"path": storage_path, "title": trimmed, "description": trimmed, "regex_filter": trimmed},
)
_LOCAL = frozenset({"type", "sync"})

IMPORT_LOCALFILES = ResourceKind(
    name="import_storage",
    variant="localfiles",
    spec=LocalFilesImportSpec,
    endpoint="import_storage.local",
    parent="project",
    collection="import_storages",
    marker=text_marker("description"),
    fields=_FIELDS,
    local=_LOCAL,
)

EXPORT_LOCALFILES = ResourceKind(
    name="export_storage",
    variant="localfiles",
    spec=LocalFilesExportSpec,
    endpoint="export_storage.local",
    parent="project",
    collection="export_storages",
    syncs_itself=True,
    marker=text_marker("description"),
    fields=_FIELDS,
    local=_LOCAL,
)
