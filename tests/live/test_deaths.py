"""Runs that are killed on a real server are finished by the next, and nothing is made twice."""

from __future__ import annotations

import itertools
import json
import re
import signal
from collections.abc import Callable

import pytest

from lsform.core.errors import ExitCode
from lsform.server.local import LocalServer
from tests.conftest import Stack
from tests.live.estate import (
    DYING,
    NAMES,
    Api,
    Process,
    assert_whole,
    finished,
    lines_until,
    lsform,
    write_stack,
)

pytestmark = pytest.mark.live


def test_runs_that_are_killed_again_and_again_make_everything_once(
    live_stack: Stack, label_studio: LocalServer, api: Api
) -> None:
    write_stack(live_stack, "killed", label_studio)
    done: list[str] = []
    for lines in (1, 2, 4, 7):
        with lsform(live_stack, "apply", "--auto-approve") as process:
            seen = lines_until(process, lines)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert lines == len(seen), "it was to die in the middle"
        done += seen
        assert 1 == max(api.bearers("killed").values())
    assert len(done) == len({*done}), "nothing is made a second time"
    applied = live_stack.run("apply", "--auto-approve")
    assert (ExitCode.DONE, "") == (applied.code, "".join(re.findall("(?m)^  failed.*", applied.err)))
    assert_whole(live_stack, "killed", api)


def wait_for(condition: Callable[[], bool], process: Process) -> None:
    """Ask again and again, for as long as the process runs."""
    while not condition():
        assert process.poll() is None, process.communicate()


@pytest.mark.parametrize("point", ["the lock is taken", "the server has the first project", "the server has a storage"])
def test_a_run_that_is_killed_before_it_can_remember_is_finished_by_the_next(
    live_stack: Stack, label_studio: LocalServer, api: Api, point: str
) -> None:
    name = f"unremembered-{len(point)}"
    write_stack(live_stack, name, label_studio)
    state = live_stack.folder / ".lsform" / "state"
    reached: dict[str, Callable[[], bool]] = {
        "the lock is taken": lambda: (state / f"{name}.lock").exists(),
        "the server has the first project": lambda: bool(api.newest(name)),
        "the server has a storage": lambda: any(
            api.get("/api/storages/localfiles", project=project) for project in api.newest(name)
        ),
    }
    with lsform(live_stack, "apply", "--auto-approve") as process:
        wait_for(reached[point], process)
        process.send_signal(signal.SIGKILL)
    assert (state / f"{name}.lock").exists(), "the dead leave their lock behind"
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    assert_whole(live_stack, name, api)


def test_a_killed_update_is_finished_by_the_next_and_nothing_is_lost(
    live_stack: Stack, label_studio: LocalServer, api: Api
) -> None:
    write_stack(live_stack, "updated", label_studio)
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    before = {name: api.project("updated", name) for name in NAMES}
    manifest = live_stack.folder / "lsform.yaml"
    changed = manifest.read_text("utf-8").replace("title: Project", "title: Renamed").replace('["tasks:id"]', "[]")
    manifest.write_text(changed, "utf-8")
    with lsform(live_stack, "apply", "--auto-approve") as process:
        assert 3 == len(lines_until(process, 3))
        process.send_signal(signal.SIGKILL)
    assert ExitCode.DONE == live_stack.run("apply", "--auto-approve").code
    assert_whole(live_stack, "updated", api)
    assert before == {name: api.project("updated", name) for name in NAMES}
    titles = {one["id"]: one["title"] for one in api.projects()}
    assert [f"Renamed {name}" for name in NAMES] == [titles[before[name]] for name in NAMES]


SECOND = "create project.one/import_storage.raw"


@pytest.mark.parametrize(
    ("point", "interrupted"),
    [
        ("intending:2", None),
        ("sending:2", SECOND),
        ("sent:2", SECOND),
        ("remembered:2", None),
        ("finishing:1", None),
    ],
)
def test_a_run_that_is_killed_at_a_boundary_of_a_write_is_finished_by_the_next(
    live_stack: Stack, label_studio: LocalServer, api: Api, point: str, interrupted: str | None
) -> None:
    name = f"dies-{point.replace(':', '-')}"
    write_stack(live_stack, name, label_studio, names=["one"])
    die(live_stack, point)
    assert interrupted == json.loads(live_stack.run("state", "show").out)["interrupted"]
    applied = live_stack.run("apply", "--auto-approve")
    assert ExitCode.DONE == applied.code, applied.err
    made = point.startswith(("sent", "remembered"))
    assert (interrupted is not None) == ("LSFP08: the last run ended just when it was to create" in applied.out)
    assert interrupted is None or f": {'it was done' if made else 'it was not done'}" in applied.out
    assert_whole(live_stack, name, api, names=["one"])
    assert None is json.loads(live_stack.run("state", "show").out)["interrupted"]


def die(stack: Stack, point: str) -> bool:
    """Apply, and be killed there; False when there is no such point any more and the run was done."""
    with lsform(stack, "apply", "--auto-approve", program=(*DYING, "SIGKILL", point)) as process:
        code = finished(process).code
    assert code in (-signal.SIGKILL, ExitCode.DONE)
    return code == -signal.SIGKILL


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_each_boundary_of_an_apply_of_30_resources_may_be_the_last(
    live_stack: Stack, label_studio: LocalServer, api: Api
) -> None:
    names = [f"n{number}" for number in range(6)]
    for point in itertools.count(1):
        name = f"each-{point}"
        write_stack(live_stack, name, label_studio, names=names)
        died = die(live_stack, str(point))
        applied = live_stack.run("apply", "--auto-approve")
        assert ExitCode.DONE == applied.code, (point, applied.err)
        assert_whole(live_stack, name, api, names=names)
        for one in names:
            api.http.delete(f"/api/projects/{api.project(name, one)}/").raise_for_status()
        if not died:
            break
    assert point > 4 * 30, "each write has four"
