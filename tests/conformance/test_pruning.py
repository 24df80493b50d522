"""Law 4: only what this stack made is deleted, and only when it is asked for."""

from __future__ import annotations

import pytest

from lsform import workflow
from lsform.engine.guard import Permission
from lsform.resources import KINDS, ResourceKind
from lsform.resources.project import PROJECT
from tests.conformance.bench import HOST, Bench, address, manifests, project, removed, said
from tests.conformance.examples import Body, example_of, named


def base(kind: ResourceKind) -> dict[str, Body]:
    return {"it": example_of(kind).base}


def two(kind: ResourceKind) -> dict[str, Body]:
    return {**base(kind), "other": example_of(kind).base}


def without_children(kind: ResourceKind) -> dict[str, Body]:
    """Of each collection nothing, and the project that has none."""
    return {} if kind.parent else base(kind)


def children(bench: Bench) -> list[ResourceKind]:
    return [kind for kind in bench.kinds if kind.parent]


def theirs(bench: Bench, kind: ResourceKind, project: int) -> list[int]:
    """What a project has that no stack owns: also webhooks that came with ML backends."""
    return [one.remote for one in bench.world.server.list(kind, project=project) if one.ownership is None]


def test_an_empty_collection_prunes_what_is_ours_and_nothing_else(bench: Bench, subtests: pytest.Subtests) -> None:
    bench.declare_each(two)
    bench.settle()
    host = bench.remote(address(PROJECT, HOST))
    foreign = {named(kind): bench.foreign(kind) for kind in children(bench)}
    strangers = {named(kind): theirs(bench, kind, host) for kind in children(bench)}
    bench.declare_each(lambda kind: {} if kind.parent else two(kind))
    pruned = bench.attempt(prune=True)
    for kind in children(bench):
        with subtests.test(kind=named(kind)):
            for name in two(kind):
                where = address(kind, name)
                assert (["delete"], []) == ([action for action, _ in pruned.planned(where)], pruned.amiss(where))
            assert foreign[named(kind)] in theirs(bench, kind, host)
            assert strangers[named(kind)] == theirs(bench, kind, host)
    assert {address(kind, name) for kind in children(bench) for name in two(kind)} == pruned.touched
    assert [f"project.{name}" for name in (HOST, "it", "other")] == [where for where, _ in bench.ours()]


def test_nothing_is_pruned_unasked(bench: Bench) -> None:
    bench.declare_each(base)
    bench.settle()
    ours = bench.ours()
    bench.declare_each(without_children)
    assert [] == bench.settle()
    expected = sorted(("LSFP01", str(address(kind))) for kind in children(bench))
    assert expected == sorted((one.code, one.address) for one in bench.plan().findings)
    assert ours == bench.ours()


def test_a_collection_that_is_left_out_is_left_alone(bench: Bench) -> None:
    bench.declare_each(base)
    bench.settle()
    ours = bench.ours()
    bench.write(project("it", {}), project(HOST, {}))
    assert ([], ()) == (bench.settle(prune=True), bench.plan(prune=True).findings)
    assert ours == bench.ours()


def test_one_of_two_is_pruned(bench: Bench) -> None:
    bench.declare_each(two)
    bench.settle()
    bench.declare_each(lambda kind: {"other": example_of(kind).base} if kind.parent else two(kind))
    expected = sorted(("delete", str(address(kind))) for kind in children(bench))
    assert expected == sorted(one[:2] for one in bench.settle(prune=True))
    left = sorted(str(address(kind, "other")) for kind in children(bench))
    assert left == [where for where, _ in bench.ours() if "/" in where]


def test_what_is_forgotten_stays_without_a_marker_and_otherwise_as_it_was(
    bench: Bench, subtests: pytest.Subtests
) -> None:
    bench.declare_each(base)
    bench.settle()
    before = {named(kind): bench.live(kind) for kind in bench.kinds}
    bench.declare_each(lambda _kind: {}, None, *(removed(str(address(kind)), destroy=False) for kind in bench.kinds))
    assert sorted(("forget", str(address(kind)), []) for kind in bench.kinds) == sorted(bench.settle(prune=True))
    after = {named(kind): bench.world.server.get(kind, before[named(kind)].remote) for kind in bench.kinds}
    bench.declare_each(lambda _kind: {})
    assert ([], ()) == (bench.settle(prune=True), bench.plan(prune=True).findings)
    for kind in bench.kinds:
        was, stays = before[named(kind)], after[named(kind)]
        with subtests.test(kind=named(kind)):
            assert stays is not None
            assert (was.attributes, None) == (stays.attributes, stays.ownership)
        bench.world.remove(kind, was.remote)


def test_a_project_is_pruned_with_its_children_and_strangers_stay(bench: Bench) -> None:
    children = [kind for kind in KINDS if kind.parent]
    stays = project("stays", {})
    bench.write(stays, *(one for kind in children[:1] for one in manifests(kind, {"it": example_of(kind).base})))
    bench.settle()
    foreign = bench.foreign(PROJECT)
    bench.write(stays)
    assert [("delete", "project.host", [])] == bench.settle(prune=True)
    assert ["project.stays"] == [where for where, _ in bench.ours()]
    assert None is not bench.world.server.get(PROJECT, foreign)
    bench.world.remove(PROJECT, foreign)


def test_destroy_deletes_all_that_is_ours_and_nothing_else(bench: Bench) -> None:
    bench.write(project("one", {}), project("two", {}))
    bench.settle()
    foreign = bench.foreign(PROJECT)
    with bench.session("destroy") as opened:
        plan = workflow.make_plan(opened, workflow.Options(prune=True, destroy=True))
        outcomes = list(workflow.run_plan(opened, plan, Permission(whole_estate=True)))
    assert [("delete", "project.one", []), ("delete", "project.two", [])] == said(plan)
    assert ["applied", "applied"] == [one.result.value for one in outcomes]
    assert [] == bench.ours()
    assert None is not bench.world.server.get(PROJECT, foreign)
    bench.world.remove(PROJECT, foreign)
