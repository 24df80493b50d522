"""Puts the children of a project into an order, other people's left where they are, and sees that the server did it."""

from __future__ import annotations

from collections.abc import Sequence

from lsform.core.errors import ServerError
from lsform.engine.order import rearranged
from lsform.engine.ports import Server
from lsform.resources import ResourceKind


def arrange(server: Server, kind: ResourceKind, wanted: Sequence[int], *, project: int) -> None:
    """Those that are there; raises ServerError when the server says yes and does otherwise."""
    live = server.list(kind, project=project)
    there = {one.remote for one in live}
    wanted = [remote for remote in wanted if remote in there]
    server.arrange(kind, rearranged(live, wanted), project=project)
    kept = sorted(server.list(kind, project=project), key=lambda one: one.place)
    if [one.remote for one in kept if one.remote in wanted] != wanted:
        raise ServerError(
            f"the server accepted the order of `{kind.collection}` but keeps another",
            hint="somebody may be moving them at this moment: apply again",
        )
