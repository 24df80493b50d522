"""What `lifecycle.ignore` leaves to the server: whole fields, and parts of them. Pure.

A pattern is a path as plans show it, with `*` for any text: `description`, `headers.X-Token`, `control_weights.box.*`.
Whatever is below what it names is meant as well. `import_storages.raw.title` means that of one child; without such a
beginning a pattern holds for the project and for all that belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from lsform.core.values import Attributes, Value
from lsform.engine.declared import DesiredResource

WRITTEN = {"label_config": "interface"}  # attribute -> its name in manifests, where that is another


def is_ignored(desired: DesiredResource, path: str) -> bool:
    """Whether a field, or a part of one, is left alone once its object is made."""
    return bool(desired.lifecycle.ignore) and any(
        fnmatchcase(name, pattern) or fnmatchcase(name, f"{pattern}.*")
        for pattern in desired.lifecycle.ignore
        for name in _names(desired, path)
    )


def _names(desired: DesiredResource, path: str) -> Iterator[str]:
    """All that a pattern may call it."""
    yield path
    if path in WRITTEN:
        yield WRITTEN[path]
    if desired.kind.collection:
        yield f"{desired.kind.collection}.{desired.address.name}.{path}"


def left_alone(desired: DesiredResource, path: str, have: Value) -> Value:
    """A declared value with the ignored parts as the server has them."""
    return (
        _laid(desired, path, desired.attributes[path], have) if desired.lifecycle.ignore else desired.attributes[path]
    )


def _laid(desired: DesiredResource, path: str, want: Value, have: Value) -> Value:
    if not isinstance(want, dict):
        return want
    there = have if isinstance(have, dict) else {}
    result: dict[str, Value] = {}
    for key in dict.fromkeys((*want, *there)):
        inside = f"{path}.{key}"
        if is_ignored(desired, inside):
            result.update({key: there[key]} if key in there else {})
        elif key in want:
            result[key] = _laid(desired, inside, want[key], there.get(key))
    return result


def managed_part(desired: DesiredResource, path: str, value: Value) -> Value:
    """A value, declared or live, without what is left to the server below it."""
    if not isinstance(value, dict) or not desired.lifecycle.ignore:
        return value
    return {
        key: managed_part(desired, f"{path}.{key}", item)
        for key, item in value.items()
        if not is_ignored(desired, f"{path}.{key}")
    }


def managed_parts(desired: DesiredResource) -> Attributes:
    """The declared attributes as far as they are managed: what the state remembers."""
    return {name: managed_part(desired, name, value) for name, value in desired.attributes.items()}
