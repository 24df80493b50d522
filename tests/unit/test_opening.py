"""What is asked of a server while the manifests are read: nothing twice, nothing in vain, and errors in their turn."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable

import pytest

from lsform import workflow
from lsform.config.loader import Configuration, load
from lsform.core.collector import TURN
from lsform.core.errors import ConfigurationError, ServerError, ServerUnavailable
from lsform.core.values import Secret
from lsform.engine.ahead import Ahead
from lsform.engine.guard import Permission
from lsform.engine.model import LiveResource, Plan
from lsform.opening import Opening
from lsform.resources import ResourceKind
from tests.conftest import Stack
from tests.fakes import MemoryServer

STACK = """
apiVersion: lsform/v1
kind: Stack
metadata: {name: test}
"""
PROJECT = """\
---
apiVersion: lsform/v1
kind: Project
metadata: {{name: "{0}"}}
spec:
  title: Project {0}
  import_storages: {{raw: {{type: localfiles, path: "/files/{0}"}}}}
  webhooks: {{hook: {{url: "http://127.0.0.1/{0}"}}}}
"""
LISTS = 1 + 2 + 1  # of projects, of the storages of each, and of all webhooks
PATIENCE = 10.0  # seconds until a test that waits for a thread gives up


class Watched(MemoryServer):
    """Tells by which thread each list of children was read."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[threading.Thread] = []

    def list(
        self,
        kind: ResourceKind,
        *,
        project: int | None = None,
        attributes: Iterable[str] | None = None,
        title: str | None = None,
    ) -> list[LiveResource]:
        if kind.parent:
            self.threads.append(threading.current_thread())
        return super().list(kind, project=project, attributes=attributes, title=title)


@pytest.fixture
def server(stack: Stack) -> Watched:
    """A server to which the stack of two projects was applied."""
    found = Watched()
    stack.environment |= {"LABEL_STUDIO_URL": found.url, "LABEL_STUDIO_API_KEY": "key"}
    stack.write(STACK + PROJECT.format("a") + PROJECT.format("b"))
    with workflow.session(stack.request(), connect=lambda *_: found, lock_for="apply") as session:
        plan = workflow.make_plan(session, workflow.Options())
        assert not [one.error for one in workflow.run_plan(session, plan, Permission()) if one.error]
    found.calls.clear()
    found.threads.clear()
    return found


def planned(stack: Stack, server: MemoryServer, *, ahead: bool = True) -> Plan:
    with workflow.session(stack.request(), connect=lambda *_: server, ahead=ahead) as session:
        return workflow.make_plan(session, workflow.Options(prune=True))


def read(stack: Stack, server: MemoryServer) -> Ahead:
    """What is read ahead, when all of it was."""
    opening = Opening(lambda *_: server)
    before = threading.enumerate()
    opening.begin(load(stack.request()))
    for thread in set(threading.enumerate()).difference(before):
        thread.join(PATIENCE)
    met = opening.met()
    assert met is not None
    return met.ahead


def test_what_is_remembered_is_read_by_another_thread_before_anybody_asks_and_given_once(
    stack: Stack, server: Watched
) -> None:
    ahead = read(stack, server)
    assert {"list": LISTS - 1} == dict(server.calls)
    assert threading.current_thread() not in server.threads
    found = {key: [one.parent for one in future.result()] for key, future in ahead.take().items()}
    storages = {("import_storage", "localfiles", project): [project] for project in (1, 2)}
    assert {**storages, ("webhook", "", None): [1, 2]} == found
    assert {} == ahead.take()


@pytest.mark.parametrize("ahead", [True, False])
def test_nothing_is_read_twice_and_the_plan_is_the_same(stack: Stack, server: Watched, ahead: bool) -> None:
    plan = planned(stack, server, ahead=ahead)
    assert {"list": LISTS} == dict(server.calls)
    assert ((), 6) == (plan.changes, len(plan.unchanged))


def test_a_list_that_could_not_be_read_ahead_is_no_absence(stack: Stack, server: Watched) -> None:
    server.faults["list"] = [ServerError("the server answered 500", status=500)]
    ahead = read(stack, server)
    with workflow.session(stack.request(), connect=lambda *_: server) as session:
        session.ahead = ahead
        with pytest.raises(ServerError, match="500"):
            workflow.make_plan(session, workflow.Options(prune=True))


def test_a_server_that_cannot_be_met_is_told_of_after_mistakes_in_manifests(stack: Stack, server: Watched) -> None:
    def connect(_url: str, _key: Secret) -> MemoryServer:
        raise ServerUnavailable("http://memory cannot be reached")

    def opened() -> None:
        with workflow.session(stack.request(), connect=connect, ahead=True):
            raise AssertionError("nobody is there")

    with pytest.raises(ServerUnavailable, match="cannot be reached"):
        opened()
    stack.write(STACK + PROJECT.format("a").replace("title", "titel"))
    with pytest.raises(ConfigurationError):
        opened()


def test_with_mistakes_in_the_settings_no_server_is_met(stack: Stack, server: Watched) -> None:
    stack.write(STACK + "spec: {limits: {max_delete_share: 7}}\n")
    opening = Opening(lambda *_: server)
    assert load(stack.request(), opening.begin).findings
    assert opening.met() is None


def test_a_state_of_another_server_says_nothing_of_what_to_read(stack: Stack, server: Watched) -> None:
    other = MemoryServer("http://other")
    assert {} == read(stack, other).take()
    assert {} == dict(other.calls)


def test_threads_take_short_turns_only_while_the_manifests_are_read(
    stack: Stack, server: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, turns = sys.getswitchinterval(), []
    begin = Opening.begin

    def noted(opening: Opening, settings: Configuration) -> None:
        turns.append(sys.getswitchinterval())
        begin(opening, settings)

    monkeypatch.setattr(Opening, "begin", noted)
    planned(stack, server)
    assert ([pytest.approx(TURN)], before) == (turns, sys.getswitchinterval())
    stack.write(STACK + PROJECT.format("a").replace("title", "titel"))
    with pytest.raises(ConfigurationError):
        planned(stack, server)
    assert before == sys.getswitchinterval()
