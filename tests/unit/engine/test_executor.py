"""The executor when things go wrong: answers that lie, servers that go away, runs that are stopped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lsform.core.address import Address
from lsform.core.errors import ServerError, ServerUnavailable
from lsform.core.values import Secret, Value
from lsform.engine.declared import DesiredResource, Move, Removal
from lsform.engine.fingerprints import fingerprinted
from lsform.engine.model import Action, Intent, LiveResource
from lsform.resources import Lifecycle, ResourceKind, variants_of
from lsform.resources.lifecycle import OnDrift
from lsform.resources.project import PROJECT
from lsform.resources.view import VIEW
from tests.unit.engine.estate import Crash, Estate, FusedServer, changes_of, declared

KEY = Secret("k" * 32, "test")
ANSWER_500 = ServerError("the server answered 500: database is locked", status=500)
NO_ANSWER = ServerError("no answer to a write: ReadTimeout")
REFUSED = ServerError("the server answered 400: `title`: not like this", status=400)
GONE = ServerUnavailable("http://memory cannot be reached: connection refused")
A, B = declared("project.a", title="Aaa"), declared("project.b", title="Bbb")
VIEW_A = declared("project.a/view.v", title="Mine")
HOOK_A = declared("project.a/webhook.h", url="http://example.com", headers={"X-Own": "1"})
RAW_A = declared("project.a/import_storage.raw", path="/files", sync="on_create")
ALL_OF_A = (A, RAW_A, HOOK_A, VIEW_A)


@pytest.fixture
def estate() -> Estate:
    return Estate()


def made(estate: Estate, *resources: object) -> Estate:
    """The estate with these declared and applied."""
    estate.declare(*resources)  # type: ignore[arg-type]
    assert estate.apply().is_done
    return estate


def remembered(estate: Estate) -> dict[str, int]:
    return {str(address): entry.remote for address, entry in estate.state.entries.items()}


# -- creates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [ANSWER_500, NO_ANSWER])
def test_a_create_that_was_done_although_it_was_answered_with_an_error_is_found(
    estate: Estate, answer: ServerError
) -> None:
    estate.declare(A)
    estate.server.after["create"] = [answer]
    done = estate.apply()
    assert [("project.a", "applied")] == done.summary
    assert [("create", "project", 1)] == estate.server.writes
    assert {"project.a": 1} == remembered(estate)
    assert not estate.plan().changes


@pytest.mark.parametrize("resource", [RAW_A, HOOK_A, VIEW_A])
def test_children_are_found_like_that_as_well(estate: Estate, resource: object) -> None:
    made(estate, A)
    estate.declare(A, resource)  # type: ignore[arg-type]
    estate.server.after["create"] = [ANSWER_500]
    done = estate.apply()
    assert done.is_done
    assert 1 == [write[0] for write in estate.server.writes].count("create")
    assert not estate.plan().changes


@pytest.mark.parametrize("answer", [ANSWER_500, NO_ANSWER, REFUSED])
def test_a_create_that_was_not_done_fails_and_is_not_sent_again(estate: Estate, answer: ServerError) -> None:
    estate.declare(A)
    estate.server.faults["create"] = [answer]
    done = estate.apply()
    assert [("project.a", "failed")] == done.summary
    assert answer.message == done.outcomes[0].error
    assert 1 == estate.server.calls["create"]
    assert ([], {}) == (estate.server.writes, remembered(estate))


def test_a_refusal_is_not_looked_up(estate: Estate) -> None:
    estate.declare(A)
    listings = []
    for answer in (REFUSED, ANSWER_500):
        estate.server.faults["create"] = [answer]
        estate.apply()
        listings.append(estate.server.calls["list"])
    assert [1, 2] == listings, "one is that of the stale check"


@pytest.mark.parametrize("replays", [1, 2])
@pytest.mark.parametrize("answer", [None, ANSWER_500])
def test_a_replayed_create_leaves_exactly_one_and_says_so(
    estate: Estate, replays: int, answer: ServerError | None
) -> None:
    estate.put(PROJECT, {"title": "Aaa"})
    estate.declare(A)
    estate.server.replay_creates = replays
    estate.server.after["create"] = [answer] if answer else []
    done = estate.apply()
    assert [("project.a", "applied")] == done.summary
    assert replays == len(done.outcomes[0].notes)
    assert all("replayed the create" in note for note in done.outcomes[0].notes)
    assert {Address.parse("project.a"): [done.outcomes[0].remote]} == estate.bearers()
    assert 2 == len(estate.server.records["project"]), "the one that somebody else made stays"
    assert not estate.plan().changes


def test_a_create_whose_twins_cannot_be_looked_for_fails_and_is_remembered(estate: Estate) -> None:
    estate.declare(A)

    def stop_listing() -> None:
        planned = estate.server.create

        def create(kind: ResourceKind, attributes: dict[str, Value], *, project: int | None) -> LiveResource:
            estate.server.faults["list"] = [ANSWER_500]
            return planned(kind, attributes, project=project)

        estate.server.create = create  # type: ignore[method-assign,assignment]

    done = estate.apply(meanwhile=stop_listing)
    assert [("project.a", "failed")] == done.summary
    assert {"project.a": 1} == remembered(estate)
    assert not estate.plan().changes


def test_of_two_that_create_the_same_at_once_the_later_takes_its_own_back(estate: Estate) -> None:
    """Neither knows of the other: their locks were broken, and they looked before either had written."""
    estate.declare(A, VIEW_A, B)
    planned = estate.server.create

    def create(kind: ResourceKind, attributes: dict[str, Value], *, project: int | None) -> LiveResource:
        if kind is PROJECT and attributes["title"] == "Aaa":
            estate.server.create = planned  # type: ignore[method-assign]
            estate.put(PROJECT, {"title": "Aaa"}, marker="s/project.a#theirs")
        return planned(kind, attributes, project=project)

    estate.server.create = create  # type: ignore[method-assign,assignment]
    done = estate.apply()
    assert [("project.a", "failed"), ("project.a/view.v", "skipped"), ("project.b", "applied")] == done.summary
    assert "somebody else created `project.a` at the same moment" in done.outcomes[0].error
    assert {"project.a": [1], "project.b": [3]} == {str(address): ids for address, ids in estate.bearers().items()}
    assert {"project.b": 3} == remembered(estate)
    assert estate.apply().is_done
    assert {"project.a": 1, "project.a/view.v": 1, "project.b": 3} == remembered(estate)


def test_of_two_that_create_the_same_at_once_the_earlier_stays(estate: Estate) -> None:
    estate.declare(A)
    planned = estate.server.create

    def create(kind: ResourceKind, attributes: dict[str, Value], *, project: int | None) -> LiveResource:
        made_first = planned(kind, attributes, project=project)
        estate.server.create = planned  # type: ignore[method-assign]
        estate.put(PROJECT, {"title": "Aaa"}, marker="s/project.a#theirs")
        return made_first

    estate.server.create = create  # type: ignore[method-assign,assignment]
    assert [("project.a", "applied")] == estate.apply().summary
    assert {"project.a": 1} == remembered(estate)


# -- updates and deletes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [ANSWER_500, NO_ANSWER])
def test_an_update_that_was_done_although_no_answer_says_so_is_applied(estate: Estate, answer: ServerError) -> None:
    made(estate, A, HOOK_A)
    other = declared("project.a/webhook.h", url="http://example.com", headers={"X-Own": "2"})
    estate.declare(declared("project.a", title="Other"), other)
    estate.server.after["update"] = [answer, answer]
    assert [("project.a", "applied"), ("project.a/webhook.h", "applied")] == estate.apply().summary
    plan = estate.plan()
    assert ((), ()) == (plan.changes, plan.drift)


@pytest.mark.parametrize("answer", [ANSWER_500, NO_ANSWER])
def test_an_update_that_was_not_done_fails_with_its_answer(estate: Estate, answer: ServerError) -> None:
    made(estate, A)
    estate.declare(declared("project.a", title="Other"))
    estate.server.faults["update"] = [answer]
    done = estate.apply()
    assert [("failed", answer.message)] == [(one.result.value, one.error) for one in done.outcomes]
    assert [("project.a", "update")] == changes_of(estate.plan())


def test_an_update_with_a_secret_that_nobody_can_see_is_sent_by_the_next_run(estate: Estate) -> None:
    raw = variants_of("import_storage")
    redis = next(kind for kind in raw if kind.variant == "redis")

    def storage(password: str) -> object:
        at = Address.parse("project.a/import_storage.raw")
        values: dict[str, Value] = {"host": "h", "port": "1", "path": "/p", "password": Secret(password, "env:P")}
        return fingerprinted({at: DesiredResource(at, redis, values, Lifecycle(), frozenset(), "")}, KEY)[at]

    made(estate, A, storage("first"))
    estate.declare(A, storage("second"))  # type: ignore[arg-type]
    estate.server.after["update"] = [NO_ANSWER]
    assert [("project.a/import_storage.raw", "failed")] == estate.apply().summary
    assert [("project.a/import_storage.raw", "applied")] == estate.apply().summary


@pytest.mark.parametrize("answer", [ANSWER_500, NO_ANSWER])
def test_a_delete_that_was_done_although_no_answer_says_so_is_applied(estate: Estate, answer: ServerError) -> None:
    made(estate, A, B)
    estate.declare(A)
    estate.server.after["delete"] = [answer]
    assert [("project.b", "applied")] == estate.apply(prune=True).summary
    assert {"project.a": 1} == remembered(estate)


@pytest.mark.parametrize("resource", [A, RAW_A, HOOK_A, VIEW_A])
@pytest.mark.parametrize("when", ["after", "faults"])
def test_what_is_to_be_forgotten_has_its_marker_until_it_surely_has_not(
    estate: Estate, resource: DesiredResource, when: str
) -> None:
    made(estate, *([A] if resource is A else [A, resource]))
    estate.declare(*([] if resource is A else [A]))
    estate.removals = (Removal(resource.address, destroy=False),)
    getattr(estate.server, when)["update"] = [NO_ANSWER]
    assert [(str(resource.address), "applied" if when == "after" else "failed")] == estate.apply().summary
    assert (when == "faults") == (resource.address in estate.bearers())


# -- failures stay where they are -------------------------------------------------------------------------------------


def test_a_refused_project_skips_its_children_and_nothing_else(estate: Estate) -> None:
    estate.declare(*ALL_OF_A, B)
    estate.server.faults["create"] = [REFUSED]
    done = estate.apply()
    assert [
        ("project.a", "failed"),
        ("project.a/import_storage.raw", "skipped"),
        ("project.a/webhook.h", "skipped"),
        ("project.a/view.v", "skipped"),
        ("project.b", "applied"),
    ] == done.summary
    assert "`project.a` failed" == done.outcome("project.a/view.v").error
    assert {"project.b": 1} == remembered(estate)


def test_a_refused_child_hurts_neither_its_siblings_nor_its_parent(estate: Estate) -> None:
    made(estate, A)
    estate.declare(*ALL_OF_A)
    estate.server.faults["create"] = [REFUSED]
    assert [
        ("project.a/import_storage.raw", "failed"),
        ("project.a/webhook.h", "applied"),
        ("project.a/view.v", "applied"),
    ] == estate.apply().summary
    assert estate.apply().is_done
    assert not estate.plan().changes


def test_a_failed_sync_fails_its_storage_and_is_tried_again(estate: Estate) -> None:
    estate.declare(A, RAW_A)
    estate.server.faults["sync"] = [ServerError("the sync ended as `failed`")]
    assert [("project.a", "applied"), ("project.a/import_storage.raw", "failed")] == estate.apply().summary
    again = estate.plan()
    assert ([], ["project.a/import_storage.raw"]) == (changes_of(again), [str(one) for one in again.syncs])
    assert [("project.a/import_storage.raw", "applied")] == estate.apply().summary
    assert () == estate.plan().syncs


def test_nothing_is_deleted_where_anything_of_its_project_failed(estate: Estate) -> None:
    made(estate, A, VIEW_A, HOOK_A, B, declared("project.b/view.v", title="Mine"))
    estate.declare(
        declared("project.a", title="Other", empty=("view", "webhook")),
        declared("project.b", title="Bbb", empty=("view",)),
    )
    estate.server.faults["update"] = [REFUSED]
    done = estate.apply(prune=True)
    assert [
        ("project.a", "failed"),
        ("project.a/webhook.h", "skipped"),
        ("project.a/view.v", "skipped"),
        ("project.b/view.v", "applied"),
    ] == done.summary
    assert "not deleted, because `project.a` failed" == done.outcome("project.a/view.v").error
    assert estate.apply(prune=True).is_done
    assert {"project.a": 1, "project.b": 2} == remembered(estate)


def test_a_delete_that_failed_is_tried_again(estate: Estate) -> None:
    made(estate, A, B)
    estate.declare(A)
    estate.server.faults["delete"] = [ANSWER_500]
    assert [("project.b", "failed")] == estate.apply(prune=True).summary
    assert {"project.a": 1, "project.b": 2} == remembered(estate)
    assert [("project.b", "applied")] == estate.apply(prune=True).summary
    assert {"project.a": 1} == remembered(estate)


def test_a_server_that_goes_away_ends_the_run_and_what_was_done_is_remembered(estate: Estate) -> None:
    estate.declare(A, B, declared("project.c", title="Ccc"))
    estate.server.faults["create"] = []
    _fail_nth(estate.server, "create", 2, GONE)
    done = estate.apply()
    assert [("project.a", "applied"), ("project.b", "failed"), ("project.c", "skipped")] == done.summary
    assert "the server is no longer available" == done.outcome("project.c").error
    assert {"project.a": 1} == remembered(estate)
    assert estate.apply().is_done
    assert 3 == len(estate.server.records["project"])


def _fail_nth(server: FusedServer, method: str, number: int, error: ServerError) -> None:
    """The `number`th call of a method from now on raises."""
    due = server.calls.copy()
    entering = server._enter

    def enter(name: str) -> None:
        due[name] += 1
        if name == method and due[name] == number:
            raise error
        entering(name)

    due.clear()
    server._enter = enter  # type: ignore[method-assign]


# -- answers of success -----------------------------------------------------------------------------------------------


class ForgetfulServer(FusedServer):
    """It says 200 and keeps its own description."""

    def _leave(self, method: str) -> None:
        for record in self.records["project"].values():
            record["description"] = "mine"
        super()._leave(method)


@pytest.mark.parametrize("on_drift", OnDrift)
def test_a_value_that_the_server_does_not_keep_is_a_failure_and_no_drift(estate: Estate, on_drift: OnDrift) -> None:
    estate.server = ForgetfulServer(estate.fuse)
    lifecycle = Lifecycle(on_drift=on_drift)
    for text in ("first", "second"):
        estate.declare(declared("project.a", title="Aaa", description=text, lifecycle=lifecycle))
        done = estate.apply()
        assert [("project.a", "failed")] == done.summary
        assert "the server accepted `description` but keeps something else" == done.outcomes[0].error
        again = estate.plan()
        assert ([("project.a", "update")], ()) == (changes_of(again), again.drift)
    assert {"project.a": 1} == remembered(estate)


def test_what_is_left_to_the_server_may_be_anything(estate: Estate) -> None:
    lifecycle = Lifecycle(ignore=["title"])
    storage = declared("project.a/import_storage.raw", path="/old", title="declared", lifecycle=lifecycle)
    made(estate, A, storage)
    estate.server.records["import_storage"][1]["title"] = "theirs"
    estate.declare(A, declared("project.a/import_storage.raw", path="/new", title="declared", lifecycle=lifecycle))
    assert estate.apply().is_done
    assert ("/new", "theirs") == tuple(
        estate.live("project.a/import_storage.raw").attributes[name] for name in ("path", "title")
    )


# -- the journal ------------------------------------------------------------------------------------------------------


class Watching(FusedServer):
    """Before each write it looks at what another process would read of the state."""

    look: Callable[[], object]

    def _enter(self, method: str) -> None:
        if method in ("create", "update", "delete"):
            self.look()
        super()._enter(method)


def test_before_each_write_its_intent_is_in_the_journal_a_create_with_its_nonce(estate: Estate) -> None:
    seen: list[Intent | None] = []
    watching = Watching(estate.fuse)
    watching.look = lambda: seen.append(estate.state.interrupted)
    estate.server = watching
    ordered = declared("project.a/view.v", title="Mine", ordering=["tasks:id"])
    made(estate, A, ordered, B)
    estate.declare(declared("project.a", title="Other"), declared("project.a/view.v", title="Mine", ordering=[]))
    estate.removals = (Removal(Address.parse("project.b"), destroy=False),)
    before = {address: entry.nonce for address, entry in estate.state.entries.items()}
    assert estate.apply().is_done
    after = {address: entry.nonce for address, entry in estate.state.entries.items()}
    a, v, b = (Address.parse(one) for one in ("project.a", "project.a/view.v", "project.b"))
    replaced = Intent(v, Action.REPLACE, after[v])
    assert [
        Intent(a, Action.CREATE, before[a]),
        Intent(v, Action.CREATE, before[v]),
        Intent(b, Action.CREATE, before[b]),
        Intent(a, Action.UPDATE),
        replaced,
        replaced,
        Intent(b, Action.FORGET),
    ] == seen
    assert None is estate.state.interrupted


def test_a_run_that_was_cut_short_is_told_of_with_what_became_of_it(estate: Estate) -> None:
    """A death before the request leaves, and one before its answer arrives."""
    cases = (
        ("create", (A,), (), "create `project.a`"),
        ("update", (declared("project.a", title="Other"),), (A,), "update `project.a`"),
        ("delete", (A,), (A, B), "delete `project.b`"),
    )
    for method, now, before, what in cases:
        for became in ("it was not done", "it was done"):
            one = Estate()
            if before:
                made(one, *before)
            one.declare(*now)
            dying = one.server._enter if became == "it was not done" else one.server._leave
            name = dying.__name__

            def die(called: str, *, going_on: Callable[[str], None] = dying, dies: str = method) -> None:
                if called == dies:
                    raise Crash
                going_on(called)

            setattr(one.server, name, die)
            with pytest.raises(Crash):
                one.apply(prune=True)
            setattr(one.server, name, dying)
            said = [(f.code, f.message) for f in one.plan(prune=True).findings if f.code == "LSFP08"]
            assert [("LSFP08", f"the last run ended just when it was to {what}: {became}")] == said
            assert one.apply(prune=True).is_done
            assert [] == [f for f in one.plan(prune=True).findings if f.code == "LSFP08"]


# -- stopping ---------------------------------------------------------------------------------------------------------


def test_a_run_stops_between_two_writes_when_it_is_asked_to(estate: Estate) -> None:
    estate.declare(A, B, declared("project.c", title="Ccc"))
    done = estate.apply(should_stop=lambda: len(estate.server.writes) == 2)
    assert [("project.a", "applied"), ("project.b", "applied"), ("project.c", "skipped")] == done.summary
    assert "interrupted" == done.outcome("project.c").error
    assert {"project.a": 1, "project.b": 2} == remembered(estate)


def test_each_change_is_remembered_before_the_next_begins(estate: Estate) -> None:
    estate.declare(*ALL_OF_A, B)
    seen: list[int] = []

    def look() -> bool:
        seen.append(len(remembered(estate)))
        return False

    estate.apply(should_stop=look)
    assert [0, 1, 2, 3, 4] == seen
    assert 5 == len(remembered(estate))


# -- memory -----------------------------------------------------------------------------------------------------------


def test_lost_entries_are_remembered_again_by_an_apply_that_changes_nothing(estate: Estate) -> None:
    made(estate, *ALL_OF_A, B)
    before = estate.state.entries
    estate.lose_state()
    done = estate.apply()
    assert ([], []) == (changes_of(done.plan), estate.server.writes)
    assert before == estate.state.entries


def test_what_another_stack_has_put_its_marker_on_is_theirs_and_both_are_named(estate: Estate) -> None:
    made(estate, A)
    record = estate.server.records["project"][1]
    record["label_config"] = str(record["label_config"]).replace("lsform:s/project.a#", "lsform:other/project.x#")
    theirs = dict(record)
    done = estate.apply()
    assert [("project.a", "create")] == changes_of(done.plan)
    assert ["project 1, which was `project.a`, now belongs to the stack `other` as `project.x`: it is left alone"] == [
        one.message for one in done.plan.findings
    ]
    assert theirs == estate.server.records["project"][1]
    assert {"project.a": 2} == remembered(estate)


def test_an_object_that_loses_its_marker_is_known_by_its_title_though_nobody_declared_it(estate: Estate) -> None:
    made(estate, declared("project.traffic", description="Signs"))
    estate.server.records["project"][1]["label_config"] = "<View></View>"
    assert [("project.traffic", "update")] == changes_of(estate.plan())


def test_a_new_protection_is_remembered_by_an_apply_that_changes_nothing(estate: Estate) -> None:
    drifting = Lifecycle(on_drift=OnDrift.REPORT)
    made(estate, declared("project.a", title="Aaa", lifecycle=drifting))
    estate.server.records["project"][1]["title"] = "Renamed"
    estate.declare(declared("project.a", title="Aaa", lifecycle=Lifecycle(on_drift=OnDrift.REPORT, protect=True)))
    done = estate.apply()
    assert [] == estate.server.writes
    assert estate.state.entries[Address.parse("project.a")].protect
    assert [("title",)] == [one.fields for one in done.plan.drift] == [one.fields for one in estate.plan().drift]


def test_an_apply_of_a_part_remembers_nothing_of_the_rest(estate: Estate) -> None:
    report = Lifecycle(on_drift=OnDrift.REPORT)
    made(estate, A, declared("project.b", title="Old", lifecycle=report))
    estate.declare(A, declared("project.b", title="New", lifecycle=report))
    estate.apply(targets=("project.a",))
    plan = estate.plan()
    assert ([("project.b", "update")], ()) == (changes_of(plan), plan.drift)


def test_destroy_leaves_no_memory_even_where_the_memory_was_lost(estate: Estate) -> None:
    made(estate, *ALL_OF_A)
    estate.lose_state()
    assert [("project.a", "applied")] == estate.apply(destroy=True).summary
    assert {} == remembered(estate)
    assert {} == estate.bearers()


def test_what_belongs_to_a_forgotten_project_keeps_no_marker_either(estate: Estate) -> None:
    made(estate, *ALL_OF_A, B)
    estate.lose_state()
    estate.declare(B)
    estate.removals = (Removal(A.address, destroy=False),)
    assert estate.apply().is_done
    assert ({B.address}, {"project.b": 2}) == ({*estate.bearers()}, remembered(estate))
    assert (1, 1, 1) == tuple(len(estate.server.records[one]) for one in ("view", "webhook", "import_storage"))


@pytest.mark.parametrize("way", ["forgotten", "pruned", "destroyed"])
def test_what_moves_and_goes_in_one_change_is_remembered_under_neither_address(estate: Estate, way: str) -> None:
    made(estate, *ALL_OF_A, B)
    moved_to = Address.parse("project.z")
    estate.moves = (Move(A.address, moved_to),)
    estate.declare(B)
    if way == "forgotten":
        estate.removals = (Removal(moved_to, destroy=False),)
    assert estate.apply(prune=way == "pruned", destroy=way == "destroyed", allow=("*",)).is_done
    assert ({} if way == "destroyed" else {"project.b": 2}) == remembered(estate)
    assert () == estate.plan(prune=way == "pruned", destroy=way == "destroyed").changes


def test_a_project_is_not_forgotten_before_what_belongs_to_it(estate: Estate) -> None:
    made(estate, A, VIEW_A, B)
    estate.declare(B)
    estate.removals = (Removal(A.address, destroy=False),)
    estate.server.faults["update"] = [REFUSED]
    done = estate.apply()
    assert [("project.a/view.v", "failed"), ("project.a", "skipped")] == done.summary
    assert "not forgotten, because `project.a/view.v` failed" == done.outcome("project.a").error
    assert estate.apply().is_done
    assert {B.address} == {*estate.bearers()}


def test_what_is_forgotten_keeps_everything_but_its_marker(estate: Estate) -> None:
    made(estate, *ALL_OF_A)
    before = {
        name: estate.live(f"project.a/{name}").attributes for name in ("webhook.h", "view.v", "import_storage.raw")
    }
    estate.declare(A)
    estate.removals = tuple(Removal(Address.parse(f"project.a/{name}"), destroy=False) for name in before)
    done = estate.apply()
    assert {"forget"} == {action for _, action in changes_of(done.plan)}
    assert {Address.parse("project.a"): [1]} == estate.bearers()
    for name, attributes in before.items():
        (kept,) = estate.server.list(variants_of(name.partition(".")[0])[0])
        assert attributes == kept.attributes
    assert {"project.a": 1} == remembered(estate)
    assert not estate.plan(prune=True).changes


def test_a_replaced_view_is_one_view(estate: Estate) -> None:
    made(estate, A, declared("project.a/view.v", title="Mine", ordering=["tasks:id"]))
    estate.declare(A, declared("project.a/view.v", title="Mine", ordering=[]))
    done = estate.apply()
    assert [("project.a/view.v", "applied")] == done.summary
    assert [("delete", "view", 1), ("create", "view", 2)] == estate.server.writes
    assert not estate.plan().changes
    assert {"project.a": 1, "project.a/view.v": 2} == remembered(estate)


def test_a_copy_of_a_replaced_view_is_no_twin(estate: Estate) -> None:
    made(estate, A, declared("project.a/view.v", title="Mine", ordering=["tasks:id"]))
    copy = {"project": 1, "data": dict(estate.server.records["view"][1]["data"])}  # type: ignore[call-overload]
    estate.server.records["view"][7] = copy
    estate.declare(A, declared("project.a/view.v", title="Mine", ordering=[]))
    assert estate.apply().is_done
    assert {7, 2} == {*estate.server.records["view"]}
    assert {"project.a": 1, "project.a/view.v": 2} == remembered(estate)


def test_a_replaced_view_keeps_what_nobody_declared(estate: Estate) -> None:
    made(estate, A, declared("project.a/view.v", title="Mine", ordering=["tasks:id"], type="list"))
    estate.server.records["view"][1]["data"] |= {"gridWidth": 3, "type": "grid"}  # type: ignore[operator]
    estate.declare(
        A,
        declared("project.a/view.v", title="Mine", ordering=[], type="list", lifecycle=Lifecycle(ignore=["type"])),
    )
    assert estate.apply().is_done
    assert {"title": "Mine", "grid_width": 3, "type": "grid"} == dict(estate.live("project.a/view.v").attributes)


def test_an_updated_view_keeps_its_marker(estate: Estate) -> None:
    made(estate, A, VIEW_A)
    estate.declare(A, declared("project.a/view.v", title="Another"))
    estate.apply()
    assert [1] == [one.remote for one in estate.server.list(VIEW) if one.ownership]


# -- law 2 ------------------------------------------------------------------------------------------------------------


def test_the_writes_are_those_of_the_plan_and_no_others(estate: Estate) -> None:
    made(estate, *ALL_OF_A, B, declared("project.old", title="Old"), declared("project.kept", title="Kept"))
    estate.declare(
        declared("project.a", title="Renamed", empty=("webhook",)),
        declared("project.a/import_storage.raw", path="/files", sync="always"),
        declared("project.a/view.v", title="Mine", ordering=["tasks:id"]),
        B,
        declared("project.new", title="New"),
    )
    estate.removals = (Removal(Address.parse("project.kept"), destroy=False),)
    done = estate.apply(prune=True)
    assert done.is_done
    planned = [(one.action.value, one.kind.name, one.remote) for one in done.plan.changes]
    assert [
        ("update", "project", 1),
        ("update", "view", 1),
        ("forget", "project", 3),
        ("create", "project", None),
        ("delete", "webhook", 1),
        ("delete", "project", 4),
    ] == planned
    assert ["project.a/import_storage.raw"] == [str(one) for one in done.plan.syncs]
    assert [
        ("update", "project", 1),
        ("update", "view", 1),
        ("update", "project", 3),
        ("create", "project", 5),
        ("sync", "import_storage", 1),
        ("delete", "webhook", 1),
        ("delete", "project", 4),
    ] == estate.server.writes
