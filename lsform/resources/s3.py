"""Storages over buckets of Amazon S3 and of what speaks its protocol. Pure."""

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
from lsform.resources.web import Endpoint


class _Bucket(SecretFields):
    type: Literal["s3"] = "s3"
    """The type of storage."""
    bucket: Text
    """Name of the bucket."""
    prefix: str | None = None
    """Folder in the bucket."""
    region_name: str | None = None
    """Region of the bucket."""
    s3_endpoint: Endpoint | None = None
    """Address of a server other than Amazon's, such as `http://minio:9000`."""
    aws_access_key_id: SecretText | None = None
    """Key id, as a reference; left out, the server uses its own credentials. It never tells what it has."""
    aws_secret_access_key: SecretText | None = None
    """Secret key, as a reference; the server never tells it."""
    aws_session_token: SecretText | None = None
    """Session token, as a reference; the server never tells it."""
    aws_sse_kms_key_id: str | None = None
    """Id of the KMS key that exports are encrypted with."""


class S3ImportSpec(ImportFields, BucketImportFields, _Bucket):
    """Tasks out of a bucket of S3."""


class S3ExportSpec(ExportFields, _Bucket):
    """Annotations into a bucket of S3, one object each."""


_FIELDS = storage_fields(
    "bucket", "prefix", "region_name", "s3_endpoint", "aws_sse_kms_key_id",
    write_only=("aws_access_key_id", "aws_secret_access_key", "aws_session_token"),
)  # fmt: skip
_reach = folder_reach("s3_endpoint", "bucket")

IMPORT_S3 = storage_kind("import_storage", "s3", S3ImportSpec, _FIELDS, _reach)
EXPORT_S3 = storage_kind("export_storage", "s3", S3ExportSpec, _FIELDS, _reach)
