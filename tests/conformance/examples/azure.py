"""What both kinds of storages over Azure have in common: azurite plays Azure, with two accounts of the same keys."""

from __future__ import annotations

from lsform.core.values import Json
from tests.conformance.examples import Record
from tests.conformance.examples.storages import PREFIXES

BASE: Record = {
    "type": "azure",
    "container": "first",
    "account_name": "${env:AZURE_ACCOUNT}",
    "account_key": "${env:AZURE_KEY}",
}
OWN: dict[str, tuple[Json, ...]] = {
    "container": ("second", "first"),
    "prefix": PREFIXES,
    "account_name": ("${env:AZURE_OTHER_ACCOUNT}", "${env:AZURE_ACCOUNT}"),
    "account_key": ("${env:AZURE_OTHER_KEY}", "${env:AZURE_KEY}"),
}
FOREIGN: Record = {**BASE, "title": "somebody else's"}
