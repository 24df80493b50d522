"""What a stack declares: resources as they should be, and what became of those that had other addresses. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lsform.core.address import Address
from lsform.core.diagnostics import NOWHERE, Span
from lsform.core.values import Attributes
from lsform.resources import Lifecycle, ResourceKind


def _nowhere(_field: str) -> Span:
    return NOWHERE


@dataclass(frozen=True, slots=True)
class DesiredResource:
    """A resource as declared: `attributes` has only what the manifest says.

    `rank` is its number in its collection, as declared; `collections` names the kinds of children that the manifest
    speaks of; `locate` finds the YAML of a field.
    `clears_removed`: a write-only secret whose reference is gone is cleared. `fingerprints` are those of the
    secrets, by attribute, once the key is known; a `secret_version` stands for all that are write-only.
    """

    address: Address
    kind: ResourceKind
    attributes: Attributes
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    collections: frozenset[str] = frozenset()
    sync: str = ""
    secret_version: int | None = None
    clears_removed: bool = False
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    locate: Callable[[str], Span] = _nowhere
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """History: the resource `source` is called `target` now."""

    source: Address
    target: Address


@dataclass(frozen=True, slots=True)
class Removal:
    """History: the resource is no longer declared; `destroy` tells whether it may be deleted or is only forgotten."""

    source: Address
    destroy: bool
