"""A task that is to be imported, and the key by which it is known again. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from lsform.core.values import Json, canonical_json
from lsform.data.regions import Malformed

Data: TypeAlias = dict[str, Json]
KeyOf: TypeAlias = Callable[[Data], bytes | None]
UPLOADED = re.compile(r"/data/upload/\d+/[0-9a-f]{8}-(?=[0-9a-f]{16}-)")  # what the server puts before a name of ours
BESIDE = ("annotations", "predictions")


@dataclass(frozen=True, slots=True)
class Task:
    """What the server is sent of one task; annotations and predictions are as they came, whatever they are."""

    data: Data
    annotations: Json = None
    predictions: Json = None
    meta: Json = None

    @property
    def beside(self) -> tuple[int, int]:
        """How many annotations and predictions it has."""
        annotations, predictions = self.annotations, self.predictions
        return (
            len(annotations) if isinstance(annotations, list) else 0,
            len(predictions) if isinstance(predictions, list) else 0,
        )

    def record(self) -> Data:
        """As Label Studio imports it."""
        beside: Data = {"annotations": self.annotations, "predictions": self.predictions, "meta": self.meta}
        return {"data": self.data, **{name: value for name, value in beside.items() if value}}


def task_of(record: Json) -> Task:
    """A mapping with `data`, or the data itself, where annotations and predictions may stand among it.

    Label Studio takes those for data when there is no `data`, and loses them. Raises Malformed for all else.
    """
    if not isinstance(record, dict):
        raise Malformed("is no mapping")
    if "data" in record:
        data = record["data"]
        if not isinstance(data, dict):
            raise Malformed("has `data` that is no mapping")
        return Task(data, record.get("annotations"), record.get("predictions"), record.get("meta"))
    beside = {name: record[name] for name in BESIDE if _are_mappings(record.get(name))}
    data = {name: value for name, value in record.items() if name not in beside}
    return Task(data, beside.get("annotations"), beside.get("predictions"))


def _are_mappings(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "result" in one for one in value)


def key_of_field(name: str) -> KeyOf:
    """Tells tasks apart by one field of their data; None for a task without it."""

    def key_of(data: Data) -> bytes | None:
        value = data.get(name)
        return None if value is None or value == "" else fingerprint(value)

    return key_of


def key_of_data(data: Data) -> bytes | None:
    """Tells tasks apart by all of their data."""
    return fingerprint(data)


def fingerprint(value: Json) -> bytes:
    """Equal for equal values; what was uploaded counts by our name of it, which holds a hash of the content."""
    text = UPLOADED.sub("upload:", canonical_json(value))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
