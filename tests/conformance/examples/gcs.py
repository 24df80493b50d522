"""What both kinds of storages over Google Cloud Storage have in common: an emulator plays it, and who gives tokens."""

from __future__ import annotations

from lsform.core.values import Json
from tests.conformance.examples import Record
from tests.conformance.examples.storages import PREFIXES

BASE: Record = {"type": "gcs", "bucket": "first"}
OWN: dict[str, tuple[Json, ...]] = {
    "bucket": ("second", "first"),
    "prefix": PREFIXES,
    "google_project_id": ("project-one", " project-two ", ""),
    "google_application_credentials": ("${env:GCS_ACCOUNT}", "${env:GCS_OTHER_ACCOUNT}", "${env:SECRET_NONE}"),
}
FOREIGN: Record = {**BASE, "title": "somebody else's"}
