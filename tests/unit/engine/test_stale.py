"""A stale plan writes nothing: what happens between plan and apply, and what of it matters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lsform.cli.commands.apply import exit_code
from lsform.core.address import Address
from lsform.core.errors import Conflict, ExitCode, PlanRefused
from lsform.engine.declared import Move
from lsform.engine.model import Impact, LiveResource
from lsform.interface.compatibility import Usage
from lsform.resources import ResourceKind, kind_of
from lsform.resources.project import PROJECT
from tests.unit.engine.estate import Estate, declared

CONFIG = '<View><Image name="img" value="$image"/><Choices name="q" toName="img">{}</Choices></View>'
TWO_LABELS, ONE_LABEL = (
    CONFIG.format("".join(f'<Choice value="{label}"/>' for label in labels)) for labels in (("good", "bad"), ("good",))
)
Happens = Callable[[Estate], object]


@pytest.fixture
def estate() -> Estate:
    """Two projects as declared, then: one is to be renamed, one is to go, one and its view are to be made."""
    estate = Estate()
    estate.declare(
        declared("project.a", title="Aaa", label_config=TWO_LABELS),
        declared("project.old", title="Old"),
        declared("project.rest", title="Rest"),
        declared("project.rest/webhook.h", url="http://example.com"),
    )
    assert estate.apply().is_done
    estate.declare(
        declared("project.a", title="Renamed", label_config=ONE_LABEL),
        declared("project.new", title="New"),
        declared("project.rest", title="Rest"),
        declared("project.rest/view.v", title="Mine"),
        declared("project.rest/webhook.h", url="http://example.com"),
    )
    return estate


def record(estate: Estate, remote: int, **values: object) -> object:
    return estate.server.records["project"][remote].update(values)  # type: ignore[arg-type]


def label_with_bad(estate: Estate) -> None:
    estate.server.usages[1] = Usage({"q|img|choices": 1}, {"q": {"bad": 1}}, {}, frozenset({"image"}))


def label_with_good(estate: Estate) -> None:
    estate.server.impacts[1] = Impact(tasks=9, annotations=9)
    estate.server.usages[1] = Usage({"q|img|choices": 9}, {"q": {"good": 9}}, {}, frozenset({"image"}))


CONFLICTS: dict[str, tuple[Happens, str]] = {
    "what is updated was changed": (
        lambda estate: record(estate, 1, title="Theirs"),
        "`project.a` was changed on the server after the plan was made",
    ),
    "what is updated lost its marker": (
        lambda estate: record(estate, 1, label_config=TWO_LABELS),
        "`project.a` was changed on the server after the plan was made",
    ),
    "what is updated is gone": (
        lambda estate: estate.server.records["project"].pop(1),
        "`project.a` is gone from the server",
    ),
    "a label that goes was used": (label_with_bad, "people went on labeling in `project.a`"),
    "what is deleted was changed": (
        lambda estate: record(estate, 2, title="Needed again"),
        "`project.old` was changed on the server after the plan was made",
    ),
    "what is deleted got tasks": (
        lambda estate: estate.server.impacts.update({2: Impact(tasks=1)}),
        "people went on labeling in `project.old`",
    ),
    "what is created was created": (
        lambda estate: estate.put(PROJECT, {"title": "New"}, marker="s/project.new#other"),
        "somebody else has just created `project.new`",
    ),
    "a child that is created was created": (
        lambda estate: estate.put(kind_of("view"), {"title": "Mine"}, project=3, marker="s/project.rest/view.v#other"),
        "somebody else has just created `project.rest/view.v`",
    ),
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_matters_stops_everything_before_the_first_write(estate: Estate, name: str) -> None:
    happens, message = CONFLICTS[name]
    before = estate.state
    with pytest.raises(Conflict) as caught:
        estate.apply(prune=True, meanwhile=lambda: happens(estate))
    assert f"stale plan: {message}" == caught.value.message
    assert [] == estate.server.writes
    assert before == estate.state


HARMLESS: dict[str, Happens] = {
    "nothing": lambda estate: None,
    "a project that is left alone was changed": lambda estate: record(estate, 3, title="Theirs"),
    "a field that nobody declares was changed": lambda estate: record(estate, 1, description="theirs"),
    "somebody made a project of the same title": lambda estate: estate.put(PROJECT, {"title": "New"}),
    "another stack made a project of the same address": lambda estate: estate.put(
        PROJECT, {"title": "New"}, marker="other/project.new#n"
    ),
    "people went on labeling with what stays": label_with_good,
    "somebody made a child of the same name elsewhere": lambda estate: estate.put(
        kind_of("view"), {"title": "Mine"}, project=1, marker="s/project.a/view.v#other"
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_changes_elsewhere_does_not_matter(estate: Estate, name: str) -> None:
    done = estate.apply(prune=True, meanwhile=lambda: HARMLESS[name](estate))
    assert ["project.a", "project.new", "project.rest/view.v", "project.old"] == [
        str(one.address) for one in done.outcomes
    ]
    assert done.is_done


def test_an_object_with_the_id_of_another_kind_s_is_not_taken_for_one_that_was_seen(estate: Estate) -> None:
    """Ids count by kind: webhook 1 was seen, view 1 is new."""
    estate.declare(*(one for one in estate.desired.values() if str(one.address) != "project.new"))
    with pytest.raises(Conflict, match="has just created"):
        estate.apply(
            meanwhile=lambda: estate.put(
                kind_of("view"), {"title": "Mine"}, remote=1, project=3, marker="s/project.rest/view.v#other"
            )
        )


def test_what_was_created_under_the_name_before_a_move_counts(estate: Estate) -> None:
    estate.moves = (Move(Address.parse("project.early"), Address.parse("project.new")),)
    with pytest.raises(Conflict, match=r"has just created `project\.new`"):
        estate.apply(meanwhile=lambda: estate.put(PROJECT, {"title": "New"}, marker="s/project.early#other"))


def test_an_allowed_loss_that_has_grown_is_asked_for_again(estate: Estate) -> None:
    label_with_bad(estate)
    with pytest.raises(PlanRefused):
        estate.apply()

    def more() -> None:
        estate.server.usages[1] = Usage({"q|img|choices": 2}, {"q": {"bad": 2}}, {}, frozenset({"image"}))

    with pytest.raises(Conflict, match="people went on labeling"):
        estate.apply(allow=("project.a",), meanwhile=more)
    assert estate.apply(allow=("project.a",)).is_done


# -- while the plan runs ----------------------------------------------------------------------------------------------


def happening(estate: Estate, method: str, happens: Happens) -> None:
    """Somebody does this during the first call of a method by the run."""
    entering = estate.server._enter

    def enter(name: str) -> None:
        if name == method:
            estate.server._enter = entering  # type: ignore[method-assign]
            happens(estate)
        entering(name)

    estate.server._enter = enter  # type: ignore[method-assign]


@pytest.mark.parametrize("name", ["what is deleted was changed", "what is deleted got tasks"])
def test_what_changes_just_before_its_own_write_is_a_conflict_and_the_others_go_on(estate: Estate, name: str) -> None:
    happens, message = CONFLICTS[name]
    done = estate.apply(prune=True, meanwhile=lambda: happening(estate, "update", happens))
    assert [
        ("project.a", "applied"),
        ("project.new", "applied"),
        ("project.rest/view.v", "applied"),
        ("project.old", "failed"),
    ] == done.summary
    failed = done.outcome("project.old")
    assert (f"stale plan: {message}", True) == (failed.error, failed.conflict)
    assert 2 in estate.server.records["project"]
    assert ExitCode.PARTIAL == exit_code(done.outcomes)


def test_a_run_of_nothing_but_conflicts_is_one(estate: Estate) -> None:
    estate.declare(declared("project.a", title="Renamed"), declared("project.a/view.v", title="Mine"))
    view = declared("project.a/view.v", title="Mine")
    assert estate.apply().is_done
    estate.declare(declared("project.a", title="Again"), view)

    def between_the_two_looks() -> None:
        looked = estate.server.get

        def get(kind: ResourceKind, remote: int, *, project: int | None = None) -> LiveResource | None:
            found = looked(kind, remote, project=project)
            record(estate, 1, title="Theirs")
            return found

        estate.server.get = get  # type: ignore[method-assign]

    done = estate.apply(meanwhile=between_the_two_looks)
    assert [("project.a", "failed")] == done.summary
    assert "Theirs" == estate.server.records["project"][1]["title"]
    assert ExitCode.CONFLICT == exit_code(done.outcomes)
