"""The Python API: the same use cases as the commands, and a page of documentation whose code runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import lsform
from lsform.core.errors import ServerError
from lsform.engine.model import Impact
from tests.conftest import Stack
from tests.fakes import MemoryServer

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"
CANARY = "canary-77ad1e"
PROJECT = """\
---
apiVersion: lsform/v1
kind: Project
metadata: {{name: {name}}}
spec:
  title: Project {name}
  interface: {{template: text-classification, vars: {{choices: [Yes, No]}}}}
  webhooks: {{hook: {{url: "https://example.com/{name}", headers: {{Authorization: "${{env:TOKEN}}"}}}}}}
"""
HEAD = "apiVersion: lsform/v1\nkind: Stack\nmetadata: {name: api}\n"


class Watched(MemoryServer):
    """Knows how many connections are open."""

    open = 0

    def connect(self, _url: object, _api_key: object, **_tell: object) -> MemoryServer:
        self.open += 1
        return self

    def close(self) -> None:
        self.open -= 1


@pytest.fixture
def server() -> Watched:
    return Watched()


def loaded(stack: Stack, server: Watched, *names: str, **options: str) -> lsform.Stack:
    """A stack that declares projects of these names."""
    stack.write(HEAD + "".join(PROJECT.format(name=name) for name in names))
    env = {"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": CANARY, "TOKEN": CANARY}
    return lsform.load(stack.folder, env={**env, **options}, connect=server.connect)


def changes(plan: lsform.Plan) -> list[tuple[str, str]]:
    return [(str(one.address), one.action.value) for one in plan.changes]


def test_apply_then_plan_is_empty(stack: Stack, server: Watched) -> None:
    mine = loaded(stack, server, "a")
    plan = mine.plan()
    assert [("project.a", "create"), ("project.a/webhook.hook", "create")] == changes(plan)
    heard: list[str] = []
    applied = plan.apply(on_outcome=lambda outcome: heard.append(str(outcome.address)))
    assert heard == [str(one.address) for one in applied.outcomes] == ["project.a", "project.a/webhook.hook"]
    assert "Apply: 2 applied." == applied.to_text()
    again = mine.plan()
    assert (True, 2, ()) == (again.is_empty, again.summary["noop"], again.drift)
    assert 0 == server.open


def test_a_plan_is_applied_as_the_commands_would_see_it(
    stack: Stack, server: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = loaded(stack, server, "a").plan()
    stack.environment |= {"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": CANARY, "TOKEN": CANARY}
    monkeypatch.setattr("lsform.session.label_studio", server.connect)
    assert plan.to_text() == stack.run("plan").out
    stack.write({"saved.json": plan.to_json()})
    assert 0 == stack.run("apply", str(stack.folder / "saved.json")).code
    assert loaded(stack, server, "a").plan().is_empty


def test_a_stale_plan_writes_nothing(stack: Stack, server: Watched) -> None:
    plan = loaded(stack, server, "a").plan()
    plan.apply()
    server.writes.clear()
    with pytest.raises(lsform.Conflict, match="stale plan"):
        plan.apply()
    assert [] == server.writes
    assert 0 == server.open


def test_what_was_read_is_what_is_applied_whatever_becomes_of_the_files(stack: Stack, server: Watched) -> None:
    plan = loaded(stack, server, "a").plan()
    stack.write(HEAD)
    plan.apply()
    assert ["Project a"] == [one["title"] for one in server.records["project"].values()]


def test_guards_refuse_until_they_are_allowed(stack: Stack, server: Watched) -> None:
    mine = loaded(stack, server, "a")
    mine.plan().apply()
    server.impacts[1] = Impact(tasks=3, annotations=2)
    plan = mine.plan(destroy=True)
    assert plan.objections() and not plan.objections(allow_destroy="project.a")
    with pytest.raises(lsform.PlanRefused, match="3 tasks"):
        plan.apply()
    assert 1 == len(server.records["project"])
    plan.apply(allow_destroy="project.a")
    assert {} == server.records["project"]


def test_nothing_is_deleted_unasked(stack: Stack, server: Watched) -> None:
    loaded(stack, server, "a", "b").plan().apply()
    less = loaded(stack, server, "a")
    assert less.plan().is_empty
    assert [("project.b", "delete")] == [one for one in changes(less.plan(prune=True)) if "/" not in one[0]]
    assert less.plan(targets=["project.a"]).is_empty
    with pytest.raises(lsform.UsageError, match="matches nothing"):
        less.plan(targets="project.c")


def test_what_was_not_done_is_raised_and_told(stack: Stack, server: Watched) -> None:
    plan = loaded(stack, server, "a", "b").plan()
    server.faults["create"] = [ServerError("the server answered 400: no", status=400)]
    with pytest.raises(
        lsform.PartlyApplied, match=r"2 applied, 1 failed, 1 skipped\. project\.a: the server"
    ) as raised:
        plan.apply()
    assert 5 == raised.value.exit_code
    applied = raised.value.applied
    assert ["project.a", "project.a/webhook.hook"] == [str(one.address) for one in applied.undone]
    assert '"outcome": "failed"' in applied.to_json()


def test_a_run_can_be_stopped_before_the_next_write(stack: Stack, server: Watched) -> None:
    with pytest.raises(lsform.PartlyApplied, match="interrupted"):
        loaded(stack, server, "a").plan().apply(should_stop=lambda: bool(server.writes))
    assert [("create", "project", 1)] == server.writes


def test_mistakes_are_told_by_validate_and_raised_by_all_else(stack: Stack, server: Watched) -> None:
    mine = loaded(stack, server, "a")
    assert [] == [one.code for one in mine.validate() if one.severity.value == "error"]
    assert mine.render("project.a").startswith("<View>")
    with pytest.raises(lsform.LsformError, match="no interface"):
        mine.render("project.b")
    stack.write(HEAD + PROJECT.format(name="a") + "  titel: x\n")
    wrong = lsform.load(stack.folder, env={})
    assert ["error"] == [one.severity.value for one in wrong.validate() if "titel" in one.message]
    for use in (wrong.plan, lambda: wrong.render("project.a")):
        with pytest.raises(lsform.ConfigurationError):
            use()


def test_no_secret_leaves(stack: Stack, server: Watched) -> None:
    mine = loaded(stack, server, "a")
    plan = mine.plan()
    said = [repr(mine), repr(plan), plan.to_text(), plan.to_json()]
    applied = plan.apply()
    said += [repr(applied), applied.to_json(), applied.to_text(), repr(mine.validate())]
    server.faults["list"] = [ServerError("the server answered 500", status=500)]
    with pytest.raises(lsform.ServerError) as raised:
        mine.plan()
    assert [] == [text for text in (*said, repr(raised.value)) if CANARY in text]
    assert CANARY in str(server.records["webhook"])


def test_the_process_s_own_environment_is_the_default(
    stack: Stack, server: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(stack, server, "a")
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY", "TOKEN"):
        monkeypatch.setenv(name, "http://elsewhere")
    seen: list[object] = []

    def connect(url: str, _api_key: object) -> MemoryServer:
        seen.append(url)
        return server.connect(url, _api_key)

    lsform.load(stack.folder, connect=connect).plan()
    assert ["http://elsewhere"] == seen


def test_the_page_s_code_runs(tmp_path: Path, server: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples" / "quickstart", tmp_path / "examples" / "quickstart")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lsform.session.label_studio", server.connect)
    for name in ("URL", "API_KEY", "LOCAL_FILES_DOCUMENT_ROOT"):
        monkeypatch.setenv(f"LABEL_STUDIO_{name}", server.url)
    names: dict[str, object] = {}
    projects = []
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL):
        exec(compile(block, str(PAGE), "exec"), names)
        projects.append(len(server.records["project"]))
    assert [5, 5, 5, 5, 0] == projects
    assert (tmp_path / "plan.json").is_file()
