"""What `lifecycle.ignore` may say: paths of fields that some resource has. Pure; `engine.ignoring` follows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from lsform.core.diagnostics import nearest
from lsform.resources import KINDS, ResourceKind, children_of

COLLECTIONS = children_of("project")
ORDERED = frozenset(kind.collection for kind in KINDS if kind.place)  # of which a project manages the order as well
MAPPINGS = frozenset(
    name for kind in KINDS for name, field in kind.spec.model_fields.items() if "dict[" in str(field.annotation)
)


def ignorable(pattern: str) -> str:
    """The pattern itself; ValueError, in words for users, when it names nothing. It may be a secret that went astray,
    so it is not quoted.
    """
    if pattern in ORDERED:
        return pattern
    first, *rest = pattern.split(".")
    if first in COLLECTIONS:
        known = tuple(_fields(COLLECTIONS[first]))
        # names of resources may have dots of their own
        places = [(rest[at], bool(rest[at + 1 :])) for at in range(1, len(rest))]
    else:
        known, places = tuple(_fields(KINDS)), [(first, bool(rest))]
    if first in COLLECTIONS and not places:
        raise ValueError(f"names no field: write `{first}.NAME.FIELD`, where `*` stands for any name")
    found = [(name, deeper) for field, deeper in places for name in known if fnmatchcase(name, field)]
    if not found:
        near = nearest(places[0][0], (*known, *COLLECTIONS))
        raise ValueError("is no field of any resource" + (f": {near}" if near else ""))
    if all(deeper and name not in MAPPINGS for name, deeper in found):
        raise ValueError(f"is below `{found[0][0]}`, which is ignored as a whole or not at all")
    return pattern


def _fields(kinds: Iterable[ResourceKind]) -> Iterator[str]:
    """As the server calls them, and the interface as manifests do."""
    for kind in kinds:
        yield from kind.attributes
        if "label_config" in kind.attributes:
            yield "interface"
