"""Syncs of import storages on the real server: once, always, never, and when they fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsform.cli.commands.apply import exit_code
from lsform.core.errors import ExitCode
from lsform.core.values import Json
from lsform.resources import kind_of
from tests.conformance.bench import Bench, address, said
from tests.conformance.worlds import RealWorld
from tests.conftest import Stack

pytestmark = pytest.mark.live

IMPORT, EXPORT = kind_of("import_storage", "localfiles"), kind_of("export_storage", "localfiles")
STORAGE = address(IMPORT)


@pytest.fixture
def bench(stack: Stack, real_world: RealWorld) -> Iterator[Bench]:
    made = Bench(stack, real_world)
    yield made
    made.clean()


@pytest.fixture
def folder(bench: Bench) -> Path:
    """A folder of the server with two tasks in it."""
    made: Path = bench.world.folder / bench.name
    made.mkdir()
    for number in range(2):
        put(made, f"{number}.json", number)
    return made


def put(folder: Path, name: str, number: int) -> None:
    (folder / name).write_text(json.dumps({"text": f"task {number}"}), "utf-8")


def declare(bench: Bench, folder: Path, **more: Json) -> None:
    bench.declare(IMPORT, it={"type": "localfiles", "path": str(folder), **more})


def tasks(bench: Bench) -> int:
    assert isinstance(bench.world, RealWorld)
    return bench.world.tasks(bench.remote(STORAGE.root))


def test_tasks_are_imported_once_when_the_storage_is_made(bench: Bench, folder: Path) -> None:
    declare(bench, folder)
    assert (STORAGE,) == bench.plan().syncs
    applied = bench.apply()
    assert ([], "completed, 2 objects") == (applied.failures, applied.outcome(STORAGE).synced)
    put(folder, "later.json", 2)
    assert ((), {}) == (bench.plan().syncs, bench.apply().results)
    assert 2 == tasks(bench)


def test_always_looks_for_new_files_on_each_apply_and_says_so(bench: Bench, folder: Path) -> None:
    declare(bench, folder, sync="always")
    assert [] == bench.apply().failures
    put(folder, "later.json", 2)
    plan = bench.plan()
    assert ([], (STORAGE,)) == (said(plan), plan.syncs)
    shown = bench.stack.run("plan", "--detailed-exitcode")
    assert (0, True, True) == (shown.code, f"{STORAGE}: will be synced" in shown.out, "No changes." in shown.out)
    assert {str(STORAGE): "applied"} == bench.apply().results
    assert 3 == tasks(bench)


def test_never_imports_nothing(bench: Bench, folder: Path) -> None:
    declare(bench, folder, sync="never")
    assert () == bench.plan().syncs
    assert [] == bench.apply().failures
    assert ((), 0) == (bench.plan().syncs, tasks(bench))


def test_a_storage_that_may_not_be_synced_is_not(bench: Bench, folder: Path) -> None:
    declare(bench, folder, sync="always", synchronizable=False)
    assert [] == bench.apply().failures
    assert ((), 0) == (bench.plan().syncs, tasks(bench))


def test_a_sync_that_fails_ends_with_5_and_the_reason_and_is_due_again(bench: Bench, folder: Path) -> None:
    (folder / "1.json").write_text('{"text": "brok', "utf-8")
    declare(bench, folder)
    result = bench.stack.run("apply", "--auto-approve")
    failed = next(line for line in result.err.splitlines() if "failed" in line)
    assert (5, True, True) == (result.code, str(STORAGE) in failed, "1.json" in failed), result.err
    assert ([], (STORAGE,)) == (said(bench.plan()), bench.plan().syncs)
    assert ExitCode.PARTIAL == exit_code(bench.apply().outcomes)
    put(folder, "1.json", 1)
    assert {str(STORAGE): "applied"} == bench.apply().results
    assert ((), 2) == (bench.plan().syncs, tasks(bench))


def test_a_sync_that_fails_takes_nothing_else_along(bench: Bench, folder: Path) -> None:
    (folder / "1.json").write_text("[1, 2", "utf-8")
    body: dict[str, Json] = {"type": "localfiles", "path": str(folder)}
    bench.declare(IMPORT, it={**body, "regex_filter": r"1\.json"}, fine={**body, "regex_filter": r"0\.json"})
    assert {"project.host": "applied", str(STORAGE): "failed", str(address(IMPORT, "fine")): "applied"} == (
        bench.apply().results
    )


def test_the_server_syncs_an_export_storage_itself_unless_it_is_to_be_done_always(bench: Bench, folder: Path) -> None:
    where = address(EXPORT)
    bench.declare(EXPORT, it={"type": "localfiles", "path": str(folder)})
    assert () == bench.plan().syncs
    bench.settle()
    assert () == bench.plan().syncs
    bench.declare(EXPORT, it={"type": "localfiles", "path": str(folder), "sync": "always"})
    assert (where,) == bench.plan().syncs
    assert {str(where): "applied"} == bench.apply().results
