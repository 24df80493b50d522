"""What changed on the server behind our back: live values against the digests of our last apply. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from lsform.core.values import Value
from lsform.engine.diff import restricted
from lsform.engine.digests import field_digest
from lsform.engine.model import DriftItem, Pair
from lsform.resources.lifecycle import Lifecycle, OnDrift


def is_ignored(lifecycle: Lifecycle, name: str) -> bool:
    """Whether a field is left alone once its object is made."""
    return any(fnmatchcase(name, pattern) for pattern in lifecycle.ignore)


def drifted_fields(pair: Pair) -> tuple[str, ...]:
    """The declared fields that the server has neither as we left them nor as they are declared now."""
    if pair.desired is None or pair.live is None or pair.entry is None:
        return ()
    kind, entry, live = pair.desired.kind, pair.entry, pair.live.attributes
    return tuple(
        name
        for name, want in pair.desired.attributes.items()
        if name in entry.digests
        and not is_ignored(pair.desired.lifecycle, name)
        and (seen := _digest(pair, name, live.get(name), want)) != entry.digests[name]
        and seen != field_digest(kind, name, want)
    )


def _digest(pair: Pair, name: str, have: Value, want: Value) -> str:
    assert pair.desired is not None
    kind = pair.desired.kind
    return field_digest(kind, name, restricted(have, want) if name in kind.fields.lenient else have)


def drift(pairs: Iterable[Pair]) -> tuple[DriftItem, ...]:
    """Drift of all resources that are declared and were applied before, unless their `lifecycle` ignores it."""
    items = []
    for pair in pairs:
        desired, entry = pair.desired, pair.entry
        if desired is None or entry is None or desired.lifecycle.on_drift is OnDrift.IGNORE:
            continue
        fields = drifted_fields(pair)
        if fields or pair.live is None:
            items.append(DriftItem(pair.address, desired.kind, entry.remote, fields, missing=pair.live is None))
    return tuple(items)
