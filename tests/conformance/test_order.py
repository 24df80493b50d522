"""Tabs of a project stand in the order in which they are declared; those of other people stay where they are."""

from __future__ import annotations

import pytest

from lsform.core.errors import ServerError
from lsform.core.values import Json
from lsform.engine.planner import Scope, decide
from lsform.resources.view import VIEW
from tests.conformance.bench import HOST, Bench, address
from tests.conformance.examples import Body
from tests.conformance.examples.view import FILTERS
from tests.conformance.worlds import MemoryWorld
from tests.conftest import Stack

HOST_ADDRESS = address(VIEW).root


def titles(bench: Bench) -> list[str]:
    """All tabs of the project, as people see them."""
    shown = bench.world.server.list(VIEW, project=bench.remote(HOST_ADDRESS))
    return [str(one.attributes["title"]) for one in sorted(shown, key=lambda one: one.place)]


def tabs(*names: str, **more: Json) -> dict[str, Body]:
    return {name: {"title": name, **more} for name in names}


def moved(bench: Bench, *names: str) -> None:
    """Somebody moves the tabs about, theirs and ours."""
    project = bench.remote(HOST_ADDRESS)
    shown = {str(one.attributes["title"]): one.remote for one in bench.world.server.list(VIEW, project=project)}
    bench.world.server.arrange(VIEW, [shown[name] for name in names], project=project)


def test_new_tabs_stand_as_declared_whatever_the_server_makes_of_filters(bench: Bench) -> None:
    filtered: Body = {"title": "filtered", "filters": FILTERS[0]}
    bench.declare(VIEW, **{**tabs("zebra"), "filtered": filtered, **tabs("ant")})
    assert ("update", f"project.{HOST}", ["views"]) == bench.settle()[-1]
    assert ["zebra", "filtered", "ant"] == titles(bench)


def test_another_order_in_the_manifest_is_one_change_that_moves_ours_alone(bench: Bench) -> None:
    bench.declare(VIEW, **tabs("a", "b", "c"))
    bench.settle()
    project = bench.remote(HOST_ADDRESS)
    for name in ("theirs", "others"):
        bench.world.make(VIEW, {"data": {"title": name}}, project)
    moved(bench, "theirs", "a", "b", "others", "c")
    assert [] == bench.settle(), "nothing of ours is out of order"
    bench.declare(VIEW, **tabs("c", "a", "b"))
    (change,) = bench.plan().changes
    assert [("views", ["a", "b", "c"], ["c", "a", "b"])] == [(one.path, one.before, one.after) for one in change.fields]
    assert [("update", f"project.{HOST}", ["views"])] == bench.settle()
    assert ["theirs", "c", "a", "others", "b"] == titles(bench)


def test_what_somebody_moved_is_put_back_unless_the_lifecycle_leaves_it(bench: Bench) -> None:
    bench.declare(VIEW, **tabs("a", "b"))
    bench.settle()
    moved(bench, "b", "a")
    for lifecycle in ({"on_drift": "report"}, {"on_drift": "ignore"}, {"ignore": ["views"]}):
        bench.declare(VIEW, lifecycle, **tabs("a", "b"))
        assert [] == bench.settle()
    bench.declare(VIEW, **tabs("a", "b"))
    assert [("update", f"project.{HOST}", ["views"])] == bench.settle()
    assert ["a", "b"] == titles(bench)


def test_a_project_of_which_only_the_tabs_move_is_remembered_again(bench: Bench) -> None:
    bench.declare(VIEW, **tabs("a", "b"))
    bench.settle()
    bench.forget()
    bench.declare(VIEW, **tabs("b", "a"))
    assert [("update", f"project.{HOST}", ["views"])] == bench.settle()
    with bench.session() as opened:
        remembered = opened.state.entries[HOST_ADDRESS]
        assert bench.remote(HOST_ADDRESS) == remembered.remote


def test_a_tab_that_is_made_anew_takes_its_place_again(bench: Bench) -> None:
    bench.declare(VIEW, **tabs("a", "b", ordering=["tasks:id"]))
    bench.settle()
    bench.declare(VIEW, **{**tabs("a"), **tabs("b", ordering=["tasks:id"])})
    bench.settle()
    bench.declare(VIEW, **{**tabs("a", ordering=[]), **tabs("b", ordering=["tasks:id"])})
    assert [("replace", str(address(VIEW, "a"))), ("update", f"project.{HOST}")] == [one[:2] for one in bench.settle()]
    assert ["a", "b"] == titles(bench)


def test_an_order_that_is_not_declared_is_nobodys_business(bench: Bench) -> None:
    bench.declare(VIEW, **tabs("a", "b"))
    bench.settle()
    moved(bench, "b", "a")
    for bodies in (tabs("a"), tabs("b")):
        bench.declare(VIEW, **bodies)
        assert [] == bench.settle()
    bench.write({"apiVersion": "lsform/v1", "kind": "Project", "metadata": {"name": HOST}, "spec": {}})
    assert [] == bench.settle()


def test_a_saved_plan_of_an_order_is_made_again_from_what_it_touches(bench: Bench) -> None:
    bench.declare(VIEW, **tabs("a", "b"))
    bench.settle()
    bench.declare(VIEW, **tabs("b", "a"))
    plan = bench.plan()
    only = Scope(stack=bench.name, only=frozenset(one.address for one in plan.changes))
    assert plan.changes == decide(plan.pairs, only)
    outside = Scope(stack=bench.name, targets=(str(address(VIEW, "a")),))
    assert () == decide(plan.pairs, outside), "the order is the project's"


@pytest.mark.parametrize("is_set", [False, True])
def test_an_order_that_got_an_error_for_an_answer_is_looked_at_by_the_next_apply(stack: Stack, is_set: bool) -> None:
    world = MemoryWorld()
    bench = Bench(stack, world)
    (world.server.after if is_set else world.server.faults)["arrange"] = [ServerError("no", status=500)]
    bench.declare(VIEW, **tabs("b", "a"), **tabs("c", filters=FILTERS[0]))
    assert [f"project.{HOST}: no"] == bench.apply().failures
    moved(bench, *(["b", "a", "c"] if is_set else ["c", "a", "b"]))
    assert ([] if is_set else [("update", f"project.{HOST}", ["views"])]) == bench.settle()
    assert ["b", "a", "c"] == titles(bench)
