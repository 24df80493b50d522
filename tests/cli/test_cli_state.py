"""`lsform state`: what lsform remembers."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from lsform.state import StateLock, StateStore
from tests.conftest import Stack
from tests.fakes import MemoryServer


@pytest.fixture
def applied(signs: Stack) -> Stack:
    """The stack of one project with a webhook, applied."""
    signs.run("apply", "--auto-approve")
    return signs


def test_list_has_a_line_for_each_resource(applied: Stack) -> None:
    result = applied.run("state", "list")
    assert (0, "project.signs\t1\nproject.signs/webhook.retrain\t1\n", "") == (result.code, result.out, result.err)


def test_show_tells_where_the_state_is_and_what_an_entry_holds(applied: Stack, steady: Callable[[str], str]) -> None:
    document = json.loads(applied.run("state", "show").out)
    assert {
        "where": "file:.lsform/state/test.json",
        "stack": "test",
        "server": "http://memory",
        "resources": 2,
        "lock": None,
        "interrupted": None,
    }.items() <= document.items()
    entry = json.loads(applied.run("state", "show", "project.signs").out)
    assert {"address": "project.signs", "kind": "project", "id": 1, "protect": False}.items() <= entry.items()
    assert {"label_config", "maximum_annotations", "title"} == set(entry["digests"])


@pytest.mark.parametrize("command", ["show", "rm"])
def test_what_is_not_remembered_is_told_with_the_nearest(applied: Stack, command: str) -> None:
    for address, hint in (
        ("project.sings", "did you mean `project.signs`?"),
        ("zebra", "`lsform state list` shows what is"),
    ):
        result = applied.run("state", command, address)
        assert (1, "") == (result.code, result.out)
        assert f"error: `{address}` is not in the state\nhint: {hint}\n" == result.err


def test_rm_forgets_a_resource_with_its_children_and_the_next_plan_finds_them_again(
    applied: Stack, memory: MemoryServer
) -> None:
    memory.writes.clear()
    result = applied.run("state", "rm", "project.signs")
    assert (0, "", "forgot 2 of 2 entries\n") == (result.code, result.out, result.err)
    assert "" == applied.run("state", "list").out
    assert 0 == applied.run("plan", "--detailed-exitcode").code
    assert [] == memory.writes


@pytest.mark.parametrize("command", [["list"], ["show"], ["show", "x"], ["rm", "x"]])
def test_without_a_state_each_command_says_how_to_get_one(signs: Stack, command: list[str]) -> None:
    result = signs.run("state", *command)
    assert (1, "") == (result.code, result.out)
    assert "error: there is no state at file:.lsform/state/test.json\nhint: `lsform apply` makes one\n" == result.err


def test_mistakes_in_manifests_do_not_matter_but_those_in_the_stack_do(applied: Stack) -> None:
    applied.write({"m.yaml": "nonsense: ["})
    assert 0 == applied.run("state", "list").code
    applied.write("apiVersion: lsform/v1\nkind: Stack\nmetadata: {name: ../../etc}\n")
    result = applied.run("state", "list")
    assert (1, "") == (result.code, result.out)
    assert result.err.startswith("lsform.yaml:3:12: error LSFM04: `name` should match ")


def test_unlock_takes_the_lock_away_after_asking(
    applied: Stack, steady: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = applied.run("state", "unlock")
    assert (0, "", "nobody holds the lock\n") == (result.code, result.out, result.err)
    store = StateStore.open("file:.lsform/state", base=applied.folder, stack="test")
    with StateLock(store, command="apply", owner="ann", host="build", pid=7):
        holder = "`apply` of ann on build, pid 7, since TIME"
        assert holder == steady(json.loads(applied.run("state", "show").out)["lock"])
        result = applied.run("state", "unlock", "--yes")
        assert (0, f"took the lock away from {holder}\n") == (result.code, steady(result.err))
    assert "nobody holds the lock\n" == applied.run("state", "unlock").err


@pytest.mark.parametrize(
    ("name", "environment", "file"),
    [
        ("a", "", "a.json"),
        ("a", "b", "a@b.json"),
        ("a", "elsewhere", "a@elsewhere.json"),
        ("a.b", "", "a.b.json"),
        ("a.b", "elsewhere", "a.b@elsewhere.json"),
    ],
)
def test_no_two_stacks_and_environments_share_a_state_though_they_share_a_place(
    stack: Stack, name: str, environment: str, file: str
) -> None:
    def written(kind: str, called: str, spec: str) -> str:
        return f"apiVersion: lsform/v1\nkind: {kind}\nmetadata: {{name: {called}}}\nspec: {{{spec}}}\n"

    place = "state: {url: 'file:all'}"
    overridden = written("Environment", "elsewhere", "state: {url: 'file:${var:folder}'}, vars: {folder: all}")
    stack.write(
        {
            "lsform.yaml": written("Stack", name, place),
            "envs/b.yaml": written("Environment", "b", ""),
            "envs/elsewhere.yaml": overridden,
        }
    )
    result = stack.run("-e", environment, "state", "list")
    assert (1, f"error: there is no state at file:all/{file}") == (result.code, result.err.partition("\n")[0])
