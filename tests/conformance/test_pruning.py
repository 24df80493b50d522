"""Law 4: only what this stack made is deleted, and only when it is asked for."""

from __future__ import annotations

import pytest

from lsform import workflow
from lsform.engine.guard import Permission
from lsform.resources import KINDS, ResourceKind
from lsform.resources.project import PROJECT
from tests.conformance.bench import HOST, Bench, address, manifests, project, removed, said
from tests.conformance.examples import example_of, named

every_child = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.parent], ids=named)


@every_child
def test_an_empty_collection_prunes_what_is_ours_and_nothing_else(bench: Bench, kind: ResourceKind) -> None:
    bench.declare(kind, it=example_of(kind).base, other=example_of(kind).base)
    bench.settle()
    foreign = bench.foreign(kind)
    bench.declare(kind)
    assert ("delete", "delete") == tuple(action for action, _, _ in bench.settle(prune=True))
    assert [foreign] == [one.remote for one in bench.world.server.list(kind, project=bench.remote(address(kind).root))]


@every_child
def test_nothing_is_pruned_unasked(bench: Bench, kind: ResourceKind) -> None:
    bench.declare(kind, it=example_of(kind).base)
    bench.settle()
    ours = bench.ours()
    bench.declare(kind)
    assert [] == bench.settle()
    assert [("LSFP01", str(address(kind)))] == [(one.code, one.address) for one in bench.plan().findings]
    assert ours == bench.ours()


@every_child
def test_a_collection_that_is_left_out_is_left_alone(bench: Bench, kind: ResourceKind) -> None:
    bench.declare(kind, it=example_of(kind).base)
    bench.settle()
    ours = bench.ours()
    bench.write(project(HOST, {}))
    assert ([], ()) == (bench.settle(prune=True), bench.plan(prune=True).findings)
    assert ours == bench.ours()


@every_child
def test_one_of_two_is_pruned(bench: Bench, kind: ResourceKind) -> None:
    bench.declare(kind, it=example_of(kind).base, other=example_of(kind).base)
    bench.settle()
    bench.declare(kind, other=example_of(kind).base)
    assert [("delete", str(address(kind)), [])] == bench.settle(prune=True)
    assert [str(address(kind, "other"))] == [where for where, _ in bench.ours() if "/" in where]


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_what_is_forgotten_stays_without_a_marker_and_otherwise_as_it_was(bench: Bench, kind: ResourceKind) -> None:
    stays = project("stays", {})
    bench.write(stays, *manifests(kind, {"it": example_of(kind).base}))
    bench.settle()
    before = bench.live(kind)
    left = manifests(kind, {}) if kind.parent else []
    bench.write(stays, *left, removed(str(address(kind)), destroy=False))
    assert [("forget", str(address(kind)), [])] == bench.settle(prune=True)
    after = bench.world.server.get(kind, before.remote)
    assert after is not None
    assert (before.attributes, None) == (after.attributes, after.ownership)
    bench.write(stays, *left)
    assert ([], ()) == (bench.settle(prune=True), bench.plan(prune=True).findings)
    bench.world.remove(kind, before.remote)


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
