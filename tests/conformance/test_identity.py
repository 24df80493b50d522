"""Law 3: who is who is told by state, then by marker, and nothing is created twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lsform.core.address import Address
from lsform.resources import KINDS, ResourceKind, children_of
from lsform.resources.project import PROJECT
from tests.conformance.bench import HOST, Bench, address, moved, project, said
from tests.conformance.examples import Body, example_of, named


def base(kind: ResourceKind) -> dict[str, Body]:
    return {"it": example_of(kind).base}


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


def test_a_marker_that_was_lost_is_put_back(bench: Bench, subtests: pytest.Subtests) -> None:
    bench.declare_each(base)
    bench.settle()
    ours, before = bench.ours(), {named(kind): bench.live(kind) for kind in bench.kinds}
    for kind in bench.kinds:
        bench.by_hand(kind, example_of(kind).unmarked)
    for kind in bench.kinds:
        with subtests.test(kind=named(kind), marker="lost"):
            assert None is bench.live(kind).ownership
    put_back = bench.attempt()
    for kind in bench.kinds:
        with subtests.test(kind=named(kind), marker="put back"):
            assert ([("update", ["(marker)"])], []) == (put_back.planned(address(kind)), put_back.amiss(address(kind)))
            assert before[named(kind)].attributes == bench.live(kind).attributes
    assert {address(kind) for kind in bench.kinds} == put_back.touched
    assert ours == bench.ours()


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


def test_what_lost_both_its_marker_and_its_state_is_a_stranger(bench: Bench, subtests: pytest.Subtests) -> None:
    bench.declare_each(lambda kind: {"it": {**example_of(kind).base, **({} if kind.parent else {"title": bench.name})}})
    bench.settle()
    before = {named(kind): bench.remote(address(kind)) for kind in bench.kinds}
    for kind in bench.kinds:
        bench.by_hand(kind, example_of(kind).unmarked)
    bench.forget()
    made = bench.attempt(prune=True)
    assert [] == made.failures
    for kind in bench.kinds:
        remote, where = before[named(kind)], address(kind)
        told = [
            (one.code, f"project {remote} has the title" in one.message)
            for one in made.plan.findings
            if one.address == str(where)
        ]
        with subtests.test(kind=named(kind)):
            assert (["create"], []) == ([action for action, _ in made.planned(where)], made.amiss(where))
            assert ([] if kind.parent else [("LSFP02", True)]) == told
            assert None is not bench.world.server.get(kind, remote)
        bench.world.remove(kind, remote)
    assert {address(kind) for kind in bench.kinds} == made.touched


def test_a_new_title_is_an_update_of_the_same_object(bench: Bench, subtests: pytest.Subtests) -> None:
    titled = [kind for kind in bench.kinds if "title" in kind.attributes]

    def called(title: str) -> Callable[[ResourceKind], dict[str, Body]]:
        return lambda kind: {"it": {**example_of(kind).base, "title": title}} if kind in titled else {}

    bench.declare_each(called("the first title"))
    bench.settle()
    ours = bench.ours()
    bench.declare_each(called("another title"))
    renamed = bench.attempt()
    for kind in titled:
        with subtests.test(kind=named(kind)):
            assert ([("update", ["title"])], []) == (renamed.planned(address(kind)), renamed.amiss(address(kind)))
    assert {address(kind) for kind in titled} == renamed.touched
    assert ours == bench.ours()


@pytest.mark.parametrize("forgotten", [False, True], ids=["with-state", "without-state"])
def test_the_marker_follows_a_move(bench: Bench, forgotten: bool, subtests: pytest.Subtests) -> None:
    bench.declare_each(base)
    bench.settle()
    remotes = {named(kind): bench.remote(address(kind)) for kind in bench.kinds}
    if forgotten:
        bench.forget()
    moves = [moved(str(address(kind)), str(address(kind, "new"))) for kind in bench.kinds]
    bench.declare_each(lambda kind: {"new": example_of(kind).base}, None, *moves)
    followed, ours = bench.attempt(), bench.ours()
    for kind in bench.kinds:
        remote, where = remotes[named(kind)], address(kind, "new")
        with subtests.test(kind=named(kind)):
            again = sent_again(kind) if forgotten else []
            assert ([("update", ["(marker)", *again])], []) == (followed.planned(where), followed.amiss(where))
            assert (str(where), remote) in ours
            assert remote == bench.remote(where)
    assert {address(kind, "new") for kind in bench.kinds} == followed.touched


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
