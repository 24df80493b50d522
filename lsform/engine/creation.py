"""Makes one object exactly once, even where a create is answered with an error, with two objects, or not at all, and
where somebody else creates the same at the same moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lsform.core.errors import ServerError, Stale
from lsform.core.values import Value
from lsform.engine.model import LiveResource, Ownership
from lsform.engine.ports import Server
from lsform.resources import ResourceKind


def create_once(
    server: Server,
    kind: ResourceKind,
    attributes: Mapping[str, Value],
    ownership: Ownership,
    *,
    project: int | None,
) -> LiveResource:
    """Create with the marker in the request. After an unclear answer the nonce is looked up, nothing is sent again."""
    marked = kind.marker.write(attributes, str(ownership))
    try:
        return server.create(kind, marked, project=project)
    except ServerError as error:
        if not error.is_unclear:
            raise
        made = bearers(server, kind, ownership, attributes, project=project)
        if not made:
            raise
        return made[0]


def bearers(
    server: Server,
    kind: ResourceKind,
    ownership: Ownership,
    attributes: Mapping[str, Value],
    *,
    project: int | None,
) -> list[LiveResource]:
    """All objects that carry this nonce, oldest first."""
    listed = _listed(server, kind, attributes, project=project)
    return [one for one in listed if one.ownership is not None and one.ownership.nonce == ownership.nonce]


def _listed(
    server: Server, kind: ResourceKind, attributes: Mapping[str, Value], *, project: int | None
) -> list[LiveResource]:
    """All objects among which one with these attributes is, oldest first."""
    title = attributes.get("title")
    narrow = title.strip() if isinstance(title, str) and not kind.parent else None
    return sorted(server.list(kind, project=project, attributes=(), title=narrow), key=lambda one: one.remote)


def remove_twins(
    server: Server,
    made: LiveResource,
    ownership: Ownership,
    attributes: Mapping[str, Value],
    *,
    project: int | None,
    known: Collection[str] = (),
) -> tuple[str, ...]:
    """Exactly one object may carry the nonce of a create: others are replays by the server, removed and reported.

    And only one its address: who made it later than somebody else, with a nonce that is not `known`, takes it back.
    """
    listed = _listed(server, made.kind, attributes, project=project)
    found = [one for one in listed if one.ownership is not None and one.ownership.nonce == ownership.nonce]
    if made.remote not in {one.remote for one in found}:
        raise ServerError(
            f"the server answered that it created object {made.remote}, but does not list it",
            hint="plan again: if it is there, lsform finds it by its marker",
        )
    if any(_is_rival(one, ownership, known) and one.remote < made.remote for one in listed):
        for one in found:
            server.delete(made.kind, one.remote)
        raise Stale(
            f"somebody else created `{ownership.address}` at the same moment: ours was removed again",
            hint="another lsform applies this stack: wait for it to end, then plan again",
        )
    twins = [one for one in found if one.remote != made.remote]
    for twin in twins:
        server.delete(made.kind, twin.remote)
    return tuple(
        f"the server had replayed the create: the empty twin {twin.remote} of {made.remote} was removed"
        for twin in twins
    )


def _is_rival(one: LiveResource, ownership: Ownership, known: Collection[str]) -> bool:
    """Whether another run made this for the same address; what bears a nonce that is known was seen by the plan."""
    theirs = one.ownership
    return (
        theirs is not None
        and (theirs.stack, theirs.address) == (ownership.stack, ownership.address)
        and theirs.nonce not in (ownership.nonce, *known)
    )
