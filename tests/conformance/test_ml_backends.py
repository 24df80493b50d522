"""ML backends: connections, the version that their project chooses, their webhooks, and what is asked of them when."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lsform import workflow
from lsform.core.values import Json
from lsform.engine.document import apply_document
from lsform.engine.model import Outcome
from lsform.resources.ml_backend import ML_BACKEND
from lsform.resources.project import PROJECT
from lsform.resources.webhook import WEBHOOK
from lsform.server.translation import refused
from tests import ml_backend
from tests.conformance.bench import HOST, SECRETS, Bench, address, project, said
from tests.conformance.examples import Body, example_of
from tests.conformance.worlds import RealWorld
from tests.conftest import Stack
from tests.ml_backend import VERSION, Backend

HOME, BACKEND = f"project.{HOST}", f"project.{HOST}/ml_backend.it"
URL, NOBODY = "${var:backend}/plain", "http://127.0.0.1:9/nobody"
CHOSEN = ["model_version"]


def declare(bench: Bench, backends: Body | None = None, **more: Json) -> None:
    """A project, with a backend unless told otherwise."""
    bench.write(project(HOST, {"ml_backends": {"it": {"url": URL}} if backends is None else backends, **more}))


def version(bench: Bench) -> object:
    """What the project on the server has chosen."""
    found = bench.world.server.get(PROJECT, bench.remote(address(ML_BACKEND).root))
    assert found is not None
    return found.attributes["model_version"]


def hooks(bench: Bench) -> list[tuple[str, bool]]:
    """Path below the backend's, and whether it is ours, of all webhooks of the project."""
    home = bench.remote(address(ML_BACKEND).root)
    found = [one for one in bench.world.server.list(WEBHOOK, project=home) if one.parent == home]
    return sorted(
        (str(one.attributes["url"]).removeprefix(bench.world.backend), one.ownership is not None) for one in found
    )


@pytest.mark.parametrize("first", [None, "v1"])
def test_the_version_is_chosen_in_a_second_change_after_its_backend_is_there(bench: Bench, first: str | None) -> None:
    if first is not None:
        declare(bench, {})
        bench.settle()
        bench.world.predict(bench.remote(address(ML_BACKEND).root), first)
    declare(bench, model_version=" it ")
    plan = said(bench.plan())
    assert plan[-2:] == [("create", BACKEND, ["title", "url"]), ("update", HOME, CHOSEN)]
    assert all("model_version" not in fields for _, _, fields in plan[:-1])
    assert plan == bench.settle()
    assert ("it", {HOME, BACKEND}) == (version(bench), {address for address, _ in bench.ours()})


def test_the_second_change_says_what_it_waits_for(bench: Bench) -> None:
    declare(bench, model_version="it")
    plan = bench.plan()
    assert [(), (), (address(ML_BACKEND),)] == [change.after for change in plan.changes]
    assert "`model_version` names what has to be there before it" == plan.changes[-1].reason
    assert [("model_version", "", "it")] == [(one.path, one.before, one.after) for one in plan.changes[-1].fields]


def test_a_version_of_predictions_needs_no_second_change(bench: Bench) -> None:
    declare(bench, {})
    bench.settle()
    bench.world.predict(bench.remote(address(ML_BACKEND).root), "v1")
    bench.world.predict(bench.remote(address(ML_BACKEND).root), "v2")
    declare(bench, model_version="v2")
    assert [("update", HOME, CHOSEN), ("create", BACKEND, ["title", "url"])] == bench.settle()
    assert "v2" == version(bench)


def test_no_version_stays_no_version_though_the_server_chooses_a_first_backend(bench: Bench) -> None:
    declare(bench, model_version="")
    assert ("update", HOME, CHOSEN) == bench.settle()[-1]
    declare(bench, {"it": {"url": URL}, "other": {"url": URL}}, model_version="")
    assert ["create", "update"] == [action for action, _, _ in bench.settle()]
    assert "" == version(bench)


def test_a_version_that_is_not_declared_is_left_to_the_server(bench: Bench) -> None:
    declare(bench)
    assert ["create", "create"] == [action for action, _, _ in bench.settle()]
    assert "it" == version(bench)


def test_the_version_goes_along_with_the_title_of_its_backend(bench: Bench) -> None:
    declare(bench, model_version="it")
    bench.settle()
    declare(bench, {"it": {"url": URL, "title": "renamed"}}, model_version="renamed")
    assert [("update", BACKEND, ["title"]), ("update", HOME, CHOSEN)] == bench.settle()
    declare(bench, {"it": {"url": URL, "title": "again"}}, model_version="renamed", title="undone by its own words")
    assert [HOME] == [str(one.address) for one in bench.apply().plan.changes if one.address == address(ML_BACKEND).root]


def test_without_its_backend_the_version_is_not_chosen_and_all_else_is_done(bench: Bench) -> None:
    other = project("elsewhere", {"ml_backends": {"it": {"url": URL}}, "model_version": "it"})

    def write(url: str) -> None:
        backends: Body = {"it": {"url": url}, "fine": {"url": URL}}
        bench.write(project(HOST, {"ml_backends": backends, "model_version": "it"}), other)

    write(NOBODY)
    applied = bench.apply()
    assert [
        ("project.elsewhere", "applied", ""),
        ("project.elsewhere/ml_backend.it", "applied", ""),
        (HOME, "applied", ""),
        (f"{HOME}/ml_backend.fine", "applied", ""),
        (BACKEND, "failed", ""),
        ("project.elsewhere", "applied", "late"),
        (HOME, "skipped", "late"),
    ] == [(str(one.address), one.result.value, one.part) for one in applied.outcomes]
    assert f"`{BACKEND}` failed" == applied.outcomes[-1].error
    write(URL)
    assert [("create", BACKEND, ["title", "url"]), ("update", HOME, CHOSEN)] == bench.settle()


def test_the_report_tells_the_two_changes_of_one_project_apart(bench: Bench) -> None:
    declare(bench, {"it": {"url": NOBODY}}, model_version="it")
    applied = bench.apply()
    changes = apply_document(applied.plan, applied.outcomes, created_at="", expires_at="")["changes"]
    assert isinstance(changes, list)
    assert [(HOME, "create", "applied"), (BACKEND, "create", "failed"), (HOME, "update", "skipped")] == [
        (one["address"], one["action"], one["outcome"]) for one in changes if isinstance(one, dict)
    ]


def test_a_private_address_that_the_server_refuses_names_the_setting() -> None:
    # what a server with its protection on says: that of these tests has it off
    reason = {"detail": "URL resolves to a reserved network address (block: 127.0.0.0/8)"}
    assert "ML_BLOCK_LOCAL_IP=false" in refused(403, reason, write=True).hint


def test_a_refused_project_takes_both_of_its_changes_along(bench: Bench) -> None:
    declare(bench, model_version="it", interface=example_of(PROJECT).refused.value)
    assert ["failed", "skipped", "skipped"] == [one.result.value for one in bench.apply().outcomes]


def test_a_plan_of_the_backend_alone_leaves_the_project_alone(bench: Bench) -> None:
    declare(bench, {}, model_version="")
    bench.settle()
    declare(bench, model_version="it")
    with bench.session() as opened:
        plan = workflow.make_plan(opened, workflow.Options(targets=(BACKEND,)))
    assert [("create", BACKEND, ["title", "url"])] == said(plan)


def test_the_webhook_that_the_server_adds_is_neither_drift_nor_pruned(bench: Bench) -> None:
    declare(bench, webhooks={})
    bench.settle(prune=True)
    assert [("/plain/webhook", False)] == hooks(bench)
    plan = bench.plan(prune=True)
    assert ([], (), ()) == (said(plan), plan.drift, plan.findings)


def left_behind(bench: Bench, *, prune: bool = False) -> list[tuple[str, str]]:
    """What a plan says that it will leave, and that it reveals no address."""
    found = [one for one in bench.plan(prune=prune).findings if one.code == "LSFP05"]
    assert all(bench.world.backend not in f"{one.message}{one.hint}" for one in found)
    return [(one.address, one.message.rpartition("`, ")[2]) for one in found]


def test_a_plan_tells_of_the_webhook_of_the_server_that_stays_when_its_backend_moves_or_goes(bench: Bench) -> None:
    declare(bench)
    bench.settle()
    declare(bench, {"it": {"url": f"{URL}/too"}})
    assert [(BACKEND, "stays at the old address")] == left_behind(bench)
    declare(bench, {})
    assert ([], [(BACKEND, "stays without it")]) == (left_behind(bench), left_behind(bench, prune=True))
    declare(bench, {"it": {"url": f"{URL}/", "timeout": 3}})
    assert [] == left_behind(bench)
    declare(bench, {"it": {"url": URL}, "other": {"url": URL, "title": "other"}})
    bench.settle()
    declare(bench, {"other": {"url": URL, "title": "other"}})
    assert [] == left_behind(bench, prune=True)


def test_a_declared_webhook_of_a_backend_moves_and_goes_with_it(bench: Bench) -> None:
    declare(bench, webhooks={"of-it": {"url": f"{URL}/webhook"}})
    bench.settle()
    declare(bench, {"it": {"url": f"{URL}/too"}}, webhooks={"of-it": {"url": f"{URL}/too/webhook"}})
    assert [] == left_behind(bench)
    bench.settle()
    assert [("/plain/too/webhook", True)] == hooks(bench)
    declare(bench, {}, webhooks={})
    assert [] == left_behind(bench, prune=True)
    bench.settle(prune=True)
    assert [] == hooks(bench)


def test_a_declared_webhook_of_a_backend_is_made_first_and_stays_the_only_one(bench: Bench) -> None:
    declare(bench, webhooks={"of-it": {"url": f"{URL}/webhook", "actions": ["ANNOTATION_CREATED"]}})
    assert [HOME, f"{HOME}/webhook.of-it", BACKEND] == [where for _, where, _ in bench.settle()]
    assert [("/plain/webhook", True)] == hooks(bench)


def test_a_pruned_backend_is_gone_and_leaves_nothing_to_plan(bench: Bench) -> None:
    declare(bench)
    bench.settle()
    declare(bench, {})
    assert [("delete", BACKEND, [])] == bench.settle(prune=True)
    assert [HOME] == [where for where, _ in bench.ours()]


def test_a_connection_gives_what_the_backend_does_not_say_itself(bench: Bench) -> None:
    spec: Body = {"url": URL, "timeout": 7, "extra_params": {"a": 1}, "title": "shared"}
    connection = {"apiVersion": "lsform/v1", "kind": "MLBackend", "metadata": {"name": "detector"}, "spec": spec}
    backends: Body = {"it": {"ml_backend": "detector"}, "own": {"ml_backend": "detector", "timeout": 8, "title": None}}
    bench.write(connection, project(HOST, {"ml_backends": backends, "model_version": "shared"}))
    bench.settle()
    found = {name: bench.live(ML_BACKEND, name).attributes for name in backends}
    assert {"it": (7, "shared", {"a": 1}), "own": (8, "shared", {"a": 1})} == {
        name: (one["timeout"], one["title"], one["extra_params"]) for name, one in found.items()
    }


@pytest.mark.live
class TestARealBackend:
    """What only a process that really answers, or does not, can show."""

    @pytest.fixture
    def bench(self, stack: Stack, real_world: RealWorld) -> Iterator[Bench]:
        made = Bench(stack, real_world)
        yield made
        made.clean()

    def failure(self, bench: Bench, body: Body) -> Outcome:
        declare(bench, {"it": body})
        applied = bench.apply()
        assert {HOME: "applied", BACKEND: "failed"} == applied.results
        return applied.outcome(address(ML_BACKEND))

    def test_it_tells_its_own_version(self, bench: Bench) -> None:
        declare(bench)
        bench.settle()
        assert VERSION == bench.live(ML_BACKEND).attributes["model_version"]

    def test_a_plan_asks_no_backend_and_neither_does_the_check_before_an_apply(
        self, bench: Bench, backend: Backend
    ) -> None:
        other: Body = {"url": "${var:backend}/quiet/too"}
        declare(bench, {"it": {"url": "${var:backend}/quiet"}, "other": other})
        bench.settle()
        before = backend.calls()
        assert [] == said(bench.plan())
        bench.forget()
        assert [] == said(bench.plan(prune=True))
        declare(
            bench, {"it": {"url": "${var:backend}/quiet", "timeout": 3}, "other": {"url": "${var:backend}/quiet/too"}}
        )
        assert [("update", BACKEND, ["timeout"])] == bench.settle()
        asked = {path for path, number in backend.calls().items() if number > before.get(path, 0)}
        assert {"/quiet/health", "/quiet/setup"} == asked

    @pytest.mark.parametrize(
        ("body", "words", "hint"),
        [
            ({"url": NOBODY}, "Can't connect to ML backend", "the Label Studio server itself must reach it"),
            ({"url": "${var:backend}/silent"}, "Read timed out", "the Label Studio server itself must reach it"),
            ({"url": "${var:backend}/refusing"}, "doesn't look like a valid ML backend", "its `/setup` must answer"),
            ({"url": "${var:backend}/locked"}, "authentication parameters", "check `basic_auth_user` and"),
            (
                {"url": "${var:backend}/locked", "basic_auth_user": "${env:SECRET_ONE}", "basic_auth_pass": "x"},
                "authentication parameters",
                "check `basic_auth_user` and",
            ),
        ],
    )
    def test_one_that_does_not_answer_well_fails_alone_with_the_reason_and_a_remedy(
        self, bench: Bench, body: Body, words: str, hint: str
    ) -> None:
        failure = self.failure(bench, body)
        assert (True, True) == (words in failure.error, hint in failure.hint), failure
        assert SECRETS["SECRET_ONE"] not in failure.error

    def test_one_that_has_died_takes_no_plan_along_and_fails_only_its_own_change(self, bench: Bench) -> None:
        with ml_backend.running() as short_lived:
            declare(bench, {"it": {"url": short_lived.url}})
            bench.settle()
        assert [] == said(bench.plan())
        declare(bench, {"it": {"url": short_lived.url, "timeout": 3}, "fine": {"url": URL}}, description="changed")
        assert {HOME: "applied", BACKEND: "failed", f"{HOME}/ml_backend.fine": "applied"} == bench.apply().results
        declare(bench, {"fine": {"url": URL}})
        assert [("delete", BACKEND, [])] == bench.settle(prune=True)
