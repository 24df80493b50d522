"""Puts the children of a project into an order, other people's left where they are, and sees that the server did it."""

from __future__ import annotations

from collections.abc import Sequence

from lsform.core.errors import ServerError
from lsform.engine.order import rearranged
from lsform.engine.ports import Server
from lsform.resources import ResourceKind


def arrange(server: Server, kind: ResourceKind, wanted: Sequence[int], *, project: int) -> None:
    """Raises ServerError when the server says yes and does otherwise."""
    server.arrange(kind, rearranged(server.list(kind, project=project), wanted), project=project)
    kept = sorted(server.list(kind, project=project), key=lambda one: one.place)
    if [one.remote for one in kept if one.remote in wanted] != list(wanted):
        raise ServerError(
            f"the server accepted the order of `{kind.collection}` but keeps another",
            hint="somebody may be moving them at this moment: apply again",
        )
