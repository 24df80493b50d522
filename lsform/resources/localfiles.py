"""Storages over folders of the server's own machine, to import tasks from and to export annotations to. Pure."""

from __future__ import annotations

from dataclasses import replace
from posixpath import normpath
from typing import Literal

from lsform.core.values import Attributes, Value
from lsform.resources.base import Spec
from lsform.resources.storage import (
    ExportFields,
    ImportFields,
    Reach,
    Text,
    folder_reach,
    storage_fields,
    storage_kind,
)


def storage_path(value: Value) -> Value:
    """A folder as the server stores it: trimmed, forward slashes and none at the end, no `.`, `..` or `//` in it."""
    return normpath(value.strip().replace("\\", "/")) if isinstance(value, str) else value


class _Folder(Spec):
    type: Literal["localfiles"] = "localfiles"
    """The type of storage."""
    path: Text
    """Absolute path on the server, below its LOCAL_FILES_DOCUMENT_ROOT."""


class LocalFilesImportSpec(ImportFields, _Folder):
    """Tasks out of a folder that the Label Studio server sees."""

    recursive_scan: bool | None = None
    """Take the folders below, too."""


class LocalFilesExportSpec(ExportFields, _Folder):
    """Annotations into a folder of the Label Studio server, one file each."""


_FIELDS = storage_fields("path", canonical={"path": storage_path})


def _reach(attributes: Attributes) -> Reach:
    written = {**attributes, "path": storage_path(attributes.get("path"))}
    return replace(folder_reach(folder="path")(written), bare=True)


IMPORT_LOCALFILES = storage_kind(
    "import_storage", "localfiles", LocalFilesImportSpec, _FIELDS, _reach, endpoint="local"
)
EXPORT_LOCALFILES = storage_kind(
    "export_storage", "localfiles", LocalFilesExportSpec, _FIELDS, _reach, endpoint="local"
)
