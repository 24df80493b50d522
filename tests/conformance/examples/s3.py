"""What both kinds of storages over S3 have in common: moto plays S3, and takes any key."""

from __future__ import annotations

from lsform.core.values import Json
from tests.conformance.examples import Record
from tests.conformance.examples.storages import PREFIXES

BASE: Record = {
    "type": "s3",
    "bucket": "first",
    "s3_endpoint": "${var:s3}",
    "aws_access_key_id": "${env:SECRET_ONE}",
    "aws_secret_access_key": "${env:SECRET_TWO}",
}
OWN: dict[str, tuple[Json, ...]] = {
    "bucket": ("second", "first"),
    "prefix": PREFIXES,
    "region_name": ("eu-west-1", " us-east-1 ", ""),
    "s3_endpoint": ("${var:s3}/", "${var:s3}"),
    "aws_access_key_id": ("${env:SECRET_TWO}", "${env:SECRET_ONE}"),
    "aws_secret_access_key": ("${env:SECRET_UNICODE}", "${env:SECRET_PADDED}", "${env:SECRET_TWO}"),
    "aws_session_token": ("${env:SECRET_ONE}", "${env:SECRET_TWO}", "${env:SECRET_NONE}"),
    "aws_sse_kms_key_id": ("alias/ünï", " arn:aws:kms:us-east-1:111122223333:key/a ", ""),
}
FOREIGN: Record = {**BASE, "title": "somebody else's"}
