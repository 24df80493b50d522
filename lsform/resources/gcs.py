"""Storages over buckets of Google Cloud Storage. Pure."""

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


class _Bucket(SecretFields):
    type: Literal["gcs"] = "gcs"
    """The type of storage."""
    bucket: Text
    """Name of the bucket."""
    prefix: str | None = None
    """Folder in the bucket."""
    google_application_credentials: SecretText | None = None
    """The JSON of a service account's key, as a reference; left out, the server uses its own. It never tells it."""
    google_project_id: str | None = None
    """Project of Google Cloud."""


class GcsImportSpec(ImportFields, BucketImportFields, _Bucket):
    """Tasks out of a bucket of Google Cloud Storage."""


class GcsExportSpec(ExportFields, _Bucket):
    """Annotations into a bucket of Google Cloud Storage, one object each."""


_FIELDS = storage_fields("bucket", "prefix", "google_project_id", write_only=("google_application_credentials",))
_reach = folder_reach("bucket")

IMPORT_GCS = storage_kind("import_storage", "gcs", GcsImportSpec, _FIELDS, _reach)
EXPORT_GCS = storage_kind("export_storage", "gcs", GcsExportSpec, _FIELDS, _reach)
