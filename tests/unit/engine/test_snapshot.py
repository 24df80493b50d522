"""What a plan reads: enough to be right, and no more."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from lsform.core.errors import ServerError
from lsform.engine.declared import DesiredResource
from lsform.engine.model import Impact, LiveResource
from lsform.resources import ResourceKind
from tests.unit.engine.estate import Estate, FusedServer, changes_of, declared

A, B = declared("project.a", title="Aaa"), declared("project.b", title="Bbb")
CONFIG = '<View><Text name="t" value="$text"/><Choices name="q" toName="t"><Choice value="{}"/></Choices></View>'


def made(*resources: DesiredResource) -> Estate:
    estate = Estate()
    estate.declare(*resources)
    assert estate.apply().is_done
    estate.server.calls.clear()
    return estate


class ShortSighted(FusedServer):
    """Its list of projects has none, as when pages shift while they are read."""

    def list(
        self,
        kind: ResourceKind,
        *,
        project: int | None = None,
        attributes: Iterable[str] | None = None,
        title: str | None = None,
    ) -> list[LiveResource]:
        found = super().list(kind, project=project, attributes=attributes, title=title)
        return found if kind.parent else []


def test_a_list_that_is_too_short_is_no_absence() -> None:
    estate = made(A, declared("project.a/view.v", title="Mine"))
    estate.server.__class__ = ShortSighted
    assert [] == changes_of(estate.plan(prune=True))
    estate.declare(B)
    assert [("project.b", "create"), ("project.a", "delete")] == changes_of(estate.plan(prune=True))


@pytest.mark.parametrize("method", ["list", "get", "usage", "impact"])
def test_a_read_that_fails_is_no_absence_and_ends_the_plan(method: str) -> None:
    estate = made(declared("project.a", label_config=CONFIG.format("x")), B)
    estate.server.__class__ = ShortSighted
    estate.declare(declared("project.a", label_config=CONFIG.format("y")))
    estate.server.faults[method] = [ServerError("the server answered 500", status=500)]
    with pytest.raises(ServerError):
        estate.plan(prune=True)


def test_roots_are_listed_once_and_children_only_where_they_are_declared_or_remembered() -> None:
    raw = declared("project.a/import_storage.raw", path="/files")
    for stack, lists in (
        ((A, B), 1),
        ((A, B, declared("project.a/view.v", title="Mine"), declared("project.b/view.v", title="Mine")), 2),
        ((A, B, raw), 2),
        ((A, B, raw, declared("project.b/import_storage.raw", path="/files")), 3),
    ):
        estate = made(*stack)
        estate.plan()
        assert {"list": lists} == dict(estate.server.calls)


def test_work_is_counted_only_where_it_is_at_risk() -> None:
    estate = made(
        declared("project.a", title="Aaa", label_config=CONFIG.format("x")), B, declared("project.c", title="Ccc")
    )
    estate.declare(
        declared("project.a", title="Aaa", label_config=CONFIG.format("y")), declared("project.b", title="New")
    )
    estate.server.impacts = {remote: Impact(tasks=remote) for remote in (1, 2, 3)}
    plan = estate.plan(prune=True)
    assert {"list": 1, "impact": 2, "usage": 2} == dict(estate.server.calls)
    assert [1, 0, 3] == [change.impact.tasks for change in plan.changes]
