"""Makes one object exactly once, even where a create is answered with an error, with two objects, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

from lsform.core.errors import ServerError
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
    title = attributes.get("title")
    listed = server.list(
        kind,
        project=project,
        attributes=(),
        title=title.strip() if isinstance(title, str) and not kind.parent else None,
    )
    found = [one for one in listed if one.ownership is not None and one.ownership.nonce == ownership.nonce]
    return sorted(found, key=lambda one: one.remote)


def remove_twins(
    server: Server,
    made: LiveResource,
    ownership: Ownership,
    attributes: Mapping[str, Value],
    *,
    project: int | None,
) -> tuple[str, ...]:
    """Exactly one object may carry the nonce of a create: others are replays by the server, removed and reported."""
    found = bearers(server, made.kind, ownership, attributes, project=project)
    if made.remote not in {one.remote for one in found}:
        raise ServerError(
            f"the server answered that it created object {made.remote}, but does not list it",
            hint="plan again: if it is there, lsform finds it by its marker",
        )
    twins = [one for one in found if one.remote != made.remote]
    for twin in twins:
        server.delete(made.kind, twin.remote)
    return tuple(
        f"the server had replayed the create: the empty twin {twin.remote} of {made.remote} was removed"
        for twin in twins
    )
