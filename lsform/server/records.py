"""The server's records as objects of ours, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsform.core.values import Value
from lsform.engine.model import LiveResource, Ownership
from lsform.resources import ResourceKind
from lsform.server.translation import told


def sent(kind: ResourceKind, attributes: Mapping[str, Value], project: int | None) -> dict[str, Value]:
    """What is sent of attributes."""
    record = kind.to_record(attributes)
    return record if project is None else {**record, "project": project}


def live(kind: ResourceKind, record: Any) -> LiveResource:
    """An object as the server tells of it."""
    told(record, "id")
    attributes = kind.read(record)
    return LiveResource(
        kind=kind,
        remote=int(record["id"]),
        attributes=kind.marker.strip(attributes),
        parent=record.get("project") if kind.parent else None,
        ownership=Ownership.parse(kind.marker.read(attributes)),
        status=str(record.get("status") or ""),
        place=kind.place(record) if kind.place else (),
    )
