"""The kinds of resources as data. `KINDS` is the table that everything else reads: one line a kind."""

from __future__ import annotations

from lsform.resources.azure import EXPORT_AZURE, IMPORT_AZURE
from lsform.resources.base import Fields, Marker, ResourceKind
from lsform.resources.gcs import EXPORT_GCS, IMPORT_GCS
from lsform.resources.lifecycle import Lifecycle
from lsform.resources.localfiles import EXPORT_LOCALFILES, IMPORT_LOCALFILES
from lsform.resources.ml_backend import ML_BACKEND
from lsform.resources.project import PROJECT
from lsform.resources.redis import EXPORT_REDIS, IMPORT_REDIS
from lsform.resources.s3 import EXPORT_S3, IMPORT_S3
from lsform.resources.view import VIEW
from lsform.resources.webhook import WEBHOOK

# Order matters: parents before children, and children in the order in which they are made.
KINDS: tuple[ResourceKind, ...] = (
    PROJECT,
    IMPORT_LOCALFILES,
    EXPORT_LOCALFILES,
    IMPORT_S3,
    EXPORT_S3,
    IMPORT_REDIS,
    EXPORT_REDIS,
    IMPORT_AZURE,
    EXPORT_AZURE,
    IMPORT_GCS,
    EXPORT_GCS,
    WEBHOOK,  # before backends: the server adds a webhook of theirs, unless there is one
    ML_BACKEND,
    VIEW,
)

__all__ = ["KINDS", "Fields", "Lifecycle", "Marker", "ResourceKind", "children_of", "kind_of", "variants_of"]

_BY_KEY = {(kind.name, kind.variant): kind for kind in KINDS}


def kind_of(name: str, variant: str = "") -> ResourceKind:
    """The kind of a table key; raises KeyError for a key that no line of the table has."""
    return _BY_KEY[name, variant]


def variants_of(name: str) -> tuple[ResourceKind, ...]:
    """All lines of the table that share a name, as the storage types do."""
    return tuple(kind for kind in KINDS if kind.name == name)


def children_of(name: str) -> dict[str, tuple[ResourceKind, ...]]:
    """Collection key in the parent's manifest -> the kinds that may stand there."""
    collections: dict[str, tuple[ResourceKind, ...]] = {}
    for kind in KINDS:
        if kind.parent == name:
            collections[kind.collection] = (*collections.get(kind.collection, ()), kind)
    return collections
