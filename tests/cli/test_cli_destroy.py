"""`lsform destroy`: everything that the stack made, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from lsform.engine.model import Impact
from tests.cli.conftest import PROJECT
from tests.conftest import Stack
from tests.fakes import MemoryServer


def test_destroy_deletes_what_the_stack_made_and_nothing_else(
    signs: Stack, memory: MemoryServer, steady: Callable[[str], str]
) -> None:
    signs.run("apply", "--auto-approve")
    signs.write({"more.yaml": PROJECT.replace("signs", "more").removeprefix("---\n")})
    memory.records["project"][50] = {**memory.records["project"][1], "label_config": "<View/>"}
    result = signs.run("destroy", "--auto-approve")
    assert 0 == result.code
    assert (
        "stack test on http://memory (Label Studio 1.23.2 Community)\n"
        "\n"
        "  - project.signs (id 1): delete, because `destroy` was asked for\n"
        "\n"
        "Plan: 1 to delete, 0 unchanged.\n"
        "Digest: DIGEST\n"
        "Apply: 1 applied.\n"
    ) == steady(result.out)
    assert "  ok project.signs: deleted (id 1)\n" == result.err
    assert [50] == [*memory.records["project"]]
    assert (0, "") == ((state := signs.run("state", "list")).code, state.out)


def test_destroying_nothing_is_done_at_once(signs: Stack, memory: MemoryServer) -> None:
    result = signs.run("destroy")
    assert (0, "") == (result.code, result.err)
    assert [] == memory.writes


def test_destroy_asks_as_apply_does(signs: Stack, memory: MemoryServer) -> None:
    signs.run("apply", "--auto-approve")
    memory.writes.clear()
    result = signs.run("destroy")
    assert (64, []) == (result.code, memory.writes)
    assert "error: there is nobody to ask\nhint: `--auto-approve` applies without asking\n" == result.err


def test_work_is_destroyed_only_by_name(signs: Stack, memory: MemoryServer) -> None:
    signs.run("apply", "--auto-approve")
    memory.writes.clear()
    memory.impacts[1] = Impact(tasks=1, annotations=1)
    result = signs.run("destroy", "--auto-approve")
    assert (3, []) == (result.code, memory.writes)
    assert "`--allow-destroy project.signs` deletes them" in result.err
    assert 0 == signs.run("destroy", "--auto-approve", "--allow-destroy", "project.*").code


def test_what_is_protected_stays(signs: Stack, memory: MemoryServer) -> None:
    protected = PROJECT + "  lifecycle: {protect: true}\n"
    signs.write({"lsform.yaml": (signs.folder / "lsform.yaml").read_text("utf-8").replace(PROJECT, protected)})
    signs.run("apply", "--auto-approve")
    memory.writes.clear()
    result = signs.run("destroy", "--auto-approve")
    assert (3, []) == (result.code, memory.writes)
    assert (
        "refused: guards do not let this plan run\n"
        "error LSFG01: `project.signs` is protected\n"
        "  hint: apply it once with `lifecycle: {protect: false}`, then it can be deleted\n"
    ) == result.err
