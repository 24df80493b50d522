"""Storages over containers of Azure Blob Storage. Pure."""

from __future__ import annotations

from typing import Literal

from lsform.resources.base import SecretText
from lsform.resources.secret_fields import SecretFields
from lsform.resources.storage import (
    BucketImportFields,
    ExportFields,
    ImportFields,
    Text,
    folder_reach,
    storage_fields,
    storage_kind,
)


class _Container(SecretFields):
    type: Literal["azure"] = "azure"
    """The type of storage."""
    container: Text
    """Name of the container."""
    prefix: str | None = None
    """Folder in the container."""
    account_name: SecretText | None = None
    """Name of the storage account, as a reference; left out, the server uses its own. It never tells what it has."""
    account_key: SecretText | None = None
    """Key of the storage account, as a reference; the server never tells it."""


class AzureImportSpec(ImportFields, BucketImportFields, _Container):
    """Tasks out of a container of Azure."""


class AzureExportSpec(ExportFields, _Container):
    """Annotations into a container of Azure, one blob each."""


_FIELDS = storage_fields("container", "prefix", write_only=("account_name", "account_key"))
_reach = folder_reach("account_name", "container")

IMPORT_AZURE = storage_kind("import_storage", "azure", AzureImportSpec, _FIELDS, _reach)
EXPORT_AZURE = storage_kind("export_storage", "azure", AzureExportSpec, _FIELDS, _reach)
