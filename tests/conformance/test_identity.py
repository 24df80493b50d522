"""Law 3: who is who is told by state, then by marker, and nothing is created twice."""

from __future__ import annotations

import pytest

from lsform.core.address import Address
from lsform.resources import KINDS, ResourceKind, children_of
from lsform.resources.project import PROJECT
from tests.conformance.bench import HOST, Bench, address, manifests, moved, project, said
from tests.conformance.examples import Body, example_of, named

every_kind = pytest.mark.parametrize("kind", KINDS, ids=named)
with_title = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if "title" in kind.attributes], ids=lambda kind: named(kind)
)


def everything(bench: Bench, name: str = HOST) -> Body:
    """A project with one child of every kind that this machine can test."""
    collections = {
        collection: {named(kind): example_of(kind).base for kind in kinds if kind.variant not in bench.world.lacks}
        for collection, kinds in children_of("project").items()
    }
    return project(name, collections)  # type: ignore[arg-type]


def sent_again(kind: ResourceKind) -> list[str]:
    """What a lost state takes along: nobody can tell whether a secret that the server never shows has changed."""
    return sorted(kind.fields.write_only & set(example_of(kind).base))


@every_kind
def test_a_marker_that_was_lost_is_put_back(bench: Bench, kind: ResourceKind) -> None:
    bench.declare(kind, it=example_of(kind).base)
    bench.settle()
    before, ours = bench.live(kind), bench.ours()
    bench.by_hand(kind, example_of(kind).unmarked)
    assert None is bench.live(kind).ownership
    assert [("update", str(address(kind)), ["(marker)"])] == bench.settle()
    assert (before.attributes, ours) == (bench.live(kind).attributes, bench.ours())


def test_an_interface_that_was_replaced_by_hand_is_put_back_with_its_marker(bench: Bench) -> None:
    bench.declare(PROJECT, it=example_of(PROJECT).declared("interface", example_of(PROJECT).values["interface"][0]))
    bench.settle()
    ours = bench.ours()
    bench.by_hand(PROJECT, lambda _record: {"label_config": "<View><Header value='mine'/></View>"})
    assert [("update", "project.it", ["(marker)", "label_config"])] == bench.settle()
    assert ours == bench.ours()


@pytest.mark.parametrize("name", [HOST, "A--b.c_9-"])
def test_without_a_state_everything_is_found_by_its_marker(bench: Bench, name: str) -> None:
    bench.write(everything(bench, name))
    made = bench.settle()
    ours = bench.ours()
    bench.forget()
    again = sorted(
        ("update", str(Address.of("project", name).child(kind.name, named(kind))), resent)
        for kind in KINDS
        if kind.variant not in bench.world.lacks and (resent := sent_again(kind))
    )
    assert (again, ()) == (sorted(said(bench.plan(prune=True))), bench.plan().findings)
    assert again == sorted(bench.settle())
    assert ours == bench.ours()
    with bench.session() as opened:
        assert {where for _, where, _ in made} == {str(where) for where in opened.state.entries}


@every_kind
def test_what_lost_both_its_marker_and_its_state_is_a_stranger(bench: Bench, kind: ResourceKind) -> None:
    title = {} if kind.parent else {"title": bench.name}
    bench.declare(kind, it={**example_of(kind).base, **title})
    bench.settle()
    before = bench.remote(address(kind))
    bench.by_hand(kind, example_of(kind).unmarked)
    bench.forget()
    plan = bench.plan(prune=True)
    assert [("create", str(address(kind)))] == [one[:2] for one in said(plan)]
    namesakes = [(one.code, one.address, f"project {before} has the title" in one.message) for one in plan.findings]
    assert ([] if kind.parent else [("LSFP02", str(address(kind)), True)]) == namesakes
    bench.settle(prune=True)
    assert None is not bench.world.server.get(kind, before)
    bench.world.remove(kind, before)


@with_title
def test_a_new_title_is_an_update_of_the_same_object(bench: Bench, kind: ResourceKind) -> None:
    bench.declare(kind, it={**example_of(kind).base, "title": "the first title"})
    bench.settle()
    ours = bench.ours()
    bench.declare(kind, it={**example_of(kind).base, "title": "another title"})
    assert [("update", str(address(kind)), ["title"])] == bench.settle()
    assert ours == bench.ours()


@pytest.mark.parametrize("forgotten", [False, True], ids=["with-state", "without-state"])
@every_kind
def test_the_marker_follows_a_move(bench: Bench, kind: ResourceKind, forgotten: bool) -> None:
    bench.declare(kind, it=example_of(kind).base)
    bench.settle()
    remote = bench.remote(address(kind))
    if forgotten:
        bench.forget()
    bench.write(*manifests(kind, {"new": example_of(kind).base}), moved(str(address(kind)), str(address(kind, "new"))))
    again = sent_again(kind) if forgotten else []
    assert [("update", str(address(kind, "new")), ["(marker)", *again])] == bench.settle()
    assert (str(address(kind, "new")), remote) in bench.ours()
    assert remote == bench.remote(address(kind, "new"))


def test_the_children_follow_their_project(bench: Bench) -> None:
    bench.write(everything(bench, "old"))
    bench.settle()
    ours = bench.ours()
    bench.write(everything(bench, "new"), moved("project.old", "project.new"))
    done = bench.settle()
    assert {("update", ("(marker)",))} == {(action, tuple(fields)) for action, _, fields in done}
    assert [(where.replace("project.old", "project.new"), remote) for where, remote in ours] == bench.ours()
    assert Address.of("project", "new") in {Address.parse(where) for _, where, _ in done}


@pytest.mark.parametrize("forgotten", [False, True], ids=["with-state", "without-state"])
def test_what_went_out_of_the_manifests_when_its_project_moved_can_be_pruned_long_after(
    bench: Bench, forgotten: bool
) -> None:
    views = {name: {"title": name} for name in ("gone", "stays")}
    bench.write(project("old", {"views": views}))
    bench.settle()
    now = project("new", {"views": {"stays": views["stays"]}})
    bench.write(now, moved("project.old", "project.new"))
    bench.settle()
    bench.write(now)
    if forgotten:
        bench.forget()
    assert [] == bench.settle()
    assert [("delete", "project.new/view.gone", [])] == bench.settle(prune=True)
    assert ["project.new", "project.new/view.stays"] == [where for where, _ in bench.ours()]
    assert ["project.new", "project.new/view.stays"] == sorted(map(str, bench.entries()))
