"""What two desired states differ in, by address and field: no server, no state, and of secrets the reference. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lsform.core.address import Address
from lsform.core.values import SHOWN_SECRET, Attributes, Json, Secret, Value
from lsform.engine.declared import DesiredResource
from lsform.engine.diff import interface_changes, nested_changes, same
from lsform.engine.planner import INTERFACE
from lsform.interface.diff import InterfaceChange


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field. `managed` tells, for each side, whether it is declared there at all."""

    path: str
    left: Json
    right: Json
    managed: tuple[bool, bool] = (True, True)


@dataclass(frozen=True, slots=True)
class Difference:
    """One resource. `declared` tells, for each side, whether it is there at all; fields are of those in both."""

    address: Address
    declared: tuple[bool, bool]
    fields: tuple[FieldDifference, ...] = ()
    interface_changes: tuple[InterfaceChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two environments of a stack. `same` is how many resources are declared alike."""

    stack: str
    left: str
    right: str
    differences: tuple[Difference, ...]
    same: int


def differences(
    left: Mapping[Address, DesiredResource], right: Mapping[Address, DesiredResource]
) -> tuple[Difference, ...]:
    """Every resource that is not declared alike, by address."""
    found = (_difference(address, left.get(address), right.get(address)) for address in sorted({*left, *right}))
    return tuple(one for one in found if one is not None)


def _difference(address: Address, left: DesiredResource | None, right: DesiredResource | None) -> Difference | None:
    if left is None or right is None:
        return Difference(address, (left is not None, right is not None))
    one, other = _fields(left), _fields(right)
    fields = tuple(field for name in dict.fromkeys([*one, *other]) for field in _field_differences(name, one, other))
    if not fields:
        return None
    changes: tuple[InterfaceChange, ...] = ()
    if any(field.path == INTERFACE for field in fields):
        changes = interface_changes(left.attributes.get(INTERFACE), right.attributes.get(INTERFACE))
    return Difference(address, (True, True), fields, changes)


def _fields(desired: DesiredResource) -> dict[str, Json]:
    """All that a manifest says of a resource, in the form in which equal meaning is equal."""
    kind = desired.kind
    lifecycle = (
        {} if desired.address.parent else desired.lifecycle.model_dump(mode="json")
    )  # children have their project's
    return {
        **({"type": kind.variant} if kind.variant else {}),
        **{name: _shown(kind.canonical(name, value)) for name, value in _plain(desired.attributes).items()},
        **({"sync": desired.sync} if desired.sync else {}),
        **({} if desired.secret_version is None else {"secret_version": desired.secret_version}),
        **{f"lifecycle.{name}": value for name, value in lifecycle.items()},
    }


def _plain(attributes: Attributes) -> dict[str, Value]:
    return {name: value for name, value in attributes.items() if name != "type"}


def _shown(value: Value) -> Json:
    """Secrets as the references that they are; one that is written out is not shown."""
    match value:
        case Secret(source="literal"):
            return SHOWN_SECRET
        case Secret():
            return "+".join(f"${{{source}}}" for source in value.source.split("+"))
        case dict():
            return {key: _shown(item) for key, item in value.items()}
        case list():
            return [_shown(item) for item in value]
        case _:
            return value


def _field_differences(name: str, left: Mapping[str, Json], right: Mapping[str, Json]) -> Iterator[FieldDifference]:
    before, after = left.get(name), right.get(name)
    managed = (name in left, name in right)
    if managed == (True, True) and same(before, after):
        return
    if isinstance(before, dict | list) and isinstance(after, dict | list):
        yield from (FieldDifference(one.path, one.before, one.after) for one in nested_changes(name, before, after))
    else:
        yield FieldDifference(name, before, after, managed)
