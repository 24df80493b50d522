"""What is no longer declared and what is to be made, where the two look like one thing with a new name. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsform.core.address import Address
from lsform.core.diagnostics import Finding, Severity
from lsform.core.values import Attributes, Value, reveal
from lsform.engine.diff import same
from lsform.engine.model import Action, Change, LiveResource, Pair
from lsform.engine.planner import INTERFACE, is_orphan
from lsform.resources import ResourceKind

# What tells objects of a kind apart, besides what identifies them; an interface says as much as a title.
DISTINCTIVE = (INTERFACE, "prefix", "container", "bucket", "path", "s3_endpoint", "port", "db")


def renames(pairs: Sequence[Pair], changes: Sequence[Change]) -> Iterator[Finding]:
    """A `Moved` for each pair of which nobody else could be meant."""
    by_address = {pair.address: pair for pair in pairs}
    gone = [pair for pair in pairs if is_orphan(pair, by_address)]
    made = [change for change in changes if change.action is Action.CREATE]
    alike = [
        (pair.address, change.address)
        for change in made
        for pair in gone
        if pair.live is not None and pair.address.parent == change.address.parent and _are_alike(change, pair.live)
    ]
    for source, target in alike:
        if [source, target] == [one for pair in alike for one in pair if source in pair or target in pair]:
            yield _proposal(source, target)


def _are_alike(change: Change, live: LiveResource) -> bool:
    """Whether all that tells objects of this kind apart is the same; of projects, title or interface is enough."""
    kind = change.kind
    if kind is not live.kind:
        return False
    telling = [name for name in (*kind.fields.identity, *DISTINCTIVE) if name in kind.attributes]
    equal = [_is_same(kind, name, change.payload, live.attributes) for name in dict.fromkeys(telling)]
    return all(equal) if kind.parent else any(equal)


def _is_same(kind: ResourceKind, name: str, one: Attributes, other: Attributes) -> bool:
    """Whether an attribute says the same of both; in a project, what every new one has says nothing."""
    want, have = _value(kind, name, one.get(name)), _value(kind, name, other.get(name))
    if not same(reveal(want), reveal(have)):
        return False
    return bool(kind.parent) or not same(reveal(want), reveal(_value(kind, name, kind.initial({}).get(name))))


def _value(kind: ResourceKind, name: str, value: Value) -> Value:
    return kind.canonical(name, value) or None


def _proposal(source: Address, target: Address) -> Finding:
    manifest = (
        "---\napiVersion: lsform/v1\nkind: Moved\n"
        f"metadata: {{name: {source.name}-to-{target.name}}}\n"
        f"spec: {{from: {source}, to: {target}}}"
    )
    return Finding(
        "LSFP10",
        Severity.INFO,
        f"`{target}`, which is to be created, looks like `{source}`, which is no longer declared",
        f"if it only has a new name, add this manifest, and nothing is made anew:\n{manifest}",
        address=str(target),
    )
